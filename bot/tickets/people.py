"""Whom tickets are for, in the terms of tickets: who is asked at which level, who may see what, by when."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.staff import directory
from bot.staff.rota import next_duty, on_duty
from bot.store.staff_tables import Area, Staff
from bot.store.ticket_tables import Ticket
from handlers.ticket_ports import Named, Promise
from knowledge.calendar import Calendar

ANSWERED_WITHIN = timedelta(minutes=30)  # of somebody being on duty
_OFFICE_OPENS = time(8)  # on a working day, where no rota says when somebody is there
_WHERE = ZoneInfo("Asia/Ho_Chi_Minh")

anybody, chats = directory.anybody, directory.chats_of


def local(when: datetime) -> datetime:
    """The time where the residents are."""
    return when.astimezone(_WHERE)


def name(session: Session, staff: int | None) -> str | None:
    found = session.get(Staff, staff) if staff is not None else None
    return found.name if found else None


def area_name(session: Session, area: int | None) -> str | None:
    found = session.get(Area, area) if area is not None else None
    return found.name if found else None


def areas(session: Session) -> list[Named]:
    """The khu phố to choose from; none where there is only one, or none at all."""
    known = directory.areas(session)
    return [Named(area.id, area.name) for area in known] if len(known) > 1 else []


def only_area(session: Session) -> int | None:
    known = directory.areas(session)
    return known[0].id if len(known) == 1 else None


def active(session: Session) -> list[Named]:
    return [Named(one.id, one.name) for one in directory.everybody(session)]


def officers(session: Session) -> list[int]:
    """Who may approve what others wrote."""
    return [one.id for one in directory.everybody(session) if one.role in ("officer", "operator")]


def responsible(session: Session, area: int | None, level: int, now: datetime) -> Sequence[int]:
    """Who is asked at this level: 0 who is on duty for the khu phố (else everybody of it, else the leads), 1 the
    leads of the ward, 2 the officers. Never nobody while there is anybody."""
    people = directory.everybody(session)
    leads = [one for one in people if one.role == "lead"]
    desk = [one for one in people if one.role in ("officer", "operator")]
    there = [one for one in people if area is not None and one.area_id == area]
    levels = (on_duty(session, area, local(now)) or there, leads, desk)
    wanted = [*levels[min(level, 2) :], desk, leads, list(people)]
    return [one.id for one in next((some for some in wanted if some), [])]


def may_see(session: Session, staff: int, ticket: Ticket) -> bool:
    """A member sees their own khu phố and what they hold or held; leads, officers and operators see the ward's."""
    me = session.get(Staff, staff)
    if me is None or not me.active:
        return False
    return me.role != "member" or ticket.holder == staff or ticket.area is None or ticket.area == me.area_id


def promise(session: Session, area: int | None, now: datetime, calendar: Calendar) -> Promise:
    """By when somebody answers: half an hour while anybody is on duty, else after the next duty begins, else after the
    office opens."""
    here = local(now)
    if on_duty(session, area, here):
        return Promise(here + ANSWERED_WITHIN, now=True)
    begins = next_duty(session, here)
    if begins is None:
        day = calendar.working_day_from((here + timedelta(days=1)).date())
        if here.time() < _OFFICE_OPENS and calendar.is_working_day(here.date()):
            day = here.date()
        begins = datetime.combine(day, _OFFICE_OPENS, _WHERE)
    return Promise(begins + ANSWERED_WITHIN, now=False)
