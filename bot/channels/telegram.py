"""Telegram through python-telegram-bot as transport: sending, long polling, the webhook. State is never kept here."""

import asyncio
import contextlib
import hmac
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.channels.contract import Limits, Outgoing, Pace
from bot.channels.telegram_files import TelegramFiles
from bot.channels.telegram_parse import NAME, parse
from bot.channels.telegram_send import CAPTION, TelegramSender
from bot.errors import NotUnderstood, RetryLater, StoreAway, Undeliverable
from handlers.turn import Incoming

_UPDATES = ["message", "edited_message", "callback_query"]
_POLL_SECONDS = 25
_LARGEST_UPDATE = 1_000_000
# The library's coming default: waits are timedeltas. Without it every 429 is a deprecation warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")
_log = structlog.get_logger()

Take = Callable[[Incoming], Awaitable[None]]


class Telegram:
    """One bot. Nothing is asked of Telegram before `set_up`, `poll` or `send`."""

    name = NAME
    # 4096 characters after entities are parsed, 1024 under a picture; https://core.telegram.org/bots/api#sendphoto
    limits = Limits(text=4000, buttons=12, button_label=60, caption=CAPTION)
    # 30 messages a second over all and one a second to a chat; https://core.telegram.org/bots/faq
    pace = Pace(per_second=28, chat_seconds=1.05)

    def __init__(
        self,
        token: str,
        api_url: str,
        proxy: str | None = None,
        photo: Callable[[str], bytes | None] = lambda url: None,
    ) -> None:
        """`photo` gives the picture at one of our own addresses: Telegram need not be able to reach this machine."""
        self._token = token
        base = f"{api_url}/bot"
        self._requests = (
            HTTPXRequest(connection_pool_size=32, proxy=proxy),
            HTTPXRequest(read_timeout=_POLL_SECONDS + 10, proxy=proxy),
        )
        self.bot = Bot(
            token=token,
            base_url=base,
            base_file_url=f"{api_url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._sender = TelegramSender(self.bot, photo)
        self.user_name = ""
        self.files = TelegramFiles(token, api_url, proxy)

    async def send(self, chat: str, message: Outgoing) -> None:
        """Raises `RetryLater` or `Undeliverable`; a text whose markup Telegram refuses goes out plain."""
        try:
            await self._sender.send(chat, message)
        except RetryAfter as error:
            raise RetryLater("asked to wait", _seconds(error.retry_after)) from None
        except (Forbidden, InvalidToken) as error:
            raise Undeliverable(self._said(error)) from None
        except BadRequest as error:
            raise Undeliverable(self._said(error)) from None
        except NetworkError as error:
            raise RetryLater(self._said(error)) from None
        except TelegramError as error:
            raise Undeliverable(self._said(error)) from None

    def _said(self, error: Exception) -> str:
        return f"{type(error).__name__}: {error}".replace(self._token, "…")[:180]

    async def close(self) -> None:
        """Close the connections."""
        for request in self._requests:
            await request.shutdown()
        self.files.close()

    async def set_up(
        self, mode: Literal["polling", "webhook"], public_url: str, secret: str, commands: Mapping[str, str]
    ) -> None:
        """Ready to receive; tries again until Telegram answers, since the network may not be up yet."""
        wait = 1.0
        while True:
            try:
                me = await self.bot.get_me()
                self.user_name = me.username or ""
                await self.bot.set_my_commands(commands=list(commands.items()))
                if mode == "webhook":
                    await self.bot.set_webhook(
                        url=f"{public_url}/webhooks/telegram",
                        secret_token=secret,
                        allowed_updates=_UPDATES,
                        max_connections=40,
                    )
                else:
                    await self.bot.delete_webhook(drop_pending_updates=False)
                return
            except (InvalidToken, Forbidden) as error:
                _log.error("telegram_token_refused", said=self._said(error), do="check CAUSO_TELEGRAM_TOKEN")
                wait = 60.0
            except TelegramError as error:
                _log.warning("telegram_away", said=self._said(error), again_in=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 60.0)

    async def poll(self, take: Take, stop: asyncio.Event) -> None:
        """Long polling. The offset moves on only after `take` has committed, so that a crash loses no update."""
        offset, wait = 0, 1.0
        while not stop.is_set():
            asking = asyncio.create_task(self._updates(offset))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not asking.done():
                asking.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await asking
                return
            try:
                updates = asking.result()
                wait = 1.0
            except Conflict:
                _log.error("telegram_conflict", do="another program polls with this token; stop it")
                updates, wait = [], 30.0
            except RetryAfter as error:
                updates, wait = [], max(1.1, _seconds(error.retry_after))
            except TelegramError as error:
                _log.warning("telegram_away", said=self._said(error), again_in=wait)
                updates, wait = [], min(wait * 2, 60.0)
            for update in updates:
                if not await self._handled(update, take):
                    break
                offset = int(str(update["update_id"])) + 1
            if not updates and wait > 1.0:
                await asyncio.sleep(wait)

    async def _updates(self, offset: int) -> list[dict[str, object]]:
        """Raw updates: they are parsed one by one, so that one that is malformed does not hold up the others."""
        query = urlencode({"offset": offset, "timeout": _POLL_SECONDS, "allowed_updates": json.dumps(_UPDATES)})
        address = f"{self.bot.base_url}/getUpdates?{query}"
        result = await self._requests[1].post(address, read_timeout=_POLL_SECONDS + 10)
        return [item for item in result if isinstance(item, dict)] if isinstance(result, list) else []

    async def _handled(self, update: dict[str, object], take: Take) -> bool:
        """False when it must be asked for again."""
        try:
            await self.receive(update, take)
        except StoreAway:
            _log.error("store_away", do="the update is asked for again")
            await asyncio.sleep(2)
            return False
        return True

    async def receive(self, update: object, take: Take) -> None:
        """Parse and take one update; a tapped button stops its spinner. Raises `StoreAway`."""
        try:
            incoming = parse(update, self.user_name)
        except NotUnderstood as error:
            _log.info("telegram_not_understood", why=str(error))
            return
        if incoming is None:
            return
        await take(incoming)
        if incoming.message_id.startswith("cb:"):
            with contextlib.suppress(TelegramError):  # too old, or Telegram away: only the spinner stays
                await self.bot.answer_callback_query(callback_query_id=incoming.message_id.removeprefix("cb:"))


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def webhook_route(channel: Telegram, take: Take, secret: str) -> Route:
    """`POST /webhooks/telegram`: 200 only after the turn is committed, 503 when it could not be, 403 for strangers."""

    async def receive(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        if int(request.headers.get("content-length") or 0) > _LARGEST_UPDATE:
            return Response(status_code=200)
        try:
            update = json.loads(await request.body())
        except (ValueError, RecursionError):
            return Response(status_code=200)  # never understood, so never worth sending again
        try:
            await channel.receive(update, take)
        except StoreAway:
            return Response(status_code=503)
        return Response(status_code=200)

    return Route("/webhooks/telegram", receive, methods=["POST"])
