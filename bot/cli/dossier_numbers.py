"""`causo report dossiers`: the counts that wards report, on screen and as xlsx."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from openpyxl import Workbook
from openpyxl.styles import Font
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.clock import now
from bot.dossiers.numbers import Numbers, count, tenths
from bot.reports.dossiers import lines, share
from bot.settings import read_settings
from bot.store.connect import open_store, upgrade
from handlers.words import day, money
from knowledge.load import FOLDER, load

app = typer.Typer(help="Numbers of what is kept.", no_args_is_help=True)


@app.callback()
def report() -> None:
    """Numbers of what is kept."""


@app.command()
def dossiers(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the period.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of the period.")],
    xlsx: Annotated[Path | None, typer.Option(help="Also write the tables to this file.", dir_okay=False)] = None,
) -> None:
    """Dossiers received in a period: how filed, online by level, on time and late, by field, by post, digitised."""
    if last < first:
        raise typer.BadParameter("--to lies before --from")
    settings = read_settings()
    texts = load(FOLDER, settings.cache_dir).texts
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    with store.read() as session:
        numbers = count(session, first.date(), last.date(), now().date())
    store.close()
    show(numbers, texts, Console())
    if xlsx:
        write(numbers, texts, xlsx)
        typer.echo(texts["report_dossiers_written"].format(file=xlsx))


def show(numbers: Numbers, texts: Mapping[str, str], console: Console) -> None:
    """Two tables: the overview and the fields."""
    title = texts["report_dossiers_title"].format(first=day(numbers.first), last=day(numbers.last))
    overview = Table(title=title, title_justify="left", show_header=False)
    for line in lines(numbers, texts):
        overview.add_row(("  " if line.inner else "") + line.name, money(line.number), share(line.number, line.whole))
    console.print(overview)
    fields = Table(*_heads(texts), title_justify="left")
    for name, *values in _fields(numbers, texts):
        fields.add_row(escape(str(name)), *(money(int(value)) for value in values))
    console.print(fields)


def _heads(texts: Mapping[str, str]) -> list[str]:
    keys = ("field", "received", "channel_online", "timing_on_time", "timing_late", "timing_overdue")
    return [texts[f"report_dossiers_{key}"] for key in keys]


def _fields(numbers: Numbers, texts: Mapping[str, str]) -> list[tuple[str | int, ...]]:
    """The largest field first."""
    ordered = sorted(numbers.fields.items(), key=lambda item: (-item[1].received, item[0]))
    timings = ("on_time", "late", "overdue")
    return [
        (name or texts["report_dossiers_no_field"], of.received, of.online, *(of.timing[key] for key in timings))
        for name, of in ordered
    ]


def write(numbers: Numbers, texts: Mapping[str, str], path: Path) -> None:
    """The same two tables as sheets; shares are numbers that Excel shows as percent."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = texts["report_dossiers_sheet_overview"]
    sheet.append([texts["report_dossiers_title"].format(first=day(numbers.first), last=day(numbers.last))])
    for line in lines(numbers, texts):
        part = tenths(line.number, line.whole)
        sheet.append([line.name, line.number, None if part is None else part / 1000])
        sheet.cell(sheet.max_row, 3).number_format = "0.0%"
    second = book.create_sheet(texts["report_dossiers_sheet_fields"])
    second.append(_heads(texts))
    for row in _fields(numbers, texts):
        second.append([f"'{row[0]}" if str(row[0])[:1] in "=+-@" else row[0], *row[1:]])
    for page in (sheet, second):
        page.column_dimensions["A"].width = 44
        for cell in page[1]:
            cell.font = Font(bold=True)
    book.save(path)
