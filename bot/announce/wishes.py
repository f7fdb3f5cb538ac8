"""The `News` port: who wants announcements and about what; and forgetting it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.announce.audience import AREA
from bot.staff import directory
from bot.store.announce_tables import AnnouncementTold, NewsRefusal, NewsWish
from bot.store.tables import Conversation
from handlers.ticket_ports import Named


class TableNews:
    """For one conversation, in its turn's transaction."""

    def __init__(self, session: Session, conversation: Conversation, now: datetime) -> None:
        self._session, self._conversation, self._now = session, conversation, now

    def just_told(self) -> bool:
        """The turn has just given its own message a number."""
        mine = AnnouncementTold.conversation_id == self._conversation.id
        last = self._session.scalar(select(func.max(AnnouncementTold.last_seq)).where(mine))
        return last is not None and last >= self._conversation.seq - 1

    def refuse(self) -> None:
        self._session.merge(NewsRefusal(conversation_id=self._conversation.id, since=self._now))
        self._session.flush()

    def accept(self) -> None:
        """In all chats of the person, since a refusal counts for all."""
        theirs = select(Conversation.id).where(Conversation.person == self._conversation.person)
        mine = NewsRefusal.conversation_id == self._conversation.id
        refusals = mine | NewsRefusal.conversation_id.in_(theirs) if self._conversation.person else mine
        self._session.execute(delete(NewsRefusal).where(refusals))

    def wish(self, about: str) -> None:
        mine = NewsWish.conversation_id == self._conversation.id
        if about.startswith(AREA):
            self._session.execute(delete(NewsWish).where(mine, NewsWish.about.startswith(AREA)))
        self._session.merge(NewsWish(conversation_id=self._conversation.id, about=about, since=self._now))
        self._session.flush()

    def areas(self) -> Sequence[Named]:
        return [Named(area.id, area.name) for area in directory.areas(self._session)]


def forget_news(session: Session, conversation: Conversation) -> None:
    """What was announced to this chat, and what it wished for or refused."""
    for table in (AnnouncementTold, NewsWish, NewsRefusal):
        session.execute(delete(table).where(table.conversation_id == conversation.id))
