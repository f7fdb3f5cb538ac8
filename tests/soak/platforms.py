"""How residents reach the program on each platform, and what they see there: over real HTTP, with its retries."""

import asyncio
import json
import random
import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count, groupby

import httpx
from itsdangerous import URLSafeSerializer

from bot.channels.contract import Outgoing
from bot.channels.secrets import webhook_secret
from bot.web.session import COOKIE
from handlers.turn import FilePart, LinkPart, PicturePart, TextPart
from tests.conftest import KEY
from tests.doubles.telegram import Telegram
from tests.doubles.zalo_bot import ZaloBot
from tests.doubles.zalo_oa import ZaloOa

_TAGS = re.compile(r"<[^>]*>")
_SIGNS = re.compile(r"[\W_]+")
_WEB = URLSafeSerializer(KEY, salt="web-session")


@dataclass
class Resident:
    """`chat` is how the platform calls them; the lines of the `script` are what they say."""

    platform: str
    chat: str
    script: Sequence[str]


class Platform(ABC):
    """A way to reach the program, at any living process."""

    waits = (0.2, 0.5, 1.0, 2.0)  # the platforms' own waits, shortened

    def __init__(self, client: httpx.AsyncClient, anywhere: Callable[[], str]) -> None:
        self.client, self.anywhere, self.repeats = client, anywhere, 0

    @abstractmethod
    async def says(self, chat: str, text: str) -> None:
        """Brings one message there."""

    async def _insist(self, make: Callable[[], httpx.Request]) -> None:
        """Until it is acknowledged; `make` is called for each try, since the process may be another one."""
        for number in count():
            if await self._tried(make):
                if random.random() < 0.05:
                    await self._tried(make)  # some come twice though the first was acknowledged
                return
            self.repeats += 1
            await asyncio.sleep(self.waits[min(number, len(self.waits) - 1)])

    async def _tried(self, make: Callable[[], httpx.Request]) -> bool:
        try:
            return (await self.client.send(make())).is_success
        except httpx.TransportError:
            return False


class Messenger(Platform):
    """One that replies are brought to."""

    @abstractmethod
    def seen(self, chat: str) -> list[str]:
        """The texts that arrived, in order."""


class OnTelegram(Messenger):
    def __init__(self, client: httpx.AsyncClient, anywhere: Callable[[], str], double: Telegram) -> None:
        super().__init__(client, anywhere)
        self.double = double

    async def says(self, chat: str, text: str) -> None:
        update = self.double.person_writes(text, int(chat))
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook_secret(KEY, "telegram")}
        await self._insist(
            lambda: self.client.build_request(
                "POST", f"{self.anywhere()}/webhooks/telegram", json=update, headers=headers
            )
        )

    def seen(self, chat: str) -> list[str]:
        return self.double.texts(int(chat))


class OnZaloOa(Messenger):
    def __init__(self, client: httpx.AsyncClient, anywhere: Callable[[], str], double: ZaloOa) -> None:
        super().__init__(client, anywhere)
        self.double = double

    async def says(self, chat: str, text: str) -> None:
        body, headers = self.double.signed(self.double.writes(text, chat))
        await self._insist(
            lambda: self.client.build_request(
                "POST", f"{self.anywhere()}/webhooks/zalo-oa", content=body, headers=headers
            )
        )

    def seen(self, chat: str) -> list[str]:
        return self.double.texts(chat)


class OnZaloBot(Messenger):
    """Zalo posts a message once, whatever the answer is: what nobody took is gone, and the resident goes on."""

    def __init__(self, client: httpx.AsyncClient, anywhere: Callable[[], str], double: ZaloBot) -> None:
        super().__init__(client, anywhere)
        self.double, self.acknowledged = double, defaultdict[str, list[str]](list)

    async def says(self, chat: str, text: str) -> None:
        update = self.double.writes(text, chat)
        headers = {"X-Bot-Api-Secret-Token": webhook_secret(KEY, "zalo_bot")}
        body = {"ok": True, "result": update}
        try:
            answer = await self.client.post(f"{self.anywhere()}/webhooks/zalo-bot", json=body, headers=headers)
        except httpx.TransportError:
            self.repeats += 1
            return
        if answer.status_code == 200:
            self.acknowledged[chat].append(text)
        else:
            self.repeats += 1

    def seen(self, chat: str) -> list[str]:
        return self.double.texts(chat)


class OnTheWeb(Platform):
    _numbers = count(1)

    async def says(self, chat: str, text: str) -> None:
        form = {"text": text, "message_id": f"soak-message-{next(self._numbers)}"}
        headers = {
            "Cookie": f"{COOKIE}={_WEB.dumps(chat)!s}",
            "Accept": "application/json",
            "X-Forwarded-For": f"10.0.0.{chat[-3:].lstrip('0') or '0'}",
        }
        await self._insist(
            lambda: self.client.build_request("POST", f"{self.anywhere()}/chat", data=form, headers=headers)
        )

    async def page(self, chat: str) -> str:
        """The words of the page as this resident sees it."""
        headers = {"Cookie": f"{COOKIE}={_WEB.dumps(chat)!s}"}
        html = (await self.client.get(f"{self.anywhere()}/", headers=headers)).text
        return bare(unescape(_TAGS.sub("", html)))


def once(texts: Sequence[str]) -> list[str]:
    """Without what came twice in a row: a message that was on its way when its process died comes again."""
    return [text for text, _ in groupby(texts)]


def bare(text: str) -> str:
    """Letters and digits alone, since each platform has its own markup."""
    return _SIGNS.sub("", text.replace("[photo]", "").replace("[picture]", ""))


def words(payload: str) -> str:
    """The same of a message that waits in the outbox or was sent."""
    data = json.loads(payload)
    kinds = {"text": TextPart, "picture": PicturePart, "file": FilePart, "link": LinkPart}
    message = Outgoing(kinds[data["kind"]](**data["part"]), caption=data.get("caption", ""))
    match message.part:
        case TextPart(text):
            return bare(text)
        case PicturePart(_, alt):
            return bare(message.caption or alt)
        case LinkPart(url, label) | FilePart(url, label):
            return bare(f"{label}{url}")
