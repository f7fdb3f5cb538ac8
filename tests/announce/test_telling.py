"""Who is told, once each, when, and what becomes of what waits."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.announce import acts
from bot.announce.audience import Expected
from bot.announce.sending import KEPT
from bot.store.announce_tables import AnnouncementTold
from bot.store.staff_tables import Audit
from bot.store.tables import Conversation, Outbox
from bot.store.zalo_tables import ZaloChat
from tests.announce.conftest import TELEGRAM, ZALO, Ward
from tests.conftest import NOW


def told(ward: Ward) -> list[str]:
    """The chats that have messages in the outbox, as often as they have."""
    with ward.app.store.read() as session:
        return sorted(session.scalars(select(Outbox.chat).where(Outbox.payload.contains("cúp nước"))))


def settle(ward: Ward, chat: str, status: str, reason: str | None = None) -> None:
    """As if the platform had answered."""
    with ward.app.store.write() as session:
        session.execute(update(Outbox).where(Outbox.chat == chat).values(status=status, reason=reason))


def test_all_are_told_once_and_who_comes_later_is_not(ward: Ward) -> None:
    ward.says("bà Tư", "chào em")
    ward.lives("ông Năm", TELEGRAM)
    ward.lives("-100200", TELEGRAM)  # a group
    ward.hears("bà Tư")
    number = ward.announces()
    assert ward.look() == 2
    assert "Mai cúp nước." in ward.hears("bà Tư")
    ward.lives("mới tới", TELEGRAM)
    ward.crash()
    assert ward.look() == 0
    assert told(ward) == ["bà Tư", "ông Năm"]
    assert ward.one(number).state == "sending", "one still waits to be sent"
    settle(ward, "ông Năm", "sent")
    ward.look()
    assert ward.one(number).state == "done"
    assert dict(ward.report(number).totals()) == {"sent": 2}


def test_a_person_with_several_chats_is_told_in_the_one_last_used_that_may_be_written_to(ward: Ward) -> None:
    ward.lives("telegram của bà", TELEGRAM, "p1", days=30)
    ward.lives("zalo của bà", ZALO, "p1", days=9)
    ward.lives("trang của bà", "web", "p1", days=40)
    with ward.app.store.write() as session:
        session.add(ZaloChat(chat="zalo của bà", last_at=ward.now - timedelta(days=9), closed=False))
    number = ward.announces()
    assert ward.forecast(number).channels == {TELEGRAM: Expected(told=1)}
    assert ward.look() == 1
    assert told(ward) == ["telegram của bà"]


def test_what_zalo_does_not_allow_is_known_before(ward: Ward) -> None:
    for chat, hours in (("mới nhắn", 1), ("ba ngày", 72), ("lâu rồi", 24 * 20)):
        ward.lives(chat, ZALO, hours=hours)
        with ward.app.store.write() as session:
            session.add(ZaloChat(chat=chat, last_at=ward.now - timedelta(hours=hours), closed=False))
    ward.lives("chặn rồi", TELEGRAM, hours=5)
    with ward.app.store.write() as session:
        blocked = session.scalars(select(Conversation).where(Conversation.chat == "chặn rồi")).one()
        known = {"channel": TELEGRAM, "chat": "chặn rồi", "seq": 1, "payload": "{}", "priority": 0, "attempts": 1}
        at = ward.now - timedelta(hours=4)
        refused = {"status": "dead", "reason": "bot was blocked", "not_before": at, "created_at": at}
        session.add(Outbox(conversation_id=blocked.id, **known, **refused))
    number = ward.announces()
    expected = ward.forecast(number).channels
    assert expected == {TELEGRAM: Expected(blocked=1), ZALO: Expected(told=1, shut=2)}
    ward.look()
    found = ward.report(number)
    assert found.channels[ZALO]["waiting"] == 1
    assert found.channels[ZALO]["window"] == 2
    assert found.channels[TELEGRAM]["blocked"] == 1
    settle(ward, "mới nhắn", "sent")
    ward.wait(seconds=KEPT.total_seconds() + 60)
    ward.look()
    assert (ward.one(number).state, ward.one(number).left_out) == ("done", 2)
    assert told(ward) == ["mới nhắn"], "what is no news any more is taken back"


def test_who_is_in_touch_again_gets_what_waited_for_that(ward: Ward) -> None:
    ward.lives("lâu rồi", ZALO, days=20)
    with ward.app.store.write() as session:
        session.add(ZaloChat(chat="lâu rồi", last_at=ward.now - timedelta(days=20), closed=False))
    ward.announces()
    ward.look()
    ward.says("lâu rồi", "chào em", channel=ZALO)
    with ward.app.store.read() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.id)).all()
    assert {row.status for row in rows} == {"waiting"}


def test_nothing_at_night_and_what_waits_at_nine_is_told_in_the_morning(ward: Ward) -> None:
    ward.lives("ông Năm", TELEGRAM)
    number = ward.announces(at=NOW.replace(hour=20))
    assert ward.look() == 0, "not yet"
    ward.wait(hours=11, minutes=59)
    assert ward.look() == 1
    ward.wait(minutes=2)
    assert ward.look() == 0
    assert told(ward) == []
    ward.wait(hours=9)
    assert ward.look() == 0, "six o'clock"
    ward.wait(hours=1)
    assert ward.look() == 1
    assert told(ward) == ["ông Năm"]
    assert ward.one(number).state == "sending"


def test_a_pause_holds_back_what_waits_and_it_goes_on_where_it_stopped(ward: Ward) -> None:
    for number in range(120):
        ward.lives(f"n{number:03}", TELEGRAM)
    announced = ward.announces()
    ward.look()
    settle(ward, "n007", "sent")
    assert ward.act(announced, acts.pause)
    assert told(ward) == ["n007"]
    assert ward.look() == 0
    assert not ward.act(announced, acts.pause)
    assert ward.act(announced, acts.resume)
    ward.crash()
    assert ward.look() == 119
    assert told(ward) == [f"n{number:03}" for number in range(120)]


def test_cancelled_is_for_good_and_tells_how_many_were_left_out(ward: Ward) -> None:
    for name in ("một", "hai", "ba"):
        ward.lives(name, TELEGRAM)
    number = ward.announces()
    ward.look()
    settle(ward, "hai", "sent")
    assert ward.act(number, acts.cancel, ward.app.announcer.scope)
    assert told(ward) == ["hai"]
    assert ward.look() == 0
    assert not ward.act(number, acts.resume)
    assert ward.one(number).left_out == 2


def test_what_is_being_sent_is_not_taken_back(ward: Ward) -> None:
    ward.lives("đang gửi", TELEGRAM)
    number = ward.announces()
    ward.look()
    with ward.app.store.write() as session:
        session.execute(update(Outbox).values(lease_owner="1-a", lease_until=ward.now + timedelta(seconds=90)))
    ward.act(number, acts.pause)
    ward.act(number, acts.resume)
    ward.look()
    assert told(ward) == ["đang gửi"]


def test_nobody_approves_their_own_and_a_lead_approves_nothing(ward: Ward) -> None:
    hoa, ba, minh = ward.employs("Hoa"), ward.employs("Ba", "lead"), ward.employs("Minh", "operator")
    with ward.app.store.write() as session:
        made = acts.write(session, hoa, acts.Draft("Mai cúp nước.", "all"), ward.now)
        assert not acts.approve(session, made, minh, ward.now, ward.now), "not submitted"
        assert acts.submit(session, made, hoa, ward.now)
        assert not acts.change(session, made, hoa, acts.Draft("Khác", "all"), ward.now)
        assert not acts.approve(session, made, hoa, ward.now, ward.now)
        assert not acts.approve(session, made, ba, ward.now, ward.now)
        assert acts.send_back(session, made, minh, ward.now)
        assert acts.change(session, made, minh, acts.Draft("Khác", "all"), ward.now)
        assert acts.submit(session, made, hoa, ward.now)
        assert not acts.approve(session, made, minh, ward.now, ward.now), "minh wrote it last"
        assert acts.approve(session, made, hoa, ward.now, ward.now)
    with ward.app.store.read() as session:
        log = [row.act for row in session.scalars(select(Audit).order_by(Audit.id)) if row.act.startswith("ann")]
    assert [act.removeprefix("announcement ") for act in log] == [
        "written",
        "submitted",
        "sent back",
        "changed",
        "submitted",
        "approved",
    ]


@pytest.mark.parametrize("status", ["waiting", "sent"])
def test_who_asks_to_be_forgotten_is(ward: Ward, status: str) -> None:
    ward.says("bà Tư", "nhận tin khai sinh")
    number = ward.announces()
    ward.look()
    settle(ward, "bà Tư", status)
    ward.hears("bà Tư")
    ward.says("bà Tư", "dữ liệu của tôi")
    assert "1 thông báo đã gửi" in ward.hears("bà Tư")
    ward.says("bà Tư", "quên tôi đi")
    ward.says("bà Tư", button="cmd:quen-that")
    with ward.app.store.read() as session:
        assert session.scalars(select(AnnouncementTold)).all() == []
    ward.look()
    assert ward.one(number).state == "done"
