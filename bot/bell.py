"""Waking what waits in this process when a message was queued. Other processes are seen by looking twice a second."""

import asyncio
import contextlib
import threading
from collections.abc import Hashable, Iterator

EVERYTHING = ("", "")
IMPORTED = ("", "imported")  # dossiers were imported in this process


class Bell:
    """`ring` from any thread; `wait` in the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}

    def ring(self, channel: str, chat: str) -> None:
        with self._lock:
            woken = [*self._waiting.get((channel, chat), ()), *self._waiting.get(EVERYTHING, ())]
        for loop, event in woken:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    async def wait(self, key: tuple[str, str] = EVERYTHING, timeout: float = 0.5) -> None:
        """Returns when the key rings, or after `timeout` seconds."""
        with self.listening(key) as rung, contextlib.suppress(TimeoutError):
            await asyncio.wait_for(rung.wait(), timeout)

    @contextlib.contextmanager
    def listening(self, key: tuple[str, str] = EVERYTHING) -> Iterator[asyncio.Event]:
        """An event that is set whenever the key rings inside of the block: no ring is missed between two waits."""
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.setdefault(key, []).append(entry)
        try:
            yield entry[1]
        finally:
            with self._lock:
                self._waiting[key].remove(entry)
                if not self._waiting[key]:
                    del self._waiting[key]
