"""What happens to a ticket, each as one statement that only works from the state it belongs to: two people who do
something at once are told apart by the database, and one of them hears that it was too late."""

from datetime import datetime

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from bot.redact import redact
from bot.store.tables import Conversation
from bot.store.ticket_tables import Author, EntryKind, HomeVisit, Parcel, Ticket, TicketEntry, TicketPicture


def open_of(session: Session, conversation: int) -> Ticket | None:
    """The ticket of a conversation that is not closed, locked until the end of the transaction."""
    mine = select(Ticket).where(Ticket.conversation_id == conversation, Ticket.state != "closed")
    return session.scalar(mine.order_by(Ticket.id).limit(1).with_for_update())


def held(session: Session, ticket: int, staff: int) -> Ticket | None:
    """The ticket, locked, if this member holds it."""
    mine = select(Ticket).where(Ticket.id == ticket, Ticket.holder == staff, Ticket.state == "claimed")
    return session.scalar(mine.with_for_update())


def claim(session: Session, ticket: int, staff: int) -> bool:
    """Whether this member was the first."""
    free = update(Ticket).where(Ticket.id == ticket, Ticket.state == "open")
    return _did(session, free.values(state="claimed", holder=staff))


def pass_on(session: Session, ticket: int, giver: int, taker: int) -> bool:
    mine = update(Ticket).where(Ticket.id == ticket, Ticket.holder == giver, Ticket.state == "claimed")
    return _did(session, mine.values(holder=taker))


def close(session: Session, ticket: int, holder: int | None, outcome: str, now: datetime) -> bool:
    """By its holder, or by the resident (`holder` None). The number to call back goes at once."""
    unclosed = update(Ticket).where(Ticket.id == ticket, Ticket.state != "closed")
    if holder is not None:
        unclosed = unclosed.where(Ticket.holder == holder)
    return _did(session, unclosed.values(state="closed", outcome=outcome, closed_at=now, number=None))


def _did(session: Session, statement: object) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": "fetch"})  # type: ignore[call-overload]
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def write(
    session: Session,
    ticket: int,
    now: datetime,
    author: Author,
    kind: EntryKind,
    text: str,
    staff: int | None = None,
    draft: bool = False,
) -> TicketEntry:
    """One more line of its story, masked."""
    entry = TicketEntry(
        ticket_id=ticket,
        at=now,
        author=author,
        staff_id=staff,
        kind=kind,
        text=redact(text),
        draft="waiting" if draft else None,
    )
    session.add(entry)
    session.flush()
    return entry


def forget_tickets(session: Session, conversation: Conversation) -> None:
    """The resident's tickets are closed, and stay only as numbers for the month's report."""
    mine = select(Ticket.id).where(Ticket.conversation_id == conversation.id)
    session.execute(delete(TicketPicture).where(TicketPicture.ticket_id.in_(mine)))
    session.execute(delete(TicketEntry).where(TicketEntry.ticket_id.in_(mine)))
    session.execute(update(HomeVisit).where(HomeVisit.ticket_id.in_(mine)).values(address=None))
    session.execute(delete(Parcel).where(Parcel.conversation_id == conversation.id))
    unclosed = update(Ticket).where(Ticket.conversation_id == conversation.id, Ticket.state != "closed")
    session.execute(unclosed.values(state="closed", outcome="withdrawn", closed_at=conversation.last_at))
    session.execute(
        update(Ticket).where(Ticket.conversation_id == conversation.id).values(conversation_id=None, number=None)
    )
