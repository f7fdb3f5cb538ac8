"""One row of a table as a dossier, or why it is none. Of columns about people only what `bot.dossiers.identity` locks
is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.dossiers.cells import Cell, moment_of, text_of
from bot.dossiers.identity import initials, last_digits, locked
from bot.dossiers.layout import Layout
from bot.dossiers.sheets import Row
from bot.redact import redact
from handlers.ports import Status
from knowledge.dossier_codes import normal_code
from knowledge.dossier_tables import Channel, Column, Level, TableWords
from knowledge.fold import folded

_LONGEST = 500
_BAD_DAY: Mapping[Column, str] = {
    "received": "import_bad_received",
    "due": "import_bad_due",
    "completed": "import_bad_completed",
    "updated": "import_bad_updated",
}
_WANTING = frozenset({Status.SUPPLEMENT, Status.PAY, Status.NOT_ACCEPTED, Status.STOPPED})


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of one dossier. `updated_at` is the system's own time, without a zone."""

    code: str
    procedure: str
    status: Status
    status_words: str
    received_on: date | None = None
    due_on: date | None = None
    completed_on: date | None = None
    updated_at: datetime | None = None
    field: str | None = None
    channel: Channel | None = None
    level: Level | None = None
    result: Channel | None = None
    digitised: bool | None = None
    holder: str | None = None
    note: str | None = None
    owner: str | None = None
    proofs: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """`why` is a key of the texts, `value` what stood in the cell, masked."""

    number: int
    why: str
    value: str


class Rows:
    """Reads the rows of one sheet; remembers the heading they stand under and the statuses it did not know."""

    def __init__(self, layout: Layout, words: TableWords, today: date, key: str | None = None) -> None:
        """`key` locks what proves whose a dossier is; without it nothing of that is kept."""
        self.layout, self.words, self.today, self.key = layout, words, today, key
        self.heading = ""
        self._names = {folded(name) for name in layout.names if name}

    def read(self, number: int, row: Row) -> Record | BadRow | None:
        """None for what is no dossier: empty lines, headings, the header again, the foot of a page."""
        code_text = self._text(row, "code")
        code = normal_code(code_text, self.today) if code_text else None
        if code is None:
            texts = [text for text in map(text_of, row) if text]
            distinct = {folded(text) for text in texts}
            if not distinct:
                return None
            if distinct <= self._names or self._is_foot(texts) or all(text.strip("()").isdigit() for text in texts):
                return None
            if len(distinct) == 1:
                self.heading = texts[0]
                return None
            return BadRow(number, "import_no_code" if not code_text else "import_bad_code", redact(code_text))
        return self._record(number, row, code)

    def _record(self, number: int, row: Row, code: str) -> Record | BadRow:
        days: dict[Column, datetime | None] = {}
        for column, why in _BAD_DAY.items():
            try:
                days[column] = moment_of(self._cell(row, column))
            except (ValueError, OverflowError):
                return BadRow(number, why, redact(self._text(row, column)))
        received, due, completed = days["received"], days["due"], days["completed"]
        if received and due and due.date() < received.date():
            return BadRow(number, "import_due_before_received", self._text(row, "due"))
        said = self._text(row, "status")
        if not said:
            return BadRow(number, "import_no_status", code)
        status = Status(self.words.status(said) or Status.UNKNOWN)
        channel_text, level_text = self._text(row, "channel"), self._text(row, "level")
        level = self.words.level(level_text) or self.words.level(channel_text)
        channel = self.words.channel(channel_text) or self.words.channel(level_text)
        if channel is None and level and channel_text:
            channel = "online"
        note = self._text(row, "note")
        return Record(
            code=code,
            procedure=self._text(row, "procedure"),
            status=status,
            status_words=said[:_LONGEST],
            received_on=received.date() if received else None,
            due_on=due.date() if due else None,
            completed_on=completed.date() if completed else None,
            updated_at=days["updated"],
            field=self._text(row, "field") or self.heading or None,
            channel=channel,
            level=level if channel in ("online", None) else None,
            result=self.words.result(self._text(row, "result")),
            digitised=self.words.digitised(self._text(row, "digitised")),
            holder=self._text(row, "holder") or None,
            note=redact(note)[:_LONGEST] or None if note and status in _WANTING else None,
            owner=self._owner(row),
            proofs=self._proofs(row, code),
        )

    def _owner(self, row: Row) -> str | None:
        place = self.layout.owner
        return initials(text_of(row[place])) if self.key and place is not None and place < len(row) else None

    def _proofs(self, row: Row, code: str) -> str | None:
        if self.key is None:
            return None
        cells = [text_of(row[place]) for place in self.layout.proofs if place < len(row)]
        return " ".join(sorted({locked(self.key, code, text) for text in cells if last_digits(text)})) or None

    def _is_foot(self, texts: list[str]) -> bool:
        return any(f"{folded(text)} ".startswith(f"{foot} ") for foot in self.words.foot for text in texts[:2])

    def _cell(self, row: Row, column: Column) -> Cell:
        place = self.layout.columns.get(column)
        return row[place] if place is not None and place < len(row) else None

    def _text(self, row: Row, column: Column) -> str:
        return text_of(self._cell(row, column))
