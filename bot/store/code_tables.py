"""Codes that are typed once, and failed tries of anything that can be guessed. Only keyed hashes are kept of both."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class OneTimeCode(Table):
    """A code that was given out: what it does (`kind`), with what (`payload`), and until when. It goes with the chat
    that asked for it."""

    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_conversation", "conversation_id"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[str]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversation.id", name="fk_one_time_code_conversation")
    )
    expires_at: Mapped[datetime]


class FailedTries(Table):
    """How often something was guessed wrong, counted under a keyed hash of who tried what; `until` is when it is
    forgotten, or until when there is a rest."""

    __tablename__ = "failed_tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    until: Mapped[datetime]
