"""Following where it could go wrong: old news, two chats of one person, locks, channels that are gone, and words."""

import asyncio
import os
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from bot.dossiers.watch import watch_folder
from bot.forget import forget_chat
from bot.store.follow_tables import Follow
from bot.store.tables import Conversation, DossierRow, Inbox, Outbox
from tests.conftest import KEY
from tests.dossiers.test_follow import ONE, TWO, dossier, followed
from tests.tickets.hall import Hall


def moved(hall: Hall, giver: str, taker: str) -> None:
    hall.says(giver, "/chuyen")
    code = hall.hears(giver).split("**")[1]
    hall.says(taker, f"mã {code}", channel="web")
    assert "mình nói tiếp ở đây" in hall.hears(taker)
    hall.hears(giver)


def kept(hall: Hall, chat: str) -> str:
    with hall.app.store.read() as session:
        return session.scalars(select(Conversation.state).where(Conversation.chat == chat)).one()


def test_what_an_older_source_says_is_no_news(hall: Hall) -> None:
    """Another process, or this one after a restart, may know less: a status never goes back because of that."""
    followed(hall)
    hall.now += timedelta(hours=2)
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung", date(2026, 12, 31))
    assert hall.app.notices.look() == 1
    with hall.app.store.write() as session:
        older = hall.now - timedelta(hours=1)
        session.execute(update(DossierRow).values(status="in_progress", status_words="Đang xử lý", as_of=older))
    assert hall.app.notices.look() == 0
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung", date(2026, 12, 31))
    assert hall.app.notices.look() == 0


def test_the_same_status_in_other_words_is_no_news(hall: Hall) -> None:
    followed(hall)
    dossier(hall, ONE, "in_progress", "Đang thẩm định", date(2026, 12, 31))
    assert hall.app.notices.look() == 0
    dossier(hall, ONE, "unknown", "Chuyển phòng", date(2026, 12, 31))
    assert hall.app.notices.look() == 1
    assert "Chuyển phòng" in hall.hears("bà Tư")
    dossier(hall, ONE, "unknown", "Chuyển sở", date(2026, 12, 31))
    assert hall.app.notices.look() == 1, "of what is not known the words are all there is"


def test_ready_is_not_the_end_and_returned_is(hall: Hall) -> None:
    followed(hall)
    dossier(hall, ONE, "ready", "Đã xử lý xong")
    assert hall.app.notices.look() == 1
    assert "thôi theo dõi" not in hall.hears("bà Tư")
    dossier(hall, ONE, "returned", "Đã trả kết quả")
    assert hall.app.notices.look() == 1
    assert "thôi theo dõi" in hall.hears("bà Tư")
    assert hall.app.notices.look() == 0
    with hall.app.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Follow)) == 0


def test_a_channel_that_is_gone_stops_nobody_else(hall: Hall) -> None:
    followed(hall, "bà Tư")
    followed(hall, "ông Năm")
    with hall.app.store.write() as session:
        session.execute(update(Conversation).where(Conversation.chat == "bà Tư").values(channel="telegram"))
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    assert hall.app.notices.look() == 1
    assert "bổ sung" in hall.hears("ông Năm").lower()


def test_the_other_chat_is_told_when_one_is_blocked(hall: Hall) -> None:
    followed(hall)
    moved(hall, "bà Tư", "trang")
    hall.now += timedelta(minutes=5)
    hall.says("bà Tư", "chào em")  # last used
    hall.hears("bà Tư")
    with hall.app.store.write() as session:
        mine = update(Outbox).where(Outbox.chat == "bà Tư")
        session.execute(mine.values(status="dead", reason="Forbidden: bot was blocked by the user"))
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    assert hall.app.notices.look() == 1
    assert hall.hears("bà Tư") == ""
    assert ONE in hall.hears("trang")


def test_a_message_that_was_given_up_is_no_block(hall: Hall) -> None:
    followed(hall)
    with hall.app.store.write() as session:
        session.execute(update(Outbox).values(status="dead", reason="gave up: NetworkError"))
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    assert hall.app.notices.look() == 1


def test_a_notice_in_the_middle_of_a_guide_leaves_its_numbers_alone(hall: Hall) -> None:
    followed(hall, "bà Tư", ONE, TWO)
    hall.says("bà Tư", button="go:vneid-muc-2")
    hall.hears("bà Tư")
    before = kept(hall, "bà Tư")
    for code in (ONE, TWO):
        dossier(hall, code, "supplement", "Yêu cầu bổ sung")
    assert hall.app.notices.look() == 1
    assert ONE in hall.hears("bà Tư")
    assert kept(hall, "bà Tư") == before


@pytest.mark.parametrize("said", ["bỏ theo dõi hồ sơ {code}", "thoi theo doi {code}", "bỏ theo dõi sổ đỏ bà ngoại"])
def test_words_that_stop(hall: Hall, said: str) -> None:
    followed(hall, "bà Tư", ONE, TWO)
    hall.says("bà Tư", button=f"td-ten:{ONE}")
    hall.says("bà Tư", "sổ đỏ bà ngoại")
    hall.says("bà Tư", said.format(code=ONE))
    with hall.app.store.read() as session:
        assert session.scalars(select(Follow.code)).all() == [TWO]


