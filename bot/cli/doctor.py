"""`causo doctor`: what is right and what is wrong with this installation, in plain words, and what to do about it."""

from collections.abc import Iterator
from datetime import date

import typer
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.doctor_dossiers import folder_findings, lookup_findings, source_findings
from bot.cli.doctor_telegram import address_findings, telegram_findings
from bot.cli.doctor_voice import voice_findings
from bot.cli.doctor_zalo import zalo_findings
from bot.cli.doctor_zalo_bot import zalo_bot_findings
from bot.cli.finding import Finding
from bot.clock import now
from bot.errors import CausoError, SettingsError
from bot.retention import EVERY, Retention
from bot.settings import Settings, read_settings
from bot.store.connect import open_store
from knowledge.check import check
from knowledge.load import FOLDER, Content
from knowledge.made import Made
from knowledge.understand import build_reader

_MARKS = {"good": "[green]✓[/]", "warning": "[yellow]![/]", "wrong": "[red]✗[/]"}


def doctor() -> None:
    """Look at settings, content, what training made, and the database; say what to do where something is wrong."""
    console = Console()
    wrong = False
    for finding in _findings():
        wrong = wrong or finding.level == "wrong"
        console.print(_MARKS[finding.level], end=" ")
        console.print(finding.text, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1 if wrong else 0)


def _findings() -> Iterator[Finding]:
    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding("wrong", str(error))
        return
    yield Finding("good", f"settings are read; the page is at {settings.address}")
    content, problems = check(FOLDER, now().date())
    yield from content_findings(content, [str(p) for p in problems if p.level == "error"], now().date())
    yield from reading_findings(content)
    yield from _database(settings)
    yield from lookup_findings(settings)
    yield from source_findings(settings)
    yield from folder_findings(settings.dossier_folder)
    yield from zalo_findings(settings)
    yield from telegram_findings(settings)
    yield from address_findings(settings)
    yield from zalo_bot_findings(settings)
    yield from voice_findings(settings)


def content_findings(content: Content, errors: list[str], on: date) -> Iterator[Finding]:
    """Whether the content can be used, and what of it is past its day."""
    if errors:
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        yield Finding("wrong", f"the content has errors: {errors[0]}{more}; run `causo check`")
        return
    yield Finding("good", f"{len(content.procedures)} topics, {len(content.catalogue)} catalogue records, in order")
    past = sorted(key for key, topic in content.procedures.items() if topic.review_by < on)
    if past:
        yield Finding("warning", f"to be checked again: {', '.join(past)}")


def reading_findings(content: Content) -> Iterator[Finding]:
    """Which parts of the reader work, and whether they were trained on this content."""
    reader = build_reader(content)
    if reader.fusion is None:
        yield Finding(
            "warning",
            "messages are read by their words alone: the trained files or onnxruntime are missing; "
            "install onnxruntime, or run `causo train`",
        )
        return
    made = Made.kept()
    if made is None:
        yield Finding("warning", "it is not known what the trained files were made from; run `causo train`")
        return
    ids = set(content.procedures)
    if unknown := made.unknown(ids):
        yield Finding(
            "warning", f"not trained yet, found by their words alone: {', '.join(unknown)}; run `causo train`"
        )
    if gone := made.gone(ids):
        yield Finding("warning", f"trained but no longer in the content: {', '.join(gone)}; run `causo train`")
    yield Finding("good", f"messages are read by the encoder, trained on {made.messages} messages ({made.digest})")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        store = open_store(settings.database_url)
    except CausoError as error:
        yield Finding("wrong", f"the database cannot be opened ({error}); see CAUSO_DATABASE_URL")
        return
    try:
        store.ping()
        yield Finding("good", "the database answers")
        yield from _kept(Retention(store, settings.retention_days, now))
    except CausoError as error:
        yield Finding("wrong", f"the database does not answer ({error}); see CAUSO_DATABASE_URL")
    finally:
        store.close()


def _kept(retention: Retention) -> Iterator[Finding]:
    """How long what residents wrote is kept, and whether what is older really goes."""
    how_long = f"{retention.days} days" if retention.days else "until residents say so"
    try:
        last, due = retention.last(), retention.due()
    except SQLAlchemyError:
        return  # the tables are made by the first start
    text = f"what residents wrote is kept {how_long} (CAUSO_RETENTION_DAYS)"
    if due and (last is None or now() - last > 2 * EVERY):
        yield Finding("warning", f"{text}; older things wait to be deleted: run `causo run`, or `causo db prune`")
    else:
        yield Finding("good", text)
