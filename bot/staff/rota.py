"""Who is on duty: by weekday and hour, without those on leave."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.staff_tables import Duty, Leave, Staff

_AHEAD = 7  # days that are looked through for the next duty


def on_duty(session: Session, area: int | None, at: datetime) -> list[Staff]:
    """Whom a ticket of this khu phố goes to now: its members on duty, else the ward's leads on duty, else its officers
    on duty. Empty when nobody is. `at` is the time where the residents are; `area` None: not known yet, so the leads.
    """
    there = _there(session, at)
    levels = (
        [one for one in there if one.role in ("member", "lead") and area is not None and one.area_id == area],
        [one for one in there if one.role == "lead"],
        [one for one in there if one.role == "officer"],
    )
    return next((level for level in levels if level), [])


def next_duty(session: Session, at: datetime) -> datetime | None:
    """When the next duty of anybody begins after `at`, within a week; None when the rota is empty."""
    for days in range(_AHEAD + 1):
        day = (at + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        begins = session.scalars(select(Duty.begins).where(Duty.weekday == day.weekday()).order_by(Duty.begins)).all()
        for minutes in begins:
            when = day + timedelta(minutes=minutes)
            if when > at and _there(session, when):
                return when
    return None


def _there(session: Session, at: datetime) -> list[Staff]:
    minutes = at.hour * 60 + at.minute
    away = select(Leave.staff_id).where(Leave.first <= at.date(), Leave.last >= at.date())
    found = (
        select(Staff)
        .join(Duty, Duty.staff_id == Staff.id)
        .where(Staff.active, Duty.weekday == at.weekday(), Duty.begins <= minutes, Duty.ends > minutes)
        .where(Staff.id.not_in(away))
        .order_by(Staff.id)
    )
    return list(session.scalars(found).unique())
