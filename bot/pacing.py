"""A platform's pace, shared by all processes: when the next message may go to it, and to each chat."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.store.insert import insert_into
from bot.store.tables import PaceRow


def overall(session: Session, channel: str) -> PaceRow:
    """When the platform takes the next one, locked until the end of the transaction."""
    row = session.get(PaceRow, (channel, ""), with_for_update=True)
    if row is None:  # another process may be adding it just now
        values = {"channel": channel, "chat": "", "next_at": datetime(2000, 1, 1, tzinfo=UTC)}
        session.execute(insert_into(session, PaceRow).values(**values).on_conflict_do_nothing())
        row = session.get_one(PaceRow, (channel, ""), with_for_update=True)
    return row


def resting(channel: str, now: datetime) -> Select[str]:
    """The chats that were written to a moment ago."""
    return select(PaceRow.chat).where(PaceRow.channel == channel, PaceRow.chat != "", PaceRow.next_at > now)


def rest(session: Session, channel: str, chats: Mapping[str, datetime]) -> None:
    """Nothing goes to these chats until then."""
    given = [{"channel": channel, "chat": chat, "next_at": until} for chat, until in chats.items()]
    rows = insert_into(session, PaceRow).values(given)
    later = {"next_at": rows.excluded.next_at}
    session.execute(rows.on_conflict_do_update(index_elements=["channel", "chat"], set_=later))


def still_resting(session: Session, channel: str, chats: Collection[str], now: datetime) -> set[str]:
    """Those of the chats that another process wrote to since they were looked for."""
    return set(session.scalars(resting(channel, now).where(PaceRow.chat.in_(chats))))
