"""Telling an open desk page that something changed: server-sent events, a look each second."""

import asyncio
from collections.abc import AsyncIterator

from anyio import to_thread
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.desk.base import COOKIE, HOME, Desk
from bot.errors import StoreAway
from bot.staff.sessions import who
from bot.store.ticket_tables import Ticket, TicketEntry

_LOOK_SECONDS = 1.0
_PING_LOOKS = 15


def live_route(desk: Desk, stop: asyncio.Event) -> Route:
    async def events(request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        first = await to_thread.run_sync(_state, desk, token)
        if first is None:
            return Response(status_code=204)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_stream(desk, token, first, stop), media_type="text/event-stream", headers=headers)

    return Route(f"{HOME}/su-kien", events, methods=["GET"])


async def _stream(desk: Desk, token: str, seen: tuple[object, ...], stop: asyncio.Event) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    looks = 0
    while not stop.is_set():
        await desk.bell.wait(timeout=_LOOK_SECONDS)
        looks += 1
        try:
            now = await to_thread.run_sync(_state, desk, token)
        except StoreAway:
            continue
        if now is None:  # signed out, or the session ended
            yield "event: changed\ndata: -\n\n"
            return
        if now != seen:
            seen = now
            yield "event: changed\ndata: -\n\n"
        elif looks % _PING_LOOKS == 0:
            yield ": ping\n\n"


def _state(desk: Desk, token: str) -> tuple[object, ...] | None:
    """What changes whenever a ticket does; None for somebody who is not signed in."""
    with desk.store.read() as session:
        if who(session, token, desk.clock()) is None:
            return None
        session.rollback()  # a look does not keep the session alive
        last = session.execute(select(func.max(TicketEntry.id))).one()
        decided = session.scalar(select(func.count()).where(TicketEntry.draft == "waiting"))
        closed = session.scalar(select(func.count()).where(Ticket.state == "closed"))
    return (*last, decided, closed)
