"""The same conversations through every channel at its wire: what arrives says the same everywhere."""

import asyncio
import contextlib
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import delete, select

from bot.app import App, build, channels, site, take
from bot.channels.contract import Pace
from bot.channels.zalo_oa_parse import TAPPED
from bot.dossiers.table import load_sample
from bot.library import Library
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.connect import upgrade
from bot.store.tables import Conversation, Inbox, PaceRow
from bot.stored_state import load
from tests.conftest import KEY, NOW
from tests.doubles.telegram import TOKEN, Telegram, serving
from tests.doubles.zalo_bot import TOKEN as BOT_TOKEN
from tests.doubles.zalo_bot import ZaloBot
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_KEY, ZaloOa
from tests.soak.platforms import bare

FOLDER = Path(__file__).parents[1] / "dialogues"
_TAGS = re.compile(r"<[^>]*>")
_ONLY_HERE = {"photo", "other", "edited"}  # the kinds of messages of one platform are tested with it
_A_MINUTE = 30  # messages; the page takes no more from one chat


class Wire(ABC):
    """One channel: `says` and `taps` go in as the platform sends them; `arrived` is what its resident then sees."""

    def __init__(self) -> None:
        self.now = NOW
        self.app: App

    def settings(self) -> dict[str, Any]:
        return {}

    @abstractmethod
    async def says(self, chat: int, text: str) -> None: ...

    @abstractmethod
    async def taps(self, chat: int, value: str) -> None: ...

    @abstractmethod
    async def arrived(self, chat: int) -> str: ...

    async def delivered(self) -> None:
        outbox = Outbox(self.app.store, channels(self.app), self.app.bell, lambda: self.now)
        for channel in channels(self.app).values():
            channel.pace = Pace(per_second=10_000, chat_seconds=0)  # its speed is tested elsewhere
        stop = asyncio.Event()
        stop.set()
        await outbox.run(stop)  # sends what is due and ends


class OnTelegram(Wire):
    def __init__(self, double: Telegram) -> None:
        super().__init__()
        self.double, self.before = double, 0

    def settings(self) -> dict[str, Any]:
        return {"telegram_token": TOKEN, "telegram_api_url": self.double.url}

    async def says(self, chat: int, text: str) -> None:
        await self._receive(self.double.person_writes(text, chat))

    async def taps(self, chat: int, value: str) -> None:
        await self._receive(self.double.person_taps(value, chat))

    async def _receive(self, update: object) -> None:
        assert self.app.telegram is not None
        self.before = len(self.double.sent)
        self.edited = {number: shown.edits for number, shown in self.double.shown.items()}
        await self.app.telegram.receive(update, take(self.app))

    async def arrived(self, chat: int) -> str:
        await self.delivered()
        new = [(text, buttons) for _, text, buttons in self.double.sent[self.before :]]
        again = [
            (shown.text, shown.buttons)
            for number, shown in self.double.shown.items()
            if shown.edits > self.edited.get(number, shown.edits)
        ]
        return "\n".join(f"{text}\n{[label for label, _ in buttons]}" for text, buttons in (*again, *new))


class OnZaloOa(Wire):
    def __init__(self, double: ZaloOa) -> None:
        super().__init__()
        self.double, self.before = double, 0
        double.now = lambda: self.now.timestamp()

    def settings(self) -> dict[str, Any]:
        return {
            "zalo_oa_id": OA_ID,
            "zalo_oa_app_id": APP_ID,
            "zalo_oa_app_secret": APP_SECRET,
            "zalo_oa_secret_key": OA_KEY,
            "zalo_oa_refresh_token": self.double.refresh,
            "zalo_oa_api_url": self.double.url,
            "zalo_oa_oauth_url": self.double.url,
        }

    async def says(self, chat: int, text: str) -> None:
        self.before = len(self.double.sent)
        body, headers = self.double.signed(self.double.writes(text, str(chat)))
        transport = httpx.ASGITransport(site(self.app, asyncio.Event()))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            answer = await client.post("/webhooks/zalo-oa", content=body, headers=headers)
        assert answer.status_code == 200

    async def taps(self, chat: int, value: str) -> None:
        await self.says(chat, f"{TAPPED}{value}")

    async def arrived(self, chat: int) -> str:
        await self.delivered()
        new = self.double.sent[self.before :]
        return "\n".join(f"{text}\n{[label for label, _ in buttons]}" for _, text, buttons in new)


