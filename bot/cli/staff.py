"""`causo staff`: the team, set up from the command line or from the list a ward already has."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.clock import TIME_ZONE, now
from bot.seal import seal
from bot.secret_key import secret_key
from bot.settings import Settings, read_settings
from bot.staff import directory, passwords
from bot.staff.audit import record
from bot.staff.importing import import_staff
from bot.staff.inviting import invite as invited
from bot.staff.rota import on_duty as who_is_there
from bot.staff.sessions import revoke
from bot.store.connect import open_store, upgrade
from bot.store.staff_tables import Duty, Leave, Role
from knowledge.load import FOLDER, load

app = typer.Typer(help="The community team: neighbourhoods, members, duty, invitations.", no_args_is_help=True)
_Name = Annotated[str, typer.Argument(help="The member's name; without diacritics is fine.")]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@contextmanager
def _session() -> Iterator[tuple[Session, Settings]]:
    settings = read_settings()
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    try:
        with store.write() as session:
            yield session, settings
    finally:
        store.close()


@app.command()
def area(name: Annotated[str, typer.Argument(help="For example “Khu pho 3”.")]) -> None:
    """Add a khu phố. Adding it again changes nothing."""
    with _session() as (session, _):
        added = directory.add_area(session, name)
        record(session, None, "area added", added.name, now())
        typer.echo(f"{added.name}: neighbourhood number {added.id}")


@app.command()
def add(
    name: _Name,
    role: Annotated[str, typer.Option(help="member, lead, officer or operator.")] = "member",
    area: Annotated[str | None, typer.Option(help="Their neighbourhood; without it the whole ward.")] = None,
    skills: Annotated[str, typer.Option(help="For example “VNeID, dat dai”.")] = "",
    languages: Annotated[str, typer.Option(help="For example “Khmer”.")] = "",
) -> None:
    """Add somebody, or change who is there; who left is back."""
    chosen: Role | None = next((one for one in directory.ROLES if one == role), None)
    if chosen is None:
        raise typer.BadParameter(f"--role: one of {', '.join(directory.ROLES)}")
    with _session() as (session, _):
        where = directory.find_area(session, area) if area else None
        staff = directory.add_staff(session, name, chosen, where, skills, languages)
        record(session, None, "staff added", staff.name, now())
        typer.echo(f"{staff.name}: {staff.role}{f', {where.name}' if where else ''}")


@app.command("list")
def listed(everybody: Annotated[bool, typer.Option("--all", help="Also those who left.")] = False) -> None:
    """Who there is, and who is on duty now."""
    with _session() as (session, _):
        areas = {one.id: one.name for one in directory.areas(session)}
        there = {one.id for key in (*areas, None) for one in who_is_there(session, key, now())}
        table = Table("name", "role", "neighbourhood", "skills", "chats", "on duty")
        for one in directory.everybody(session, gone=everybody):
            chats = str(len(directory.chats_of(session, one.id)))
            name = one.name if one.active else f"({one.name})"
            duty = "now" if one.id in there else ""
            table.add_row(name, one.role, areas.get(one.area_id or 0, ""), one.skills, chats, duty)
    Console().print(table)


@app.command()
def invite(name: _Name) -> None:
    """A code for this member to send to the bot in their own Zalo or Telegram; once, within three days."""
    with _session() as (session, settings):
        staff = directory.find_staff(session, name)
        code = invited(session, secret_key(settings), staff, now())
        record(session, None, "invited", staff.name, now())
        typer.echo(f"{staff.name} sends this to the bot: {code}")


@app.command()
def password(
    name: _Name,
    totp: Annotated[bool, typer.Option("--totp", help="Also ask for a code of an authenticator app.")] = False,
) -> None:
    """Set the password for the desk (asked for, or read from a pipe). Every open session of this member ends."""
    typed = typer.prompt("password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else input()
    with _session() as (session, settings):
        staff = directory.find_staff(session, name)
        staff.password, staff.totp = passwords.hashed(typed), None
        if totp:
            secret = passwords.new_secret()
            staff.totp = seal(secret_key(settings), secret)
            typer.echo(passwords.address_of(secret, staff.name))
        revoke(session, staff.id)
        record(session, None, "password set", staff.name, now())
        typer.echo(f"{staff.name} signs in at {settings.address}/ban")


@app.command()
def rota(
    name: _Name,
    days: Annotated[str, typer.Option(help="For example “mon,wed” or “mon-fri”; none: clear.")] = "",
    hours: Annotated[str, typer.Option(help="For example “18:00-21:00”.")] = "18:00-21:00",
) -> None:
    """When a member is on duty. The given days get these hours in place of what they had."""
    wanted = _days(days)
    begins, ends = _hours(hours)
    with _session() as (session, _):
        staff = directory.find_staff(session, name)
        gone = delete(Duty).where(Duty.staff_id == staff.id)
        session.execute(gone.where(Duty.weekday.in_(wanted)) if wanted else gone)
        session.add_all(Duty(staff_id=staff.id, weekday=day, begins=begins, ends=ends) for day in wanted)
        record(session, None, "rota", staff.name, now())
        session.flush()
        for duty in session.scalars(select(Duty).where(Duty.staff_id == staff.id).order_by(Duty.weekday)):
            hours = f"{duty.begins // 60:02}:{duty.begins % 60:02}-{duty.ends // 60:02}:{duty.ends % 60:02}"
            typer.echo(f"{staff.name}: {_WEEKDAYS[duty.weekday]} {hours}")


@app.command()
def leave(
    name: _Name,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
) -> None:
    """Days on which a member is not on duty."""
    if last < first:
        raise typer.BadParameter("--to lies before --from")
    with _session() as (session, _):
        staff = directory.find_staff(session, name)
        session.add(Leave(staff_id=staff.id, first=_date(first), last=_date(last)))
        record(session, None, "leave", staff.name, now())
        typer.echo(f"{staff.name}: away from {_date(first)} to {_date(last)}")


@app.command()
def remove(name: _Name) -> None:
    """Somebody helps no more: no tickets, no desk. What they did stays in the log; `add` brings them back."""
    with _session() as (session, _):
        staff = directory.find_staff(session, name)
        directory.remove_staff(session, staff)
        record(session, None, "staff removed", staff.name, now())
        typer.echo(f"{staff.name} helps no more")


@app.command("on-duty")
def on_duty(
    area: Annotated[str | None, typer.Option(help="The neighbourhood; without it the ward.")] = None,
    at: Annotated[datetime | None, typer.Option(help="Then, in place of now.")] = None,
) -> None:
    """Whom a ticket would go to."""
    with _session() as (session, _):
        where = directory.find_area(session, area).id if area else None
        there = who_is_there(session, where, at.replace(tzinfo=TIME_ZONE) if at else now())
        typer.echo("\n".join(f"{one.name} ({one.role})" for one in there) or "nobody")


@app.command("import")
def imported(
    file: Annotated[Path, typer.Argument(help="Excel or CSV with a header row.", exists=True, dir_okay=False)],
) -> None:
    """Read the list a ward already has: names, khu phố, roles. Reading it again changes nothing; nobody is removed."""
    with _session() as (session, settings):
        report = import_staff(session, file, load(FOLDER, settings.cache_dir).texts)
        record(session, None, "staff imported", f"{report.people} people", now())
    typer.echo(f"{report.people} people in {report.areas} neighbourhoods, {report.new} of them new")
    for line in report.skipped:
        typer.echo(f"  {line}", err=True)


def _date(when: datetime) -> date:
    return when.date()


def _days(text: str) -> list[int]:
    """Weekdays by name, 0 for Monday; “mon-fri” is a range."""
    found: list[int] = []
    for part in filter(None, (item.strip().lower()[:7] for item in text.split(","))):
        first, _, last = part.partition("-")
        if first[:3] not in _WEEKDAYS or (last and last[:3] not in _WEEKDAYS):
            raise typer.BadParameter(f"--days: {part} is none of {', '.join(_WEEKDAYS)}")
        begin = _WEEKDAYS.index(first[:3])
        found += range(begin, (_WEEKDAYS.index(last[:3]) if last else begin) + 1)
    return found


def _hours(text: str) -> tuple[int, int]:
    try:
        begins, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise typer.BadParameter(f"--hours: “{text}” is not like 18:00-21:00") from None
    if ends <= begins:
        raise typer.BadParameter("--hours: the end lies before the begin")
    return begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
