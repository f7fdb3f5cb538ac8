"""`causo check` and `causo show`: what an editor of the content needs."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.channels.markup import plain
from bot.cli.report import page
from bot.clock import now
from bot.dossiers.table import NoDossiers
from bot.library import Library
from handlers.ports import Tools
from handlers.show import everything
from handlers.words import day
from knowledge.check import check as check_content
from knowledge.load import FOLDER, Content, load
from knowledge.model import Dated
from knowledge.schema import FOLDER as SCHEMA_FOLDER
from knowledge.schema import write as write_schemas
from knowledge.wording import Wording, said

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
    today = on.date() if on else now().date()
    content, problems = check_content(folder, today)
    words = Wording(folder)
    for problem in problems:
        error = problem.level == "error"
        typer.echo(str(problem) if error else words(said("check_warning", problem=problem)), err=error)
    shown = page(content, problems, today)
    if notes:
        shown.show_notes(Console())
    if report or html:
        shown.show(Console())
    if html:
        html.write_text(shown.html(), encoding="utf-8")
        typer.echo(shown.t["report_written"].format(file=html))
    errors = sum(problem.level == "error" for problem in problems)
    typer.echo(_summary(words, content, errors, len(problems) - errors, today))
    raise typer.Exit(1 if errors else 0)


def _summary(words: Wording, content: Content, errors: int, warnings: int, on: date) -> str:
    found = [words(said("check_errors", count=errors) if errors else said("check_good"))]
    found += [words(said("check_warnings", count=warnings))] if warnings else []
    counts = {
        "topics": len(content.procedures),
        "guides": len(content.guides),
        "faqs": len(content.faqs),
        "places": len(content.places),
        "catalogue": len(content.catalogue),
    }
    return words(said("check_summary", **counts, day=day(on), found=", ".join(found)))


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
        or (content.dossiers if content.dossiers and content.dossiers.id == topic else None)
        or (content.units if content.units and content.units.id == topic else None)
    )
    record = content.catalogue.get(topic) or content.catalogue.get(f"tthc:{topic}")
    if found is None and record is None:
        near = [key for key in (*content.procedures, *content.guides, *content.faqs, *content.places) if topic in key]
        missing = said("show_near", id=topic, near=", ".join(near)) if near else said("show_none", id=topic)
        typer.echo(Wording(folder)(missing), err=True)
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
