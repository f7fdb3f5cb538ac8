"""A Zalo bot at the wire: conversation by numbers, polling, refusals, the plan, groups, against a small Zalo."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import App, build, channels, take
from bot.channels.contract import Outgoing
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_build import zalo_bot_quota
from bot.channels.zalo_bot_parse import parse
from bot.errors import NotNow, NotUnderstood, RetryLater, SettingsError, StoreAway, Undeliverable
from bot.library import Library
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.connect import upgrade
from bot.store.counting import count
from bot.store.tables import Conversation
from bot.store.tables import Outbox as Row
from handlers.turn import FilePart, Incoming, Outcome, PicturePart, Reply, TextPart
from tests.channels.test_telegram import until
from tests.conftest import KEY, NOW
from tests.doubles.zalo_bot import GROUP, NAME, PERSON, TOKEN
from tests.doubles.zalo_bot import ZaloBot as Double

PUBLIC = "https://hoi.example.vn"
HELLO = Outgoing(TextPart("chào"))


class Bench:
    """The whole program with one bot; its clock moves by hand."""

    def __init__(self, double: Double, url: str, library: Library, **more: object) -> None:
        self.double, self.now = double, NOW
        settings: dict[str, Any] = {
            "database_url": url,
            "secret_key": KEY,
            "place": "phuong-ngo-quyen",
            "public_url": PUBLIC,
            "zalo_bot_token": TOKEN,
            "zalo_bot_api_url": double.url,
        }
        self.app: App = build(Settings(**{**settings, **more}), library, lambda: self.now)

    @property
    def channel(self) -> ZaloBot:
        assert self.app.zalo_bot is not None
        return self.app.zalo_bot

    def outbox(self) -> Outbox:
        quotas = zalo_bot_quota(self.app.settings)
        return Outbox(self.app.store, channels(self.app), self.app.bell, lambda: self.now, quotas=quotas)

    async def drain(self) -> None:
        outbox = self.outbox()
        for _ in range(8):
            await outbox.step()
            await outbox.settle()
            self.now += timedelta(seconds=2)

    async def hears(self, update: object) -> str:
        """What is answered to this update."""
        before = len(self.double.sent)
        await self.channel.receive(update, take(self.app))
        await self.drain()
        return "\n".join(text for _, text, _ in self.double.sent[before:])

    async def says(self, text: str) -> str:
        return await self.hears(self.double.writes(text))

    def states(self) -> list[tuple[str, int]]:
        with self.app.store.read() as session:
            return [(row.status, row.priority) for row in session.scalars(select(Row).order_by(Row.id))]

    async def close(self) -> None:
        await self.channel.close()
        self.app.store.close()


@pytest.fixture
def double() -> Iterator[Double]:
    with Double().running() as made:
        yield made


@contextlib.asynccontextmanager
async def running(double: Double, url: str, library: Library, **more: object) -> AsyncIterator[Bench]:
    made = Bench(double, url, library, **more)
    yield made
    await made.close()


@pytest.fixture
async def bench(double: Double, database_url: str, library: Library) -> AsyncIterator[Bench]:
    async with running(double, database_url, library) as made:
        yield made


@pytest.fixture
async def channel(double: Double) -> AsyncIterator[ZaloBot]:
    made = ZaloBot(TOKEN, double.url, PUBLIC)
    yield made
    await made.close()


@pytest.mark.parametrize("way", ["{number}", "số {number}", "{word}", "Tốn bao nhiêu tiền"])
async def test_a_choice_is_a_numbered_line(bench: Bench, way: str) -> None:
    answer = await bench.says("làm khai sinh cho bé cần giấy tờ gì")
    assert "Giấy chứng sinh" in answer
    assert "**" not in answer
    number = int(next(line for line in answer.splitlines() if line.endswith("Tốn bao nhiêu tiền")).split(".")[0])
    word = ["một", "hai", "ba", "bốn", "năm", "sáu"][number - 1]
    assert "8.000 đồng" in await bench.says(way.format(number=number, word=word))


async def test_polling_answers_and_an_idle_poll_is_no_fault(
    double: Double, database_url: str, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(double, database_url, library, zalo_bot_mode="polling") as bench:
        await bench.channel.set_up("polling", "", "")
        assert bench.channel.me.name == NAME
        stop, outbox = asyncio.Event(), bench.outbox()

        async def lost() -> None:
            raise AssertionError("nothing is lost")

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bench.channel.poll(take(bench.app), stop, lost))
            tasks.create_task(outbox.run(stop))
            await until(lambda: double.calls["getUpdates"] > 2)
            double.queue(double.writes("làm khai sinh cho bé cần giấy tờ gì"))
            await until(lambda: "Giấy chứng sinh" in "".join(double.texts()))
            stop.set()
        assert double.calls["getUpdates"] < 60
    said = "".join(capsys.readouterr())
    assert "refused" not in said
    assert "away" not in said
    assert TOKEN not in said


async def test_an_update_is_held_while_the_database_is_away(channel: ZaloBot, double: Double) -> None:
    double.queue(double.writes("chào em"))
    tries, stop = 0, asyncio.Event()

    async def away_once(incoming: Incoming) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise StoreAway("test")
        stop.set()

    async def lost() -> None:
        raise AssertionError("nothing is lost")

    await channel.poll(away_once, stop, lost)
    assert tries == 2


async def test_what_is_still_held_at_the_end_is_counted(channel: ZaloBot, double: Double) -> None:
    double.queue(double.writes("chào em"))
    stop, counted = asyncio.Event(), []

    async def away(incoming: Incoming) -> None:
        stop.set()
        raise StoreAway("test")

    async def lost() -> None:
        counted.append(1)

    await channel.poll(away, stop, lost)
    assert counted == [1]


async def test_setting_up_a_webhook_and_taking_it_away(channel: ZaloBot, double: Double) -> None:
    await channel.set_up("webhook", PUBLIC, "a secret of ours")
    assert double.webhook == {"url": f"{PUBLIC}/webhooks/zalo-bot", "secret_token": "a secret of ours"}
    await channel.set_up("polling", PUBLIC, "")
    assert double.webhook == {}


@pytest.mark.parametrize(
    ("status", "code", "becomes"),
    [
        (400, 400, Undeliverable),
        (404, 404, Undeliverable),
        (200, 400, Undeliverable),
        (401, 401, NotNow),
        (429, 429, NotNow),
        (200, 429, NotNow),
        (403, 403, RetryLater),
        (408, 408, RetryLater),
        (500, 500, RetryLater),
    ],
)
async def test_each_refusal_means_one_thing(
    channel: ZaloBot, double: Double, status: int, code: int, becomes: type[Exception]
) -> None:
    double.errors = [(status, code)]
    with pytest.raises(becomes) as caught:
        await channel.send(PERSON, HELLO)
    assert type(caught.value) is becomes
    assert TOKEN not in str(caught.value)
    await channel.send(PERSON, HELLO)
    assert double.texts() == ["chào"]


async def test_a_host_that_does_not_answer_is_tried_again() -> None:
    channel = ZaloBot(TOKEN, "http://127.0.0.1:9", PUBLIC)
    with pytest.raises(RetryLater) as caught:
        await channel.send(PERSON, HELLO)
    assert TOKEN not in str(caught.value)
    await channel.close()


async def test_pictures_go_as_addresses_and_their_words_alone_where_refused(channel: ZaloBot, double: Double) -> None:
    step = Outgoing(PicturePart("/pictures/vneid/otp.svg?v=1", "màn hình"), caption="**Bước 1**")
    await channel.send(PERSON, step)
    assert double.sent[-1] == (PERSON, "Bước 1", f"{PUBLIC}/pictures/vneid/otp.png?v=1")
    double.refuse_photos = True
    await channel.send(PERSON, step)
    assert double.sent[-1] == (PERSON, "Bước 1", "")
    await channel.send(PERSON, Outgoing(FilePart("https://x.vn/a.pdf", "Mẫu đơn")))
    assert double.sent[-1][1] == "Mẫu đơn: https://x.vn/a.pdf"
    home = ZaloBot(TOKEN, double.url, "http://127.0.0.1:8080")
    await home.send(PERSON, step)
    assert double.sent[-1] == (PERSON, "Bước 1", "")
    await home.close()


async def test_what_zalo_withholds_is_answered_with_other_ways(bench: Bench) -> None:
    answer = await bench.hears({"ok": True, "result": bench.double.event("unsupported")})
    assert PUBLIC in answer
    assert "02253.666.122" in answer


async def test_a_voice_message_without_a_recogniser_is_told_kindly(bench: Bench) -> None:
    answer = await bench.hears(bench.double.event("voice", voice_url=f"{bench.double.url}/files/a.aac"))
    assert "micro" in answer


async def test_in_a_group_the_mention_is_no_part_of_the_question(bench: Bench) -> None:
    bench.channel.me.name = NAME
    update = bench.double.writes(f"@{NAME} làm khai sinh cho bé cần giấy tờ gì", GROUP, group=True)
    incoming = parse(update, NAME)
    assert incoming is not None
    assert incoming.group
    assert incoming.text == "làm khai sinh cho bé cần giấy tờ gì"
    assert "Giấy chứng sinh" in await bench.hears(update)
    assert bench.double.sent[-1][0] == GROUP
    private = await bench.hears(bench.double.writes(f"@{NAME} cccd của tôi 031090001234", GROUP, group=True))
    assert "nhắn riêng" in private


async def test_the_same_message_twice_is_answered_once(bench: Bench, double: Double) -> None:
    update = double.writes("chào em")
    await bench.hears(update)
    assert await bench.hears(update) == ""


async def test_a_used_up_plan_stops_announcements_first_and_loses_nothing(
    double: Double, database_url: str, library: Library
) -> None:
    async with running(double, database_url, library, zalo_bot_messages_per_month=20) as bench:
        await bench.says("chào em")
        with bench.app.store.write() as session:
            count(session, "zalo_bot_sent", bench.now, 18 - len(double.sent))
            conversation = session.scalars(select(Conversation)).one()
            news = Reply(Outcome.DONE, (TextPart("tin báo"),))
            bench.app.engine.queue(session, conversation, news, bench.now, priority=5)
        await bench.drain()
        assert "tin báo" not in double.texts()
        assert "Giấy chứng sinh" in await bench.says("làm khai sinh cho bé cần giấy tờ gì")
        before = len(double.sent)
        for _ in range(3):
            await bench.says("tốn bao nhiêu tiền")
        assert 18 - before + len(double.sent) <= 20
        assert ("waiting", 0) in bench.states()
        assert ("waiting", 5) in bench.states()
        bench.now += timedelta(days=31)
        await bench.drain()
        assert {status for status, _ in bench.states()} == {"sent"}
        assert "tin báo" in double.texts()


async def test_a_refused_quota_rests_the_whole_platform(bench: Bench, double: Double) -> None:
    double.errors = [(429, 429)]
    assert await bench.says("chào em") == ""
    assert ("waiting", 0) in bench.states()
    bench.now += timedelta(seconds=901)
    await bench.drain()
    assert double.texts()


def test_a_webhook_needs_an_https_address(tmp_path: Any, library: Library) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    upgrade(url)
    settings = {"database_url": url, "secret_key": KEY, "zalo_bot_token": TOKEN}
    with pytest.raises(SettingsError, match="CAUSO_ZALO_BOT_MODE"):
        build(Settings(**settings), library)  # type: ignore[arg-type]


# --- reading updates


def test_both_names_of_a_photo_are_read_and_bots_are_not() -> None:
    zalo = Double()
    for name in ("photo", "photo_url"):
        incoming = parse(zalo.event("image", **{name: "https://zdn.vn/a.jpg"}, caption="phiếu hẹn"))
        assert incoming is not None
        assert (incoming.photo, incoming.text) == ("https://zdn.vn/a.jpg", "phiếu hẹn")
    update = zalo.writes("chào")
    update["message"]["from"]["is_bot"] = True
    assert parse(update) is None
    assert parse({"event_name": "message.new.received"}) is None
    with pytest.raises(NotUnderstood):
        parse({"event_name": "message.text.received", "message": {"text": "x"}})
    with pytest.raises(NotUnderstood):
        parse([])
