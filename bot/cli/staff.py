"""`causo staff`: the team, set up from the command line or from the list a ward already has."""

import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.cli.session import opened
from bot.clock import TIME_ZONE, now
from bot.seal import seal
from bot.secret_key import secret_key
from bot.staff import directory, passwords
from bot.staff.audit import record
from bot.staff.importing import import_staff
from bot.staff.inviting import invite as invited
from bot.staff.rota import on_duty as who_is_there
from bot.staff.sessions import revoke
from bot.store.staff_tables import Duty, Leave, Role, Staff
from knowledge.load import FOLDER, load

_HELP = (
    "The community team. Begin with `import` (the Excel list a ward has) or `area add` and `add`; then `invite` gives"
    " each member a code for their own chat, `rota` and `leave` say who answers when, `on-duty` who would be asked now."
)
app = typer.Typer(help=_HELP, no_args_is_help=True)
areas = typer.Typer(help="The neighbourhoods of the ward.", no_args_is_help=True)
app.add_typer(areas, name="area")
_Name = Annotated[str, typer.Argument(help="The member's name; without diacritics is fine.")]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@areas.command("add")
def add_area(name: Annotated[str, typer.Argument(help="For example “Khu pho 3”.")]) -> None:
    """Add a khu phố. Adding it again changes nothing."""
    with opened() as (session, _):
        added = directory.add_area(session, name)
        record(session, None, "area added", added.name, now())
        typer.echo(f"{added.name}: neighbourhood number {added.id}")


@areas.command("list")
def list_areas() -> None:
    """The khu phố there are, and how many help in each."""
    with opened() as (session, _):
        people = [one.area_id for one in directory.everybody(session)]
        for one in directory.areas(session):
            typer.echo(f"{one.name}: {people.count(one.id)} people")


@app.command()
def add(
    name: _Name,
    role: Annotated[str, typer.Option(help="member, lead, officer or operator.")] = "member",
    area: Annotated[str | None, typer.Option(help="Their neighbourhood; without it the whole ward.")] = None,
    skills: Annotated[str, typer.Option(help="For example “VNeID, dat dai”.")] = "",
    languages: Annotated[str, typer.Option(help="For example “Khmer”.")] = "",
) -> None:
    """Add somebody, or change who is there; who left is back."""
    chosen = _role(role)
    with opened() as (session, _):
        where = directory.find_area(session, area) if area else None
        staff = directory.add_staff(session, name, chosen, where, skills, languages)
        record(session, None, "staff added", staff.name, now())
        typer.echo(f"{staff.name}: {staff.role}{f', {where.name}' if where else ''}")


@app.command()
def role(
    name: _Name,
    role: Annotated[str, typer.Argument(help="member, lead, officer or operator.")],
) -> None:
    """Give a member another role: a lead sees the whole ward's numbers, an officer approves answers."""
    chosen = _role(role)
    with opened() as (session, _):
        staff = directory.find_staff(session, name)
        staff.role = chosen
        record(session, None, "role changed", f"{staff.name}: {chosen}", now())
        typer.echo(f"{staff.name}: {chosen}")


@app.command()
def show(name: _Name) -> None:
    """What is known of one member: role, neighbourhood, skills, chats, duty, leave."""
    with opened() as (session, _):
        staff = directory.find_staff(session, name)
        area = next((one.name for one in directory.areas(session) if one.id == staff.area_id), "the whole ward")
        typer.echo(f"{staff.name}: {staff.role}, {area}")
        typer.echo(f"skills: {staff.skills or '-'}; languages: {staff.languages or '-'}")
        chats = len(directory.chats_of(session, staff.id))
        typer.echo(f"chats: {chats}; password: {'set' if staff.password else 'none'}{', TOTP' if staff.totp else ''}")
        _show_duty(session, staff)
        for gone in session.scalars(select(Leave).where(Leave.staff_id == staff.id).order_by(Leave.first)):
            typer.echo(f"leave: {gone.first} to {gone.last}")


