"""One cell of a table as text or as a moment, in every form that one-stop systems write it."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_SERIAL_FROM, _SERIAL_TO = 20_000, 80_000  # Excel's days from 1954 to 2119
_EPOCH = datetime(1899, 12, 30)
_CLOCK = re.compile(
    r"(\d{1,2})\s*(?::|h|giờ)\s*(\d{2})?(?:\s*(?::|phút)\s*(\d{2})?)?(?:\.\d+)?\s*(am|pm|sa|ch)?(?![\d/])"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"(\d{1,2})\s*(?:tháng|thang)\s*(\d{1,2})\s*(?:năm|nam)\s*(\d{4})")
_BARE = re.compile(r"(20\d{2})(\d{2})(\d{2})")


def text_of(cell: Cell) -> str:
    """The cell as one line of text; whole numbers without “.0”."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def moment_of(cell: Cell) -> datetime | None:
    """The day, and the time where there is one; None for an empty cell. Raises ValueError for what is no date."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    text = text_of(cell).lower()
    if not text.strip("-/. "):
        return None
    if re.fullmatch(r"\d+([.,]\d+)?", text) and _SERIAL_FROM < (number := float(text.replace(",", "."))) < _SERIAL_TO:
        return (_EPOCH + timedelta(days=number)).replace(microsecond=0)
    return _written(text)


@lru_cache(maxsize=4096)  # the rows of a table share their days
def _written(text: str) -> datetime:
    if found := _YEAR_FIRST.search(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.search(text) or _WORDS.search(text):
        day, month, year = found.groups()
    elif found := _BARE.fullmatch(text):
        year, month, day = found.groups()
    else:
        raise ValueError(text)
    rest = text[: found.start()] + " " + text[found.end() :].lstrip("t")
    clock = _CLOCK.search(rest)
    hour, minute, second = (int(part or 0) for part in clock.groups()[:3]) if clock else (0, 0, 0)
    if clock and clock[4] in ("pm", "ch") and hour < 12:
        hour += 12
    if clock and clock[4] in ("am", "sa") and hour == 12:
        hour = 0
    return datetime(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day), hour, minute, second)
