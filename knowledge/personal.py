"""Numbers of people in free text: citizen numbers, phones, cards. Dossier codes are not among them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.lexicon import lexicon

Kind = Literal["citizen", "phone", "card"]

# Codes are longer groups joined by dots, dashes and slashes; what touches one is left alone.
_APART = r"(?<![\w.\-/])", r"(?![\w\-/]|\.\d)"
_SEPARATED = r"[ .]?"


@lru_cache
def _patterns() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    words = {name: "|".join(map(re.escape, found)) for name, found in lexicon().personal.items()}
    number, phone = rf"(?i)(?<!\w)(?:{words['number']})", rf"(?i)(?<!\w)(?:{words['phone']})"
    return (
        ("card", re.compile(_APART[0] + r"\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?" + _APART[1])),
        ("citizen", re.compile(_APART[0] + r"0(?:" + _SEPARATED + r"\d){11}" + _APART[1])),
        ("citizen", re.compile(_APART[0] + r"\d{12}" + _APART[1])),
        ("phone", re.compile(r"(?<![\w.\-/])(?:\+84|84|0)(?:[ .-]?\d){9}" + _APART[1])),
        ("citizen", re.compile(rf"(?i)(?<!\w)(?:{words['citizen']})\D{{0,20}}?(\d{{9}}|\d{{12}})(?!\d)")),
        ("citizen", re.compile(number + r"[^\d\n]{0,20}?([a-z]{0,2}\d(?:[ .]?\d){6,18})(?!\w)")),
        ("phone", re.compile(phone + r"\D{0,20}?(\d(?:[ .-]?\d){8,10})(?!\d)")),
    )


_MOBILE = re.compile(r"^(?:\+?84|0)[35789]\d{8}$")


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    kind: Kind
    start: int
    end: int


def find_personal(text: str) -> tuple[PersonalNumber, ...]:
    """Every personal number in the text with its place, in order and without overlaps. Landlines are not personal."""
    found: list[PersonalNumber] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span(1) if match.groups() else match.span()
            digits = re.sub(r"[ .\-]", "", text[start:end])
            if kind == "phone" and not match.groups() and not _MOBILE.match(digits):
                continue
            if not any(start < other.end and other.start < end for other in found):
                found.append(PersonalNumber(kind, start, end))
    return tuple(sorted(found, key=lambda item: item.start))
