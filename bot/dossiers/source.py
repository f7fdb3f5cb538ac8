"""What a source of dossiers outside of our own table can do, and how what it says becomes a dossier."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.dossiers.cells import Cell, moment_of, text_of
from handlers.ports import Dossier, Status
from knowledge.dossier_tables import TableWords

_WHERE = ZoneInfo("Asia/Ho_Chi_Minh")  # a time without a zone is the system's own
_LONGEST = 500
_SECONDS_FROM, _MILLISECONDS_FROM = 1e9, 1e11  # numbers from here on are Unix times, in this unit
_log = structlog.get_logger()

Field = Literal["code", "procedure", "status", "received", "due", "completed", "updated", "holder"]


class Source(Protocol):
    """A system that is asked for one dossier at a time, outside of any transaction."""

    @property
    def name(self) -> str:
        """The kind of source, as in CAUSO_DOSSIER_SOURCE."""
        ...

    def ask(self, code: str, seconds: float) -> Dossier | None:
        """The dossier of this normalised code, None if the system does not know it; done within about so many
        seconds. Raises `SourceAway` when it did not answer, or not in a way that can be read."""
        ...

    def close(self) -> None: ...


def dossier_of(code: str, values: Mapping[Field, Cell], words: TableWords, as_of: datetime) -> Dossier:
    """What a source says of `code`. A date that cannot be read is left out; a status that is not known stays as it is
    written. Nothing about people is among the fields: by code alone nobody may learn whose a dossier is."""
    said = text_of(values.get("status"))[:_LONGEST]
    status = Status(words.status(said) or Status.UNKNOWN)
    received, due = _day(values, "received"), _day(values, "due")
    completed = _day(values, "completed") if status in (Status.READY, Status.RETURNED) else None
    since = _day(values, "updated") or completed
    if received and due and due < received:
        due = None
    return Dossier(
        code=code,
        procedure=text_of(values.get("procedure"))[:_LONGEST],
        status=status,
        status_words=said,
        received_on=received.date() if received else None,
        due_on=due.date() if due else None,
        as_of=as_of,
        status_since=since.date() if since else None,
        holder=text_of(values.get("holder"))[:_LONGEST] or None,
    )


def _day(values: Mapping[Field, Cell], name: Field) -> datetime | None:
    try:
        return local_moment(values.get(name))
    except (ValueError, OverflowError, OSError):
        _log.warning("source_date_unreadable", field=name)
        return None


def local_moment(cell: Cell) -> datetime | None:
    """Local time without a zone, from ISO 8601 with a zone, a Unix time in seconds or milliseconds, or anything that
    tables write. Raises ValueError, OverflowError or OSError for what is no time."""
    if isinstance(cell, datetime) and cell.tzinfo:
        return cell.astimezone(_WHERE).replace(tzinfo=None)
    text = text_of(cell)
    if text.isdigit() and float(text) >= _SECONDS_FROM:
        number = float(text)
        unix = number / 1000 if number >= _MILLISECONDS_FROM else number
        return datetime.fromtimestamp(unix, _WHERE).replace(tzinfo=None)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return moment_of(cell)
    return moment.astimezone(_WHERE).replace(tzinfo=None) if moment.tzinfo else moment