def test_the_words_alone_mean_what_was_just_shown(hall: Hall) -> None:
    dossier(hall, ONE, due=date(2026, 12, 31))
    hall.says("bà Tư", "theo doi")
    assert "mã" in hall.hears("bà Tư")
    hall.says("bà Tư", ONE)
    hall.says("bà Tư", "theo dõi")
    with hall.app.store.read() as session:
        assert session.scalars(select(Follow.code)).all() == [ONE]
    hall.says("bà Tư", "bỏ theo dõi")
    with hall.app.store.read() as session:
        assert session.scalars(select(Follow.code)).all() == []


def test_what_is_not_followed_gets_no_name_and_a_question_is_none(hall: Hall) -> None:
    hall.says("bà Tư", button=f"td-ten:{ONE}")
    assert "không theo dõi" in hall.hears("bà Tư")
    followed(hall)
    hall.says("bà Tư", button=f"td-ten:{ONE}")
    hall.says("bà Tư", "đăng ký khai sinh cần giấy gì?")
    with hall.app.store.read() as session:
        assert session.scalars(select(Follow.nickname)).all() == [None]


def test_a_move_takes_no_helper_along_and_no_code_moves_a_chat_onto_itself(hall: Hall) -> None:
    followed(hall)
    hall.joins("chị Hoa", "lead")
    hall.says("bà Tư", "/chuyen")
    code = hall.hears("bà Tư").split("**")[1]
    hall.says("bà Tư", button="cmd:gap-nguoi")
    assert '"with_helper"' in kept(hall, "bà Tư")
    hall.says("trang", f"mã {code}", channel="web")
    assert '"with_helper"' not in kept(hall, "trang")
    hall.says("trang", "/chuyen", channel="web")
    own = hall.hears("trang").split("**")[1]
    hall.says("trang", f"mã {own}", channel="web")
    assert "máy hay ứng dụng kia" in hall.hears("trang")


def test_chats_joined_before_stay_joined(hall: Hall) -> None:
    followed(hall, "a", ONE)
    followed(hall, "b", TWO)
    moved(hall, "b", "c")
    moved(hall, "a", "c")
    with hall.app.store.read() as session:
        assert session.scalar(select(func.count(Conversation.person.distinct()))) == 1
        assert set(session.scalars(select(Follow.code))) == {ONE, TWO}


def test_forgotten_in_one_chat_is_forgotten_in_all(hall: Hall) -> None:
    followed(hall)
    moved(hall, "bà Tư", "trang")
    hall.says("trang", button="cmd:quen-that", channel="web")
    with hall.app.store.read() as session:
        assert session.scalars(select(Follow)).all() == []
        assert set(session.scalars(select(Conversation.person))) == {None}
        assert session.scalar(select(func.count()).where(Inbox.text.is_not(None))) == 0
        assert session.scalar(select(func.count()).where(Outbox.chat == "bà Tư")) == 0


def test_a_chat_that_is_cleared_for_its_age_leaves_the_other_what_it_follows(hall: Hall) -> None:
    followed(hall)
    moved(hall, "bà Tư", "trang")
    with hall.app.store.write() as session:
        old = session.scalars(select(Conversation).where(Conversation.chat == "bà Tư")).one()
        forget_chat(session, old, old.seq)
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    assert hall.app.notices.look() == 1
    assert ONE in hall.hears("trang")
    with hall.app.store.write() as session:
        last = session.scalars(select(Conversation).where(Conversation.chat == "trang")).one()
        forget_chat(session, last, last.seq)
        assert session.scalars(select(Follow)).all() == []


def test_a_turn_and_a_notice_of_one_chat_do_not_wait_for_each_other(hall: Hall) -> None:
    """A turn holds its conversation before it touches what is followed. A notice must not hold these the other way
    round: it leaves a chat that is talking alone and comes again."""
    if hall.app.store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nobody waits for a row")
    followed(hall)
    dossier(hall, ONE, "supplement", "Yêu cầu bổ sung")
    counts: list[int] = []
    with hall.app.store.write() as session:
        session.scalars(select(Conversation).where(Conversation.chat == "bà Tư").with_for_update()).one()
        looking = threading.Thread(target=lambda: counts.append(hall.app.notices.look()))
        looking.start()
        looking.join(20)
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        session.execute(select(Follow).with_for_update()).all()
        session.execute(text("SET LOCAL lock_timeout = 0"))
    looking.join(20)
    assert counts == [0]
    assert hall.app.notices.look() == 1


def test_an_import_in_this_process_wakes_the_worker_and_a_stop_ends_it(hall: Hall, tmp_path: Path) -> None:
    """The worker looks by itself only twice a minute; what waits here gives up earlier than that."""
    followed(hall)
    hall.now += timedelta(hours=1)
    folder = watch_folder(tmp_path / "ho-so", hall.app.store, hall.app.library, lambda: hall.now, KEY, hall.app.bell)

    async def scene() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(hall.app.notices.run(stop))
        await asyncio.to_thread(folder.look)
        table = tmp_path / "ho-so" / "a.csv"
        table.write_text(f"Mã hồ sơ,Tên thủ tục,Trạng thái\n{ONE},Đăng ký kết hôn,Yêu cầu bổ sung\n", encoding="utf-8")
        os.utime(table, (hall.now.timestamp(), hall.now.timestamp()))
        for _ in range(3):
            await asyncio.to_thread(folder.look)
        told = ""
        async with asyncio.timeout(20):
            while not (told := hall.hears("bà Tư")):
                await asyncio.sleep(0.02)
            stop.set()
            await running
        assert "bổ sung" in told.lower()

    asyncio.run(scene())
