"""Which dossiers a chat has shown to be its own."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class DossierProof(Table):
    """The last four digits were right in this chat; until when that counts."""

    __tablename__ = "dossier_proof"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", name="fk_dossier_proof_conversation"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
