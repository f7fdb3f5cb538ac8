"""Working days."""

from datetime import date

from knowledge.calendar import Calendar
from knowledge.load import load

working_days_between = Calendar().working_days_between


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 25)) == 1  # 24/11 is a holiday from 2026 on
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 30)) == 1
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 27)) == -1
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 23)) == 1  # Tết


def test_the_content_adds_days_off_and_days_worked() -> None:
    calendar = Calendar(off=[date(2026, 11, 25)], worked=[date(2026, 11, 28), date(2026, 11, 24)])
    assert not calendar.is_working_day(date(2026, 11, 25))
    assert calendar.is_working_day(date(2026, 11, 28))  # a Saturday
    assert calendar.is_working_day(date(2026, 11, 24))  # a holiday that is worked
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 30)) == 5


def test_the_swaps_of_2026_are_known() -> None:
    facts = load().dossiers
    assert facts
    days = [date(2026, 1, 2), date(2026, 1, 10), date(2026, 8, 22), date(2026, 8, 31), date(2026, 11, 24)]
    assert [facts.calendar.is_working_day(day) for day in days] == [False, True, True, False, False]
