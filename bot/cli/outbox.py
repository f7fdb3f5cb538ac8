"""`causo outbox`: what waits to be sent and what could not be, to be read and sent again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from bot.cli.session import opened
from bot.clock import TIME_ZONE, now
from bot.logs import chat_hash
from bot.secret_key import secret_key
from bot.store.payload import load
from bot.store.tables import Outbox
from handlers.turn import TextPart

app = typer.Typer(help="Messages that wait to be sent, or could not be.", no_args_is_help=True)
_MOST = 50
_Channel = Annotated[str | None, typer.Option(help="Only of this channel.")]
_Reason = Annotated[str | None, typer.Option(help="Only where the reason holds this.")]


@app.command("list")
def listed(
    channel: _Channel = None,
    reason: _Reason = None,
    limit: Annotated[int, typer.Option(help="So many of those that could not be sent, the newest.", min=1)] = _MOST,
) -> None:
    """How many wait and how many could not be sent, by channel; then these, newest first. Chats stand as hashes."""
    console = Console()
    with opened() as (session, settings):
        counts = select(Outbox.channel, Outbox.status, func.count(), func.min(Outbox.created_at))
        open_ones = counts.where(Outbox.status != "sent").group_by(Outbox.channel, Outbox.status)
        table = Table("channel", "state", "messages", "oldest")
        for name, status, count, oldest in session.execute(open_ones.order_by(Outbox.channel, Outbox.status)):
            table.add_row(name, status, str(count), f"{oldest.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}")
        console.print(table if table.row_count else "nothing waits, nothing is undelivered")
        dead = select(Outbox).where(*_dead(channel, reason)).order_by(Outbox.id.desc()).limit(limit)
        rows = session.scalars(dead).all()
        if rows:
            table = Table("number", "channel", "chat", "created", "tries", "reason")
            for row in rows:
                made = f"{row.created_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
                chat = chat_hash(secret_key(settings), row.channel, row.chat)
                table.add_row(str(row.id), row.channel, chat, made, str(row.attempts), row.reason or "")
            console.print(table)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="As `causo outbox list` has it.")],
    text: Annotated[bool, typer.Option("--text", help="Also its words, which a resident was meant to read.")] = False,
) -> None:
    """One message: its state, tries and reason; its words only when asked for."""
    with opened() as (session, settings):
        row = session.get(Outbox, number)
        if row is None:
            typer.echo(f"there is no message {number}", err=True)
            raise typer.Exit(1)
        chat = chat_hash(secret_key(settings), row.channel, row.chat)
        typer.echo(f"{row.channel}, chat {chat}: {row.status}, {row.attempts} tries")
        typer.echo(f"reason: {row.reason or '-'}")
        if text:
            part = load(row.payload).part
            typer.echo(part.text if isinstance(part, TextPart) else str(part))


@app.command()
def resend(
    numbers: Annotated[list[int] | None, typer.Argument(help="Which; none: all that the options choose.")] = None,
    channel: _Channel = None,
    reason: _Reason = None,
    everything: Annotated[bool, typer.Option("--all", help="All that could not be sent.")] = False,
) -> None:
    """Try again what could not be sent. Within a chat the order stays as it was."""
    fresh = {"status": "waiting", "attempts": 0, "not_before": now(), "lease_until": None, "lease_owner": None}
    with _chosen(numbers, channel, reason, everything) as (session, ids):
        session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(**fresh))
    typer.echo(f"{len(ids)} messages sent again")


@app.command()
def drop(
    numbers: Annotated[list[int] | None, typer.Argument(help="Which; none: all that the options choose.")] = None,
    channel: _Channel = None,
    reason: _Reason = None,
    everything: Annotated[bool, typer.Option("--all", help="All that could not be sent.")] = False,
) -> None:
    """Give up on what could not be sent: it is deleted."""
    with _chosen(numbers, channel, reason, everything) as (session, ids):
        session.execute(delete(Outbox).where(Outbox.id.in_(ids)))
    typer.echo(f"{len(ids)} messages dropped")


@contextmanager
def _chosen(
    numbers: list[int] | None, channel: str | None, reason: str | None, everything: bool
) -> Iterator[tuple[Session, Sequence[int]]]:
    """The undelivered messages that are meant."""
    if not (numbers or channel or reason or everything):
        raise typer.BadParameter("say which: numbers, --channel, --reason or --all")
    chosen = _dead(channel, reason)
    if numbers:
        chosen.append(Outbox.id.in_(numbers))
    with opened() as (session, _):
        yield session, session.scalars(select(Outbox.id).where(*chosen)).all()


def _dead(channel: str | None, reason: str | None) -> list[ColumnElement[bool]]:
    chosen = [Outbox.status == "dead"]
    if channel:
        chosen.append(Outbox.channel == channel)
    if reason:
        chosen.append(Outbox.reason.contains(reason, autoescape=True))
    return chosen
