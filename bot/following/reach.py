"""Where a person can be written to without having asked."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import Conversation, Outbox


def conversation_of(session: Session, person: str) -> Conversation | None:
    """The conversation they last wrote in that may still be written to, locked; None when there is none. A chat that
    refused the last message is left out until its person writes there again."""
    mine = select(Conversation).where(Conversation.person == person).order_by(Conversation.last_at.desc())
    for conversation in session.scalars(mine.with_for_update()).all():
        if not _refused(session, conversation):
            return conversation
    return None


def _refused(session: Session, conversation: Conversation) -> bool:
    """Whether the last message that was tried could not be delivered, and nobody wrote there since."""
    tried = select(Outbox).where(Outbox.conversation_id == conversation.id, Outbox.status != "waiting")
    last = session.scalar(tried.order_by(Outbox.id.desc()).limit(1))
    return last is not None and last.status == "dead" and conversation.last_at <= last.created_at
