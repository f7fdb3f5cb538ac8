"""Dossier codes (mã hồ sơ) in free text, told apart from codes that only look like them.

Shapes: TT 01/2018/TT-VPCP Art. 19 (`000.00.04.H51-200221-0001`), QĐ 20/2020/QĐ-TTg (`H24.12-260105-0007`), the
national portal and the police (`G22.99-251225-020175`, `G01.899.909-260916-890028`). A shape is never proof: the code
is looked up, and what is not found is said to be not found.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["dossier", "bad_date", "payment", "procedure", "post", "insurance"]

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－_"), "-")
_DOSSIER = re.compile(
    r"(?<![0-9A-Z.])((?:\d{3}\.\d{2}\.\d{2}\.)?[GH]\d{2}(?:\.\d{1,3}){0,4})-(\d{6})-(\d{3,7})(?![0-9])"
)
_PAYMENT = re.compile(r"(?<![0-9A-Z.])G22\.99\.\d-\d{6}\d{4,8}(?![0-9-])")
_INSURANCE = re.compile(r"(?<!\d)\d{5}/20\d{2}/\d{5}(?!\d)")
_PROCEDURE = re.compile(r"(?<![\d.])[123]\.\d{6}(?:(?:\.\d{3}\.\d{2}\.\d{2})?\.[GH]\d{2}(?:\.\d{2})?)?(?!\d)")
_POST = re.compile(r"(?<![A-Z0-9])([A-Z]{2})(\d{8})(\d)([A-Z]{2})(?![A-Z0-9])")
_FIRST_YEAR = 2017


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it should be written, and what kind of thing it names."""

    text: str
    kind: Kind


def find_codes(text: str, today: date) -> tuple[Code, ...]:
    """Every code in the text, in order, dossiers first; spaces, lower case and fancy dashes are forgiven."""
    plain = _plain(text)
    found = [
        Code(match.group(), "dossier" if _real_day(match.group(2), today) else "bad_date")
        for match in _DOSSIER.finditer(plain)
    ]
    found += [Code(match.group(), "payment") for match in _PAYMENT.finditer(plain)]
    found += [Code(match.group(), "insurance") for match in _INSURANCE.finditer(plain)]
    found += [Code(match.group(), "procedure") for match in _PROCEDURE.finditer(plain)]
    found += [Code(match.group(), "post") for match in _POST.finditer(plain) if _s10(match)]
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    """Upper case, one kind of dash, no zero-width characters, no spaces around the separators of a code."""
    text = unicodedata.normalize("NFKC", text).upper().translate(_DASHES)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = re.sub(r"(?<=[0-9])\s*([.\-/])\s*(?=[0-9])", r"\1", text)
    text = re.sub(r"(?<=\d-)(\d{6}) (?=\d{3,7}\b)", r"\1-", text)
    text = re.sub(r"\b([GH]\d{2}(?:\.\d{1,3}){0,4}) (?=\d{6}[- ]\d{3,7}\b)", r"\1-", text)
    text = re.sub(r"(-\d{6}) (?=\d{3,7}\b)", r"\1-", text)
    return re.sub(
        r"\b[GH][0-9OIL]{2}[0-9OIL.]*-[0-9OIL]{6}-[0-9OIL]{3,7}\b",
        lambda match: match.group()[0] + match.group()[1:].translate(str.maketrans("OIL", "011")),
        text,
    )


def _real_day(digits: str, today: date) -> bool:
    try:
        day = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return day.year >= _FIRST_YEAR and day <= today


def _s10(match: "re.Match[str]") -> bool:
    """The check digit of UPU standard S10."""
    total = sum(int(digit) * weight for digit, weight in zip(match.group(2), (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = 11 - total % 11
    return int(match.group(3)) == {10: 0, 11: 5}.get(check, check)
