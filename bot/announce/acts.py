"""What the staff does with announcements; each act is one line in the log and is refused where it comes too late."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.announce.audience import Scope, people, to_tell
from bot.announce.taking_back import take_back
from bot.staff.audit import record
from bot.store.announce_tables import Announcement, AnnouncementState
from bot.store.staff_tables import Staff

WRITES = ("lead", "officer", "operator")
APPROVES = ("officer", "operator")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written. `buttons` are (label, a button's value or an https address)."""

    text: str
    audience: str
    buttons: Sequence[tuple[str, str]] = ()
    picture: str | None = None
    alt: str | None = None


def announcements(session: Session, most: int = 100) -> Sequence[Announcement]:
    """The newest first."""
    return session.scalars(select(Announcement).order_by(Announcement.id.desc()).limit(most)).all()


def locked(session: Session, number: int) -> Announcement | None:
    """Held until the end of the transaction: no batch of it goes out meanwhile."""
    return session.get(Announcement, number, with_for_update=True, populate_existing=True)


def write(session: Session, staff: Staff, draft: Draft, now: datetime) -> Announcement:
    """A new one, seen by the staff alone."""
    made = Announcement(state="draft", author=staff.id, created_at=now, left_out=0, **_columns(draft))
    session.add(made)
    session.flush()
    _log(session, staff.id, "written", made, now)
    return made


def change(session: Session, announcement: Announcement, staff: Staff, draft: Draft, now: datetime) -> bool:
    """Write it anew. Whoever changes it is its author from then on, and cannot approve it."""
    if announcement.state != "draft":
        return False
    for name, value in _columns(draft).items():
        setattr(announcement, name, value)
    announcement.author = staff.id
    _log(session, staff.id, "changed", announcement, now)
    return True


def _columns(draft: Draft) -> dict[str, str | None]:
    buttons = json.dumps([list(pair) for pair in draft.buttons], ensure_ascii=False)
    known = {"text": draft.text, "audience": draft.audience, "buttons": buttons}
    return {**known, "picture": draft.picture, "alt": draft.alt}


def submit(session: Session, announcement: Announcement, staff: Staff, now: datetime) -> bool:
    return _moved(session, announcement, ("draft",), "submitted", staff.id, now)


def send_back(session: Session, announcement: Announcement, staff: Staff, now: datetime) -> bool:
    """It is a draft again: not approved, or to be changed before it began."""
    if announcement.started_at is not None:
        return False
    announcement.approver = announcement.not_before = None
    return _moved(session, announcement, ("submitted", "approved", "paused"), "draft", staff.id, now)


def approve(session: Session, announcement: Announcement, staff: Staff, at: datetime, now: datetime) -> bool:
    """It goes out from `at` on. Never by who wrote it."""
    if announcement.author == staff.id or staff.role not in APPROVES or announcement.state != "submitted":
        return False
    announcement.approver, announcement.not_before = staff.id, at
    return _moved(session, announcement, ("submitted",), "approved", staff.id, now)


def pause(session: Session, announcement: Announcement, staff: int | None, now: datetime) -> bool:
    """Nothing more goes out, not even what waits in the outbox."""
    if not _moved(session, announcement, ("approved", "sending"), "paused", staff, now):
        return False
    take_back(session, announcement.id, parked=True)
    return True


def resume(session: Session, announcement: Announcement, staff: int | None, now: datetime) -> bool:
    """On where it stopped."""
    state: AnnouncementState = "sending" if announcement.started_at else "approved"
    return _moved(session, announcement, ("paused",), state, staff, now)


def cancel(session: Session, announcement: Announcement, scope: Scope, staff: int | None, now: datetime) -> bool:
    """For good; who was not told yet is not told any more."""
    open_ones: tuple[AnnouncementState, ...] = ("draft", "submitted", "approved", "sending", "paused")
    if not _moved(session, announcement, open_ones, "cancelled", staff, now):
        return False
    finish(session, announcement, "cancelled", scope, now)
    return True


def finish(session: Session, announcement: Announcement, state: AnnouncementState, scope: Scope, now: datetime) -> None:
    """What still waits is taken back; how many people were not told is kept as a number."""
    take_back(session, announcement.id, parked=True)
    announcement.state, announcement.ended_at = state, now
    if announcement.started_at is not None:
        announcement.left_out = people(session, to_tell(announcement, scope, now))


def _moved(
    session: Session,
    announcement: Announcement,
    allowed: Sequence[AnnouncementState],
    state: AnnouncementState,
    staff: int | None,
    now: datetime,
) -> bool:
    if announcement.state not in allowed:
        return False
    before, announcement.state = announcement.state, state
    acts = {"draft": "sent back", "sending": "resumed"}
    act = "resumed" if before == "paused" and state == "approved" else acts.get(state, state)
    _log(session, staff, act, announcement, now)
    return True


def _log(session: Session, staff: int | None, act: str, announcement: Announcement, now: datetime) -> None:
    session.flush()
    record(session, staff, f"announcement {act}", str(announcement.id), now)
