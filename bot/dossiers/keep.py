"""Putting imported dossiers into the table: what is new or different is written, nothing is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from bot.dossiers.rows import Record
from bot.dossiers.table import sample_procedures
from bot.store.insert import insert_into
from bot.store.tables import DossierRow

_WHERE = ZoneInfo("Asia/Ho_Chi_Minh")  # the tables write their own local time
# A table without a column does not take away what another table said, except what belongs to the status.
_NOT_KEPT_WHEN_ABSENT = frozenset({"note", "status_since"})
_NOT_COMPARED = frozenset({"as_of", "status_since"})
_TABLE = DossierRow.metadata.tables[DossierRow.__tablename__]
_FIELDS = tuple(field.name for field in fields(Record))


@dataclass(slots=True)
class Counts:
    """`older` were left alone, since what we have was read or changed later."""

    new: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0


def forget_sample(session: Session) -> None:
    """The sample of a first start goes when real dossiers come."""
    session.execute(delete(DossierRow).where(DossierRow.procedure.in_(sample_procedures())))


def keep(session: Session, records: Sequence[Record], as_of: datetime, counts: Counts) -> None:
    """Write one batch; `as_of` is when the source was read. A code that comes twice is kept as last updated."""
    latest: dict[str, Record] = {}
    for record in records:
        before = latest.get(record.code)
        if before and before.updated_at and record.updated_at and record.updated_at < before.updated_at:
            counts.older += 1
            continue
        counts.older += before is not None
        latest[record.code] = record
    found = session.execute(select(*_TABLE.columns).where(DossierRow.code.in_(latest)))
    known = {row.code: row for row in found}
    write = [
        values
        for record in latest.values()
        if (values := _to_write(record, known.get(record.code), as_of, counts)) is not None
    ]
    if write:
        _upsert(session, write)


def _to_write(record: Record, row: Row[Any] | None, as_of: datetime, counts: Counts) -> dict[str, Any] | None:
    values = {name: getattr(record, name) for name in _FIELDS}
    values["status"] = str(record.status)
    values["updated_at"] = record.updated_at.replace(tzinfo=_WHERE) if record.updated_at else None
    since = record.updated_at or (record.received_on if record.status == "received" else None)
    values |= {"as_of": as_of, "status_since": since.date() if isinstance(since, datetime) else since}
    if row is None:
        counts.new += 1
        return values
    if _is_older(values, row):
        counts.older += 1
        return None
    for name in values.keys() - _NOT_KEPT_WHEN_ABSENT:
        values[name] = values[name] if values[name] not in (None, "") else getattr(row, name)
    if row.status_words == record.status_words and row.status_since:
        values["status_since"] = row.status_since
    elif values["status_since"] is None and row.status_words != record.status_words:
        values["status_since"] = as_of.astimezone(_WHERE).date()
    if all(getattr(row, name) == value for name, value in values.items() if name not in _NOT_COMPARED):
        counts.same += 1
        return values if as_of > row.as_of else None  # still so, at a later time
    counts.changed += 1
    return values


def _is_older(values: dict[str, Any], row: Row[Any]) -> bool:
    if values["updated_at"] and row.updated_at:
        return bool(values["updated_at"] < row.updated_at)
    return bool(values["as_of"] < row.as_of)


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    # The table and not the class: one statement for all rows, whatever is empty in them.
    statement = insert_into(session, _TABLE)
    fresh = {name: statement.excluded[name] for name in rows[0] if name != "code"}
    session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=fresh), rows)
