"""What is wrong with the content, in the words of the content itself: plain Vietnamese for whoever edits it.

The file with these words may be what is broken. Then the words of the installed content are taken, and if that is the
broken one, the key itself, which is readable English.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic_core import ErrorDetails

from knowledge.fields import CODE, PARTIAL_DATE, SLUG, URL
from knowledge.source_lines import parse

INSTALLED = Path(__file__).parent / "content"
FILE = Path("texts/check.yaml")

_PATTERNS = {
    SLUG: "check_pattern_slug",
    URL: "check_pattern_url",
    PARTIAL_DATE: "check_pattern_date",
    CODE: "check_pattern_code",
}
_TYPES = {  # by how the name of pydantic's error begins
    "literal_error": "check_type_choice",
    "enum": "check_type_choice",
    "string_type": "check_type_string",
    "int_": "check_type_int",
    "bool_": "check_type_bool",
    "date_": "check_type_date",
    "time_": "check_type_time",
    "tuple_type": "check_type_list",
    "dict_type": "check_type_fields",
    "model_": "check_type_fields",
    "greater_than": "check_type_small",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its key in the texts, with what is filled in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def said(key: str, /, **values: object) -> Said:
    return Said(key, values)


class Wording:
    """The sentences about faults; always has one."""

    def __init__(self, folder: Path) -> None:
        self._texts = {**_read(INSTALLED), **(_read(folder) if folder != INSTALLED else {})}

    def __call__(self, what: Said) -> str:
        """The sentence; without a usable text its key and values, so that no fault goes untold."""
        try:
            return self._texts[what.key].format(**what.values)
        except (KeyError, IndexError, ValueError):
            words = what.key.removeprefix("check_").replace("_", " ")
            return " ".join([words, *map(str, what.values.values())])

    @property
    def marker(self) -> str:
        """The words that mark what a draft still lacks."""
        return self(said("check_marker"))


def _read(folder: Path) -> dict[str, str]:
    try:
        data = parse((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return {str(key): value for key, value in data.items() if isinstance(value, str)} if isinstance(data, dict) else {}


def fault_of(error: ErrorDetails) -> Said:
    """One of pydantic's errors as a sentence of ours."""
    kind, context = error["type"], error.get("ctx", {})
    if error.get("input") is None and kind.endswith(("_type", "_error", "enum")):
        return said("check_type_empty")
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        return said(_PATTERNS[context["pattern"]])
    if kind in ("missing", "extra_forbidden", "string_too_short", "string_too_long", "too_short", "too_long"):
        return said(f"check_type_{kind}", **context)
    key = next((key for begins, key in _TYPES.items() if kind.startswith(begins)), None)
    if key is None:
        return said("check_type_other", message=error["msg"])
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return said(key, expected=expected)
