"""JSON Schemas of the content, so that editors complete and check YAML while it is typed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.model import Faq, Guide, Model, Procedure
from knowledge.place import Catalogue, OtherLevels, Place

FOLDER = Path(__file__).parent / "schema"
KINDS: Mapping[str, type[Model]] = {
    "procedure": Procedure,
    "guide": Guide,
    "faq": Faq,
    "place": Place,
    "catalogue": Catalogue,
    "other-levels": OtherLevels,
}
_TEXTS = {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}}


def schemas(texts: Mapping[str, str]) -> dict[str, str]:
    """One schema per kind of file, by file name; fields are explained in the words of `texts`."""
    found: dict[str, dict[str, Any]] = {"texts": dict(_TEXTS)}
    for kind, model in KINDS.items():
        schema = model.model_json_schema(by_alias=True)
        for name, part in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
            _describe(name.lower(), part, texts)
        found[kind] = schema
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    return {
        f"{kind}.json": json.dumps({**draft, **_plain(schema)}, ensure_ascii=False, indent=1) + "\n"
        for kind, schema in sorted(found.items())
    }


def _describe(name: str, part: dict[str, Any], texts: Mapping[str, str]) -> None:
    part.pop("description", None)  # the docstring, written for developers
    for field, value in part.get("properties", {}).items():
        said = texts.get(f"schema_{name}_{field}") or texts.get(f"schema_{field}")
        if said:
            value["description"] = said
        if field == "group":
            value["enum"] = sorted(key.removeprefix("group_") for key in texts if key.startswith("group_"))


def _plain(value: Any) -> Any:
    """Without what only confuses an editor: English titles, `null`, defaults, and times with a zone."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    options = [item for item in value.get("anyOf", ()) if item != {"type": "null"}]
    if len(options) == 1:
        value = {**options[0], **{key: item for key, item in value.items() if key != "anyOf"}}
    if value.get("format") == "time":
        value = {**value, "format": None, "pattern": r"^\d{2}:\d{2}(:\d{2})?$"}
    titled = isinstance(value.get("title"), str)  # a field may itself be called “title”: then it is a mapping
    drop = {"title"} if titled else set()
    return {key: _plain(item) for key, item in value.items() if key not in drop and not _noise(key, item)}


def _noise(key: str, item: object) -> bool:
    return item is None or (key == "default" and not isinstance(item, dict))


def write(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write every schema into `folder`; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in schemas(texts).items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return tuple(written)
