"""Five wrong guesses, then an hour's rest: for anything that could be found out by trying."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.store.code_tables import FailedTries

MOST = 5
REST = timedelta(hours=1)


class Tries:
    """The wrong guesses at one thing; `about` says who guesses at what and is kept only as a keyed hash."""

    def __init__(self, session: Session, key: str, about: str, now: datetime, most: int = MOST) -> None:
        self._session, self._now, self._most = session, now, most
        self._key = hmac.new(key.encode(), f"tries|{about}".encode(), hashlib.sha256).hexdigest()[:32]

    @property
    def left(self) -> int:
        """How many guesses are left until the rest; 0 while it lasts."""
        row = self._row()
        return self._most if row is None else max(0, self._most - row.count)

    def failed(self) -> int:
        """Count one wrong guess; how many are left."""
        row = self._row()
        if row is None:
            row = self._session.merge(FailedTries(key=self._key, count=0, until=self._now))
        row.count += 1
        row.until = self._now + REST
        self._session.flush()
        return max(0, self._most - row.count)

    def succeeded(self) -> None:
        """What was guessed before no longer counts."""
        if row := self._row():
            self._session.delete(row)
            self._session.flush()

    def _row(self) -> FailedTries | None:
        row = self._session.get(FailedTries, self._key, with_for_update=True)
        return None if row is None or row.until <= self._now else row
