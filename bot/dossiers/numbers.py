"""What wards report of dossiers: received in a period, how filed, on time or late, by field, by post, digitised."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from bot.store.tables import DossierRow
from handlers.ports import FINISHED, Status

_DONE = (Status.READY, Status.RETURNED)
_UNKNOWN = "unknown"


@dataclass(slots=True)
class FieldNumbers:
    """One field (lĩnh vực)."""

    received: int = 0
    online: int = 0
    timing: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Numbers:
    """Dossiers received from `first` to `last`, both included. What a table did not say is counted as “unknown”.

    `timing`: done by the appointment or after it, done on a day that is not known, waiting in time or overdue as of
    the day asked, and ended without a result.
    """

    first: date
    last: date
    received: int = 0
    channel: Counter[str] = field(default_factory=Counter)
    level: Counter[str] = field(default_factory=Counter)  # of those filed online
    timing: Counter[str] = field(default_factory=Counter)
    result: Counter[str] = field(default_factory=Counter)
    digitised: Counter[str] = field(default_factory=Counter)
    fields: dict[str, FieldNumbers] = field(default_factory=dict)


def count(session: Session, first: date, last: date, on: date) -> Numbers:
    """The numbers of a period as of the day `on`; the database counts, so a million rows are no burden."""
    row = DossierRow
    dated = and_(row.completed_on.is_not(None), row.due_on.is_not(None))
    done = or_(row.completed_on.is_not(None), row.status.in_(list(map(str, _DONE))))
    timing = case(
        (and_(dated, row.completed_on <= row.due_on), "on_time"),
        (dated, "late"),
        (done, "done_undated"),
        (row.status.in_(sorted(map(str, FINISHED))), "ended"),
        (row.due_on < on, "overdue"),
        else_="in_time",
    ).label("timing")
    keys = (row.field, row.channel, row.level, row.result, row.digitised, timing)
    wanted = select(*keys, func.count().label("dossiers")).where(row.received_on.between(first, last)).group_by(*keys)
    numbers = Numbers(first, last)
    for name, channel, level, result, digitised, when, dossiers in session.execute(wanted):
        _add(numbers, (name or "", channel, level, result, digitised, when), dossiers)
    return numbers


def _add(
    numbers: Numbers, keys: tuple[str, str | None, str | None, str | None, bool | None, str], dossiers: int
) -> None:
    name, channel, level, result, digitised, timing = keys
    numbers.received += dossiers
    numbers.channel[channel or _UNKNOWN] += dossiers
    numbers.timing[timing] += dossiers
    numbers.result[result or _UNKNOWN] += dossiers
    numbers.digitised[_UNKNOWN if digitised is None else "yes" if digitised else "no"] += dossiers
    of_field = numbers.fields.setdefault(name, FieldNumbers())
    of_field.received += dossiers
    of_field.timing[timing] += dossiers
    if channel == "online":
        numbers.level[level or _UNKNOWN] += dossiers
        of_field.online += dossiers


def tenths(part: int, whole: int) -> int | None:
    """The share in tenths of a percent, half rounded up: 219 of 274 is 799. None of nothing."""
    return (2000 * part + whole) // (2 * whole) if whole else None
