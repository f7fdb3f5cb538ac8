"""Following a dossier: each piece of news once, by day, in one message, where its person can be reached."""

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.store.follow_tables import Follow
from bot.store.tables import Conversation, DossierRow, Outbox
from handlers.events import dated, events, mark
from handlers.ports import Dossier, Status
from knowledge.calendar import Calendar
from tests.conftest import NOW
from tests.tickets.hall import Hall

ONE, TWO = "H24.12-261120-0001", "H24.12-261120-0002"


def dossier(
    hall: Hall, code: str, status: str = "in_progress", words: str = "Đang xử lý", due: date | None = None
) -> None:
    """As a table would bring it."""
    with hall.app.store.write() as session:
        session.merge(
            DossierRow(
                code=code,
                procedure="Đăng ký kết hôn",
                status=status,
                status_words=words,
                received_on=date(2026, 11, 20),
                due_on=due,
                as_of=hall.now,
            )
        )


def followed(hall: Hall, chat: str = "bà Tư", *codes: str) -> None:
    for code in codes or (ONE,):
        dossier(hall, code, due=date(2026, 12, 31))
        hall.says(chat, f"theo doi ho so {code}")
    hall.hears(chat)


def test_a_change_is_told_once_however_often_one_looks(hall: Hall) -> None:
    followed(hall)
    assert hall.app.notices.look() == 0
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung", date(2026, 12, 31))
    assert hall.app.notices.look() == 1
    told = hall.hears("bà Tư")
    assert ONE in told
    assert "bổ sung" in told.lower()
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung", date(2026, 12, 31))
    assert hall.app.notices.look() == 0
    hall.crash()
    assert hall.app.notices.look() == 0
    dossier(hall, ONE, "in_progress", "Đang xử lý", date(2026, 12, 31))
    assert hall.app.notices.look() == 1
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung", date(2026, 12, 31))
    assert hall.app.notices.look() == 1, "a second request to supplement is news again"


def test_finished_is_told_and_then_followed_no_more(hall: Hall) -> None:
    followed(hall)
    dossier(hall, ONE, "returned", "Đã trả kết quả", date(2026, 12, 31))
    assert hall.app.notices.look() == 1
    assert "thôi theo dõi" in hall.hears("bà Tư")
    hall.says("bà Tư", "hồ sơ đang theo dõi")
    assert "chưa theo dõi hồ sơ nào" in hall.hears("bà Tư")


def test_near_today_and_over_each_on_its_day(hall: Hall) -> None:
    """The appointment is on Monday, 7 December 2026: three working days before is Wednesday, the 2nd."""
    dossier(hall, ONE, due=date(2026, 12, 7))
    hall.says("bà Tư", f"theo doi ho so {ONE}")
    hall.hears("bà Tư")
    heard: dict[str, str] = {}
    for number in range(20):
        hall.now = NOW + timedelta(days=number)
        hall.app.notices.look()
        hall.app.notices.look()
        if told := hall.hears("bà Tư"):
            heard[f"{hall.now:%d/%m}"] = told
    assert list(heard) == ["02/12", "07/12", "08/12"]
    assert "sắp tới ngày hẹn, thứ Hai, 07/12/2026" in heard["02/12"]
    assert "hôm nay là ngày hẹn" in heard["07/12"]
    assert "quá ngày hẹn" in heard["08/12"]


def test_nobody_is_woken(hall: Hall) -> None:
    followed(hall)
    dossier(hall, ONE, "ready", "Đã xử lý xong")
    for hour, minute in ((21, 0), (23, 30), (6, 59)):
        hall.now = hall.now.replace(hour=hour, minute=minute)
        assert hall.app.notices.look() == 0, hour
    hall.now = hall.now.replace(hour=7, minute=0)
    assert hall.app.notices.look() == 1


def test_much_at_once_is_one_message_with_names(hall: Hall) -> None:
    followed(hall, "bà Tư", ONE, TWO)
    hall.says("bà Tư", button=f"td-ten:{ONE}")
    hall.says("bà Tư", "sổ đỏ bà ngoại 0912345678")
    assert "che số điện thoại" in hall.hears("bà Tư")
    hall.says("bà Tư", "12345")
    assert "không ghi số giấy tờ" in hall.hears("bà Tư")
    hall.says("bà Tư", "sổ đỏ bà ngoại")
    hall.hears("bà Tư")
    for code in (ONE, TWO):
        dossier(hall, code, "ready", "Đã xử lý xong")
    assert hall.app.notices.look() == 1
    told = hall.hears("bà Tư")
    assert told.count("Tin về hồ sơ") == 1
    assert "sổ đỏ bà ngoại" in told
    assert TWO in told


def test_asked_by_its_name(hall: Hall) -> None:
    followed(hall)
    hall.says("bà Tư", button=f"td-ten:{ONE}")
    hall.says("bà Tư", "sổ đỏ bà ngoại")
    hall.hears("bà Tư")
    hall.says("bà Tư", "so do ba ngoai toi dau roi")
    assert ONE in hall.hears("bà Tư")
    hall.says("bà Tư", "làm sổ đỏ lần đầu cần giấy gì")
    assert ONE not in hall.hears("bà Tư")
    hall.says("bà Tư", button=f"td-thoi:{ONE}")
    dossier(hall, ONE, "ready", "Đã xử lý xong")
    hall.hears("bà Tư")
    assert hall.app.notices.look() == 0


