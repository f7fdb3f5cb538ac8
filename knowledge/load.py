"""Read `content/` into one frozen `Content`, or report every problem at once as `file:line: field: message`."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.model import Faq, Guide, Model, Procedure
from knowledge.place import Catalogue, CatalogueRecord, OtherLevel, OtherLevels, Place
from knowledge.source_lines import DuplicateKeyError, line_of, parse, reject_duplicate_keys

FOLDER = Path(__file__).parent / "content"
OTHER_LEVELS = Path("catalogue/other-levels.yaml")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with the content. A `warning` does not stop it from being used."""

    file: str
    line: int
    field: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class ContentError(Exception):
    """The content cannot be used; `problems` says all that is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


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
    code = (Path(__file__), Path(__file__).with_name("model.py"), Path(__file__).with_name("place.py"))
    for path in (*sorted(folder.rglob("*.yaml")), *code):
        stat = path.stat()
        digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def read(folder: Path) -> tuple[Content, tuple[Problem, ...]]:
    """Whatever could be read, and everything that could not."""
    problems: list[Problem] = []
    found: dict[str, dict[str, Model]] = {name: {} for name in _FIELD_OF.values()}
    files: dict[str, str] = {}
    for sub, model in _ONE_PER_FILE.items():
        for path in sorted((folder / sub).rglob("*.yaml")):
            item = _validated(path, folder, model, problems)
            if item is None:
                continue
            key = str(getattr(item, "id"))  # noqa: B009  every model here has an id
            if key != path.stem:
                problems.append(_problem(path, folder, ("id",), f"must be the file's name, “{path.stem}”"))
            if key in found[_FIELD_OF[sub]]:
                problems.append(_problem(path, folder, ("id",), f"“{key}” is already in {files[f'{sub}/{key}']}"))
            found[_FIELD_OF[sub]][key] = item
            files[f"{sub}/{key}"] = str(path.relative_to(folder))
    texts = _read_texts(folder, problems)
    records, on = _read_catalogue(folder, problems)
    parts: dict[str, Any] = {**found, "texts": texts, "catalogue": records, "catalogue_on": on, "files": files}
    parts["other_levels"] = read_other_levels(folder, problems)
    content = Content.model_construct(**parts)  # every part is validated already
    return content, tuple(sorted(problems))


def _read_texts(folder: Path, problems: list[Problem]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((folder / "texts").rglob("*.yaml")):
        for key, value in _mapping(path, folder, problems).items():
            if not isinstance(value, str) or not value.strip():
                problems.append(_problem(path, folder, (key,), "must be a text"))
            elif key in texts:
                problems.append(_problem(path, folder, (key,), "this text exists already in another file"))
            else:
                texts[key] = value.strip()
    return texts


def _read_catalogue(folder: Path, problems: list[Problem]) -> tuple[dict[str, CatalogueRecord], str]:
    records: dict[str, CatalogueRecord] = {}
    on = ""
    for path in sorted((folder / "catalogue").rglob("*.yaml")):
        if path == folder / OTHER_LEVELS:
            continue
        item = _validated(path, folder, Catalogue, problems)
        if isinstance(item, Catalogue):
            on = max(on, item.on)
            for index, record in enumerate(item.records):
                key = f"tthc:{record.code}"
                if key in records:
                    where = ("records", index, "code")
                    problems.append(_problem(path, folder, where, f"{record.code} is listed twice"))
                records[key] = record
    return records, on


def read_other_levels(folder: Path, problems: list[Problem]) -> tuple[OtherLevel, ...]:
    """The list of procedures of other levels that the catalogue holds; adds to `problems` what is wrong with it."""
    path = folder / OTHER_LEVELS
    item = _validated(path, folder, OtherLevels, problems) if path.exists() else None
    return item.codes if isinstance(item, OtherLevels) else ()


def _mapping(path: Path, folder: Path, problems: list[Problem]) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        reject_duplicate_keys(text)
        data = parse(text)
    except UnicodeDecodeError:
        problems.append(Problem(str(path.relative_to(folder)), 1, "file", "is not UTF-8; save it as UTF-8"))
        return {}
    except DuplicateKeyError as error:
        problems.append(Problem(str(path.relative_to(folder)), error.line, error.key, "is written twice"))
        return {}
    except yaml.YAMLError as error:
        line = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "cannot be read"
        problems.append(Problem(str(path.relative_to(folder)), line.line + 1 if line else 1, "yaml", str(said)))
        return {}
    if not isinstance(data, dict):
        problems.append(Problem(str(path.relative_to(folder)), 1, "file", "must be “key: value” lines"))
        return {}
    return {str(key): value for key, value in data.items()}


def _validated(path: Path, folder: Path, model: type[Model], problems: list[Problem]) -> Model | None:
    before = len(problems)
    data = _mapping(path, folder, problems)
    if len(problems) > before:
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems.extend(_problem(path, folder, fault["loc"], str(fault["msg"])) for fault in faults)
        return None


def _problem(path: Path, folder: Path, where: tuple[str | int, ...], message: str) -> Problem:
    field = ".".join(map(str, where)) or "file"
    return Problem(str(path.relative_to(folder)), line_of(path, where), field, message)


def _keep(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("content-*.json"):
        old.unlink(missing_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.part")
    fresh.write_text(content.model_dump_json(by_alias=True), encoding="utf-8")
    fresh.replace(path)
