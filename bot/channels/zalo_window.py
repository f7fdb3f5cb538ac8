"""How long a resident of a Zalo Official Account may be written to: free for two days after they were in touch, for a
fee until the seventh, then not at all. https://zalo.cloud/oa/pricing; error -230"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.store.connect import Store
from bot.store.insert import insert_into
from bot.store.tables import Conversation
from bot.store.zalo_tables import ZaloChat

NAME = "zalo_oa"
FREE = timedelta(hours=48)
OPEN = timedelta(days=7)
_BETWEEN_TEMPLATES = timedelta(hours=20)

Standing = Literal["free", "paid", "spent", "closed"]


def standing_of(row: ZaloChat | None, now: datetime) -> Standing:
    """What may be sent to this resident now. Of whom nothing is known Zalo itself decides: "free"."""
    if row is None:
        return "free"
    age = now - row.last_at
    if row.closed or age > OPEN:
        return "closed"
    if age > FREE:
        return "paid"
    return "spent" if row.remaining == 0 else "free"


class Windows:
    """Kept in the database, so that every process knows. Every method raises `StoreAway`."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock

    def touched(self, chat: str, at: datetime, follows: bool | None = None) -> None:
        """They wrote, tapped or followed at `at`: a new window. An older event than the last one changes nothing."""
        at = min(at, self.clock())
        with self.store.write() as session:
            values = {"chat": chat, "last_at": at, "follows": follows, "closed": False}
            session.execute(insert_into(session, ZaloChat).values(**values).on_conflict_do_nothing())
            row = session.get_one(ZaloChat, chat, with_for_update=True)
            if row.last_at <= at:
                row.last_at, row.remaining, row.closed, row.template_at = at, None, False, None
                row.follows = row.follows if follows is None else follows

    def left(self, chat: str, at: datetime) -> None:
        """They unfollowed: nothing goes to them until they come back, unless they did already."""
        with self.store.write() as session:
            row = session.get(ZaloChat, chat, with_for_update=True)
            if row is not None and row.last_at <= at:
                row.follows, row.closed = False, True

    def standing(self, chat: str) -> Standing:
        """What may be sent now. Of whom nothing is known Zalo itself decides: "free"."""
        with self.store.read() as session:
            row = session.get(ZaloChat, chat)
        return standing_of(row, self.clock())

    def remains(self, chat: str, remaining: int) -> None:
        """Zalo said how many free replies are left."""
        with self.store.write() as session:
            session.execute(update(ZaloChat).where(ZaloChat.chat == chat).values(remaining=remaining))

    def shut(self, chat: str) -> None:
        """Zalo refused: nothing more until they are in touch again."""
        with self.store.write() as session:
            session.execute(update(ZaloChat).where(ZaloChat.chat == chat).values(closed=True))

    def template_due(self, chat: str) -> bool:
        """Whether a template may go out; True only once in a while, since every one costs money."""
        now = self.clock()
        with self.store.write() as session:
            row = session.get(ZaloChat, chat, with_for_update=True)
            if row is None or row.follows is False:
                return False
            if row.template_at is not None and row.template_at > now - _BETWEEN_TEMPLATES:
                return False
            row.template_at = now
            return True

    def template_failed(self, chat: str) -> None:
        """It did not go out after all."""
        with self.store.write() as session:
            session.execute(update(ZaloChat).where(ZaloChat.chat == chat).values(template_at=None))


def forget_zalo(session: Session, conversation: Conversation) -> None:
    """When they were in touch, and whether they follow."""
    if conversation.channel == NAME:
        session.execute(delete(ZaloChat).where(ZaloChat.chat == conversation.chat))
