"""The Zalo bot's webhook: who knocks, what is held while the database is away, what is lost; what the doctor says."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import site
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_build import LOST, LostUpdates, run_zalo_bot
from bot.channels.zalo_bot_webhook import ZaloBotWebhook
from bot.cli.doctor_zalo_bot import zalo_bot_findings
from bot.errors import StoreAway
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import open_store
from bot.store.counting import count, counted
from handlers.turn import Incoming
from tests.channels.test_zalo_bot import PUBLIC, Bench, running
from tests.conftest import KEY, NOW
from tests.doubles.telegram import serving
from tests.doubles.zalo_bot import TOKEN
from tests.doubles.zalo_bot import ZaloBot as Double

SECRET = "a secret of ours"


@pytest.fixture
def double() -> Iterator[Double]:
    with Double().running() as made:
        yield made


@pytest.fixture
async def bench(double: Double, database_url: str, library: Library) -> AsyncIterator[Bench]:
    """Set up as `causo run` does it, and served."""
    async with running(double, database_url, library) as made:
        app = made.app
        assert app.lost is not None

        async def nothing(incoming: Incoming) -> None:
            raise AssertionError

        await run_zalo_bot(made.channel, app.settings, app.key, nothing, app.lost, asyncio.Event())
        with serving(site(app, asyncio.Event())) as url:
            double.hook = f"{url}/webhooks/zalo-bot"
            yield made


@contextlib.contextmanager
def hooked(double: Double, webhook: ZaloBotWebhook) -> Iterator[None]:
    double.webhook = {"url": "", "secret_token": SECRET}
    with serving(Starlette(routes=[webhook.route()])) as url:
        double.hook = f"{url}/webhooks/zalo-bot"
        yield


async def test_an_update_is_answered_in_an_envelope_or_bare(bench: Bench, double: Double) -> None:
    for bare in (False, True):
        before = len(double.sent)
        update = double.writes("làm khai sinh cho bé cần giấy tờ gì")
        assert await asyncio.to_thread(double.deliver, update, bare=bare) == 200
        await bench.drain()
        assert "Giấy chứng sinh" in "".join(text for _, text, _ in double.sent[before:])


async def test_strangers_are_turned_away_and_nonsense_is_acknowledged(bench: Bench, double: Double) -> None:
    assert await asyncio.to_thread(double.deliver, double.writes("chào"), "wrong") == 403
    assert await asyncio.to_thread(double.deliver, double.writes("chào"), "") == 403
    headers = {"X-Bot-Api-Secret-Token": double.webhook["secret_token"]}
    async with httpx.AsyncClient(headers=headers) as client:
        for body in (b"{", b"[]", b"5", b"\xff", b'{"ok":true,"result":{"event_name":"message.text.received"}}'):
            assert (await client.post(double.hook, content=body)).status_code == 200
        assert (await client.post(double.hook, content=b"x" * 1_000_001)).status_code == 413
    assert double.sent == []


def test_after_503_an_update_is_still_held_and_taken(double: Double) -> None:
    channel, back, done = ZaloBot(TOKEN, double.url), threading.Event(), threading.Event()

    async def take(incoming: Incoming) -> None:
        if not back.is_set():
            raise StoreAway("test")
        done.set()

    async def lost() -> None:
        raise AssertionError("nothing is lost")

    with hooked(double, ZaloBotWebhook(channel, take, SECRET, lost, seconds=0.2)):
        assert double.deliver(double.writes("chào")) == 503
        back.set()
        assert done.wait(5)
    asyncio.run(channel.close())


def test_what_was_given_up_is_counted_when_the_database_is_back(double: Double, database_url: str) -> None:
    channel, store, away = ZaloBot(TOKEN, double.url), open_store(database_url), [True]
    losses = LostUpdates(store, lambda: NOW)

    async def take(incoming: Incoming) -> None:
        if away[0]:
            raise StoreAway("test")

    webhook = ZaloBotWebhook(channel, losses.after(take), SECRET, losses.one, seconds=2, tries=0.1)
    with hooked(double, webhook):
        assert [double.deliver(double.writes("chào")) for _ in range(2)] == [503, 503]
        away[0] = False
        assert double.deliver(double.writes("chào")) == 200
    with store.read() as session:
        assert counted(session, LOST, NOW) == 2
    store.close()
    asyncio.run(channel.close())


def test_the_doctor_says_how_the_bot_stands(double: Double, database_url: str) -> None:
    given = {"database_url": database_url, "secret_key": KEY, "public_url": PUBLIC, "zalo_bot_api_url": double.url}

    def said(**more: object) -> list[tuple[str, str]]:
        settings = Settings(**{**given, "zalo_bot_token": TOKEN, **more})  # type: ignore[arg-type]
        return [(one.level, one.text) for one in zalo_bot_findings(settings)]

    def finds(level: str, words: str, **more: object) -> bool:
        return any(level == one and words in text for one, text in said(**more))

    assert finds("warning", "the webhook is not set")
    double.webhook = {"url": f"{PUBLIC}/webhooks/zalo-bot", "secret_token": SECRET}
    assert {level for level, _ in said()} == {"good"}
    assert finds("good", "0 of 3000 messages of this month")
    assert finds("warning", "a webhook is set", zalo_bot_mode="polling")
    assert finds("wrong", "CAUSO_ZALO_BOT_MODE", public_url=None)
    assert finds("wrong", "refuses the bot's token", zalo_bot_token="1:wrong")
    assert finds("wrong", "does not answer", zalo_bot_api_url="http://127.0.0.1:9")
    store = open_store(database_url)
    with store.write() as session:
        count(session, "zalo_bot_sent", datetime.now(UTC), 85)
        count(session, LOST, datetime.now(UTC), 3)
    store.close()
    assert finds("good", "85 of 3000")
    assert finds("warning", "85 of 100", zalo_bot_messages_per_month=100)
    assert finds("warning", "announcements wait", zalo_bot_messages_per_month=90)
    assert finds("wrong", "everything waits", zalo_bot_messages_per_month=85)
    assert finds("warning", "3 messages of people were lost")
    assert TOKEN not in str(said())
    assert list(zalo_bot_findings(Settings(**given))) == []  # type: ignore[arg-type]
