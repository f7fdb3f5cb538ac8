"""Many residents over several platforms at once while processes are killed, platforms refuse and the database is away.

What was acknowledged must be answered, once, in order: what each resident was told is compared with what the same
script gives on a program that nothing disturbs. `CAUSO_SOAK_PEOPLE` sets how many there are.
"""

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy import func, select

from bot.app import build
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import open_store, upgrade
from bot.store.tables import Conversation, Inbox, Outbox
from handlers.turn import Incoming
from tests.conftest import KEY
from tests.doubles.telegram import TOKEN, Telegram
from tests.doubles.zalo_bot import TOKEN as BOT_TOKEN
from tests.doubles.zalo_bot import ZaloBot
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_KEY, ZaloOa
from tests.soak.platforms import (
    Messenger,
    OnTelegram,
    OnTheWeb,
    OnZaloBot,
    OnZaloOa,
    Platform,
    Resident,
    bare,
    once,
    words,
)
from tests.soak.town import Cable, Processes, free_port, go_away

PEOPLE = int(os.environ.get("CAUSO_SOAK_PEOPLE", "45"))
SCRIPTS = yaml.safe_load((Path(__file__).parent / "scripts.yaml").read_text(encoding="utf-8"))
DATABASE_AWAY = 10.0  # seconds


def settings_of(url: str, telegram: Telegram, zalo: ZaloOa, bot: ZaloBot) -> dict[str, str]:
    return {
        "database_url": url,
        "secret_key": KEY,
        "place": "phuong-ngo-quyen",
        "public_url": "https://cau-so.example",
        "telegram_token": TOKEN,
        "telegram_api_url": telegram.url,
        "telegram_mode": "webhook",
        "zalo_oa_id": OA_ID,
        "zalo_oa_app_id": APP_ID,
        "zalo_oa_app_secret": APP_SECRET,
        "zalo_oa_secret_key": OA_KEY,
        "zalo_oa_refresh_token": zalo.refresh,
        "zalo_oa_api_url": zalo.url,
        "zalo_oa_oauth_url": zalo.url,
        "zalo_oa_per_minute": "10000",
        "zalo_bot_token": BOT_TOKEN,
        "zalo_bot_api_url": bot.url,
        "zalo_bot_messages_per_month": "100000",
        "zalo_bot_people": "10000",
    }


class Undisturbed:
    """A program of its own that nothing disturbs: what it says is what must have been said."""

    def __init__(self, settings: dict[str, str], library: Library, folder: Path) -> None:
        url = f"sqlite:///{folder / 'undisturbed.sqlite3'}"
        upgrade(url)
        self.app = build(Settings(**{**settings, "database_url": url}), library)  # type: ignore[arg-type]
        self.told: dict[tuple[str, Sequence[str]], list[str]] = {}

    def tells(self, platform: str, lines: Sequence[str]) -> list[str]:
        """All that is said on this platform to somebody who says these lines."""
        if (platform, tuple(lines)) not in self.told:
            chat = f"{platform}-{len(self.told)}"
            for number, text in enumerate(lines):
                self.app.engine.take(Incoming(platform, chat, f"{chat}-{number}", datetime.now(UTC), text))
            with self.app.store.read() as session:
                rows = select(Outbox.payload).where(Outbox.chat == chat).order_by(Outbox.seq)
                self.told[platform, tuple(lines)] = [words(payload) for payload in session.scalars(rows)]
        return self.told[platform, tuple(lines)]


async def talk(platform: Platform, resident: Resident, rng: random.Random) -> None:
    await asyncio.sleep(rng.uniform(0, 12))
    for line in resident.script:
        await platform.says(resident.chat, line)
        await asyncio.sleep(rng.uniform(0, 3))


async def trouble(
    processes: Processes, url: str, cable: Cable | None, telegram: Telegram, zalo: ZaloOa, bot: ZaloBot
) -> None:
    """Everything that can fail does, again and again; in the middle the database is away."""
    rng = random.Random(7)
    for round_number in range(4):
        await asyncio.sleep(rng.uniform(1, 3))
        telegram.slow_down += [1, 2]
        telegram.broken += 4
        zalo.broken += 4
        zalo.errors += [-100, 0, -100, -100]
        bot.errors += [(500, 500), (502, 502)]
        if round_number == 1:
            before = zalo.renewals
            zalo.revoke()  # Zalo's tokens work once: a pair lost by a kill at this moment needs the owner's consent
            while zalo.renewals == before:
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
        if round_number == 2:
            await go_away(url, cable, DATABASE_AWAY)
        port = rng.choice(processes.ports)
        await asyncio.to_thread(processes.kill, port, url)
        await asyncio.sleep(rng.uniform(0, 1))
        processes.start(port)
        await processes.ready()
    for errors in (telegram.slow_down, zalo.errors, bot.errors):
        errors.clear()  # else the last message that waits meets what was meant for all of them
    telegram.broken = zalo.broken = 0


