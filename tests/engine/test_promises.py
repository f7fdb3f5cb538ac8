"""What must hold when something unusual meets the engine room: odd numbers, odd rows, odd replies, a stop."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.bell import Bell
from bot.channels.contract import Limits, Outgoing, Pace
from bot.channels.fit import fit
from bot.engine import Engine, readable
from bot.errors import StoreAway
from bot.logs import set_up_logs
from bot.outbox import Outbox
from bot.redact import redact
from bot.store.connect import Store, open_store
from bot.store.payload import load
from bot.store.tables import Inbox
from bot.store.tables import Outbox as Row
from handlers.effects import ForgetMe
from handlers.ports import Tools
from handlers.turn import Button, FilePart, Incoming, Outcome, PicturePart, Reply, TextPart, Turn

START = datetime(2026, 11, 25, 2, tzinfo=UTC)
LIMITS = Limits(text=100, buttons=3)


class Platform:
    name = "platform"
    limits = LIMITS

    def __init__(self, pace: Pace, hangs: bool = False) -> None:
        self.pace, self.hangs, self.sent = pace, hangs, list[str]()

    async def send(self, chat: str, message: Outgoing) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        self.sent.append(chat)


class Desk:
    """An engine whose next replies, or errors, are put down beforehand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.count = store, START, 0
        self.replies: list[Reply | Exception] = []
        self.session: Session | None = None
        self.engine = Engine(
            store=store,
            tools=self.tools,
            answer=self.answer,
            limits={"platform": LIMITS},
            clock=lambda: self.now,
            bell=Bell(),
            sorry=lambda: Reply(Outcome.FAILED, (TextPart("xin lỗi"),)),
            key="test key",
        )

    def tools(self, session: Session, *_: object) -> Tools:
        self.session = session
        return None  # type: ignore[return-value]

    def answer(self, turn: Turn, tools: Tools) -> Reply:
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def hear(self, said: str = "chào", button: str | None = None, chat: str = "a") -> Reply | None:
        self.count += 1
        return self.engine.take(Incoming("platform", chat, str(self.count), self.now, said, button))

    def outbox(self, platform: Platform) -> Outbox:
        return Outbox(self.store, {"platform": platform}, Bell(), lambda: self.now)

    def waits(self, chat: str, payload: str = '{"kind":"text","part":{"text":"x"},"buttons":[]}') -> None:
        row = Row(channel="platform", chat=chat, seq=1, payload=payload, status="waiting", priority=0)
        row.not_before = row.created_at = self.now
        with self.store.write() as session:
            session.add(row)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    made = Desk(open_store(database_url))
    yield made
    made.store.close()


@pytest.fixture
def usual_logs_afterwards() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def said(*texts: str, forget: bool = False) -> Reply:
    return Reply(Outcome.DONE, tuple(map(TextPart, texts)), effects=(ForgetMe(),) if forget else ())


@pytest.mark.parametrize("farewell", [("một", "hai", "ba", "bốn"), ("dài dòng. " * 30,)], ids=["merged", "split"])
def test_forgetting_keeps_the_whole_farewell_and_nothing_before_it(desk: Desk, farewell: tuple[str, ...]) -> None:
    goodbye = said(*farewell, forget=True)
    desk.replies = [said("trước đó"), said("trước nữa"), goodbye]
    for _ in range(3):
        desk.hear()
    with desk.store.read() as session:
        left = [load(payload) for payload in session.scalars(select(Row.payload).order_by(Row.id))]
    assert tuple(left) == fit(goodbye, LIMITS)


def test_a_database_lost_in_the_middle_of_an_answer_undoes_the_turn(desk: Desk) -> None:
    if desk.store.engine.dialect.name != "postgresql":
        pytest.skip("a file does not hang up")

    def hang_up(turn: Turn, tools: Tools) -> Reply:
        assert desk.session is not None
        desk.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return said("không tới đây")

    desk.engine.answer = hang_up
    with pytest.raises(StoreAway):
        desk.hear()
    with desk.store.read() as session:
        assert session.scalars(select(Inbox)).all() == []


@pytest.mark.usefixtures("usual_logs_afterwards")
def test_the_log_of_a_failed_turn_holds_nothing_that_was_written(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs()
    desk.replies = [KeyError("số của tôi 012345678901")]
    desk.hear("số của tôi 012345678901", chat="84912345678")
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "turn_failed" in line]
    assert line["error"] == "KeyError"
    assert any("test_promises.py" in place for place in line["where"])
    assert not any(secret in json.dumps(line, ensure_ascii=False) for secret in ("0123456", "của tôi", "84912"))


def test_a_tapped_value_that_no_database_could_keep_does_no_harm(desk: Desk) -> None:
    desk.replies = [said("vâng")]
    desk.hear("", button="a\x00\ud800 012345678901")
    with desk.store.read() as session:
        assert session.scalars(select(Inbox.text)).one() == "a …"


