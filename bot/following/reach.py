"""Where a person can be written to without having asked."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.tables import Conversation, Outbox

_NO_REFUSAL = ("gave up", "unreadable")  # the outbox's own words; anything else the platform said


def conversation_of(session: Session, person: str, channels: Collection[str]) -> Conversation | None:
    """The chat they last wrote in that may still be written to, of the `channels` that there are; locked.

    None when there is none, and when that chat is just having a turn: a turn holds its conversation before it touches
    what is followed, so whoever holds the latter must not wait for the former. A chat that refused the last message is
    left out until its person writes there again; the page never refuses, it is read when it is opened.
    """
    of_person = Conversation.person == person
    mine = select(Conversation.id).where(of_person, Conversation.channel.in_(channels))
    for number in session.scalars(mine.order_by(Conversation.last_at.desc())).all():
        if not _refused(session, number):
            free = select(Conversation).where(Conversation.id == number, of_person)
            return session.scalar(free.with_for_update(skip_locked=True))
    return None


def _refused(session: Session, conversation: int) -> bool:
    """Whether the platform refused the last message that was tried, and nobody wrote there since."""
    tried = (
        select(Outbox.status, Outbox.reason, Outbox.created_at, Conversation.last_at)
        .join(Conversation, Conversation.id == Outbox.conversation_id)
        .where(Outbox.conversation_id == conversation, Outbox.status != "waiting")
    )
    last = session.execute(tried.order_by(Outbox.id.desc()).limit(1)).first()
    if last is None or last.status != "dead" or last.last_at > last.created_at:
        return False
    return not (last.reason or "").startswith(_NO_REFUSAL)
