"""The khu phố and the people who help in them."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.errors import CausoError
from bot.store.staff_tables import Area, DeskSession, Role, Staff, StaffChat
from bot.store.tables import Conversation
from bot.stored_state import dump, load
from knowledge.fold import folded

T = TypeVar("T", Area, Staff)
ROLES: tuple[Role, ...] = ("member", "lead", "officer", "operator")


class UnknownName(CausoError):
    """Nobody, or no khu phố, is called so."""


def areas(session: Session) -> Sequence[Area]:
    return session.scalars(select(Area).order_by(Area.id)).all()


def everybody(session: Session, gone: bool = False) -> Sequence[Staff]:
    """Those who help now, in the order in which they came; with those who left when `gone`."""
    found = select(Staff).order_by(Staff.id)
    return session.scalars(found if gone else found.where(Staff.active)).all()


def anybody(session: Session) -> bool:
    """Whether a team was set up."""
    return session.scalar(select(func.count()).select_from(Staff).where(Staff.active)) != 0


def find_area(session: Session, name: str) -> Area:
    """By name, with or without diacritics. Raises `UnknownName` that says which are near."""
    return _find(areas(session), name, "khu phố")


def find_staff(session: Session, name: str) -> Staff:
    """By name, with or without diacritics. Raises `UnknownName` that says which are near."""
    return _find(everybody(session), name, "member")


def _find(known: Sequence[T], name: str, what: str) -> T:
    wanted = folded(name)
    same = [one for one in known if folded(one.name) == wanted]
    if len(same) == 1:
        return same[0]
    names = [one.name for one in known]
    near = get_close_matches(wanted, [folded(one) for one in names], 3, 0.5)
    likely = [one for one in names if folded(one) in near] or names[:5]
    hint = f"; known are {', '.join(likely)}" if likely else f"; there is no {what} yet"
    raise UnknownName(f"there is no {what} called “{name}”{hint}")


def add_area(session: Session, name: str) -> Area:
    """The khu phố of this name, made if new."""
    known = {folded(area.name): area for area in areas(session)}
    if found := known.get(folded(name)):
        return found
    area = Area(name=" ".join(name.split()))
    session.add(area)
    session.flush()
    return area


def add_staff(
    session: Session, name: str, role: Role = "member", area: Area | None = None, skills: str = "", languages: str = ""
) -> Staff:
    """The member of this name: new, or changed to what is given; somebody who left is back."""
    known = {folded(one.name): one for one in everybody(session, gone=True)}
    staff = known.get(folded(name))
    if staff is None:
        staff = Staff(name=" ".join(name.split()), role=role, active=True, skills="", languages="")
        session.add(staff)
    staff.role, staff.active = role, True
    staff.area_id = area.id if area else None
    staff.skills, staff.languages = skills or staff.skills, languages or staff.languages
    session.flush()
    return staff


def remove_staff(session: Session, staff: Staff) -> None:
    """Switched off: no chat, no session and no duty any more; what they did stays in the log. A neighbour they were
    helping just now is not counted, and nothing of it is kept."""
    staff.active = False
    mine = select(Conversation).where(Conversation.id.in_(chats_of(session, staff.id)))
    for conversation in session.scalars(mine.with_for_update()):
        stored = load(conversation.state)
        conversation.state = dump(replace(stored, memory=replace(stored.memory, helping=None)))
    session.execute(delete(StaffChat).where(StaffChat.staff_id == staff.id))
    session.execute(delete(DeskSession).where(DeskSession.staff_id == staff.id))


def join_chat(session: Session, conversation: Conversation, staff: Staff) -> None:
    """From now on this chat is a member's."""
    session.merge(StaffChat(conversation_id=conversation.id, staff_id=staff.id))


def chats_of(session: Session, staff: int) -> Sequence[int]:
    """The conversations of a member."""
    return session.scalars(select(StaffChat.conversation_id).where(StaffChat.staff_id == staff)).all()


def member_of(session: Session, conversation: int) -> Staff | None:
    """Whose chat this is, if it is a member's who still helps."""
    joined = select(Staff).join(StaffChat, StaffChat.staff_id == Staff.id)
    return session.scalar(joined.where(StaffChat.conversation_id == conversation, Staff.active))


def leave_chat(session: Session, conversation: Conversation) -> None:
    """This chat is no member's any more."""
    session.execute(delete(StaffChat).where(StaffChat.conversation_id == conversation.id))
