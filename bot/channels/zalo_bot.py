"""A bot of Zalo's Bot Platform, for pilots and team groups: texts and pictures, no buttons. Nothing is kept here."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from bot.channels.contract import Limits, Outgoing, Pace
from bot.channels.markup import plain
from bot.channels.zalo_bot_api import Away, Refused, ZaloBotApi
from bot.channels.zalo_bot_files import ZaloBotFiles
from bot.channels.zalo_bot_parse import NAME, parse
from bot.errors import DeliveryError, NotNow, NotUnderstood, RetryLater, StoreAway, Undeliverable
from handlers.ticket_ports import PICTURES
from handlers.turn import FilePart, Incoming, LinkPart, PicturePart, TextPart

PATH = "/webhooks/zalo-bot"
IDLE = 408  # nobody wrote while we waited: no fault
_TEXT = 2000  # characters of a text and of a caption; https://docs.zaloplatforms.com/docs/BOT
_POLL_SECONDS = 8
_LONGER = 5.0  # seconds that an answer to a poll may come late
_USED_UP = 900.0  # seconds to rest after 429: most likely the month's messages are used up
_NO_TOKEN = 300.0  # seconds to rest after 401
_MOST_WAIT = 60.0  # seconds between two tries
_log = structlog.get_logger()

Take = Callable[[Incoming], Awaitable[None]]
Lost = Callable[[], Awaitable[None]]


class Me(BaseModel):
    """The bot as the platform knows it."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(default="", validation_alias=AliasChoices("account_name", "name"))
    display_name: str = ""
    can_join_groups: bool = False


class ZaloBot:
    """One bot. Nothing is asked of Zalo before `set_up`, `poll` or `send`."""

    name = NAME
    limits = Limits(text=_TEXT, buttons=0, caption=_TEXT)
    # No rate is documented: one message a second to a chat, as other platforms have it.
    pace = Pace(per_second=10, chat_seconds=1.05)

    def __init__(self, token: str, api_url: str, public_url: str = "") -> None:
        """`public_url`: Zalo fetches pictures itself, so there are none without an https address."""
        self.api, self.files = ZaloBotApi(token, api_url), ZaloBotFiles(api_url)
        self._public = public_url if public_url.startswith("https://") else ""
        self.me = Me()

    async def send(self, chat: str, message: Outgoing) -> None:
        """Raises `RetryLater`, `NotNow` or `Undeliverable`; where Zalo refuses a picture its words go out alone."""
        try:
            await self._send(chat, message)
        except Away as error:
            raise RetryLater(str(error)) from None
        except Refused as error:
            raise meaning(error) from None

    async def _send(self, chat: str, message: Outgoing) -> None:
        match message.part:
            case TextPart(text):
                await self._send_text(chat, text)
            case PicturePart(url, alt):
                await self._send_picture(chat, url, message.caption or alt)
            case FilePart(url, label) | LinkPart(url, label):
                await self._send_text(chat, f"{label}: {url}")

    async def _send_text(self, chat: str, text: str) -> None:
        await self.api.call("sendMessage", {"chat_id": chat, "text": plain(text)[:_TEXT]})

    async def _send_picture(self, chat: str, url: str, text: str) -> None:
        address = url if url.startswith("https://") else f"{self._public}{url.replace('.svg', '.png')}"
        if address.startswith("https://") and not url.startswith(PICTURES):  # Zalo would fetch it like anybody
            try:
                photo = {"chat_id": chat, "photo": address, "caption": plain(text)[:_TEXT]}
                await self.api.call("sendPhoto", photo)
                return
            except Refused as error:
                if error.code != 400:
                    raise
                _log.warning("zalo_bot_picture_refused", url=address, said=str(error))
        await self._send_text(chat, text)

    async def set_up(self, mode: Literal["polling", "webhook"], public_url: str, secret: str) -> None:
        """Ready to receive; tries again until Zalo answers, since the network may not be up yet."""
        wait = 1.0
        while True:
            try:
                await self._set_up(mode, public_url, secret)
                return
            except Refused as error:
                todo = "check CAUSO_ZALO_BOT_TOKEN" if error.code in (401, 404) else "see causo doctor"
                _log.error("zalo_bot_refused", said=str(error), do=todo)
                wait = _MOST_WAIT
            except Away as error:
                _log.warning("zalo_bot_away", said=str(error), again_in=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _MOST_WAIT)

    async def _set_up(self, mode: str, public_url: str, secret: str) -> None:
        self.me = await who(self.api)
        if mode == "webhook":
            await self.api.call("setWebhook", {"url": f"{public_url}{PATH}", "secret_token": secret})
            return
        try:
            await self.api.call("deleteWebhook")
        except Refused as error:
            if error.code != 404:  # there was none
                raise

    async def poll(self, take: Take, stop: asyncio.Event, lost: Lost) -> None:
        """Long polling. Zalo gives each update once and knows no offset: a poll that is under way is waited for, and
        what was given is held until the database takes it. `lost` is told of what could not be held longer."""
        wait = 1.0
        while not stop.is_set():
            began = time.monotonic()
            try:
                update = await self.api.call("getUpdates", {"timeout": _POLL_SECONDS}, longer=_LONGER)
                wait = 1.0
            except Refused as error:
                if error.code == IDLE:
                    wait = 1.0
                    if time.monotonic() - began < 1:
                        await _rest(stop, 0.2)
                    continue
                wait = _MOST_WAIT if error.code in (401, 404, 429) else min(wait * 2, _MOST_WAIT)
                _log.error("zalo_bot_poll_refused", said=str(error), again_in=wait)
                await _rest(stop, wait)
                continue
            except Away as error:
                _log.warning("zalo_bot_away", said=str(error), again_in=wait)
                await _rest(stop, wait)
                wait = min(wait * 2, _MOST_WAIT)
                continue
            for one in update if isinstance(update, list) else [update]:
                await self._held(one, take, stop, lost)

    async def _held(self, update: object, take: Take, stop: asyncio.Event, lost: Lost) -> None:
        while True:
            try:
                await self.receive(update, take)
                return
            except StoreAway:
                if stop.is_set():
                    await lost()
                    return
                _log.error("store_away", do="the update is held until the database is back")
                await _rest(stop, 1)

    async def receive(self, update: object, take: Take) -> None:
        """Parse and take one update. Raises `StoreAway`."""
        if not update:
            return
        try:
            incoming = parse(update, self.me.display_name or self.me.name)
        except NotUnderstood as error:
            _log.info("zalo_bot_not_understood", why=str(error))
            return
        if incoming is not None:
            await take(incoming)

    async def close(self) -> None:
        """Close the connections."""
        await self.api.close()
        self.files.close()


async def who(api: ZaloBotApi) -> Me:
    """Which bot the token is of. Raises `Refused` or `Away`."""
    try:
        return Me.model_validate(await api.call("getMe"))
    except ValidationError:
        return Me()


def meaning(error: Refused) -> DeliveryError:
    """What to do about a refusal. 403 is documented as an error inside of Zalo."""
    match error.code:
        case 429:
            return NotNow(str(error), _USED_UP)
        case 401:
            return NotNow(str(error), _NO_TOKEN)
        case 400 | 404:
            return Undeliverable(str(error))
        case _:
            return RetryLater(str(error))


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    """Wait, unless told to stop."""
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({stopping}, timeout=seconds)
    stopping.cancel()
