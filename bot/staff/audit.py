"""The append-only log of what the staff did; the database itself refuses to change a line."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.staff_tables import Audit


def record(session: Session, staff: int | None, act: str, about: str, now: datetime) -> None:
    """`staff` did `act`; None: on the command line. `about` is an id or a name of the staff, never what was said."""
    session.add(Audit(at=now, staff_id=staff, act=act, about=about))


def latest(session: Session, most: int = 100, before: int | None = None) -> Sequence[Audit]:
    """The newest first, older than the line `before` when given."""
    found = select(Audit).order_by(Audit.id.desc()).limit(most)
    return session.scalars(found if before is None else found.where(Audit.id < before)).all()
