"""What was said in a chat, both ways, in order: what the web page shows and replays."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Outgoing
from bot.store.payload import load
from bot.store.tables import Conversation, Inbox, Outbox


@dataclass(frozen=True, slots=True)
class Entry:
    """`said` is the resident's masked text; `message` what the bot said. One of them is None."""

    seq: int
    at: datetime
    said: str | None = None
    message: Outgoing | None = None


def transcript(session: Session, channel: str, chat: str, after: int = 0, limit: int = 200) -> tuple[Entry, ...]:
    """Up to `limit` entries after number `after`; without `after`, the last ones."""
    conversation = session.scalar(
        select(Conversation).where(Conversation.channel == channel, Conversation.chat == chat)
    )
    if conversation is None:
        return ()
    said = select(Inbox.seq, Inbox.received_at, Inbox.text).where(
        Inbox.conversation_id == conversation.id, Inbox.seq > after, Inbox.text.is_not(None)
    )
    told = select(Outbox.seq, Outbox.created_at, Outbox.payload).where(
        Outbox.conversation_id == conversation.id, Outbox.seq > after
    )
    entries = [
        Entry(seq, at, said=text) for seq, at, text in session.execute(said.order_by(Inbox.seq.desc()).limit(limit))
    ]
    entries += [
        Entry(seq, at, message=load(payload))
        for seq, at, payload in session.execute(told.order_by(Outbox.seq.desc()).limit(limit))
    ]
    return tuple(sorted(entries, key=lambda entry: entry.seq)[-limit:])
