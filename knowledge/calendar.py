"""Working days in Việt Nam: Monday to Friday without public holidays, with the swaps `holidays` knows."""

from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")


def is_working_day(day: date) -> bool:
    return _holidays().is_working_day(day)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))