@app.command("list")
def listed(everybody: Annotated[bool, typer.Option("--all", help="Also those who left.")] = False) -> None:
    """Who there is, and who is on duty now."""
    with opened() as (session, _):
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
    with opened() as (session, settings):
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
    asked = sys.stdin.isatty()
    typed = typer.prompt("password", hide_input=True, confirmation_prompt=True) if asked else sys.stdin.readline()
    with opened() as (session, settings):
        staff = directory.find_staff(session, name)
        staff.password, staff.totp = passwords.hashed(typed.rstrip("\r\n")), None
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
    days: Annotated[str, typer.Option(help="For example “mon,wed” or “mon-fri”; without it nothing changes.")] = "",
    hours: Annotated[str, typer.Option(help="For example “18:00-21:00”.")] = "18:00-21:00",
    clear: Annotated[bool, typer.Option("--clear", help="First take away all the duty they had.")] = False,
) -> None:
    """When a member is on duty: shown, or set. The given days get these hours in place of what they had."""
    wanted = _days(days)
    begins, ends = _hours(hours)
    with opened() as (session, _):
        staff = directory.find_staff(session, name)
        if wanted or clear:
            gone = delete(Duty).where(Duty.staff_id == staff.id)
            session.execute(gone if clear else gone.where(Duty.weekday.in_(wanted)))
            session.add_all(Duty(staff_id=staff.id, weekday=day, begins=begins, ends=ends) for day in wanted)
            record(session, None, "rota", staff.name, now())
            session.flush()
        _show_duty(session, staff)


@app.command()
def leave(
    name: _Name,
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
) -> None:
    """Days on which a member is not on duty."""
    if last < first:
        raise typer.BadParameter("--to lies before --from")
    with opened() as (session, _):
        staff = directory.find_staff(session, name)
        session.add(Leave(staff_id=staff.id, first=_date(first), last=_date(last)))
        record(session, None, "leave", staff.name, now())
        typer.echo(f"{staff.name}: away from {_date(first)} to {_date(last)}")


@app.command()
def remove(name: _Name) -> None:
    """Somebody helps no more: no tickets, no desk. What they did stays in the log; `add` brings them back."""
    with opened() as (session, _):
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
    with opened() as (session, _):
        where = directory.find_area(session, area).id if area else None
        there = who_is_there(session, where, at.replace(tzinfo=TIME_ZONE) if at else now())
        typer.echo("\n".join(f"{one.name} ({one.role})" for one in there) or "nobody")


@app.command("import")
def imported(
    file: Annotated[Path, typer.Argument(help="Excel or CSV with a header row.", exists=True, dir_okay=False)],
) -> None:
    """Read the list a ward already has: names, khu phố, roles. Reading it again changes nothing; nobody is removed."""
    with opened() as (session, settings):
        report = import_staff(session, file, load(FOLDER, settings.cache_dir).texts)
        record(session, None, "staff imported", f"{report.people} people", now())
    typer.echo(f"{report.people} people in {report.areas} neighbourhoods, {report.new} of them new")
    for line in report.skipped:
        typer.echo(f"  {line}", err=True)


def _role(text: str) -> Role:
    chosen: Role | None = next((one for one in directory.ROLES if one == text), None)
    if chosen is None:
        raise typer.BadParameter(f"“{text}” is no role; one of {', '.join(directory.ROLES)}")
    return chosen


def _show_duty(session: Session, staff: Staff) -> None:
    duties = session.scalars(select(Duty).where(Duty.staff_id == staff.id).order_by(Duty.weekday, Duty.begins)).all()
    for duty in duties:
        hours = f"{duty.begins // 60:02}:{duty.begins % 60:02}-{duty.ends // 60:02}:{duty.ends % 60:02}"
        typer.echo(f"{staff.name}: {_WEEKDAYS[duty.weekday]} {hours}")
    if not duties:
        typer.echo(f"{staff.name}: no duty")


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
