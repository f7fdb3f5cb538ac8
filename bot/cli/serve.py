"""`causo run`: the server."""

import anyio
import typer

from bot.app import build
from bot.clock import now
from bot.dossiers.table import load_sample
from bot.run import serve
from bot.settings import read_settings
from bot.store.connect import upgrade


def run(
    sample: bool = typer.Option(False, "--sample", help="Put sample dossiers into an empty database first."),
) -> None:
    """Bring the database up to date and serve the web page, the webhooks and the channels that have a token."""
    settings = read_settings()
    upgrade(settings.database_url)
    app = build(settings)
    if sample:
        with app.store.write() as session:
            codes = load_sample(session, now().date(), app.key)
        if codes:
            typer.echo(f"Sample dossiers to ask about: {', '.join(codes[:3])} ...")
    anyio.run(serve, app)
