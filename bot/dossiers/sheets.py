"""Opening a table file: sheets of rows, whatever the format, encoding and separator; merged cells are filled in."""

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from bot.dossiers.cells import Cell, text_of
from bot.dossiers.streamed import BROKEN, is_large, streamed_sheets
from bot.errors import CausoError
from knowledge.legacy_text import READINGS, best_reading

Row = list[Cell]
_SAMPLE_BYTES = 256 * 1024
_SAMPLE_ROWS = 60
_SEPARATORS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MOST_IN_A_FIELD = 1_000_000


class UnreadableTable(CausoError):
    """The operator: the file is no table we can open."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` can be gone through once, one at a time; the first is row 1 of the file. `size` is how much there is to go
    through, and `done()` how much of it has been, in the same unit."""

    name: str
    encoding: str
    rows: Iterator[Row]
    size: int
    done: "Progress" = field(default_factory=lambda: Progress())


class Progress:
    """How far a sheet has been read."""

    def __init__(self) -> None:
        self.value = 0


def open_table(path: Path, known: Collection[str]) -> Iterator[Sheet]:
    """The sheets of the file; `known` are the folded names by which the encoding is recognised."""
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        yield _text_sheet(path, known)
        return
    try:
        if is_large(path):
            for large in streamed_sheets(path):
                yield _book_sheet(large.name, _whole(path, large.rows), large.height, known)
            return
        with CalamineWorkbook.from_path(str(path)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                yield _book_sheet(name, _filled(sheet), sheet.total_height, known)
    except (CalamineError, OSError, *BROKEN) as error:
        raise UnreadableTable(f"{path.name}: {error}") from None


def _whole(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except BROKEN as error:
        raise UnreadableTable(f"{path.name}: {error}") from None


def _book_sheet(name: str, rows: Iterator[Row], height: int, known: Collection[str]) -> Sheet:
    done = Progress()
    sample: list[Row] = [row for _, row in zip(range(_SAMPLE_ROWS), rows, strict=False)]
    encoding = best_reading([cell for row in sample for cell in row if isinstance(cell, str)], known)
    read = READINGS[encoding]

    def readable() -> Iterator[Row]:
        for part in (sample, rows):
            for row in part:
                done.value += 1
                yield [read(cell) if isinstance(cell, str) else cell for cell in row]

    return Sheet(name, encoding, readable(), height, done)


def _filled(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows from the first of the sheet, a merged range showing its value in each of its cells."""
    first_column = sheet.start[1] if sheet.start else 0  # empty columns before it are left out, empty rows are not
    ranges = sorted(sheet.merged_cell_ranges or (), key=lambda item: item[0][0])
    open_ranges: list[tuple[int, int, int, Cell]] = []  # last row, first and last column, value
    coming = iter(ranges)
    following = next(coming, None)
    for number, row in enumerate(sheet.iter_rows()):
        cells: Row = list(row)
        while following and following[0][0] <= number:
            (top, left), (bottom, right) = following
            left, right = left - first_column, right - first_column
            if top == number and 0 <= left < len(cells):
                open_ranges.append((bottom, left, right, cells[left]))
            following = next(coming, None)
        open_ranges = [item for item in open_ranges if item[0] >= number]
        for _, left, right, value in open_ranges:
            for place in range(left, min(right + 1, len(cells))):
                cells[place] = cells[place] if text_of(cells[place]) else value
        yield cells


def _text_sheet(path: Path, known: Collection[str]) -> Sheet:
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE_BYTES)
    except OSError as error:
        raise UnreadableTable(f"{path.name}: {error.strerror}") from None
    codec = _codec(sample)
    text = sample.decode(codec, errors="replace")
    separator = max(_SEPARATORS, key=lambda mark: sum(line.count(mark) for line in text.splitlines()[:_SAMPLE_ROWS]))
    rows = [
        row for _, row in zip(range(_SAMPLE_ROWS), csv.reader(io.StringIO(text), delimiter=separator), strict=False)
    ]
    encoding = best_reading([cell for row in rows for cell in row], known) if codec == "latin-1" else codec
    done = Progress()
    return Sheet("", encoding, _lines(path, codec, separator, encoding, done), path.stat().st_size, done)


def _codec(sample: bytes) -> str:
    """By the mark at the beginning, by every other byte being zero, by being good UTF-8; else one byte a letter."""
    for mark, codec in _BOMS:
        if sample.startswith(mark):
            return codec
    if sample[1::2].count(0) > len(sample) // 5:
        return "utf-16-le"
    if sample[::2].count(0) > len(sample) // 5:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _lines(path: Path, codec: str, separator: str, encoding: str, done: Progress) -> Iterator[Row]:
    read = READINGS.get(encoding, READINGS["unicode"])
    csv.field_size_limit(_MOST_IN_A_FIELD)
    with path.open("rb") as file, io.TextIOWrapper(file, codec, errors="replace", newline="") as text:
        rows = csv.reader((line.replace("\0", "") for line in text), delimiter=separator)
        try:
            for row in rows:
                done.value = file.tell()
                yield [read(cell) for cell in row]
        except csv.Error as error:
            raise UnreadableTable(f"{path.name}: {error}") from None
