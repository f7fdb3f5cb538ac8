"""What a team reports of the neighbours it helped, in a period; groups under five are not broken down."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.staff_tables import Area, HelpSession, Staff

SMALLEST = 5  # people; fewer are shown only in the sum, so that nobody can be recognised


@dataclass(frozen=True, slots=True)
class HelpNumbers:
    """`people` counts sessions that had an outcome or none: each is one neighbour. The counters are by the name or id
    that stands in their keys; None stands for what was too few to be shown apart. How it ended is empty when there are
    too few people altogether; how many a member helped is about the member, and shown as it is."""

    first: date
    last: date
    people: int = 0
    minutes: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    ages: Counter[str | None] = field(default_factory=Counter)
    areas: Counter[str | None] = field(default_factory=Counter)
    members: Counter[str | None] = field(default_factory=Counter)
    subjects: Counter[str | None] = field(default_factory=Counter)
    stuck: Counter[str | None] = field(default_factory=Counter)


def help_numbers(
    session: Session, first: date, last: date, area: int | None = None, staff: int | None = None
) -> HelpNumbers:
    """The sessions begun from `first` to `last`, both included, where the residents are."""
    found = select(HelpSession).where(HelpSession.day >= first, HelpSession.day <= last)
    if area is not None:
        found = found.where(HelpSession.area_id == area)
    if staff is not None:
        found = found.where(HelpSession.staff_id == staff)
    rows = session.scalars(found).all()
    areas = {row.id: row.name for row in session.scalars(select(Area))}
    members = {row.id: row.name for row in session.scalars(select(Staff))}
    return HelpNumbers(
        first,
        last,
        len(rows),
        sum(row.minutes or 0 for row in rows),
        Counter(row.outcome or "unknown" for row in rows) if len(rows) >= SMALLEST else Counter(),
        _counted(rows, lambda row: row.age),
        _counted(rows, lambda row: areas.get(row.area_id or 0)),
        Counter(members.get(row.staff_id) for row in rows),
        _counted(rows, lambda row: row.guide or row.topic),
        _counted(rows, lambda row: row.stuck),
    )


def _counted(rows: Sequence[HelpSession], of: Callable[[HelpSession], str | None]) -> Counter[str | None]:
    """By what `of` says; too few of one kind become None, as does what is not known."""
    counted = Counter(of(row) for row in rows)
    shown: Counter[str | None] = Counter()
    for key, count in counted.items():
        shown[key if count >= SMALLEST else None] += count
    return shown