class OnZaloBot(Wire):
    def __init__(self, double: ZaloBot) -> None:
        super().__init__()
        self.double, self.before = double, 0

    def settings(self) -> dict[str, Any]:
        plan = {"zalo_bot_messages_per_month": 100_000, "zalo_bot_people": 1000}
        return {
            "zalo_bot_token": BOT_TOKEN,
            "zalo_bot_api_url": self.double.url,
            "public_url": "https://hoi.example.vn",
            **plan,
        }

    async def says(self, chat: int, text: str) -> None:
        assert self.app.zalo_bot is not None
        self.before = len(self.double.sent)
        await self.app.zalo_bot.receive(self.double.writes(text, str(chat)), take(self.app))

    async def taps(self, chat: int, value: str) -> None:
        """There are no buttons: the number of the line is typed."""
        with self.app.store.read() as session:
            state = session.scalars(select(Conversation.state).where(Conversation.chat == str(chat))).one_or_none()
        offered = [button.value for button in load(state).memory.offered] if state else []
        if value not in offered:
            raise NotOffered
        await self.says(chat, str(offered.index(value) + 1))

    async def arrived(self, chat: int) -> str:
        await self.delivered()
        return "\n".join(text for _, text, _ in self.double.sent[self.before :])


class NotOffered(Exception):
    """A tap on a button that does not stand in the last message, which only exists where buttons do."""


class OnTheWeb(Wire):
    def __init__(self) -> None:
        super().__init__()
        self.clients: dict[int, httpx.AsyncClient] = {}
        self.url, self.count = "", 0
        self.shown: dict[int, str] = {}

    async def _send(self, chat: int, **form: str) -> None:
        if chat not in self.clients:
            self.clients[chat] = httpx.AsyncClient(
                base_url=self.url, headers={"X-Forwarded-For": f"10.0.{chat // 250}.{chat % 250}"}, timeout=30
            )
        self.count += 1
        self.shown[chat] = (await self.clients[chat].get("/")).text
        answer = await self.clients[chat].post("/chat", data={**form, "message_id": f"message-{self.count:08}"})
        assert answer.status_code == 303

    async def says(self, chat: int, text: str) -> None:
        await self._send(chat, text=text)

    async def taps(self, chat: int, value: str) -> None:
        await self._send(chat, button=value)

    async def arrived(self, chat: int) -> str:
        page = (await self.clients[chat].get("/")).text
        articles, old = page.split("<article")[1:], self.shown[chat].count("<article")
        new = articles[old:] if len(articles) > old else articles  # what was before was forgotten
        return unescape(_TAGS.sub(" ", "".join(new)))


@contextlib.asynccontextmanager
async def wired(name: str, library: Library, folder: Path) -> AsyncIterator[Wire]:
    url = f"sqlite:///{folder / 'dialogues.sqlite3'}"
    upgrade(url)
    with contextlib.ExitStack() as stack:
        make: dict[str, Callable[[], Wire]] = {
            "telegram": lambda: OnTelegram(stack.enter_context(Telegram().running())),
            "zalo_oa": lambda: OnZaloOa(stack.enter_context(ZaloOa().running())),
            "zalo_bot": lambda: OnZaloBot(stack.enter_context(ZaloBot().running())),
            "web": OnTheWeb,
        }
        wire = make[name]()
        given = {"database_url": url, "secret_key": KEY, "place": "phuong-ngo-quyen", **wire.settings()}
        wire.app = build(Settings(**given), library, lambda: wire.now)
        with wire.app.store.write() as session:
            load_sample(session, NOW.date(), KEY)
        if isinstance(wire, OnTheWeb):
            wire.url = stack.enter_context(serving(site(wire.app, asyncio.Event())))
        yield wire
        if isinstance(wire, OnTheWeb):
            for client in wire.clients.values():
                await client.aclose()
        for channel in channels(wire.app).values():
            await channel.close()  # type: ignore[attr-defined]
        wire.app.store.close()


@pytest.mark.parametrize("channel", ["telegram", "zalo_oa", "zalo_bot", "web"])
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
async def test_the_conversation_means_the_same(channel: str, path: Path, library: Library, tmp_path: Path) -> None:
    dialogues = yaml.safe_load(path.read_text(encoding="utf-8"))
    async with wired(channel, library, tmp_path) as wire:
        for chat, (name, turns) in enumerate(dialogues.items(), 700):
            too_many = channel == "web" and len(turns) > _A_MINUTE
            if too_many or any(_ONLY_HERE & set(turn) for turn in turns):
                continue
            wire.now = NOW
            with wire.app.store.write() as session:
                session.execute(delete(PaceRow))  # the clock goes back
            for number, turn in enumerate(turns, 1):
                wire.now += timedelta(seconds=20, hours=float(turn.get("wait_hours", 0)))
                try:
                    await (wire.taps(chat, turn["tap"]) if "tap" in turn else wire.says(chat, turn.get("say", "")))
                except NotOffered:
                    break
                seen = bare(await wire.arrived(chat))
                where = f"{name}, turn {number}: {turn}\n{seen}"
                for expected in (*turn.get("has", ()), *turn.get("buttons", ())):
                    assert bare(str(expected)) in seen, where
                outcome, topic = said_last(wire.app)
                if outcome is not None:  # else it was forgotten, as it should be
                    assert outcome == turn.get("outcome", outcome), where
                    assert topic == turn.get("id", topic), where


def said_last(app: App) -> tuple[str | None, str | None]:
    with app.store.read() as session:
        row = session.scalars(select(Inbox).order_by(Inbox.id.desc()).limit(1)).one()
        return row.outcome, row.topic
