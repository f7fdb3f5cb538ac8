"""Pictures that a resident and who helps them send each other: kept sealed, shown to these two sides only."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.seal import seal_data, unseal_data
from bot.staff.directory import member_of
from bot.store.connect import Store
from bot.store.tables import Conversation
from bot.store.ticket_tables import Ticket, TicketEntry, TicketPicture
from bot.tickets import people
from bot.tickets.wording import Wording
from handlers.ticket_ports import PICTURES
from handlers.turn import PicturePart

KEPT = timedelta(days=3)  # after the ticket was closed, so that a picture sent last is still seen


def keep(session: Session, key: str, entry: TicketEntry, jpeg: bytes, wording: Wording) -> PicturePart:
    """The picture of this line of the story, as it is sent to the other side."""
    row = TicketPicture(ticket_id=entry.ticket_id, entry_id=entry.id, sealed=seal_data(key, jpeg))
    session.add(row)
    session.flush()
    return PicturePart(f"{PICTURES}{row.id}", wording.say("ticket_picture"))


def of_ticket(session: Session, ticket: int) -> dict[int, int]:
    """The number of the picture by the number of its line."""
    found = select(TicketPicture.entry_id, TicketPicture.id).where(TicketPicture.ticket_id == ticket)
    return dict(session.execute(found).all())


def for_staff(session: Session, key: str, picture: int, staff: int) -> bytes | None:
    """The JPEG, for a member who may see the ticket; else None."""
    row, ticket = _found(session, picture)
    return unseal_data(key, row.sealed) if row and ticket and people.may_see(session, staff, ticket) else None


def for_chat(store: Store, key: str, picture: int, channel: str, chat: str) -> bytes | None:
    """The JPEG, for the resident's own chat and that of a member who may see the ticket; else None."""
    with store.read() as session:
        row, ticket = _found(session, picture)
        where = select(Conversation.id).where(Conversation.channel == channel, Conversation.chat == chat)
        conversation = session.scalar(where)
        if row is None or ticket is None or conversation is None:
            return None
        if ticket.conversation_id == conversation:
            return unseal_data(key, row.sealed)
        staff = member_of(session, conversation)
        return for_staff(session, key, picture, staff.id) if staff else None


def to_send(store: Store, key: str, address: str) -> bytes | None:
    """The JPEG at this address of ours, for a message that is on its way; None when it is none, or gone."""
    number = address.removeprefix(PICTURES)
    if not address.startswith(PICTURES) or not number.isdigit():
        return None
    with store.read() as session:
        row, _ = _found(session, int(number))
        return unseal_data(key, row.sealed) if row else None


def outlived(now: datetime) -> ColumnElement[bool]:
    """Those whose ticket was closed long enough ago."""
    closed = select(Ticket.id).where(Ticket.state == "closed", Ticket.closed_at < now - KEPT)
    return TicketPicture.ticket_id.in_(closed)


def _found(session: Session, picture: int) -> tuple[TicketPicture | None, Ticket | None]:
    row = session.get(TicketPicture, picture)
    return row, session.get(Ticket, row.ticket_id) if row else None
