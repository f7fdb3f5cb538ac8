"""The `Follows` port, moving a conversation to another chat, and forgetting both."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.relay import put_down
from bot.store.follow_tables import Follow
from bot.store.tables import Conversation
from bot.stored_state import Stored, dump, load
from handlers.effects import Effect, MoveHere
from handlers.events import mark
from handlers.follow import MOST
from handlers.ports import Dossier, Followed
from handlers.states import Bridging, Idle, LeavingNumber, WithHelper


class TableFollows:
    """What the person of one conversation follows, in its turn's transaction."""

    def __init__(self, session: Session, conversation: Conversation, now: datetime) -> None:
        self._session, self._conversation, self._now = session, conversation, now

    def all(self) -> Sequence[Followed]:
        mine = select(Follow).where(Follow.person == self._conversation.person).order_by(Follow.since, Follow.code)
        return [Followed(row.code, row.nickname) for row in self._session.scalars(mine)]

    def add(self, dossier: Dossier, told: Sequence[str]) -> bool:
        person = self.person()
        if self._session.get(Follow, (person, dossier.code)):
            return True
        if (self._session.scalar(select(func.count()).where(Follow.person == person)) or 0) >= MOST:
            return False
        known = {"seen": mark(dossier), "seen_at": dossier.as_of, "told": " ".join(told)}
        self._session.add(Follow(person=person, code=dossier.code, since=self._now, **known))
        self._session.flush()
        return True

    def rename(self, code: str, nickname: str) -> None:
        if row := self._session.get(Follow, (self.person(), code)):
            row.nickname = nickname
            self._session.flush()

    def drop(self, code: str) -> bool:
        row = self._session.get(Follow, (self._conversation.person or "", code))
        if row is None:
            return False
        self._session.delete(row)
        self._session.flush()
        return True

    def person(self) -> str:
        if self._conversation.person is None:
            self._conversation.person = secrets.token_hex(8)
            self._session.flush()
        return self._conversation.person


def move_here(session: Session, conversation: Conversation, effect: Effect, now: datetime, told: str) -> None:
    """This chat takes over where the other one is, and both are one person's. The other one hears of it (`told`), since
    somebody else may have seen the code. What this chat followed by itself stays followed, and the chats that were
    joined to it are joined too. A helper's or a member's part in the other chat stays there."""
    assert isinstance(effect, MoveHere)
    other = session.get(Conversation, effect.chat)
    if other is None or other.id == conversation.id or other.person is None:
        return
    conversation.state = dump(_movable(load(other.state), load(conversation.state)))
    mine, theirs = conversation.person, other.person
    if mine is not None and mine != theirs:
        known = select(Follow.code).where(Follow.person == theirs)
        session.execute(delete(Follow).where(Follow.person == mine, Follow.code.in_(known)))
        session.execute(update(Follow).where(Follow.person == mine).values(person=theirs))
        session.execute(update(Conversation).where(Conversation.person == mine).values(person=theirs))
    conversation.person = theirs
    put_down(session, other.id, (told,))


def _movable(theirs: Stored, mine: Stored) -> Stored:
    """What goes along: all but a talk with a helper and a member's own work; the buttons are those just offered."""
    state = Idle() if isinstance(theirs.state, WithHelper | LeavingNumber | Bridging) else theirs.state
    memory = replace(theirs.memory, offered=mine.memory.offered, helping=mine.memory.helping)
    return Stored(state, memory, theirs.profile)


def joined_chats(session: Session, conversation: Conversation) -> Sequence[Conversation]:
    """The person's other chats, locked until the end of the transaction."""
    if conversation.person is None:
        return ()
    theirs = select(Conversation).where(Conversation.person == conversation.person, Conversation.id != conversation.id)
    return session.scalars(theirs.order_by(Conversation.id).with_for_update()).all()


def forget_follows(session: Session, conversation: Conversation) -> None:
    """This chat is nobody's any more; with the last chat of a person goes what they followed."""
    person, conversation.person = conversation.person, None
    session.flush()
    left = session.scalar(select(func.count()).where(Conversation.person == person)) if person else 1
    if not left:
        session.execute(delete(Follow).where(Follow.person == person))
