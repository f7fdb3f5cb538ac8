"""A report as an Excel file: one sheet, figures as figures."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from bot.reports.sections import Section


def write_book(path: Path, title: str, sections: list[Section], heads: Sequence[str]) -> None:
    """`heads` name the columns: what, number, share, period before."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.append([title])
    sheet.append(list(heads))
    for section in sections:
        if not section.lines:
            continue
        sheet.append([section.title])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        for line in section.lines:
            part = line.number / line.whole if line.whole else None
            sheet.append([_plain(line.name), line.number, part, line.before])
            sheet.cell(sheet.max_row, 3).number_format = "0.0%"
    for row in (1, 2):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 60
    book.save(path)


def _plain(name: str) -> str:
    """Never a formula, whatever a name begins with."""
    return f"'{name}" if name[:1] in "=+-@" else name
