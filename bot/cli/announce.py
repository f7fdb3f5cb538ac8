"""`causo announce`: what is announced, how it goes, and stopping it where there is no desk at hand."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from bot.announce import acts
from bot.announce.audience import Scope, forecast
from bot.announce.report import Report, report
from bot.cli.session import opened
from bot.clock import TIME_ZONE, now
from bot.settings import Settings
from bot.store.announce_tables import Announcement

app = typer.Typer(help="Announcements: the list, one of them, pause, resume, cancel.", no_args_is_help=True)
_Number = Annotated[int, typer.Argument(help="As `causo announce list` has it.")]
_OPEN = ("draft", "submitted", "approved", "sending", "paused")


def _scope(settings: Settings) -> Scope:
    """As the running program has it."""
    platforms = {
        "telegram": settings.telegram_token,
        "zalo_oa": settings.zalo_oa_app_id,
        "zalo_bot": settings.zalo_bot_token,
    }
    channels = ["web", "console", *(name for name, on in platforms.items() if on)]
    return Scope(channels, settings.retention_days, settings.zalo_oa_paid)


@app.command("list")
def listed() -> None:
    """The newest first; the words are on the desk."""
    with opened() as (session, _):
        table = Table("number", "state", "audience", "begins", "people")
        for one in acts.announcements(session):
            people = ", ".join(f"{name} {count}" for name, count in report(session, one).totals())
            table.add_row(str(one.id), one.state, one.audience, _when(one.started_at or one.not_before), people)
    Console().print(table if table.row_count else "nothing was announced")


@app.command()
def show(number: _Number) -> None:
    """One announcement: its state, what would happen to whom now, what became of it."""
    with opened() as (session, settings):
        one = _found(session, number)
        typer.echo(f"{one.state}, to {one.audience}, begins {_when(one.started_at or one.not_before)}")
        if one.state in _OPEN:
            before = forecast(session, one, _scope(settings), now())
            for channel, expected in before.channels.items():
                counts = f"{expected.told} told now, {expected.shut} when in touch again, {expected.blocked} blocked"
                typer.echo(f"to tell, {channel}: {counts}")
            typer.echo(f"want no announcements: {before.refused}")
        _show(report(session, one))


def _show(found: Report) -> None:
    for channel, counts in found.channels.items():
        typer.echo(f"{channel}: {', '.join(f'{name} {count}' for name, count in counts.items() if count)}")
    if found.left_out:
        typer.echo(f"left out: {found.left_out}")


@app.command()
def pause(number: _Number) -> None:
    """Nothing more goes out, not even what waits in the outbox, until `causo announce resume`."""
    _done(number, "paused", lambda session, one, _: acts.pause(session, one, None, now()))


@app.command()
def resume(number: _Number) -> None:
    """On where it stopped; nobody is told twice."""
    _done(number, "resumed", lambda session, one, _: acts.resume(session, one, None, now()))


@app.command()
def cancel(number: _Number) -> None:
    """For good: who was not told yet is not told any more."""
    _done(number, "cancelled", lambda session, one, given: acts.cancel(session, one, _scope(given), None, now()))


def _done(number: int, said: str, act: Callable[[Session, Announcement, Settings], bool]) -> None:
    with opened() as (session, settings):
        one = _found(session, number)
        if not act(session, one, settings):
            typer.echo(f"announcement {number} is {one.state}: it cannot be {said}", err=True)
            raise typer.Exit(1)
    typer.echo(f"announcement {number} {said}")


def _found(session: Session, number: int) -> Announcement:
    one = acts.locked(session, number)
    if one is None:
        typer.echo(f"there is no announcement {number}", err=True)
        raise typer.Exit(1)
    return one


def _when(at: datetime | None) -> str:
    return f"{at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}" if at else "-"
