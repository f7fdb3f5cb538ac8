"""Visits at home that were promised: a queue with day, who goes, and the address until it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.seal import seal, unseal
from bot.staff.audit import record
from bot.store.ticket_tables import HomeVisit
from bot.tickets import people

_LONGEST = 300  # characters of an address


@dataclass(frozen=True, slots=True)
class Visit:
    """One that is still to be done, as who goes sees it."""

    id: int
    ticket: int
    address: str | None
    day: date | None
    who: str | None


def plan_visit(
    session: Session, key: str, ticket: int, staff: int, address: str, day: date | None, now: datetime
) -> bool:
    """Somebody goes there on that day; False without an address."""
    if not address.strip():
        return False
    kept = seal(key, address.strip()[:_LONGEST])
    session.add(HomeVisit(ticket_id=ticket, address=kept, day=day, staff_id=staff))
    record(session, staff, "visit planned", f"ticket {ticket}", now)
    return True


def to_do(session: Session, key: str, staff: int | None = None) -> Sequence[Visit]:
    """Not done yet, the earliest day first; only one member's when given."""
    found = select(HomeVisit).where(HomeVisit.done_at.is_(None)).order_by(HomeVisit.day, HomeVisit.id)
    rows = session.scalars(found if staff is None else found.where(HomeVisit.staff_id == staff)).all()
    return [
        Visit(
            row.id,
            row.ticket_id,
            unseal(key, row.address) if row.address else None,
            row.day,
            people.name(session, row.staff_id),
        )
        for row in rows
    ]


def finish(session: Session, visit: int, staff: int, done: bool, now: datetime) -> bool:
    """Done or called off; the address goes at once. False when it was finished already."""
    row = session.get(HomeVisit, visit, with_for_update=True)
    if row is None or row.done_at is not None:
        return False
    row.done_at, row.outcome, row.address = now, "done" if done else "called off", None
    record(session, staff, "visit done" if done else "visit called off", f"ticket {row.ticket_id}", now)
    return True
