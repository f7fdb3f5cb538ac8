"""Rows of a large Excel workbook one at a time: what else reads it holds the whole of it, over a gigabyte at a million.

Slower, and merged cells are not filled in, which systems that export so much do not use. Only for .xlsx and .xlsm.
"""

import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.dossiers.cells import Cell

_LARGE = 10_000_000  # bytes; some 160,000 rows
# What openpyxl raises for a workbook that is damaged, depending on where.
BROKEN = (BadZipFile, InvalidFileException, ParseError, zlib.error, KeyError, ValueError, EOFError)


@dataclass(frozen=True, slots=True)
class StreamedSheet:
    """`rows` can be gone through once, while the workbook is open; `height` is 0 where the file does not say it."""

    name: str
    rows: Iterator[list[Cell]]
    height: int


def is_large(path: Path) -> bool:
    return path.suffix.lower() in (".xlsx", ".xlsm") and path.stat().st_size > _LARGE


def streamed_sheets(path: Path) -> Iterator[StreamedSheet]:
    """The sheets of a large workbook. Raises one of `BROKEN`, here or in the middle of the rows, and OSError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of styles that nobody needs here
        book = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = ([_plain(value) for value in row] for row in sheet.iter_rows(values_only=True))
            yield StreamedSheet(sheet.title, rows, sheet.max_row or 0)
    finally:
        book.close()


def _plain(value: object) -> Cell:
    """A value as a table file has it; rich text and the like as text."""
    return value if isinstance(value, Cell) else str(value)
