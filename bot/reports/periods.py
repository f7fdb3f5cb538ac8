"""The periods that are reported: a day, a week, a month, half a year, and the one before each."""

import calendar
from datetime import date, timedelta
from typing import Literal

Period = Literal["day", "week", "month", "half"]


def period(kind: Period, today: date) -> tuple[date, date]:
    """The first and last day of the period that `today` lies in; a week begins on Monday."""
    match kind:
        case "day":
            return today, today
        case "week":
            first = today - timedelta(days=today.weekday())
            return first, first + timedelta(days=6)
        case "month":
            return today.replace(day=1), today.replace(day=calendar.monthrange(today.year, today.month)[1])
        case "half":
            first = today.replace(month=1 if today.month < 7 else 7, day=1)
            return first, date(today.year, 6, 30) if today.month < 7 else date(today.year, 12, 31)


def before(first: date, last: date) -> tuple[date, date]:
    """The period of the same kind just before: whole months before whole months, else as many days."""
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        count = first.year * 12 + first.month - 1 - months
        return date(count // 12, count % 12 + 1, 1), first - timedelta(days=1)
    days = (last - first).days + 1
    return first - timedelta(days=days), first - timedelta(days=1)
