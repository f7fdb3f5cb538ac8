"""Where a person can be written to without having asked."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.channels.contract import Limits
from bot.store.tables import Conversation, Outbox
from bot.stored_state import dump, load
from handlers.states import Idle
from handlers.turn import Reply

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
    return session.scalar(refusing((conversation,))) is not None


def refusing(conversations: Collection[int]) -> Select[int | None]:
    """Those of these conversations whose platform refused the last message, and where nobody wrote since."""
    tried = select(func.max(Outbox.id)).where(Outbox.conversation_id.in_(conversations), Outbox.status != "waiting")
    reason = func.coalesce(Outbox.reason, "")
    return (
        select(Outbox.conversation_id)
        .join(Conversation, Conversation.id == Outbox.conversation_id)
        .where(Outbox.id.in_(tried.group_by(Outbox.conversation_id)), Outbox.status == "dead")
        .where(Conversation.last_at <= Outbox.created_at, *(~reason.startswith(word) for word in _NO_REFUSAL))
    )


def offered(conversation: Conversation, reply: Reply, limits: Limits) -> Reply:
    """Where buttons become numbers, those of what nobody asked for count only if nothing else is being asked."""
    stored = load(conversation.state)
    if isinstance(stored.state, Idle):
        memory = replace(stored.memory, offered=reply.buttons)
        conversation.state = dump(replace(stored, memory=memory))
        return reply
    return reply if len(reply.buttons) <= limits.buttons else replace(reply, buttons=())
