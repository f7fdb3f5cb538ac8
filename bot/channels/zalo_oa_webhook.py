"""`POST /webhooks/zalo-oa`: 200 only after the turn is committed, 503 when it could not be in time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.zalo_oa_parse import Contact, parse
from bot.channels.zalo_signature import Signer, Variant
from bot.channels.zalo_window import Windows
from bot.errors import NotUnderstood, StoreAway
from handlers.turn import Incoming

PATH = "/webhooks/zalo-oa"
_SECONDS = 1.7  # Zalo waits two, then sends it again: after 30 s, 5, 15, 30 minutes and an hour
_LARGEST = 1_000_000  # bytes
_log = structlog.get_logger()

Take = Callable[[Incoming], Awaitable[None]]


class ZaloOaWebhook:
    """One account's events. What takes too long goes on; when it is sent again it was taken already."""

    def __init__(
        self,
        signer: Signer,
        variant: Variant,
        windows: Windows,
        take: Take,
        clock: Callable[[], datetime],
        seconds: float = _SECONDS,
    ) -> None:
        self.signer, self.variant, self.windows, self.take, self.clock = signer, variant, windows, take, clock
        self.seconds = seconds
        self._late: set[asyncio.Task[None]] = set()

    def route(self) -> Route:
        return Route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """403 for strangers; 200 for what will never be understood, since sending it again would not help."""
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return Response(status_code=413)
        if not self.signer.fits(self.variant, bytes(body), request.headers.get("x-zevent-signature", "")):
            _log.warning("zalo_signature_wrong", do="causo zalo verify-signature")
            return Response(status_code=403)
        try:
            contact = parse(json.loads(body), self.signer.oa_id or None, self.clock())
        except (NotUnderstood, ValueError, RecursionError) as error:
            _log.info("zalo_not_understood", why=str(error) if isinstance(error, NotUnderstood) else "json")
            return Response(status_code=200)
        if contact is None:
            return Response(status_code=200)
        return await self._within_time(contact)

    async def _within_time(self, contact: Contact) -> Response:
        task = asyncio.create_task(self._taken(contact))
        done, _ = await asyncio.wait({task}, timeout=self.seconds)
        if not done:
            self._late.add(task)
            task.add_done_callback(self._ended_late)
            return Response(status_code=503)
        try:
            task.result()
        except StoreAway:
            return Response(status_code=503)
        return Response(status_code=200)

    async def _taken(self, contact: Contact) -> None:
        if contact.kind == "unfollow":
            await to_thread.run_sync(self.windows.left, contact.chat, contact.at)
            return
        follows = True if contact.kind == "follow" else None
        await to_thread.run_sync(self.windows.touched, contact.chat, contact.at, follows)
        if contact.incoming is not None:
            await self.take(contact.incoming)

    def _ended_late(self, task: asyncio.Task[None]) -> None:
        self._late.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("zalo_late_turn_failed", error=type(error).__name__)
