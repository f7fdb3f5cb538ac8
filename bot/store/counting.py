"""Counting how often something happens on a day."""

from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.insert import insert_into
from bot.store.tables import Counter


def count(session: Session, name: str, now: datetime, by: int = 1) -> None:
    """One more of `name` today (UTC)."""
    statement = insert_into(session, Counter).values(name=name, day=_day(now), value=by)
    more = {"value": Counter.value + by}
    session.execute(statement.on_conflict_do_update(index_elements=["name", "day"], set_=more))


def counted(session: Session, name: str, now: datetime) -> int:
    """How often today (UTC)."""
    found = select(Counter.value).where(Counter.name == name, Counter.day == _day(now))
    return session.scalar(found) or 0


def counted_between(session: Session, name: str, first: date, last: date) -> int:
    """How often on these days (UTC), both included."""
    found = select(func.sum(Counter.value)).where(Counter.name == name, Counter.day.between(first, last))
    return int(session.scalar(found) or 0)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
