"""What a chat was told of its data, and what it thought of answers: the effects, and their forgetting."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.clock import TIME_ZONE
from bot.store.consent_tables import Consent
from bot.store.feedback_tables import Rating
from bot.store.insert import insert_into
from bot.store.tables import Conversation
from handlers.effects import Effect, Informed, Rate


def log_informed(session: Session, conversation: Conversation, effect: Effect, now: datetime) -> None:
    """One row for each version; telling it again changes nothing."""
    assert isinstance(effect, Informed)
    row = {"conversation_id": conversation.id, "version": effect.version, "at": now}
    session.execute(insert_into(session, Consent).values(**row).on_conflict_do_nothing())


def forget_consent(session: Session, conversation: Conversation) -> None:
    session.execute(delete(Consent).where(Consent.conversation_id == conversation.id))


def log_rating(session: Session, conversation: Conversation, effect: Effect, now: datetime) -> None:
    """The last opinion on an answer counts."""
    assert isinstance(effect, Rate)
    same = (Rating.conversation_id == conversation.id) & (Rating.topic == effect.topic) & (Rating.facet == effect.facet)
    row = session.scalar(select(Rating).where(same))  # the conversation is locked: nobody else writes its ratings
    if row is None:
        row = Rating(conversation_id=conversation.id, topic=effect.topic, facet=effect.facet)
        session.add(row)
    row.useful, row.reason, row.day = effect.useful, effect.reason, now.astimezone(TIME_ZONE).date()
    session.flush()


def forget_ratings(session: Session, conversation: Conversation) -> None:
    """The opinions stay as numbers, and are nobody's any more."""
    session.execute(update(Rating).where(Rating.conversation_id == conversation.id).values(conversation_id=None))
