"""What is kept of a person: told on first contact, shown, copied, deleted; and who rated what."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Boolean, Date, Integer, Table, func, insert, select

from bot.app import App, build
from bot.library import Library
from bot.mydata import chat_of_link, describe
from bot.settings import Settings
from bot.store import tables
from bot.store.consent_tables import Consent
from bot.store.feedback_tables import Rating
from bot.store.staff_tables import Staff
from bot.store.tables import Conversation
from handlers.turn import Incoming
from tests.conftest import KEY, NOW
from tests.tickets.hall import Hall

OF_A_CHAT = [
    table
    for table in tables.Table.metadata.sorted_tables
    if any(key.column.table.name == "conversation" for key in table.foreign_keys)
]


@pytest.fixture
def phones(database_url: str, library: Library) -> Iterator[Hall]:
    """A hall whose people write by Telegram or on the page."""

    def start(clock: Callable[[], datetime]) -> App:
        given = {"secret_key": KEY, "place": "phuong-ngo-quyen", "telegram_token": "1:x", "public_url": "https://a.vn"}
        return build(Settings(database_url=database_url, **given), library, clock)  # type: ignore[arg-type]

    made = Hall(start)
    yield made
    made.close()


def kept(hall: Hall, chat: str) -> list[str]:
    content = hall.app.library.current.content
    with hall.app.store.read() as session:
        conversation = session.scalars(select(Conversation).where(Conversation.chat == chat)).one()
        found = describe(session, conversation, content)
    return [content.texts[item.key].format(**item.values) for item in found]


def versions(hall: Hall) -> list[str]:
    with hall.app.store.read() as session:
        return list(session.scalars(select(Consent.version)))


def test_the_first_answer_says_who_this_is_and_what_is_kept_once(phones: Hall) -> None:
    phones.says("bà Tư", "dang ky tam tru can giay gi", channel="telegram")
    heard = phones.hears("bà Tư")
    assert "máy trả lời tự động" in heard
    assert "Ngô Quyền" in heard
    assert "180 ngày" in heard
    assert "quên tôi đi" in heard
    assert len(versions(phones)) == 1
    phones.says("bà Tư", "le phi", channel="telegram")
    assert "180 ngày" not in phones.hears("bà Tư")
    assert len(versions(phones)) == 1


def test_the_welcome_says_it_without_saying_twice_who_this_is(phones: Hall) -> None:
    phones.says("bà Tư", "/start", channel="telegram")
    heard = phones.hears("bà Tư")
    assert heard.count("máy trả lời tự động") == 1
    assert "180 ngày" in heard


def test_a_call_for_help_is_not_held_up_by_it(phones: Hall) -> None:
    phones.says("bà Tư", "cháy nhà rồi cứu với", channel="telegram")
    heard = phones.hears("bà Tư")
    assert "114" in heard
    assert "180 ngày" not in heard
    phones.says("bà Tư", "đăng ký tạm trú", channel="telegram")
    assert "180 ngày" in phones.hears("bà Tư")


def test_on_the_page_it_stands_there_before_and_is_logged_all_the_same(phones: Hall) -> None:
    phones.says("bà Tư", "dang ky tam tru", channel="web")
    assert "180 ngày" not in phones.hears("bà Tư")
    assert len(versions(phones)) == 1


def test_everything_is_shown_and_copied_and_the_link_ends(phones: Hall) -> None:
    phones.says("bà Tư", "dang ky tam tru can giay gi", channel="telegram")
    phones.hears("bà Tư")
    phones.says("bà Tư", "dữ liệu của tôi", channel="telegram")
    heard = phones.hears("bà Tư")
    assert "2 lời anh/chị nhắn" in heard
    assert "tạm trú" in heard
    phones.says("bà Tư", button="cmd:ban-sao", channel="telegram")
    link = phones.hears("bà Tư").split("https://a.vn/du-lieu/")[1].split()[0]
    assert chat_of_link(KEY, link, phones.now) == 1
    assert chat_of_link(KEY, link, phones.now + timedelta(minutes=16)) is None
    assert chat_of_link("another key that is long enough to be one", link, phones.now) is None
    assert chat_of_link(KEY, link[:-1] + ("a" if link[-1] != "a" else "b"), phones.now) is None


def test_in_a_group_nobody_is_shown_anything(phones: Hall) -> None:
    phones.says("bà Tư", "đăng ký tạm trú", channel="telegram")
    phones.hears("bà Tư")
    phones.app.engine.take(Incoming("telegram", "-100", "g1", phones.now, "dữ liệu của tôi", group=True))
    assert "nhắn riêng" in phones.hears("-100")


def row_for(table: Table, conversation: int, staff: int) -> dict[str, object]:
    row: dict[str, object] = {}
    for column in table.columns:
        target = next((key.column.table.name for key in column.foreign_keys), None)
        if target in ("conversation", "staff"):
            row[column.name] = conversation if target == "conversation" else staff
        elif column.nullable or (column.primary_key and isinstance(column.type, Integer)):
            continue
        elif isinstance(column.type, Boolean):
            row[column.name] = True
        elif isinstance(column.type, Integer):
            row[column.name] = 9
        elif isinstance(column.type, tables.UtcDateTime):
            row[column.name] = NOW + timedelta(hours=1)
        elif isinstance(column.type, Date):
            row[column.name] = date(2026, 11, 25)
        else:
            row[column.name] = "x"
    return row


@pytest.mark.parametrize("table", OF_A_CHAT, ids=lambda table: table.name)
def test_what_points_to_a_chat_is_told_and_forgotten(hall: Hall, table: Table) -> None:
    hall.says("bà Tư", "chào em")
    column = next(c for c in table.columns if any(key.column.table.name == "conversation" for key in c.foreign_keys))
    before = kept(hall, "bà Tư")
    with hall.app.store.write() as session:
        mine = session.scalars(select(Conversation)).one().id
        staff = Staff(name="Lan", role="member", active=True)
        session.add(staff)
        session.flush()
        row = row_for(table, mine, staff.id)
        if table.name == "outbox":
            first = session.scalars(select(tables.Outbox)).first()
            assert first is not None
            row |= {"payload": first.payload, "status": "sent", "seq": 0}
        if table.name == "consent":
            row["at"] = NOW + timedelta(days=2)
        if table.name == "announcement_told":
            announcement = table.metadata.tables["announcement"]
            made = session.execute(insert(announcement).values(**row_for(announcement, mine, staff.id)))
            row["announcement_id"] = made.inserted_primary_key[0]
        session.execute(insert(table).values(**row))
    assert kept(hall, "bà Tư") != before, "tell of it in bot/mydata.py"
    hall.says("bà Tư", button="cmd:quen-that")
    with hall.app.store.read() as session:
        wanted = select(func.count()).select_from(table).where(column == mine)
        left = session.scalar(wanted) or 0
        words = len(session.scalars(select(tables.Outbox.id)).all())
    assert left == (words if table.name == "outbox" else 0), "delete it in bot/forget.py"
    assert words == 1, "the last word alone"


def ratings(hall: Hall) -> list[tuple[str, str, bool, str | None, bool]]:
    with hall.app.store.read() as session:
        rows = session.scalars(select(Rating).order_by(Rating.id)).all()
    return [(row.topic, row.facet, row.useful, row.reason, row.conversation_id is not None) for row in rows]


def test_one_tap_says_whether_it_helped_and_the_last_one_counts(hall: Hall) -> None:
    hall.says("bà Tư", "lam khai sinh can giay gi")
    offered = hall.offered("bà Tư")
    good, bad = offered[-2:]
    assert (good.label[0], bad.label[0]) == ("👍", "👎")
    hall.says("bà Tư", button=good.value)
    assert ratings(hall) == [("dang-ky-khai-sinh", "giay-to", True, None, True)]
    hall.hears("bà Tư")
    hall.says("bà Tư", button=bad.value)
    reason = hall.offered("bà Tư")[0]
    hall.says("bà Tư", button=reason.value)
    assert ratings(hall) == [("dang-ky-khai-sinh", "giay-to", False, "wrong", True)]
    hall.says("bà Tư", "khai sinh mat bao lau")
    assert not [b for b in hall.offered("bà Tư") if b.label[0] in "👍👎"], "a topic is asked about once"
    hall.says("bà Tư", button="cmd:quen-that")
    assert ratings(hall) == [("dang-ky-khai-sinh", "giay-to", False, "wrong", False)], "a number, nobody's any more"


def test_the_sign_alone_is_a_tap_and_the_earlier_choice_still_stands(hall: Hall) -> None:
    hall.says("bà Tư", "lam khai sinh can giay gi")
    first = hall.offered("bà Tư")[0]
    hall.says("bà Tư", "👍")
    assert len(ratings(hall)) == 1
    hall.hears("bà Tư")
    again = hall.says("bà Tư", "1")
    tapped = hall.says("bà Tư", button=first.value)
    assert again is not None
    assert tapped is not None
    assert again.reading == tapped.reading
