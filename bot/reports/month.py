"""The report of a period on one page, in the form that wards send upwards: figures on the left, bars on the right."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.reports.periods import period
from bot.reports.sections import Line, Section
from bot.reports.ward import Span
from bot.sheet import Sheet
from handlers.words import money

_LEFT, _GAP = 0.58, 6.0  # share of the width; mm
_MOST_BARS = 6  # of one drawing
_SCALE = 0.62  # of the sheet's type
_BAR_MM = 2.6
_GREEN, _INK = (11, 90, 74), (20, 30, 28)


def report_page(
    title: str, ward: str, sections: Sequence[Section], span: Span, on: date, texts: Mapping[str, str]
) -> bytes:
    """The PDF; of a whole month it is called by the month. Sections with `chart` become bars."""
    if (span.first, span.last) == period("month", span.first):
        title = texts["report_month_title"].format(month=f"{span.first:%m/%Y}")
    sheet = Sheet("A4", title, texts["report_month_note"])
    sheet.paragraph(ward, scale=0.8, bold=True)
    sheet.paragraph(title, scale=1.3, bold=True)
    sheet.paragraph(texts["report_month_about"], scale=0.75, soft=True)
    sheet.ln(2)
    top, column = sheet.get_y(), sheet.epw * _LEFT
    for section in sections:
        if section.lines and not section.chart:
            _figures(sheet, section, column)
    bottom = sheet.get_y()
    sheet.set_y(top)
    left = sheet.l_margin + column + _GAP
    for section in sections:
        if section.lines and section.chart and sheet.get_y() < sheet.h - 75:
            _bars(sheet, section, left, sheet.w - sheet.edge - left)
    sheet.set_y(max(bottom, sheet.get_y()) + 4)
    signed = texts["report_month_place"].format(day=on.day, month=on.month, year=on.year)
    for text, bold in ((signed, False), (texts["report_month_signed"], True)):
        sheet.set_x(sheet.w - sheet.edge - 80)
        sheet.type_in(_SCALE, bold=bold)
        sheet.cell(80, 5, text, align="C", new_x="LMARGIN", new_y="NEXT")
    return bytes(sheet.output())


def _figures(sheet: Sheet, section: Section, width: float) -> None:
    sheet.type_in(0.72, bold=True, colour=_GREEN)
    sheet.cell(width, 5.4, section.title, new_x="LMARGIN", new_y="NEXT")
    for line in section.lines:
        sheet.type_in(_SCALE, colour=_INK)
        sheet.cell(width * 0.68, 4.4, _cut(sheet, line.name, width * 0.68))
        sheet.type_in(_SCALE, bold=True, colour=_INK)
        sheet.cell(width * 0.16, 4.4, money(line.number), align="R")
        sheet.type_in(_SCALE, colour=_INK)
        sheet.cell(width * 0.16, 4.4, line.share or _was(line), align="R", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(1.2)


def _was(line: Line) -> str:
    return "" if line.before is None else f"({money(line.before)})"


def _bars(sheet: Sheet, section: Section, left: float, width: float) -> None:
    most = max(line.number for line in section.lines) or 1
    sheet.set_x(left)
    sheet.type_in(0.72, bold=True, colour=_GREEN)
    sheet.cell(width, 5.4, _cut(sheet, section.title, width), new_x="LMARGIN", new_y="NEXT")
    for line in section.lines[:_MOST_BARS]:
        sheet.set_x(left)
        sheet.type_in(_SCALE, colour=_INK)
        sheet.cell(width, 4.0, _cut(sheet, line.name, width), new_x="LMARGIN", new_y="NEXT")
        length = max((width - 14) * line.number / most, 0.4)
        sheet.set_fill_color(*_GREEN)
        sheet.rect(left, sheet.get_y() + 0.3, length, _BAR_MM, style="F")
        sheet.set_x(left + length + 1)
        sheet.type_in(_SCALE, bold=True, colour=_INK)
        sheet.cell(14, 3.2, money(line.number), new_x="LMARGIN", new_y="NEXT")
        sheet.ln(0.6)
    sheet.ln(1.8)


def _cut(sheet: Sheet, text: str, width: float) -> str:
    """As much of it as fits."""
    if sheet.get_string_width(text) <= width - 2:
        return text
    while text and sheet.get_string_width(f"{text}…") > width - 2:
        text = text[:-1]
    return f"{text.rstrip()}…"
