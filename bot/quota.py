"""What a platform's plan still lets us send: announcements stop first, replies last, and what waits is not lost."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog
from sqlalchemy.orm import Session

from bot.channels.contract import Plan
from bot.store.counting import count, counted, counted_between

_NEARLY = 0.8  # of a limit: from here on the operator is told
_FOR_REPLIES = 0.1  # of a limit: announcements leave this much to the replies
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a limit was used. `per` is "month" or "day"."""

    per: str
    sent: int
    limit: int

    @property
    def nearly(self) -> bool:
        """Whether the operator should know."""
        return self.sent >= self.limit * _NEARLY

    @property
    def replies_left(self) -> int:
        return max(0, self.limit - self.sent)

    @property
    def announcements_left(self) -> int:
        return max(0, self.limit - int(self.limit * _FOR_REPLIES) - self.sent)


class Quota:
    """The plan of one channel. What every process sends is counted together, by days and months in UTC."""

    def __init__(self, channel: str, plan: Plan) -> None:
        self.channel, self.plan = channel, plan
        self.counter = f"{channel}_sent"

    def used(self, session: Session, now: datetime) -> tuple[Used, ...]:
        """How much of each limit that there is."""
        today = now.astimezone(UTC).date()
        found = []
        if self.plan.per_month is not None:
            first = date(today.year, today.month, 1)
            sent = counted_between(session, self.counter, first, today)
            found.append(Used("month", sent, self.plan.per_month))
        if self.plan.per_day is not None:
            found.append(Used("day", counted(session, self.counter, now), self.plan.per_day))
        return tuple(found)

    def take(self, session: Session, now: datetime, number: int) -> None:
        """So many messages are about to be sent; a negative number gives back what was not."""
        count(session, self.counter, now, number)
        if number > 0:
            self._warn(session, now)

    def _warn(self, session: Session, now: datetime) -> None:
        """Once a day, whichever process it is."""
        nearly = [used for used in self.used(session, now) if used.nearly]
        warned = f"{self.channel}_quota_warned"
        if not nearly or counted(session, warned, now):
            return
        count(session, warned, now)
        for used in nearly:
            _log.warning("quota_nearly_used", channel=self.channel, per=used.per, sent=used.sent, limit=used.limit)
