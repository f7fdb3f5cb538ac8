"""`causo report helping`: what the team did face to face, on screen and as xlsx."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.reports.book import write_book
from bot.reports.periods import before
from bot.reports.sections import Section, help_sections, period_title
from bot.settings import read_settings
from bot.staff.directory import find_area, find_staff
from bot.staff.numbers import help_numbers
from bot.store.connect import open_store, upgrade
from handlers.words import money
from knowledge.load import FOLDER, load


def helping(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the period.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of the period.")],
    area: Annotated[str | None, typer.Option(help="Only this neighbourhood.")] = None,
    member: Annotated[str | None, typer.Option(help="Only this member.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Also write the figures to this file.", dir_okay=False)] = None,
) -> None:
    """Neighbours helped, how it ended, with what, where they were stuck, minutes; beside the period before.

    Groups under five people are not broken down.
    """
    if last < first:
        raise typer.BadParameter("--to lies before --from")
    settings = read_settings()
    content = load(FOLDER, settings.cache_dir)
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    with store.read() as session:
        where = find_area(session, area).id if area else None
        who = find_staff(session, member).id if member else None
        then = help_numbers(session, *before(first.date(), last.date()), where, who)
        numbers = help_numbers(session, first.date(), last.date(), where, who)
    store.close()
    sections = help_sections(numbers, then, content, content.texts)
    title = period_title(content.texts, first.date(), last.date())
    show(title, sections, Console())
    if xlsx:
        heads = ("what", "number", "share", "before")
        write_book(xlsx, title, sections, [content.texts[f"report_team_head_{head}"] for head in heads])
        typer.echo(content.texts["report_dossiers_written"].format(file=xlsx))


def show(title: str, sections: list[Section], console: Console) -> None:
    """A table a section."""
    console.print(title)
    for section in sections:
        if section.lines:
            table = Table(title=section.title, title_justify="left", show_header=False)
            for line in section.lines:
                was = "" if line.before is None else f"({money(line.before)})"
                table.add_row(escape(line.name), money(line.number), line.share, was)
            console.print(table)