async def drained(url: str, seconds: float) -> None:
    store = open_store(url)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with store.read() as session:
                waiting = select(func.count()).where(Outbox.status == "waiting", Outbox.channel != "web")
                if not session.scalar(waiting):
                    return
            await asyncio.sleep(0.5)
        with store.read() as session:
            left = select(Outbox.channel, Outbox.reason, Outbox.attempts).where(Outbox.status == "waiting")
            raise AssertionError(f"messages still wait: {session.execute(left.limit(5)).all()}")
    finally:
        store.close()


@pytest.mark.xdist_group("soak")
async def test_nothing_acknowledged_is_lost_or_answered_twice(
    database_url: str, library: Library, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    several = database_url.startswith("postgresql")
    with Telegram().running() as telegram, ZaloOa().running() as zalo, ZaloBot().running() as bot:
        quiet = Undisturbed(settings_of(database_url, telegram, zalo, bot), library, tmp_path)
        cable = Cable(database_url) if several else None
        if cable:
            await cable.plug()
        settings = settings_of(cable.url if cable else database_url, telegram, zalo, bot)
        ports = [free_port() for _ in range(3 if several else 1)]
        environment = {f"CAUSO_{name.upper()}": value for name, value in settings.items()}
        processes = Processes(environment, ports, tmp_path / "log")
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(timeout=30, limits=limits) as client:
            web = OnTheWeb(client, processes.anywhere)
            platforms: dict[str, Platform] = {
                "telegram": OnTelegram(client, processes.anywhere, telegram),
                "zalo_oa": OnZaloOa(client, processes.anywhere, zalo),
                "zalo_bot": OnZaloBot(client, processes.anywhere, bot),
                "web": web,
            }
            rng = random.Random(11)
            residents = [
                Resident(name, f"{70_000_000_000_000_000 + number}", SCRIPTS[number % len(SCRIPTS)])
                for number, name in enumerate(list(platforms) * (PEOPLE // len(platforms)))
            ]
            try:
                for port in ports:
                    processes.start(port)
                await processes.ready()
                begin = time.monotonic()
                failing = asyncio.create_task(trouble(processes, database_url, cable, telegram, zalo, bot))
                await asyncio.gather(*(talk(platforms[one.platform], one, rng) for one in residents))
                await failing
                await drained(database_url, 180)
                seconds = time.monotonic() - begin
                pages = {one.chat: await web.page(one.chat) for one in residents if one.platform == "web"}
            finally:
                await asyncio.to_thread(processes.stop)
                if cable:
                    await cable.pull()
        taken, kept = outcome(database_url)
        lines, repeats, lost = sum(len(one.script) for one in residents), 0, 0
        for one in residents:
            platform, where = platforms[one.platform], (one.platform, one.chat)
            if isinstance(platform, OnZaloBot):
                assert in_order(platform.acknowledged[one.chat], taken[where]), "what was acknowledged was taken"
                lost += len(one.script) - len(taken[where])
            else:
                assert taken[where] == list(one.script), "each message taken once, in order"
            expected = quiet.tells(one.platform, taken[where])
            assert kept[where] == expected, f"{one.platform}: answered once, in order"
            if not isinstance(platform, Messenger):
                assert all(text in pages[one.chat] for text in expected)
                continue
            seen = [text for text in map(bare, platform.seen(one.chat)) if text]
            repeats += len(seen) - len(once(seen))
            assert "".join(once(seen)) == "".join(once(expected)), f"{one.platform}: arrived, in order"
        quiet.app.store.close()
    on_the_way = 32 * 3  # at most so many for each of three platforms that messages are brought to
    assert repeats <= on_the_way * processes.kills, "only what was on its way when a process died comes twice"
    tries = sum(platform.repeats for platform in platforms.values())
    kind = f"{'PostgreSQL' if several else 'SQLite'}, {len(ports)} process{'es' if several else ''}"
    pace = f"{lines} messages in {seconds:.0f} s, {lines / seconds:.1f} a second"
    record_property(
        "measured",
        f"soak on {kind}: {len(residents)} residents, {pace}; "
        f"{processes.kills} kills, {tries} refused and sent again, {repeats} replies delivered twice, none lost "
        f"but {lost} that Zalo Bot does not send again",
    )


def outcome(url: str) -> tuple[dict[tuple[str, str], list[str]], dict[tuple[str, str], list[str]]]:
    """By platform and chat: the messages that were taken, and what was answered."""
    store = open_store(url)
    answered: dict[tuple[str, str], list[str]] = defaultdict(list)
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    with store.read() as session:
        for row in session.scalars(select(Outbox).order_by(Outbox.seq)):
            answered[row.channel, row.chat].append(words(row.payload))
        chats = {row.id: (row.channel, row.chat) for row in session.scalars(select(Conversation))}
        for said in session.scalars(select(Inbox).order_by(Inbox.seq)):
            taken[chats[said.conversation_id or 0]].append(said.text or "")
    store.close()
    return taken, answered


def in_order(some: Sequence[str], every: Sequence[str]) -> bool:
    """Whether `some` stands in `every` in this order, with others in between."""
    rest = iter(every)
    return all(any(one == other for other in rest) for one in some)
