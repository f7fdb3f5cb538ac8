"""Messages that a platform does not take until the resident writes again: they wait, and are told then."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from bot.store.tables import Conversation, Outbox

OLDEST = timedelta(days=60)  # news that waited longer would mislead


def release(session: Session, conversation: Conversation, now: datetime) -> None:
    """The resident wrote: what waited for that goes out, before the reply, as it is older."""
    parked = (Outbox.conversation_id == conversation.id) & (Outbox.status == "parked")
    if not session.scalar(select(exists().where(parked))):
        return
    old = parked & (Outbox.created_at < now - OLDEST)
    session.execute(update(Outbox).where(old).values(status="dead", reason="waited too long for the resident"))
    session.execute(update(Outbox).where(parked).values(status="waiting", not_before=now, attempts=0))
