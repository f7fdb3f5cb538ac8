"""Days as tables write them."""

from datetime import date, datetime

import pytest

from bot.dossiers.cells import moment_of


@pytest.mark.parametrize(
    "cell",
    [
        "05/11/2026", "5/11/2026", "5/11/26", "05-11-2026", "05.11.2026", "2026-11-05", "2026/11/05", "20261105",
        "2026-11-05T08:30:00", "2026-11-05T08:30:00+07:00", "2026-11-05 08:30:00.123",
        "05/11/2026 08:30", "8h30 05/11/2026",
        "08:30:00 05/11/2026", "05/11/2026 8:30 SA", "ngày 5 tháng 11 năm 2026", "8 giờ 30 phút ngày 05/11/2026",
        46331, 46331.354, "46331", "46331,5", date(2026, 11, 5), datetime(2026, 11, 5, 8, 30), "Thứ Năm, 05/11/2026",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(cell: object) -> None:
    moment = moment_of(cell)  # type: ignore[arg-type]
    assert moment
    assert moment.date() == date(2026, 11, 5)


def test_the_time_is_kept_where_there_is_one() -> None:
    assert moment_of("05/11/2026 2:05 CH") == datetime(2026, 11, 5, 14, 5)
    assert moment_of(46331.5) == datetime(2026, 11, 5, 12)


@pytest.mark.parametrize("cell", ["hôm qua", "31/02/2026", "13/13/2026", "5", 12, "11/2026", "0912345678"])
def test_what_is_no_day_is_an_error(cell: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        moment_of(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "//"])
def test_nothing_is_nothing(cell: object) -> None:
    assert moment_of(cell) is None  # type: ignore[arg-type]
