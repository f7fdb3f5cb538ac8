"""`causo import dossiers`: the tables that a one-stop system exports, and what was understood of them."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from bot.clock import TIME_ZONE, now
from bot.dossiers.importer import import_table
from bot.dossiers.told import told
from bot.errors import CausoError
from bot.secret_key import secret_key
from bot.settings import read_settings
from bot.store.connect import open_store, upgrade
from knowledge.dossier_tables import read_table_words
from knowledge.load import FOLDER, load


def dossiers(
    files: Annotated[list[Path], typer.Argument(help="Tables: xlsx, xls, ods or csv.", exists=True, dir_okay=False)],
    mapping: Annotated[
        Path | None, typer.Option(help="YAML with what was not recognised by itself.", exists=True, dir_okay=False)
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(help="When the table was exported; else when the file was last changed.")
    ] = None,
) -> None:
    """Read the dossiers of a one-stop system's export. Running it again changes nothing; nothing is deleted.

    Of the people in it initials and locked hashes of four digits are kept, no name, number or address.
    """
    settings = read_settings()
    texts = load(FOLDER, settings.cache_dir).texts
    words = read_table_words(FOLDER, mapping)
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    key = secret_key(settings)
    failed = False
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for path in sorted(files, key=lambda file: file.stat().st_mtime):
            task = progress.add_task(path.name, total=None)
            when = as_of.replace(tzinfo=TIME_ZONE) if as_of else datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
            try:
                reports = import_table(path, words, store, when, now().date(), partial(_advance, progress, task), key)
            except CausoError as error:
                failed = True
                typer.echo(f"causo: {error}", err=True)
                continue
            failed = failed or not any(report.used for report in reports)
            for line in told(path.name, reports, texts):
                typer.echo(line)
    store.close()
    if failed:
        raise typer.Exit(1)


def _advance(progress: Progress, task: TaskID, done: int, of: int) -> None:
    progress.update(task, completed=done, total=of)
