"""`/giup`: a member beside a neighbour. What is recorded, and above all what is not."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.staff.directory import add_area, find_staff, remove_staff
from bot.staff.helping import SessionsEnd
from bot.store.staff_tables import HelpSession
from bot.store.tables import Table
from tests.tickets.hall import Hall


def kept(hall: Hall) -> list[HelpSession]:
    with hall.app.store.read() as session:
        return list(session.scalars(select(HelpSession).order_by(HelpSession.id)))


def begun(hall: Hall) -> None:
    """Lan has begun a session with somebody over sixty, who agreed."""
    hall.joins("Lan", area="Khu phố 1")
    hall.says("Lan", "/giup")
    hall.says("Lan", button="gl:tuoi:60_plus")
    hall.hears("Lan")


def test_a_session_from_consent_to_minutes(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", "/xong")
    assert "không ghi" in hall.hears("Lan"), "without consent nothing is recorded"
    assert kept(hall) == []
    hall.says("Lan", "/giup")
    hall.says("Lan", "3")  # from 60: by number, as in a channel without buttons
    assert "đọc to cho bà con nghe" in hall.hears("Lan")
    hall.says("Lan", button="gl:dongy")
    hall.says("Lan", button="go:vneid-muc-2")
    assert any(button.value == "gl:xong" for button in hall.offered("Lan"))
    hall.says("Lan", button="gl:xong")
    hall.says("Lan", button="gl:kq:stuck")
    hall.hears("Lan")
    hall.says("Lan", "25")
    assert "Em đã ghi" in hall.hears("Lan")
    row = kept(hall)[0]
    assert (row.age, row.area_id, row.guide, row.outcome, row.minutes) == ("60_plus", 1, "vneid-muc-2", "stuck", 25)
    assert row.stuck is not None
    assert row.stuck.startswith("vneid-muc-2/")


def test_guides_questions_and_lists_work_as_ever_inside(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    hall.says("Lan", "lam khai sinh cho chau can giay gi")
    assert "Giấy chứng sinh" in hall.hears("Lan")
    hall.says("Lan", button="ds:dang-ky-khai-sinh")
    hall.says("Lan", "2")
    assert "☑ 2." in hall.hears("Lan")
    hall.says("Lan", button="ds-ma")
    code = hall.hears("Lan").split("**")[1]
    hall.says("bà Tư", f"mã {code}")
    assert "☑ 2." in hall.hears("bà Tư"), "the neighbour has the list on their own phone"
    for tap in ("gl:xong", "gl:kq:done", "gl:phut:20"):
        hall.says("Lan", button=tap)
    row = kept(hall)[0]
    assert (row.topic, row.outcome, row.stuck, row.minutes) == ("dang-ky-khai-sinh", "done", None, 20)


def test_nothing_that_says_who_it_was_is_kept(hall: Hall, tmp_path: Path) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    hall.says("Lan", "căn cước bà là 001099012345, mật khẩu là hoasen1957")
    assert "đừng gửi" in hall.hears("Lan")
    hall.says("Lan", "mã otp của bà là 482913")
    assert "đừng gửi mật khẩu" in hall.hears("Lan")
    for tap in ("gl:xong", "gl:kq:done", "gl:phut:20"):
        hall.says("Lan", button=tap)
    hall.app.store.close()
    file = tmp_path / "causo.sqlite3"
    if file.exists():
        dump = "\n".join(sqlite3.connect(file).iterdump())
        assert "help_session" in dump
        assert not any(secret in dump for secret in ("001099012345", "482913"))


def test_undone(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    hall.says("Lan", "/giup hủy")
    assert "không ghi buổi này" in hall.hears("Lan")
    hall.says("Lan", "/xong")
    assert kept(hall) == []


def test_it_ends_by_itself_at_the_next_word(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    hall.now = hall.now.replace(minute=10)
    hall.says("Lan", "dang ky tam tru")
    hall.now = hall.now.replace(hour=11)
    hall.hears("Lan")
    hall.says("Lan", "thẻ bảo hiểm y tế")
    row = kept(hall)[0]
    assert (row.topic, row.outcome, row.minutes) == ("dang-ky-tam-tru", None, 10)
    assert "Kết thúc buổi giúp" not in [button.label for button in hall.offered("Lan")]


def test_it_ends_by_itself_though_nobody_writes_again(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    ends = SessionsEnd(hall.app.store, lambda: hall.now)
    assert ends.look() == 0
    hall.now = hall.now.replace(hour=10)
    assert ends.look() == 1
    assert ends.look() == 0
    assert len(kept(hall)) == 1


def test_who_is_no_member_hears_how_to_become_one(hall: Hall) -> None:
    hall.says("bà Tư", "/giup")
    assert "xin mã mời" in hall.hears("bà Tư")
    assert kept(hall) == []


def everything(hall: Hall) -> str:
    """All that stands in any table, on either database."""
    with hall.app.store.read() as session:
        return "\n".join(
            str(tuple(row)) for table in Table.metadata.sorted_tables for row in session.execute(select(table))
        )


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("mã otp của bà là 482913", "482913"),
        ("mật khẩu vneid của bà là hoasen1957", "hoasen1957"),
        ("so can cuoc cua ba la 001099012345", "001099012345"),
        ("001099012345", "001099012345"),
    ],
)
def test_what_is_refused_inside_a_session_stands_in_no_table(hall: Hall, said: str, secret: str) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    hall.says("Lan", button="go:vneid-muc-2")
    hall.hears("Lan")
    hall.says("Lan", said)
    assert "đừng gửi" in hall.hears("Lan")
    hall.says("Lan", button="gl:xong")
    hall.says("Lan", button="gl:kq:done")
    hall.says("Lan", said)  # while minutes are asked for, a long number is still no minutes
    hall.says("Lan", "²")
    hall.says("Lan", button="gl:phut:20")
    assert [row.minutes for row in kept(hall)] == [20]
    assert "vneid-muc-2" in everything(hall), "the search does look at what is kept"
    assert secret not in everything(hall)


def test_only_the_day_is_kept_of_when(hall: Hall) -> None:
    begun(hall)
    for tap in ("gl:dongy", "gl:xong", "gl:kq:visit", "gl:phut:10"):
        hall.says("Lan", button=tap)
    assert kept(hall)[0].day == hall.now.date()
    assert not any(isinstance(value, datetime) for value in vars(kept(hall)[0]).values())


def test_the_next_neighbour_begins_with_nothing_of_the_last(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    hall.says("Lan", button="ds:dang-ky-khai-sinh")
    hall.says("Lan", "2")
    for tap in ("gl:xong", "gl:kq:done", "gl:phut:20"):
        hall.says("Lan", button=tap)
    assert "dang-ky-khai-sinh" not in hall.state("Lan")
    hall.says("Lan", button="gl:nua")
    assert "bao nhiêu tuổi" in hall.hears("Lan")


def test_a_guide_that_is_open_stays_open_and_names_where_somebody_is_stuck(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.says("Lan", button="go:vneid-muc-2")
    for said in ("/giup", "3"):
        hall.says("Lan", said)
    hall.says("Lan", button="gl:dongy")
    assert '"in_guide"' in hall.state("Lan")
    hall.says("Lan", button="go:vneid-muc-2")
    hall.hears("Lan")
    hall.says("Lan", button="gl:xong")
    assert any(button.label.startswith("Vướng ở “") for button in hall.offered("Lan"))


def test_a_neighbourhood_is_one_of_the_wards(hall: Hall) -> None:
    hall.joins("Lan")
    with hall.app.store.write() as session:
        for name in ("Khu phố 1", "Khu phố 2"):
            add_area(session, name)
    hall.says("Lan", "/giup")
    hall.says("Lan", button="gl:tuoi:under_35")
    hall.hears("Lan")
    hall.says("Lan", button="gl:kp:999")
    assert "đọc to" not in hall.hears("Lan")
    hall.says("Lan", button="gl:kp:2")
    for tap in ("gl:dongy", "gl:xong", "gl:kq:done", "gl:phut:10"):
        hall.says("Lan", button=tap)
    assert [row.area_id for row in kept(hall)] == [2]


def test_who_helps_no_more_has_nothing_open(hall: Hall) -> None:
    begun(hall)
    hall.says("Lan", button="gl:dongy")
    assert "60_plus" in hall.state("Lan")
    with hall.app.store.write() as session:
        remove_staff(session, find_staff(session, "Lan"))
    assert "60_plus" not in hall.state("Lan"), "at once, though they never write again"
    hall.hears("Lan")
    hall.says("Lan", "dang ky tam tru")
    assert all(button.value != "gl:xong" for button in hall.offered("Lan"))
    hall.says("Lan", "/giup")
    assert "xin mã mời" in hall.hears("Lan")
    assert kept(hall) == []
