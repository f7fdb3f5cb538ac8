"""How many different dossiers may be looked up: by one chat, from one network, by all. Codes can be guessed; who walks
through them is stopped, and the operator sees it. The counts live in the process and start anew with it."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from cachetools import TTLCache
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.orm import Session

from bot.settings import Settings
from bot.store.counting import count

_AGAIN_SECONDS = 3600.0  # the same dossier again within this time does not count
_MOST_KEPT = 50_000
LIMITED = "lookups_limited"  # counted with the limit that was reached
_log = structlog.get_logger()


class Lookups:
    """Several threads may use it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {
            "chat": RateLimitItemPerHour(settings.lookups_per_chat),
            "network": RateLimitItemPerHour(settings.lookups_per_network),
            "all": RateLimitItemPerHour(settings.lookups_overall),
        }
        self._seen: TTLCache[tuple[str, str], bool] = TTLCache(_MOST_KEPT, _AGAIN_SECONDS, lambda: clock().timestamp())

    def of(self, session: Session, chat: str, network: str | None) -> Callable[[str], bool]:
        """Whether this chat (a keyed hash) may look a code up; every refusal is counted for the operator."""

        def may_look_up(code: str) -> bool:
            full = self.full(chat, network, code)
            if full:
                count(session, f"{LIMITED}_{full}", self._clock())
            return full is None

        return may_look_up

    def full(self, chat: str, network: str | None, code: str) -> str | None:
        """Which limit is reached: chat, network, all; None when this look-up is within all of them."""
        with self._lock:
            return self._full(chat, network, code)

    def _full(self, chat: str, network: str | None, code: str) -> str | None:
        if (chat, code) in self._seen:
            return None
        who = {"chat": chat, "network": network, "all": "all"}
        counted = [(name, self._limits[name], key) for name, key in who.items() if key]
        full = next((name for name, limit, key in counted if not self._limiter.test(limit, name, key)), None)
        if full:
            _log.warning("lookups_limited", scope=full, chat=chat)
            return full
        for name, limit, key in counted:
            self._limiter.hit(limit, name, key)
        self._seen[chat, code] = True
        return None
