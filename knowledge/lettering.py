"""How wide a text is at most, whatever sans-serif font draws it, and where to break it into lines.

The widths are the largest of Be Vietnam Pro, Arial's and DejaVu Sans, so that a line that fits here fits on any phone.
"""

import re
import unicodedata
from collections.abc import Mapping

_REGULAR = {  # in parts of the font size
    0.30: "'Iijl",
    0.35: " ,.:;‘’",
    0.40: "f",
    0.45: "!()rt|",
    0.50: '"*J[\\]`°',
    0.55: "/sz“”",
    0.60: "?kvxy•",
    0.65: "$-178FLTceghnu{}₫",
    0.70: "023569BEKPSYZabdopqđ–",
    0.75: "4ANRVX_",
    0.80: "&CDGHĐ",
    0.85: "#+<=>Q^~×",
    0.90: "MUw",
    0.95: "O",
    1.00: "%m…—",
    1.05: "@W",
}
_BOLD = {
    0.35: " 'ijl",
    0.40: ",.:;I‘’",
    0.45: "f|",
    0.50: "!()`rt°",
    0.55: '"*/[\\]',
    0.60: "Jsz",
    0.65: "-?Lcx•",
    0.70: "$012356789EFTaekovy“”₫",
    0.75: "4PSYZ_bdghnpqu{}đ–",
    0.80: "ABCKRVX",
    0.85: "#+<=>DGHNU^~Đ×",
    0.90: "&OQ",
    0.95: "w",
    1.00: "M…—",
    1.05: "%@m",
    1.15: "W",
}
_WIDEST = 1.25
_AFTER_SIGN = re.compile(r"(?<=[./-])")


def _by_letter(widths: Mapping[float, str]) -> Mapping[str, float]:
    return {letter: width for width, letters in widths.items() for letter in letters}


_WIDTH_OF = {False: _by_letter(_REGULAR), True: _by_letter(_BOLD)}


def width(text: str, size: float, bold: bool = False) -> float:
    """The most this text takes in a line, in the unit of `size`. Tone and vowel marks take nothing."""
    letters = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return size * sum(_WIDTH_OF[bold].get(letter, _WIDEST) for letter in letters)


def lines(text: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
    """The text in as few lines as `room` allows, about equally long; too long a word, such as an
    address, is broken after a sign if it can be."""
    broken, step = _broken(text, size, room, bold), size / 2
    longest = max((width(word, size, bold) for word in text.split()), default=0)
    while len(broken) > 1 and room - step >= longest:
        room -= step
        narrower = _broken(text, size, room, bold)
        if len(narrower) > len(broken):
            break
        broken = narrower
    return broken


def _broken(text: str, size: float, room: float, bold: bool) -> tuple[str, ...]:
    found = [""]
    for word in text.split():
        joined = f"{found[-1]} {word}".strip()
        if width(joined, size, bold) <= room:
            found[-1] = joined
            continue
        found.append("")
        whole = width(word, size, bold) <= room
        for part in (word,) if whole else _AFTER_SIGN.split(word):
            if width(found[-1] + part, size, bold) > room:
                found.append("")
            for letter in part:
                if width(found[-1] + letter, size, bold) > room:
                    found.append("")
                found[-1] += letter
    return tuple(line for line in found if line)
