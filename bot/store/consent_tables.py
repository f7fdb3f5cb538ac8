"""Who was told what is kept of them, and what clears away what is kept too long."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class Consent(Table):
    """This chat was told who runs this, that it is a machine, what is kept and for how long, and how to have it
    deleted. `version` is the day of that text and a digest of its very words; one row for each that was told."""

    __tablename__ = "consent"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", name="fk_consent_conversation"), primary_key=True
    )
    version: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Upkeep(Table):
    """When a regular work was last done, and how many rows it deleted."""

    __tablename__ = "upkeep"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    removed: Mapped[int]
