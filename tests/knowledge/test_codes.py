"""Codes in free text, and working days."""

from datetime import date

import pytest

from knowledge.calendar import working_days_between
from knowledge.dossier_codes import find_codes

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("hồ sơ H24.12-261105-0007 tới đâu rồi", "H24.12-261105-0007"),
        ("ho so h24.12 - 261105 - 0007", "H24.12-261105-0007"),
        ("H24.12–261105–0007", "H24.12-261105-0007"),
        ("mã H24.12-261105-OO07 nha", "H24.12-261105-0007"),
        ("H24.12 261105 0007", "H24.12-261105-0007"),
        ("000.00.04.H51-200221-0001", "000.00.04.H51-200221-0001"),
        ("G22.99-251225-020175.", "G22.99-251225-020175"),
        ("(G22.99.08-260921-896048)", "G22.99.08-260921-896048"),
        ("G01.899.909-260916-890028", "G01.899.909-260916-890028"),
        ("G01.108.000.000-240604-00884", "G01.108.000.000-240604-00884"),
        ("H49.22-\n261117-0007", "H49.22-261117-0007"),
    ],
)
def test_a_code_is_found_however_it_is_typed(said: str, code: str) -> None:
    (found,) = find_codes(said, TODAY)
    assert (found.text, found.kind) == (code, "dossier")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("G22.99.3-241219795252", "payment"),
        ("03706/2026/07906", "insurance"),
        ("1.004222", "procedure"),
        ("2.002621.H13", "procedure"),
        ("RR123456785VN", "post"),
        ("H24.12-261399-0001", "bad_date"),
        ("H24.12-271105-0001", "bad_date"),
    ],
)
def test_other_codes_are_told_apart(said: str, kind: str) -> None:
    assert [found.kind for found in find_codes(said, TODAY)] == [kind]


@pytest.mark.parametrize(
    "said",
    [
        "0912345678",
        "001099012345",
        "sinh ngày 05/11/2026",
        "RR123456784VN",
        "số nhà H12",
        "24.12.2026",
        "giá 15.000-20.000",
    ],
)
def test_what_only_looks_like_a_code_is_none(said: str) -> None:
    assert find_codes(said, TODAY) == ()


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 25)) == 1  # 24/11 is a holiday from 2026 on
    assert working_days_between(date(2026, 11, 27), date(2026, 11, 30)) == 1
    assert working_days_between(date(2026, 11, 30), date(2026, 11, 27)) == -1
    assert working_days_between(date(2026, 2, 13), date(2026, 2, 23)) == 1  # Tết
