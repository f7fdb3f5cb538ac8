"""Work that is looked at every so many seconds, beside the page."""

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from anyio import to_thread

from bot.errors import StoreAway

_log = structlog.get_logger()


async def regularly(name: str, look: Callable[[], object], seconds: float, stop: asyncio.Event) -> None:
    """`look`, in a thread, until `stop`. While the database is away that is logged by `name`, and it is tried again."""
    while not stop.is_set():
        try:
            await to_thread.run_sync(look)
        except StoreAway:
            _log.warning(f"{name}_store_away")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