def test_two_followers_are_both_told_and_not_of_each_other(hall: Hall) -> None:
    followed(hall, "bà Tư", ONE)
    hall.says("con gái", f"theo doi ho so {ONE}")
    hall.hears("con gái")
    dossier(hall, ONE, "ready", "Đã xử lý xong")
    assert hall.app.notices.look() == 2
    assert ONE in hall.hears("bà Tư")
    assert ONE in hall.hears("con gái")


def test_a_blocked_chat_is_left_alone_until_its_person_is_back(hall: Hall) -> None:
    followed(hall)
    with hall.app.store.write() as session:
        session.execute(update(Outbox).values(status="dead", reason="Forbidden: bot was blocked by the user"))
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    assert hall.app.notices.look() == 0
    hall.now += timedelta(hours=1)
    hall.says("bà Tư", "chào em")
    hall.hears("bà Tư")
    assert hall.app.notices.look() == 1, "then the news is told, for it was not lost"
    assert "bổ sung" in hall.hears("bà Tư").lower()


def test_moved_to_another_channel_and_told_there(hall: Hall) -> None:
    followed(hall, "bà Tư", ONE)
    hall.says("bà Tư", button="go:vneid-muc-2")
    hall.hears("bà Tư")
    hall.says("bà Tư", "/chuyen")
    code = hall.hears("bà Tư").split("**")[1]
    hall.now += timedelta(minutes=1)
    hall.says("máy mới", f"mã {code}", channel="web")
    assert "mình nói tiếp ở đây" in hall.hears("máy mới")
    assert "đã chuyển sang máy" in hall.hears("bà Tư"), "somebody else may have seen the code"
    hall.says("máy mới", "làm tiếp", channel="web")
    assert "Bước" in hall.hears("máy mới")
    hall.says("máy mới", "hồ sơ đang theo dõi", channel="web")
    assert ONE in hall.hears("máy mới")
    dossier(hall, ONE, "ready", "Đã xử lý xong")
    assert hall.app.notices.look() == 1
    assert ONE in hall.hears("máy mới")
    assert hall.hears("bà Tư") == ""
    hall.says("máy mới", f"mã {code}", channel="web")
    assert "không đúng" in hall.hears("máy mới")


def test_forgotten_everywhere(hall: Hall) -> None:
    followed(hall)
    hall.says("bà Tư", button="cmd:quen-that")
    with hall.app.store.read() as session:
        assert session.scalars(select(Follow)).all() == []
        assert session.scalars(select(Conversation.person)).all() == [None]


def test_twenty_are_enough(hall: Hall) -> None:
    codes = [f"H24.12-261120-{number:04}" for number in range(1, 22)]
    with hall.app.store.write() as session:
        conversation = Conversation(channel="console", chat="bà Tư", state="{}", seq=0, last_at=NOW, person="p")
        session.add(conversation)
        session.add_all(Follow(person="p", code=code, seen="x", seen_at=NOW, told="", since=NOW) for code in codes[:20])
    dossier(hall, codes[20])
    hall.says("bà Tư", f"theo doi ho so {codes[20]}")
    assert "đủ 20 hồ sơ" in hall.hears("bà Tư")


def test_two_processes_at_once_tell_once(hall: Hall) -> None:
    people = [f"người {number}" for number in range(12)]
    dossier(hall, ONE)
    for person in people:
        hall.says(person, f"theo doi ho so {ONE}")
        hall.hears(person)
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(hall.app.notices.look())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == len(people)
    assert [hall.hears(person).count("Tin về hồ sơ") for person in people] == [1] * len(people)


def about(status: Status, due: date | None = None, since: date | None = None) -> Dossier:
    return Dossier(ONE, "x", status, "x", date(2026, 11, 2), due, datetime(2026, 11, 25), since)


@pytest.mark.parametrize(
    ("it", "text"),
    [
        (about(Status.IN_PROGRESS, date(2026, 11, 30)), "follow_soon"),
        (about(Status.IN_PROGRESS, date(2026, 12, 1)), None),
        (about(Status.IN_PROGRESS, date(2026, 11, 25)), "follow_today"),
        (about(Status.IN_PROGRESS, date(2026, 11, 23)), "follow_overdue"),
        (about(Status.SUPPLEMENT, date(2026, 11, 24)), None),
        (about(Status.READY, date(2026, 11, 24)), None),
        (about(Status.SENT, None, date(2026, 11, 18)), "follow_silent"),
        (about(Status.SENT, None, date(2026, 11, 24)), None),
    ],
)
def test_what_the_calendar_says(it: Dossier, text: str | None) -> None:
    found = dated(it, date(2026, 11, 25), Calendar())
    assert [event.text for event in found] == ([text] if text else [])
    assert events(it, mark(it), [event.key for event in found], date(2026, 11, 25), Calendar()) == []
