"""`causo db`: the schema and the sample."""

from typing import Annotated

import typer

from bot.clock import now
from bot.dossiers.table import load_sample
from bot.retention import Retention
from bot.secret_key import secret_key
from bot.settings import read_settings
from bot.store.connect import open_store
from bot.store.connect import upgrade as upgrade_schema

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema to its newest version; safe to run again."""
    upgrade_schema(read_settings().database_url)
    typer.echo("The database is up to date.")


@app.command()
def prune(
    show: Annotated[bool, typer.Option("--show", help="Only count what would go; delete nothing.")] = False,
) -> None:
    """Delete now what is kept longer than CAUSO_RETENTION_DAYS; a running server does it every hour."""
    settings = read_settings()
    store = open_store(settings.database_url)
    retention = Retention(store, settings.retention_days, now)
    try:
        due = retention.due()
        if not show:
            retention.sweep()
    finally:
        store.close()
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(due.items()))
    typer.echo(f"{'Would go' if show else 'Deleted'}: {counts}" if counts else "Nothing is older than it may be.")


@app.command()
def sample() -> None:
    """Put a few sample dossiers into an empty database, to try looking one up."""
    settings = read_settings()
    key = secret_key(settings)
    store = open_store(settings.database_url)
    with store.write() as session:
        codes = load_sample(session, now().date(), key)
    store.close()
    typer.echo(f"Sample dossiers: {', '.join(codes)}" if codes else "There are dossiers already; nothing was added.")
