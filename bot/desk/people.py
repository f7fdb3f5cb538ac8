"""The team on the desk: khu phố, members, invitations, passwords, duty and leave."""

from datetime import date, time

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import EVERYBODY, LEADS, OFFICERS, Ask, Desk, back, route, shown
from bot.staff import directory
from bot.staff.audit import record
from bot.staff.inviting import invite
from bot.staff.passwords import WeakPassword, hashed
from bot.staff.rota import on_duty
from bot.staff.sessions import revoke
from bot.store.staff_tables import Area, Duty, Leave, Staff
from bot.tickets.people import local


def people_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/nguoi", _list, LEADS),
        route(desk, "/nguoi/them", _add, OFFICERS, "POST"),
        route(desk, "/nguoi/khu-pho", _area, OFFICERS, "POST"),
        route(desk, "/nguoi/{staff}", _one, LEADS),
        route(desk, "/nguoi/{staff}/{act}", _act, LEADS, "POST"),
    ]


def _list(desk: Desk, ask: Ask) -> Response:
    now = local(desk.clock())
    with desk.store.read() as session:
        areas = list(directory.areas(session))
        names = {area.id: area.name for area in areas}
        there = {one.id for area in (*names, None) for one in on_duty(session, area, now)}
        people = [(one, names.get(one.area_id or 0), one.id in there) for one in directory.everybody(session)]
    return shown(desk, ask, "people.html", people=people, areas=areas, roles=directory.ROLES)


def _add(desk: Desk, ask: Ask) -> Response:
    name, role = ask.form.get("name", "").strip(), ask.form.get("role", "")
    if not name or role not in EVERYBODY or (role == "operator" and ask.staff.role != "operator"):
        return back("/nguoi", "empty")
    with desk.store.write() as session:
        area = session.get(Area, ask.number("area")) if ask.form.get("area") else None
        staff = directory.add_staff(session, name[:80], next(one for one in EVERYBODY if one == role), area)
        record(session, ask.staff.id, "staff added", staff.name, desk.clock())
    return back(f"/nguoi/{staff.id}", "added")


def _area(desk: Desk, ask: Ask) -> Response:
    name = ask.form.get("name", "").strip()
    if not name:
        return back("/nguoi", "empty")
    with desk.store.write() as session:
        directory.add_area(session, name[:80])
        record(session, ask.staff.id, "area added", name[:80], desk.clock())
    return back("/nguoi", "added")


def _one(desk: Desk, ask: Ask) -> Response:
    with desk.store.read() as session:
        staff = _found(session, ask)
        area = session.get(Area, staff.area_id) if staff.area_id else None
        duties = session.scalars(
            select(Duty).where(Duty.staff_id == staff.id).order_by(Duty.weekday, Duty.begins)
        ).all()
        leaves = session.scalars(select(Leave).where(Leave.staff_id == staff.id).order_by(Leave.first)).all()
        chats = len(directory.chats_of(session, staff.id))
    hours = [(one.weekday, _clock(one.begins), _clock(one.ends)) for one in duties]
    return shown(desk, ask, "person.html", person=staff, area=area, hours=hours, leaves=leaves, chats=chats, code="")


def _act(desk: Desk, ask: Ask) -> Response:
    act, now = ask.path["act"], desk.clock()
    with desk.store.write() as session:
        staff = _found(session, ask)
        if act == "truc":
            said = _duty(session, ask, staff)
        elif act == "nghi":
            said = _leave(session, ask, staff)
        elif ask.staff.role not in OFFICERS or (staff.role == "operator" and ask.staff.role != "operator"):
            raise HTTPException(403)
        elif act == "moi":
            code = invite(session, desk.key, staff, now)
            record(session, ask.staff.id, "invited", staff.name, now)
            return shown(desk, ask, "person.html", person=staff, area=None, hours=[], leaves=[], chats=0, code=code)
        elif act == "mat-khau":
            said = _password(session, ask, staff)
        elif act == "thoi":
            directory.remove_staff(session, staff)
            said = "removed"
        else:
            raise HTTPException(404)
        record(session, ask.staff.id, f"staff {act}", staff.name, now)
    return back("/nguoi" if act == "thoi" else f"/nguoi/{staff.id}", said)


def _found(session: Session, ask: Ask) -> Staff:
    staff = session.get(Staff, ask.number("staff"))
    if staff is None or not staff.active:
        raise HTTPException(404)
    return staff


def _duty(session: Session, ask: Ask, staff: Staff) -> str:
    """The weekdays that are ticked get these hours in place of what they had; none ticked: all hours go."""
    days = [day for day in range(7) if ask.form.get(f"day{day}")]
    begins, ends = _minutes(ask.form.get("begins")), _minutes(ask.form.get("ends"))
    if days and (begins is None or ends is None or ends <= begins):
        return "hours"
    gone = delete(Duty).where(Duty.staff_id == staff.id)
    session.execute(gone.where(Duty.weekday.in_(days)) if days else gone)
    session.add_all(Duty(staff_id=staff.id, weekday=day, begins=begins, ends=ends) for day in days)
    return "saved"


def _leave(session: Session, ask: Ask, staff: Staff) -> str:
    try:
        first, last = (date.fromisoformat(ask.form.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return "hours"
    if last < first:
        return "hours"
    session.add(Leave(staff_id=staff.id, first=first, last=last))
    return "saved"


def _password(session: Session, ask: Ask, staff: Staff) -> str:
    try:
        staff.password = hashed(ask.form.get("password", ""))
    except WeakPassword:
        return "weak"
    revoke(session, staff.id)
    return "saved"


def _minutes(text: str | None) -> int | None:
    try:
        given = time.fromisoformat(text or "")
    except ValueError:
        return None
    return given.hour * 60 + given.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
