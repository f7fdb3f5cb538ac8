"""The `Follows` port, moving a conversation to another chat, and forgetting both."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.relay import put_down
from bot.store.follow_tables import Follow
from bot.store.tables import Conversation
from handlers.effects import Effect, MoveHere
from handlers.follow import MOST
from handlers.ports import Dossier, Followed


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
        row = Follow(person=person, code=dossier.code, seen=dossier.status_words, told=" ".join(told), since=self._now)
        self._session.add(row)
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
    somebody else may have seen the code. What this chat followed by itself stays followed."""
    assert isinstance(effect, MoveHere)
    other = session.get(Conversation, effect.chat)
    if other is None or other.id == conversation.id or other.person is None:
        return
    conversation.state = other.state
    mine, theirs = conversation.person, other.person
    if mine is not None and mine != theirs:
        known = select(Follow.code).where(Follow.person == theirs)
        session.execute(delete(Follow).where(Follow.person == mine, Follow.code.in_(known)))
        session.execute(update(Follow).where(Follow.person == mine).values(person=theirs))
    conversation.person = theirs
    put_down(session, other.id, (told,))


def forget_follows(session: Session, conversation: Conversation) -> None:
    """Everything this person follows, in whatever channel they began it."""
    if conversation.person is not None:
        session.execute(delete(Follow).where(Follow.person == conversation.person))
        conversation.person = None
