"""Waking what waits in this process when a message was queued. Other processes are seen by looking twice a second."""

import asyncio
import threading
from collections.abc import Hashable

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
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.setdefault(key, []).append(entry)
        try:
            await asyncio.wait_for(entry[1].wait(), timeout)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting[key].remove(entry)
                if not self._waiting[key]:
                    del self._waiting[key]
