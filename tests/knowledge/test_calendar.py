"""Working days."""

from datetime import date

from knowledge.calendar import working_days_between


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 25)) == 1  # 24/11 is a holiday from 2026 on
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 30)) == 1
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 27)) == -1
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 23)) == 1  # Tết
