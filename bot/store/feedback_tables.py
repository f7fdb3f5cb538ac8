"""What people thought of answers."""

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class Rating(Table):
    """One opinion on the answer to one facet of a topic. Who gave it is kept so that another one takes its place, and
    only until they are forgotten; nothing of it is in words of theirs: `reason` is one of a few ids."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("conversation_id", "topic", "facet", name="uq_rating_answer"),
        Index("ix_rating_day", "day"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", name="fk_rating_conversation"))
    topic: Mapped[str]
    facet: Mapped[str]
    useful: Mapped[bool]
    reason: Mapped[str | None]
    day: Mapped[date]
