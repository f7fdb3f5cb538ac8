"""Which dossiers somebody follows, and what they were told of each."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class Follow(Table):
    """A dossier that a person (`Conversation.person`) follows. `seen` is the status that they know
    (`handlers.events.mark`), `seen_at` when the source that said so was read: what is older is no news. `told` are the
    keys of what they were told beside it, separated by spaces. All change in the transaction that queues the notice,
    which is why no notice is sent twice or lost."""

    __tablename__ = "follow"
    __table_args__ = (Index("ix_follow_code", "code"),)

    person: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    nickname: Mapped[str | None]
    seen: Mapped[str]
    seen_at: Mapped[datetime]
    told: Mapped[str]
    since: Mapped[datetime]
