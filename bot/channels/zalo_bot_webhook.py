"""`POST /webhooks/zalo-bot`. Zalo does not send again what was not taken, so what was not taken is tried again here."""

import asyncio
import hmac
import json

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.zalo_bot import PATH, Lost, Take, ZaloBot
from bot.errors import StoreAway

_SECONDS = 5.0  # until 503 is answered; how long Zalo waits is not documented
_TRIES = 60.0  # seconds for which an update is held while the database is away
_AGAIN = 0.5  # seconds between two tries
_MOST_HELD = 500  # updates
_LARGEST = 1_000_000  # bytes
_log = structlog.get_logger()


class ZaloBotWebhook:
    """One bot's updates: 200 when committed, 503 when it could not be in time, 403 for strangers. An update goes on
    being tried after the 503; `lost` is told of each that was given up."""

    def __init__(
        self,
        channel: ZaloBot,
        take: Take,
        secret: str,
        lost: Lost,
        seconds: float = _SECONDS,
        tries: float = _TRIES,
    ) -> None:
        self.channel, self.take, self.secret, self.lost = channel, take, secret, lost
        self.seconds, self.tries = seconds, tries
        self._held: set[asyncio.Task[bool]] = set()

    def route(self) -> Route:
        return Route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """200 too for what will never be understood."""
        given = request.headers.get("x-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            return Response(status_code=403)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return Response(status_code=413)
        try:
            update = json.loads(bytes(body))
        except (ValueError, RecursionError):
            _log.info("zalo_bot_not_understood", why="json")
            return Response(status_code=200)
        if len(self._held) >= _MOST_HELD:
            await self.lost()
            return Response(status_code=503)
        task = asyncio.create_task(self._taken(update))
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        done, _ = await asyncio.wait({task}, timeout=self.seconds)
        return Response(status_code=200 if done and task.result() else 503)

    async def _taken(self, update: object) -> bool:
        """Taken at last, or given up and counted."""
        end = asyncio.get_running_loop().time() + self.tries
        while True:
            try:
                await self.channel.receive(update, self.take)
                return True
            except StoreAway:
                if asyncio.get_running_loop().time() >= end:
                    await self.lost()
                    return False
                await asyncio.sleep(_AGAIN)
