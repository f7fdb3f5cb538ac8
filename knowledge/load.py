"""Read `content/` into one frozen `Content`, or report every problem at once as `file:line: field: message`."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from knowledge.dossier_facts import DossierFacts
from knowledge.dossier_tables import check_table_words
from knowledge.files import mapping, validated
from knowledge.model import Faq, Guide, Model, Procedure
from knowledge.own_pictures import OwnPicture, paths, read_pictures
from knowledge.place import Catalogue, CatalogueRecord, OtherLevel, OtherLevels, Place
from knowledge.problems import ContentError as ContentError
from knowledge.problems import Problem as Problem
from knowledge.problems import Problems, problems_of
from knowledge.unit_facts import UnitFacts
from knowledge.wording import INSTALLED, said

FOLDER = INSTALLED
OTHER_LEVELS = Path("catalogue/other-levels.yaml")
DOSSIER_FACTS = Path("dossiers/facts.yaml")
UNIT_FACTS = Path("units/facts.yaml")


class Content(BaseModel):
    """Everything the bot knows, by id. `files` says which file an id came from."""

    model_config = ConfigDict(frozen=True)

    procedures: dict[str, Procedure] = Field(default_factory=dict)
    guides: dict[str, Guide] = Field(default_factory=dict)
    faqs: dict[str, Faq] = Field(default_factory=dict)
    places: dict[str, Place] = Field(default_factory=dict)
    texts: dict[str, str] = Field(default_factory=dict)
    catalogue: dict[str, CatalogueRecord] = Field(default_factory=dict)  # by "tthc:<code>"
    catalogue_on: str = ""
    other_levels: tuple[OtherLevel, ...] = ()  # what the catalogue holds beside the commune level, and why
    units: UnitFacts | None = None  # on the reorganisation of 1 July 2025
    dossiers: DossierFacts | None = None  # on dossier codes and postal numbers
    pictures: dict[str, OwnPicture] = Field(default_factory=dict)  # a ward's own, by "<guide>/<step>"
    files: dict[str, str] = Field(default_factory=dict)  # "<folder>/<id>" -> file


_ONE_PER_FILE: Mapping[str, type[Model]] = {"procedures": Procedure, "guides": Guide, "faq": Faq, "places": Place}
_FIELD_OF = {"procedures": "procedures", "guides": "guides", "faq": "faqs", "places": "places"}


def load(folder: Path = FOLDER, cache: Path | None = None) -> Content:
    """The content of `folder`; raises `ContentError` with all problems. `cache` keeps the parsed form."""
    kept = cache / f"content-{fingerprint(folder)}.json" if cache else None
    if kept and kept.exists():
        return Content.model_validate_json(kept.read_bytes())
    content, problems = read(folder)
    if problems:
        raise ContentError(problems)
    if kept:
        _keep(kept, content)
    return content


def fingerprint(folder: Path = FOLDER) -> str:
    """Changes whenever a file of the content, or what is read from it, changes."""
    digest = hashlib.sha256()
    names = (
        "load",
        "fields",
        "model",
        "own_pictures",
        "place",
        "screen",
        "unit_facts",
        "dossier_facts",
        "dossier_tables",
    )
    code = [Path(__file__).with_name(f"{name}.py") for name in names]
    for path in (*sorted(folder.rglob("*.yaml")), *paths(folder), *code):
        stat = path.stat()
        digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def read(folder: Path) -> tuple[Content, tuple[Problem, ...]]:
    """Whatever could be read, and everything that could not."""
    problems = problems_of(folder)
    found: dict[str, dict[str, Model]] = {name: {} for name in _FIELD_OF.values()}
    files: dict[str, str] = {}
    for sub, model in _ONE_PER_FILE.items():
        for path in sorted((folder / sub).rglob("*.yaml")):
            item = validated(path, model, problems)
            if item is None:
                continue
            key = str(getattr(item, "id"))  # noqa: B009  every model here has an id
            if key != path.stem:
                problems.add(path, ("id",), said("check_not_file_name", stem=path.stem))
            if key in found[_FIELD_OF[sub]]:
                problems.add(path, ("id",), said("check_id_taken", id=key, file=files[f"{sub}/{key}"]))
            found[_FIELD_OF[sub]][key] = item
            files[f"{sub}/{key}"] = str(path.relative_to(folder))
    texts = _read_texts(folder, problems)
    records, on = _read_catalogue(folder, problems)
    parts: dict[str, Any] = {**found, "texts": texts, "catalogue": records, "catalogue_on": on, "files": files}
    parts["other_levels"] = _read_other_levels(folder, problems)
    parts["pictures"] = read_pictures(folder, found["guides"], problems)
    if (folder / UNIT_FACTS).exists():
        units = validated(folder / UNIT_FACTS, UnitFacts, problems)
        if isinstance(units, UnitFacts):
            parts["units"], files[f"units/{units.id}"] = units, str(UNIT_FACTS)
    if (folder / DOSSIER_FACTS).exists():
        dossiers = validated(folder / DOSSIER_FACTS, DossierFacts, problems)
        if isinstance(dossiers, DossierFacts):
            parts["dossiers"], files[f"dossiers/{dossiers.id}"] = dossiers, str(DOSSIER_FACTS)
    check_table_words(folder, problems)  # the import reads them itself; an edit is checked with the rest
    content = Content.model_construct(**parts)  # every part is validated already
    return content, tuple(sorted(problems.found))


def _read_texts(folder: Path, problems: Problems) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((folder / "texts").rglob("*.yaml")):
        for key, value in mapping(path, problems).items():
            if not isinstance(value, str) or not value.strip():
                problems.add(path, (key,), said("check_text_empty"))
            elif key in texts:
                problems.add(path, (key,), said("check_text_twice"))
            else:
                texts[key] = value.strip()
    return texts


def _read_catalogue(folder: Path, problems: Problems) -> tuple[dict[str, CatalogueRecord], str]:
    records: dict[str, CatalogueRecord] = {}
    on = ""
    for path in sorted((folder / "catalogue").rglob("*.yaml")):
        if path == folder / OTHER_LEVELS:
            continue
        item = validated(path, Catalogue, problems)
        if isinstance(item, Catalogue):
            on = max(on, item.on)
            for index, record in enumerate(item.records):
                key = f"tthc:{record.code}"
                if key in records:
                    problems.add(path, ("records", index, "code"), said("check_listed_twice", code=record.code))
                records[key] = record
    return records, on


def read_other_levels(folder: Path) -> tuple[OtherLevel, ...]:
    """The list of procedures of other levels that the catalogue holds. Raises `ContentError`."""
    problems = problems_of(folder)
    found = _read_other_levels(folder, problems)
    if problems.found:
        raise ContentError(tuple(problems.found))
    return found


def _read_other_levels(folder: Path, problems: Problems) -> tuple[OtherLevel, ...]:
    path = folder / OTHER_LEVELS
    item = validated(path, OtherLevels, problems) if path.exists() else None
    return item.codes if isinstance(item, OtherLevels) else ()


def _keep(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("content-*.json"):
        old.unlink(missing_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.part")
    fresh.write_text(content.model_dump_json(by_alias=True), encoding="utf-8")
    fresh.replace(path)
