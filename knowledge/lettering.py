"""How wide a text is at most, whatever sans-serif font draws it, and where to break it into lines.

The widths are the largest of Be Vietnam Pro, Arial's and DejaVu Sans, regular and bold, so that a line that fits here
fits on any phone.
"""

import unicodedata

_WIDTHS = {  # in parts of the font size
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
    0.85: "#+<=>DGHN^~Đ×",
    0.90: "&QU",
    0.95: "wO",
    1.00: "M…—",
    1.05: "%@m",
    1.15: "W",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST = 1.25


def width(text: str, size: float) -> float:
    """The most this text takes in a line, in the unit of `size`. Tone and vowel marks take nothing."""
    letters = (letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return size * sum(_WIDTH_OF.get(letter, _WIDEST) for letter in letters)


def lines(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text in lines no wider than `room`, broken between words; a word that is too long is broken inside."""
    broken = [""]
    for word in text.split():
        joined = f"{broken[-1]} {word}".strip()
        if width(joined, size) <= room:
            broken[-1] = joined
            continue
        broken.append("")
        for letter in word:
            if width(broken[-1] + letter, size) > room:
                broken.append("")
            broken[-1] += letter
    return tuple(line for line in broken if line)
