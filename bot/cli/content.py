"""`causo check` and `causo show`: what an editor of the content needs."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app import now
from bot.channels.markup import plain
from bot.cli.report import Page, page
from bot.dossiers.table import NoDossiers
from bot.library import Library
from handlers.ports import Tools
from handlers.show import everything
from knowledge.check import check as check_content
from knowledge.load import FOLDER, Content, Problem, load
from knowledge.model import Dated
from knowledge.schema import FOLDER as SCHEMA_FOLDER
from knowledge.schema import write as write_schemas

_Folder = Annotated[Path, typer.Option(help="The content to use.", exists=True, file_okay=False)]


def check(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Check as of this day.")] = None,
    notes: Annotated[
        bool, typer.Option("--notes", help="Also list conflicts and gaps noted for the operator.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Also print what the content holds and what will need work.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report to this file too.", dir_okay=False)] = None,
    folder: _Folder = FOLDER,
) -> None:
    """Check the whole content; every problem as file:line: field: message. Ends with 1 if there are errors."""
    day = on.date() if on else now().date()
    content, problems = check_content(folder, day)
    for problem in problems:
        typer.echo(f"{'' if problem.level == 'error' else 'warning: '}{problem}", err=problem.level == "error")
    if notes:
        _print_notes(content)
    if report or html:
        _report(page(content, problems, day), html)
    errors = sum(problem.level == "error" for problem in problems)
    _summary(content, problems, day)
    raise typer.Exit(1 if errors else 0)


def _report(found: Page, html: Path | None) -> None:
    found.show(Console())
    if html:
        html.write_text(found.html(), encoding="utf-8")
        typer.echo(found.t["report_written"].format(file=html))


def _summary(content: Content, problems: tuple[Problem, ...], day: date) -> None:
    errors = sum(problem.level == "error" for problem in problems)
    typer.echo(
        f"{len(content.procedures)} topics, {len(content.guides)} guides, {len(content.faqs)} FAQ entries, "
        f"{len(content.places)} places, {len(content.catalogue)} catalogue records, as of {day}: "
        + (f"{errors} errors" if errors else "in order")
        + (f", {len(problems) - errors} warnings" if len(problems) > errors else "")
    )


def _print_notes(content: Content) -> None:
    table = Table("file", "kind", "about", "note", show_lines=False)
    for group in (content.procedures, content.guides, content.faqs):
        for key, item in group.items():
            for note in getattr(item, "notes", ()):
                table.add_row(key, note.kind, note.about, note.text)
    for key, place in content.places.items():
        for name in place.to_supply:
            table.add_row(key, "to supply", name, "")
    Console().print(table)


def show(
    topic: Annotated[str, typer.Argument(help="The id of a topic, FAQ entry, guide or place.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as data.")] = False,
    folder: _Folder = FOLDER,
) -> None:
    """Print everything the bot can say on one id, with sources."""
    content = load(folder)
    found: Dated | None = (
        content.procedures.get(topic)
        or content.guides.get(topic)
        or content.faqs.get(topic)
        or content.places.get(topic)
    )
    record = content.catalogue.get(topic) or content.catalogue.get(f"tthc:{topic}")
    if found is None and record is None:
        near = [key for key in (*content.procedures, *content.guides, *content.faqs, *content.places) if topic in key]
        hint = f" Perhaps: {', '.join(near)}." if near else ""
        typer.echo(f"There is no “{topic}”.{hint}", err=True)
        raise typer.Exit(1)
    item = found or record
    assert item is not None
    if as_json:
        data = item.model_dump(mode="json", by_alias=True, exclude_none=True)
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        known = Library(folder)
        tools = Tools(known.current.content, known.current.reader, known.current.intent, NoDossiers())
        typer.echo(plain(everything(tools, item, now().date())))


def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.", file_okay=False)] = SCHEMA_FOLDER,
) -> None:
    """Write a JSON Schema for each kind of content file, so that editors complete and check while one types."""
    for path in write_schemas(folder, load().texts):
        typer.echo(str(path))
