"""Importing the tables that a one-stop system exports: row by row, in batches, each in a transaction of its own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from bot.dossiers.keep import Counts, forget_sample, keep
from bot.dossiers.layout import Layout, find_layout
from bot.dossiers.rows import BadRow, Record, Rows
from bot.dossiers.sheets import Sheet, open_table
from bot.store.connect import Store
from handlers.ports import Status
from knowledge.dossier_tables import TableWords

_BATCH = 500
_MOST_BAD_ROWS = 1000  # told one by one; the rest are counted
_MOST_STATUSES = 200  # different ones that are not known; a column of free text has as many as rows

Watch = Callable[[int, int], None]


@dataclass(slots=True)
class SheetReport:
    """What became of one sheet."""

    name: str
    encoding: str
    layout: Layout | None
    rows: int = 0
    bad: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    unknown_statuses: Counter[str] = field(default_factory=Counter)

    @property
    def used(self) -> bool:
        return self.layout is not None and not self.layout.missing


def import_table(
    path: Path, words: TableWords, store: Store, as_of: datetime, today: date, watch: Watch, key: str | None = None
) -> list[SheetReport]:
    """Every sheet of one file, exported at `as_of`. No dossier is of after `today`; `watch` hears (done, of); `key`
    locks what proves whose a dossier is.

    Raises `UnreadableTable`.
    """
    known = {*words.columns, *words.personal}
    sheets = open_table(path, known)
    return [_import_sheet(sheet, words, store, as_of, today, watch, key) for sheet in sheets]


def _import_sheet(
    sheet: Sheet, words: TableWords, store: Store, as_of: datetime, today: date, watch: Watch, key: str | None
) -> SheetReport:
    found = find_layout(sheet, words)
    report = SheetReport(sheet.name, sheet.encoding, found.layout)
    if found.layout is None or not report.used:
        return report
    rows = Rows(found.layout, words, today, key)
    batch: list[Record] = []
    for number, row in found.rows:
        record = rows.read(number, row)
        if record is None:
            continue
        report.rows += 1
        if isinstance(record, BadRow):
            report.bad += 1
            if report.bad <= _MOST_BAD_ROWS:
                report.bad_rows.append(record)
            continue
        seen = report.unknown_statuses
        if record.status is Status.UNKNOWN and (record.status_words in seen or len(seen) < _MOST_STATUSES):
            report.unknown_statuses[record.status_words] += 1
        batch.append(record)
        if len(batch) == _BATCH:
            _write(store, batch, as_of, report.counts)
            batch = []
            watch(sheet.done.value, sheet.size)
    _write(store, batch, as_of, report.counts)
    watch(sheet.size, sheet.size)
    return report


def _write(store: Store, batch: list[Record], as_of: datetime, counts: Counts) -> None:
    if not batch:
        return
    with store.write() as session:
        if counts == Counts():
            forget_sample(session)  # before the first batch only: it goes through the whole table
        keep(session, batch, as_of, counts)
