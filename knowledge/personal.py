"""Numbers of people in free text: citizen numbers, phones, cards. Dossier codes are not among them."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["citizen", "phone", "card"]

# Codes are longer groups joined by dots, dashes and slashes; what touches one is left alone.
_APART = r"(?<![\w.\-/])", r"(?![\w\-/]|\.\d)"
_SEPARATED = r"[ .]?"
# Said before a number, these make it somebody's own, however it looks.
_CITIZEN_WORDS = "cmnd|cmt|chứng minh|chung minh|cccd|căn cước|can cuoc|định danh|dinh danh"
_NUMBER_WORDS = (
    "bhxh|bhyt|số bảo hiểm|so bao hiem|mã thẻ|ma the|số thẻ|so the|hộ chiếu|ho chieu|passport|stk|số tài khoản|"
    "so tai khoan"
)
_PHONE_WORDS = "sđt|sdt|số điện thoại|so dien thoai|điện thoại|dien thoai|zalo"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("card", re.compile(_APART[0] + r"\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?" + _APART[1])),
    ("citizen", re.compile(_APART[0] + r"0(?:" + _SEPARATED + r"\d){11}" + _APART[1])),
    ("citizen", re.compile(_APART[0] + r"\d{12}" + _APART[1])),
    ("phone", re.compile(r"(?<![\w.\-/])(?:\+84|84|0)(?:[ .-]?\d){9}" + _APART[1])),
    ("citizen", re.compile(rf"(?i)(?<!\w)(?:{_CITIZEN_WORDS})\D{{0,20}}?(\d{{9}}|\d{{12}})(?!\d)")),
    (
        "citizen",
        re.compile(rf"(?i)(?<!\w)(?:{_NUMBER_WORDS})[^\d\n]{{0,20}}?([a-z]{{0,2}}\d(?:[ .]?\d){{6,18}})(?![\w])"),
    ),
    ("phone", re.compile(rf"(?i)(?<!\w)(?:{_PHONE_WORDS})\D{{0,20}}?(\d(?:[ .-]?\d){{8,10}})(?!\d)")),
)
_MOBILE = re.compile(r"^(?:\+?84|0)[35789]\d{8}$")
_LANDLINE = re.compile(r"^(?:\+?84|0)2\d{9}$")


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    kind: Kind
    start: int
    end: int


def find_personal(text: str) -> tuple[PersonalNumber, ...]:
    """Every personal number in the text with its place, in order and without overlaps. Landlines are not personal."""
    found: list[PersonalNumber] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span(1) if match.groups() else match.span()
            digits = re.sub(r"[ .\-]", "", text[start:end])
            if kind == "phone" and not match.groups() and not _MOBILE.match(digits):
                continue
            if not any(start < other.end and other.start < end for other in found):
                found.append(PersonalNumber(kind, start, end))
    return tuple(sorted(found, key=lambda item: item.start))


def masked(text: str) -> str:
    """The text with every personal number replaced by dots, the last two digits of none of them left."""
    for item in reversed(find_personal(text)):
        text = f"{text[: item.start]}…{text[item.end :]}"
    return text
