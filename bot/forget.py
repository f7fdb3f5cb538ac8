"""Everything that is kept of one chat, and how it is deleted when its person says so."""

from collections.abc import Callable

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.announce.wishes import forget_news
from bot.channels.zalo_window import forget_zalo
from bot.codes import forget_codes
from bot.consent import forget_consent, forget_ratings
from bot.dossiers.owners import forget_proofs
from bot.following.follows import forget_follows, joined_chats
from bot.staff.directory import leave_chat
from bot.store.tables import Call, Conversation, Inbox, Outbox, PaceRow
from bot.stored_state import Stored, dump
from bot.tickets.rows import forget_tickets
from handlers.states import Idle

# Whoever keeps something of a chat in a table of its own deletes it here.
FORGETTERS: tuple[Callable[[Session, Conversation], None], ...] = (
    forget_codes,
    forget_consent,
    forget_follows,
    forget_news,
    forget_proofs,
    forget_ratings,
    forget_tickets,
    forget_zalo,
    leave_chat,
)


def forget(session: Session, conversation: Conversation, before_reply: int) -> None:
    """Everything of the person whose chat this is, in the chats they joined to it too.

    Two joined chats that say so at the same moment wait for each other: the database ends one turn, and its message
    comes again.
    """
    others = joined_chats(session, conversation)
    forget_chat(session, conversation, before_reply)
    for other in others:
        forget_chat(session, other, other.seq)


def forget_chat(session: Session, conversation: Conversation, before_reply: int) -> None:
    """Delete everything of this chat alone but the keys that stop duplicates and the last word, which is being sent:
    what is numbered after `before_reply`."""
    mine = conversation.id
    for forgotten in FORGETTERS:
        forgotten(session, conversation)
    session.execute(
        update(Inbox)
        .where(Inbox.conversation_id == mine)
        .values(conversation_id=None, text=None, topic=None, outcome=None, confidence=None)
    )
    session.execute(delete(Call).where(Call.conversation_id == mine))
    session.execute(delete(Outbox).where(Outbox.conversation_id == mine, Outbox.seq <= before_reply))
    session.execute(delete(PaceRow).where(PaceRow.channel == conversation.channel, PaceRow.chat == conversation.chat))
    conversation.state = dump(Stored(Idle()))
    conversation.forgotten_at = conversation.last_at
    session.flush()


def erase(session: Session, conversation: Conversation) -> None:
    """Everything of this chat, and the chat: nothing tells any more that it ever was."""
    forget_chat(session, conversation, conversation.seq)
    session.execute(delete(Outbox).where(Outbox.conversation_id == conversation.id))
    session.delete(conversation)
    session.flush()
