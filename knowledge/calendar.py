"""Working days in Việt Nam: Monday to Friday without the holidays that `holidays` knows and the content corrects."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache
def _holidays() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")


class Calendar:
    """`off` are days off and `worked` days worked that `holidays` does not know; `worked` wins over every other."""

    def __init__(self, off: Iterable[date] = (), worked: Iterable[date] = ()) -> None:
        self._off, self._worked = frozenset(off), frozenset(worked)

    def is_working_day(self, day: date) -> bool:
        return day in self._worked or (day not in self._off and _holidays().is_working_day(day))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sum(map(self.is_working_day, days))

    def working_day_from(self, day: date) -> date:
        """The day itself, or the next working day: a term that ends on a day off ends on that one (Civil Code)."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day
