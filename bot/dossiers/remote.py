"""Asking a source ahead of the turn, and what it said: a short cache, a circuit breaker, few questions at once."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from cachetools import TTLCache

from bot.dossiers.breaker import Breaker
from bot.dossiers.source import Source
from bot.errors import SourceAway
from handlers.ports import Dossier
from handlers.turn import Incoming
from knowledge.dossier_codes import find_codes

_FRESH = timedelta(seconds=60)  # an answer is not asked for again within this time
_KEPT = timedelta(days=1)  # how long an older answer is shown while the source is away
_MOST = 20_000  # answers kept, some 20 MB
_SECONDS = 4.0  # for all that one message asks; platforms wait at least five for a webhook
_AT_ONCE = 8  # questions; the rest of the threads go on answering
_MOST_CODES = 4  # of one message
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the source said of a code at a time; None: it does not know it."""

    dossier: Dossier | None
    at: datetime


class Remote:
    """What a source says of dossiers, kept in this process only and not longer than a day. Several threads may use it.

    `ahead` goes before the transaction, `answer` and `failed` inside of it touch memory only. `may_ask` is told the
    code that a message is about: who walks through codes does not make us walk through the other system's.
    """

    def __init__(
        self,
        source: Source,
        clock: Callable[[], datetime],
        may_ask: Callable[[Incoming, str], bool] = lambda incoming, code: True,
        seconds: float = _SECONDS,
    ) -> None:
        self.source, self._clock, self._may_ask, self._seconds = source, clock, may_ask, seconds
        self._breaker = Breaker(clock)
        self._answers: TTLCache[str, Answer] = TTLCache(_MOST, _KEPT.total_seconds(), lambda: clock().timestamp())
        self._failed: TTLCache[str, bool] = TTLCache(_MOST, _FRESH.total_seconds(), lambda: clock().timestamp())
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def ahead(self, incoming: Incoming) -> Incoming:
        """Asks for the dossiers that the message names, before its turn; the message itself is given back."""
        until = time.monotonic() + self._seconds
        about, groups = _codes(incoming, self._clock().date())
        if not about or not self._may_ask(incoming, about):
            return incoming
        for codes in groups:
            for code in codes:
                left = until - time.monotonic()
                if left < self._seconds / 4 or not self.ask(code, left):
                    return incoming
            if any(found and found.dossier for found in map(self.answer, codes)):
                break  # nothing else can have been meant
        return incoming

    def ask(self, code: str, seconds: float = _SECONDS) -> bool:
        """Whether what is known of the code is fresh now. Takes about so many seconds at most, and never raises."""
        found = self.answer(code)
        if found and self._clock() - found.at < _FRESH:
            return True
        if not self._places.acquire(blocking=False):
            return self._without(code)
        try:
            if not self._breaker.allows():
                return self._without(code)
            dossier = self.source.ask(code, seconds)
        except SourceAway as error:
            opened = self._breaker.failed()
            _log.warning("source_away", source=self.source.name, reason=error.reason, rests=opened)
            return self._without(code)
        finally:
            self._places.release()
        self._breaker.succeeded()
        with self._lock:
            self._answers[code] = Answer(dossier, self._clock())
            self._failed.pop(code, None)
        return True

    def _without(self, code: str) -> bool:
        with self._lock:
            self._failed[code] = True
        return False

    def answer(self, code: str) -> Answer | None:
        """The last answer about a code, however old within a day."""
        with self._lock:
            return self._answers.get(code)

    def failed(self, code: str) -> bool:
        """Whether the source was to be asked for this code just now and could not be."""
        with self._lock:
            return code in self._failed

    def close(self) -> None:
        self.source.close()


def _codes(incoming: Incoming, today: date) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The code that a message is about, as written; all that it names; then what the first may be meant to be."""
    if incoming.seen and incoming.seen.codes:
        return incoming.seen.codes[0], (incoming.seen.codes,)
    found = find_codes(incoming.button or incoming.text, today)
    if not found or found[0].kind == "procedure":
        return "", ()
    named = tuple(code.text for code in found if code.kind == "dossier")[:_MOST_CODES]
    return found[0].text, (named, found[0].could_be[: _MOST_CODES - 1])
