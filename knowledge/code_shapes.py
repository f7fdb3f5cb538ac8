"""How one dossier code is written: its parts put into the one spelling that is looked up, and what else it may mean."""

import re
from collections.abc import Iterator
from datetime import date

_FIRST_YEAR = 2017
_SEQUENCE_LENGTHS = (4, 5, 6)
_MOST_GUESSES = 12
_LETTERS_FOR_DIGITS = str.maketrans("OIL", "011")


def digits(text: str) -> str:
    """Only the digits, with O, I and L read as 0, 1 and 1."""
    return re.sub(r"\D", "", text.translate(_LETTERS_FOR_DIGITS))


def written_head(text: str) -> str | None:
    """The agency of a code as it should be written: `h2412` and `H24 . 12` as `H24.12`; None where that is unclear."""
    first, *groups = re.split(r"[\s.,]+", text.strip(" .,"))
    first = first[0] + first[1:].translate(_LETTERS_FOR_DIGITS)
    groups = [group.translate(_LETTERS_FOR_DIGITS) for group in groups]
    letter, glued = first[:3], first[3:]
    if letter[1:] == "00":
        return None
    if glued:
        size = 3 if letter == "G01" else 2
        if len(glued) > 3 and len(glued) % size:
            return None
        parts = [glued] if len(glued) <= 3 else [glued[i : i + size] for i in range(0, len(glued), size)]
        groups = [*parts, *groups]
    return ".".join([letter, *groups])


def old_prefix(text: str) -> str:
    """`0.0.4.` as `000.00.04.`: three fixed groups that stood before the agency until 2020."""
    groups = [digits(group) for group in re.split(r"[\s.,]+", text.strip(" .,"))]
    return ".".join(group.zfill(size) for group, size in zip(groups, (3, 2, 2), strict=True)) + "."


def is_day(six: str, today: date) -> bool:
    """Whether six digits are a day (year, month, day) on which a dossier can have been filed."""
    try:
        day = date(2000 + int(six[:2]), int(six[2:4]), int(six[4:]))
    except ValueError:
        return False
    return day.year >= _FIRST_YEAR and day <= today


def with_zeros(head: str, day: str, sequence: str) -> tuple[str, ...]:
    """The same code with a zero more or less: what somebody may have meant who left one out."""
    bare = sequence.lstrip("0") or "0"
    sequences = [sequence, *(bare.zfill(size) for size in _SEQUENCE_LENGTHS if len(bare) <= size)]
    groups = head.split(".")
    heads = [head]
    if len(groups[-1]) == 1:
        heads.append(".".join([*groups[:-1], groups[-1].zfill(2)]))
    codes = dict.fromkeys(f"{head}-{day}-{sequence}" for head in heads for sequence in sequences)
    return tuple(codes)[1:]


def meant_days(text: str, today: date) -> tuple[str, ...]:
    """The days that a date part of five, six or eight digits may stand for when it is none itself."""
    found: list[str] = []
    match len(text):
        case 5:
            found = [text[:place] + "0" + text[place:] for place in range(6)]
        case 6:
            found = [text[4:] + text[2:4] + text[:2]]  # written day first
        case 8:
            found = [text[2:]] if text.startswith("20") else [text[6:] + text[2:4] + text[:2]]
    return tuple(dict.fromkeys(day for day in found if is_day(day, today)))


def unglued(letter: str, run: str, today: date) -> tuple[str, ...]:
    """The codes that a run of digits after the agency's number may be, dots and dashes left out."""
    return tuple(dict.fromkeys(_cuts(letter, run, today)))[:_MOST_GUESSES]


def _cuts(letter: str, run: str, today: date) -> Iterator[str]:
    for at in (2, 0, 3, 4, 6):
        day, sequence = run[at : at + 6], run[at + 6 :]
        head = written_head(letter + run[:at])
        if head and is_day(day, today) and 4 <= len(sequence) <= 6:
            yield f"{head}-{day}-{sequence}"