@given(
    st.integers(min_value=3980, max_value=4010), st.sampled_from(["012345678901", "012 345 678 901", "0912.345.678"])
)
def test_a_number_that_does_not_fit_whole_is_not_kept_in_part(before: int, number: str) -> None:
    kept = redact(readable("x" * before + " " + number + " và nữa" * 40))
    assert not any(digit in kept for digit in "0123456789")


@pytest.mark.parametrize("place", ["nhà H12", "tổ G12", "phòng H01.2", "căn G22.99"])
@pytest.mark.parametrize("number", ["0912345678", "012345678901", "091234 5678", "012345 678901"])
def test_a_house_number_before_it_does_not_make_a_personal_number_a_code(place: str, number: str) -> None:
    assert redact(f"{place} {number}") == f"{place} …"


@pytest.mark.parametrize(
    "code",
    [
        "H24.12-260105-0007",
        "h24.12 – 260105 – 0007",
        "H24.12 260105 0007",
        "000.00.12.H62-201105-0004",
        "G01.108.000.000-240604-00884",
        "G22.99-251225-020175",
        "G22.99.3-241219795252",
        "03706/2026/07906",
        "RR123456785VN",
        "2.000815.000.00.00.H55.02",
    ],
)
def test_every_shape_of_code_survives_beside_a_phone(code: str) -> None:
    assert redact(f"{code} 0912345678") == f"{code} …"


async def test_a_row_that_cannot_be_read_is_set_aside_and_the_rest_goes_out(desk: Desk) -> None:
    desk.waits("a", payload='{"kind": "dance"}')
    desk.waits("b")
    platform = Platform(Pace(1000, 0))
    outbox = desk.outbox(platform)
    await outbox.step()
    await outbox.settle()
    assert platform.sent == ["b"]
    with desk.store.read() as session:
        assert session.scalars(select(Row.reason).where(Row.status == "dead")).all() == ["unreadable"]


def test_no_second_holds_more_messages_than_the_platform_allows(desk: Desk) -> None:
    for number in range(60):
        desk.waits(f"chat{number}")
    outbox = desk.outbox(Platform(Pace(per_second=10, chat_seconds=0)))
    due: list[datetime] = []
    while desk.now < START + timedelta(seconds=3):
        due += [desk.now + timedelta(seconds=item.wait) for item in outbox._claim(32)]
        desk.now += timedelta(milliseconds=130)
    for first in due:
        assert sum(first <= other < first + timedelta(seconds=1) for other in due) <= 10
    assert len(due) >= 30, "and no slower than it has to be"


async def test_what_a_stopped_process_could_not_finish_goes_out_at_once_from_the_next(desk: Desk) -> None:
    desk.waits("a")
    stopped = desk.outbox(Platform(Pace(1000, 0), hangs=True))
    await stopped.step()
    for task in stopped._sending:
        task.cancel()
    await stopped._hand_back()
    platform = Platform(Pace(1000, 0))
    outbox = desk.outbox(platform)
    await outbox.step()
    await outbox.settle()
    assert platform.sent == ["a"]


PARTS = st.one_of(
    st.text("a b.\n**1", max_size=300).map(TextPart),
    st.just(PicturePart("https://x.vn/a.png", "hình")),
    st.just(FilePart("https://x.vn/a.pdf", "tờ khai")),
)
BUTTONS = st.lists(st.builds(Button, st.text("nút ", max_size=60), st.just("v")), max_size=5)


@given(st.lists(PARTS, max_size=4), BUTTONS, st.integers(0, 4))
def test_every_reply_becomes_messages_that_fit_and_no_button_is_lost(
    parts: list[TextPart], buttons: list[Button], allowed: int
) -> None:
    limits = Limits(text=60, buttons=allowed, button_label=20)
    messages = fit(Reply(Outcome.DONE, tuple(parts), tuple(buttons)), limits)
    texts = [message.part.text for message in messages if isinstance(message.part, TextPart)]
    assert all(0 < len(piece) <= 60 for piece in texts)
    offered = [button for message in messages for button in message.buttons]
    assert all(len(button.label) <= 20 for button in offered)
    assert not any(message.buttons for message in messages[:-1])
    if not offered:
        assert all(f"{number}." in "".join(texts) for number in range(1, len(buttons) + 1))
    else:
        assert len(offered) == len(buttons)


@given(st.integers(0, 60))
def test_links_numbers_and_bold_stay_whole(before: int) -> None:
    whole = ["https://dichvucong.gov.vn/tra-cuu-ho-so", "1 500 000", "**căn cước gắn chip**", "24/11/2026"]
    reply = Reply(Outcome.DONE, (TextPart("à " * before + " ".join(whole * 3)),))
    texts = [message.part.text for message in fit(reply, LIMITS) if isinstance(message.part, TextPart)]
    assert all(sum(piece.count(item) for piece in texts) == 3 for item in whole)
