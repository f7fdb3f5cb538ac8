"""`causo report month`: the one page that goes upwards, or the same figures as an Excel file."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import TIME_ZONE, now
from bot.reports.book import write_book
from bot.reports.month import report_page
from bot.reports.periods import period
from bot.reports.ward import Span, ward_sections
from bot.settings import read_settings
from bot.store.connect import open_store, upgrade
from handlers.words import day
from knowledge.load import FOLDER, load


def month(
    out: Annotated[Path, typer.Option(help="The file to write: .pdf or .xlsx.", dir_okay=False)],
    month: Annotated[str | None, typer.Option(help="Such as 2026-11; without it the month before this one.")] = None,
) -> None:
    """The month's report on one page: questions, opinions, tickets, people helped, dossiers; beside the month before.

    Groups under five are not broken down.
    """
    if out.suffix not in (".pdf", ".xlsx"):
        raise typer.BadParameter("--out must end in .pdf or .xlsx")
    today = now().astimezone(TIME_ZONE).date()
    first, last = period("month", _first_day(month) if month else today.replace(day=1) - timedelta(days=1))
    settings = read_settings()
    content = load(FOLDER, settings.cache_dir)
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    span = Span(first, last)
    with store.read() as session:
        sections = ward_sections(session, span, min(today, last + timedelta(days=1)), content)
    store.close()
    texts = content.texts
    title = texts["report_ward_title"].format(first=day(first), last=day(last))
    if out.suffix == ".xlsx":
        write_book(
            out, title, sections, [texts[f"report_ward_{head}"] for head in ("what", "number", "share", "before")]
        )
    else:
        ward = content.places.get(settings.place or "")
        name = ward.name if ward else texts["desk_name"]
        out.write_bytes(report_page(title, name, sections, span, today, texts))
    typer.echo(texts["report_dossiers_written"].format(file=out))


def _first_day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter("--month is written as 2026-11")
    return date.fromisoformat(f"{text}-01")
