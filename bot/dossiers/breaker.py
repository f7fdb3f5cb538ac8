"""A circuit breaker: a system that failed several times in a row is left alone for a while, then tried once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta


class Breaker:
    """Closed until `most` failures in a row; then open for `rest`, after which a single question is let through: if
    that fails too, it rests again. May be used by several threads."""

    def __init__(self, clock: Callable[[], datetime], most: int = 3, rest: timedelta = timedelta(seconds=30)) -> None:
        self._clock, self._most, self._rest = clock, most, rest
        self._failures = 0
        self._until: datetime | None = None
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether the system may be asked now; whoever is told yes says how it went."""
        with self._lock:
            now = self._clock()
            if self._until is None:
                return True
            if now < self._until:
                return False
            self._until = now + self._rest  # the others wait for what this one finds
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._until = 0, None

    def failed(self) -> bool:
        """Whether this failure opened it."""
        with self._lock:
            self._failures += 1
            if self._failures < self._most:
                return False
            opened = self._until is None
            self._until = self._clock() + self._rest
            return opened
