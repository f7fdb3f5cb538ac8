"""Announcements on the desk: the list, one with its preview, forecast and report, and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.announce import acts
from bot.announce.audience import Forecast, forecast
from bot.announce.message import message
from bot.announce.report import report
from bot.announce.sending import KEPT
from bot.channels.fit import fit
from bot.channels.zalo_window import FREE, OPEN
from bot.clock import TIME_ZONE
from bot.desk.announce_form import choices, form_routes
from bot.desk.base import LEADS, OFFICERS, Ask, Desk, back, route, shown
from bot.following.notices import SLEEPS, WAKES
from bot.staff.audit import record
from bot.staff.directory import chats_of
from bot.store.announce_tables import Announcement
from bot.store.staff_tables import Staff
from bot.store.tables import Conversation
from bot.tickets.people import local
from bot.web.render import rich
from handlers.turn import FilePart, LinkPart, Outcome, Reply, TextPart

_NOT_SHOWN = ("console",)
_OPEN = ("draft", "submitted", "approved", "sending", "paused")


def announcement_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/thong-bao", _list, LEADS),
        *form_routes(desk),
        route(desk, "/thong-bao/{one}", _one, LEADS),
        route(desk, "/thong-bao/{one}/{act}", _act, LEADS, "POST"),
    ]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a platform will get it."""

    html: str
    picture: str
    address: str
    buttons: tuple[str, ...]


def _list(desk: Desk, ask: Ask) -> Response:
    with desk.store.read() as session:
        known = choices(desk, session)
        found = [(one, known.audience(one.audience)) for one in acts.announcements(session)]
    return shown(desk, ask, "announcements.html", found=found, local=local)


def _one(desk: Desk, ask: Ask) -> Response:
    now = desk.clock()
    with desk.store.read() as session:
        one = _found(session.get(Announcement, ask.number("one")))
        known, its = choices(desk, session), report(session, one)
        names = {staff.id: staff.name for staff in session.scalars(select(Staff))}
        before = forecast(session, one, desk.announcer.scope, now) if one.state in _OPEN else None
        joined = bool(chats_of(session, ask.staff.id))
    limits = desk.announcer.limits
    previews = [(name, list(_bubbles(desk, one, name))) for name in limits if name not in _NOT_SHOWN]
    return shown(
        desk,
        ask,
        "announcement.html",
        one=one,
        audience=known.audience(one.audience),
        author=names.get(one.author, ""),
        approver=names.get(one.approver or 0, ""),
        begins=_begins(one.not_before) if one.not_before else None,
        previews=previews,
        before=before,
        expected=list(_expected(desk, before)) if before else [],
        report=its,
        joined=joined,
        approves=ask.staff.role in acts.APPROVES and one.author != ask.staff.id,
        officer=ask.staff.role in OFFICERS,
        local=local,
    )


def _begins(at: datetime) -> datetime:
    """When it goes out by the schedule: never before the residents are up."""
    here = local(at)
    if WAKES <= here.time() < SLEEPS:
        return here
    day = here if here.time() < WAKES else here + timedelta(days=1)
    return day.replace(hour=WAKES.hour, minute=WAKES.minute)


def _bubbles(desk: Desk, one: Announcement, channel: str) -> Iterator[Bubble]:
    """Fitted by the very rules of the channel."""
    for sent in fit(message(one, channel, desk.texts), desk.announcer.limits[channel]):
        match sent.part:
            case TextPart(text):
                html, picture, address = rich(text), "", ""
            case LinkPart(url, label) | FilePart(url, label):
                html, picture, address = rich(f"{label}: {url}"), "", ""
            case shows:
                html, picture, address = rich(sent.caption), shows.alt, shows.url
        yield Bubble(html, picture, address, tuple(button.label for button in sent.buttons))


def _expected(desk: Desk, before: Forecast) -> Iterator[str]:
    """In words, by channel: who gets it, who has to be in touch first, who cannot be reached."""
    shut = (OPEN if desk.announcer.scope.paid else FREE).days
    for channel, one in before.channels.items():
        name = desk.texts.get(f"desk_announce_on_{channel}", channel)
        if one.told:
            key = "desk_announce_page" if channel == "web" else "desk_announce_told"
            yield desk.said(key, channel=name, count=one.told)
        if one.shut:
            yield desk.said("desk_announce_shut", channel=name, count=one.shut, shut=shut, kept=KEPT.days)
        if one.blocked:
            yield desk.said("desk_announce_blocked", channel=name, count=one.blocked)
    if before.refused:
        yield desk.said("desk_announce_refused", count=before.refused)
    if not before.people:
        yield desk.texts["desk_announce_nobody"]


def _act(desk: Desk, ask: Ask) -> Response:
    """One act; what came too late is said."""
    act, staff, now = ask.path["act"], ask.staff, desk.clock()
    said = f"announce_{act.replace('-', '_')}"
    with desk.store.write() as session:
        one = _found(acts.locked(session, ask.number("one")))
        mine = act == "huy" and one.author == staff.id and one.state in ("draft", "submitted")
        if act not in ("thu", "trinh") and staff.role not in OFFICERS and not mine:
            raise HTTPException(403)
        match act:
            case "thu":
                done, said = True, "announce_thu" if _try(desk, session, one, staff) else "announce_no_chat"
            case "trinh":
                done = acts.submit(session, one, staff, now)
            case "duyet":
                if one.author == staff.id:
                    return back(f"/thong-bao/{one.id}", "announce_own")
                at = _time(ask.form.get("at", ""), now)
                if at is None:
                    return back(f"/thong-bao/{one.id}", "hours")
                done = acts.approve(session, one, staff, at, now)
            case "tra":
                done = acts.send_back(session, one, staff, now)
            case "dung":
                done = acts.pause(session, one, staff.id, now)
            case "tiep":
                done = acts.resume(session, one, staff.id, now)
            case "huy":
                done = acts.cancel(session, one, desk.announcer.scope, staff.id, now)
            case _:
                raise HTTPException(404)
    return back(f"/thong-bao/{one.id}", said if done else "announce_late")


def _found(one: Announcement | None) -> Announcement:
    if one is None:
        raise HTTPException(404)
    return one


def _time(text: str, now: datetime) -> datetime | None:
    """What was chosen where the residents are; now where nothing was, or what is past. None: not a time."""
    if not text:
        return now
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max(given.replace(tzinfo=TIME_ZONE), now)


def _try(desk: Desk, session: Session, one: Announcement, staff: Staff) -> bool:
    """To the chat that this member of the team last used, as residents would get it; False if they joined none."""
    of_mine = Conversation.id.in_(chats_of(session, staff.id))
    last = select(Conversation).where(of_mine, Conversation.channel.in_(desk.announcer.limits))
    chat = session.scalar(last.order_by(Conversation.last_at.desc()).limit(1).with_for_update())
    if chat is None:
        return False
    first = TextPart(desk.texts["announce_trial"])
    its = message(one, chat.channel, desk.texts)
    reply = Reply(Outcome.DONE, (first, *its.parts), its.buttons)
    desk.announcer.queue(session, chat, reply, desk.clock(), 0)
    record(session, staff.id, "announcement tried", str(one.id), desk.clock())
    return True
