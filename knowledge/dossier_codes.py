"""Dossier codes (mã hồ sơ) in free text, told apart from codes that only look like them.

Shapes: TT 01/2018/TT-VPCP Art. 19 (`000.00.04.H51-200221-0001`), QĐ 20/2020/QĐ-TTg (`H24.12-260105-0007`), the
national portal and the police (`G22.99-251225-020175`, `G01.899.909-260916-890028`). A shape is never proof: the code
is looked up, and what is not found is said to be not found. What is almost a code is asked about, never assumed.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.code_shapes import digits, is_day, meant_days, old_prefix, unglued, with_zeros, written_head

Kind = Literal["dossier", "near", "bad_date", "bad_agency", "payment", "procedure", "post", "insurance"]

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－_"), "-")
_N = "[0-9OIL]"  # O for 0, I and L for 1
_APART = r"(?<![0-9A-Z.])"
_DASH = r"(?:\s*[-./,]+\s*|\s+)"
_PREFIX = rf"(?:{_N}{{1,3}}\s*[.,]\s*{_N}{{1,2}}\s*[.,]\s*{_N}{{1,2}}\s*[.,]\s*)"
_HEAD = rf"[GH]{_N}{{2}}(?:\s*[.,]?\s*{_N}{{1,3}}){{0,4}}"
# The number of the day's dossier; a break inside it is closed only where the first part is too short to be one.
_SEQUENCE = rf"(?:{_N}{{3,7}}|{_N}{{1,2}}\s{{1,3}}{_N}{{2,5}})(?![0-9])"
_DOSSIER = re.compile(
    rf"{_APART}(?P<prefix>{_PREFIX})?(?P<head>{_HEAD}){_DASH}(?P<day>{_N}(?:[ \t\n./]?{_N}){{5}}){_DASH}"
    rf"(?P<seq>{_SEQUENCE})"
)
_ODD_DAY = re.compile(
    rf"{_APART}(?P<prefix>{_PREFIX})?(?P<head>{_HEAD})\s*-\s*(?P<day>{_N}{{5}}|{_N}{{8}})\s*-\s*"
    rf"(?P<seq>{_N}{{3,7}})(?![0-9])"
)
_WELL_WRITTEN = re.compile(
    r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[GH](?!00)[0-9]{2}(?:\.[0-9]{1,3}){0,4}-(?P<day>[0-9]{6})-[0-9]{3,7}"
)
_NO_LETTER = re.compile(r"(?<![\w.\-])(?P<head>\d{2}\.\d{2,3})-(?P<day>\d{6})-(?P<seq>\d{3,6})(?![\w\-])")
_GLUED = re.compile(r"(?<![\w.])(?P<head>[GH]\d{2})(?P<run>(?:[.\-]?\d){10,18})(?![\w\-])")
_PAYMENT = re.compile(rf"{_APART}G22\.99\.\d\s?-\s?\d{{6}}\d{{4,8}}(?![0-9-])")
_INSURANCE = re.compile(r"(?<![\d/])\d{5}\s?/\s?20\d{2}\s?/\s?\d{5}(?![\d/])")
_PROCEDURE = re.compile(r"(?<![\d.])[123]\.\d{6}(?:(?:\.\d{3}\.\d{2}\.\d{2})?\.[GH]\d{2}(?:\.\d{2})?)?(?!\d)")
_POST = re.compile(r"(?<![A-Z0-9])([A-Z]{2})(\d{8})(\d)([A-Z]{2})(?![A-Z0-9])")
_POST_SPACED = re.compile(r"(?<![A-Z0-9])([A-Z]{2}) ?((?:\d ?){8})(\d) ?(VN)(?![A-Z0-9])")
_OTHERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("payment", _PAYMENT),
    ("insurance", _INSURANCE),
    ("procedure", _PROCEDURE),
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it should be written, and what kind of thing it names. `could_be` are the codes that may have been
    meant: for `near` and `bad_date` instead of it, for `dossier` where nothing is known of it as it stands."""

    text: str
    kind: Kind
    could_be: tuple[str, ...] = ()


def find_codes(text: str, today: date) -> tuple[Code, ...]:
    """Every code in the text, dossiers first; spaces, lower case, fancy dashes and line breaks are forgiven."""
    plain = _plain(text)
    others: list[Code] = []
    for kind, pattern in _OTHERS:
        others += [Code(re.sub(r"\s", "", match.group()), kind) for match in pattern.finditer(plain)]
        plain = pattern.sub(lambda match: " " * len(match.group()), plain) if kind == "payment" else plain
    for pattern in (_POST, _POST_SPACED):
        others += [Code(re.sub(r"\s", "", match.group()), "post") for match in pattern.finditer(plain) if _s10(match)]
    found = list(_dossiers(plain, today)) or list(_nearly(plain, today))
    return tuple({code.text: code for code in reversed([*found, *others])}.values())[::-1]


def normal_code(text: str, today: date) -> str | None:
    """The one spelling of a code that stands alone, as in a column of a table; None when it is none."""
    if (as_it_should_be := _WELL_WRITTEN.fullmatch(text)) and is_day(as_it_should_be["day"], today):
        return text  # nearly all of a table
    for code in find_codes(text, today):
        if code.kind in ("dossier", "insurance"):
            return code.text
    return None


def _plain(text: str) -> str:
    """Upper case, one kind of dash, no zero-width characters."""
    text = unicodedata.normalize("NFKC", text).upper().translate(_DASHES)
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _dossiers(plain: str, today: date) -> Iterator[Code]:
    for match in _DOSSIER.finditer(plain):
        head, day, sequence = written_head(match["head"]), digits(match["day"]), digits(match["seq"])
        if head is None:
            yield Code(re.sub(r"\s", "", match.group()), "bad_agency")
            continue
        if match["prefix"]:
            head = old_prefix(match["prefix"]) + head
        code = f"{head}-{day}-{sequence}"
        if is_day(day, today):
            yield Code(code, "dossier", with_zeros(head, day, sequence))
        else:
            yield Code(code, "bad_date", tuple(f"{head}-{meant}-{sequence}" for meant in meant_days(day, today)))


def _nearly(plain: str, today: date) -> Iterator[Code]:
    """What is almost a code: a digit of the date missing, the letter forgotten, dots and dashes left out."""
    for match in _ODD_DAY.finditer(plain):
        head, sequence = written_head(match["head"]), digits(match["seq"])
        if head:
            head = (old_prefix(match["prefix"]) if match["prefix"] else "") + head
            meant = tuple(f"{head}-{day}-{sequence}" for day in meant_days(digits(match["day"]), today))
            yield Code(re.sub(r"\s", "", match.group()), "near", meant)
    for match in _NO_LETTER.finditer(plain):
        if is_day(match["day"], today):
            meant = tuple(f"{letter}{match.group()}" for letter in "HG")
            yield Code(match.group(), "near", meant)
    for match in _GLUED.finditer(plain):
        meant = unglued(match["head"], digits(match["run"]), today)
        if meant:
            yield Code(match.group(), "near", meant)


def _s10(match: "re.Match[str]") -> bool:
    """The check digit of UPU standard S10."""
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    total = sum(int(digit) * weight for digit, weight in zip(digits(match.group(2)), weights, strict=True))
    check = 11 - total % 11
    return int(match.group(3)) == {10: 0, 11: 5}.get(check, check)
