"""What happened and how it goes: the audit log, and the health of the installation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import OFFICERS, OPERATORS, Ask, Desk, route, shown
from bot.retention import EVERY, Retention
from bot.staff.audit import latest
from bot.store.staff_tables import Staff
from bot.store.tables import Counter, Outbox
from bot.store.ticket_tables import Ticket
from bot.tickets.people import local

_PAGE = 100
_SOON = timedelta(days=30)


def record_routes(desk: Desk) -> list[Route]:
    return [route(desk, "/nhat-ky", _audit, OPERATORS), route(desk, "/suc-khoe", _health, OFFICERS)]


def _audit(desk: Desk, ask: Ask) -> Response:
    before = ask.query.get("truoc", "")
    with desk.store.read() as session:
        lines = latest(session, _PAGE, int(before) if before.isdigit() else None)
        names = {staff.id: staff.name for staff in session.scalars(select(Staff))}
    told = [(line.id, local(line.at), names.get(line.staff_id or 0), line.act, line.about) for line in lines]
    return shown(desk, ask, "audit.html", lines=told, older=lines[-1].id if len(lines) == _PAGE else None)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at: `good` or not, in words."""

    good: bool
    text: str


def _health(desk: Desk, ask: Ask) -> Response:
    with desk.store.read() as session:
        signs = [*_channels(desk), *_outbox(desk, session), *_tickets(desk, session), *_content(desk), _kept(desk)]
        today = local(desk.clock()).date()
        counters = session.execute(select(Counter.name, Counter.value).where(Counter.day == today)).all()
    return shown(desk, ask, "health.html", signs=signs, counters=[tuple(row) for row in counters])


def _channels(desk: Desk) -> Iterator[Sign]:
    settings = desk.settings
    for name, on in (
        ("Telegram", settings.telegram_token),
        ("Zalo OA", settings.zalo_oa_app_id),
        ("Zalo Bot", settings.zalo_bot_token),
    ):
        yield Sign(bool(on), desk.said("desk_health_on" if on else "desk_health_off", channel=name))


def _outbox(desk: Desk, session: Session) -> Iterator[Sign]:
    rows = select(Outbox.channel, Outbox.status, func.count(), func.min(Outbox.created_at))
    for channel, status, count, oldest in session.execute(
        rows.where(Outbox.status != "sent").group_by(Outbox.channel, Outbox.status).order_by(Outbox.channel)
    ):
        good = status == "parked" or (status == "waiting" and desk.clock() - oldest < timedelta(minutes=5))
        key = f"desk_health_outbox_{status}"
        yield Sign(good, desk.said(key, channel=channel, count=count, since=f"{local(oldest):%H:%M %d/%m}"))


def _tickets(desk: Desk, session: Session) -> Iterator[Sign]:
    late = select(func.count()).where(
        Ticket.state != "closed", Ticket.first_reply_at.is_(None), Ticket.due_at < desk.clock()
    )
    count = session.scalar(late) or 0
    yield Sign(count == 0, desk.said("desk_health_late" if count else "desk_health_no_late", count=count))


def _kept(desk: Desk) -> Sign:
    """How long what residents wrote is kept, and when what is older was last deleted."""
    days = desk.settings.retention_days
    last = Retention(desk.store, days, desk.clock).last()
    good = last is not None and desk.clock() - last < 2 * EVERY
    when = f"{local(last):%H:%M %d/%m}" if last else desk.texts["desk_health_never"]
    return Sign(good, desk.said("desk_health_kept" if days else "desk_health_kept_open", days=days, when=when))


def _content(desk: Desk) -> Iterator[Sign]:
    content, today = desk.library.current.content, local(desk.clock()).date()
    past = [topic.everyday for topic in content.procedures.values() if topic.review_by < today]
    soon = [one.everyday for one in content.procedures.values() if today <= one.review_by < today + _SOON]
    if past:
        yield Sign(False, desk.said("desk_health_past", count=len(past), names=", ".join(sorted(past)[:8])))
    if soon:
        yield Sign(True, desk.said("desk_health_soon", count=len(soon), names=", ".join(sorted(soon)[:8])))
    if not past and not soon:
        yield Sign(True, desk.texts["desk_health_content"])
