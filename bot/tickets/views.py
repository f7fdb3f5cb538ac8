"""A ticket as a member sees it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.seal import unseal
from bot.store.ticket_tables import Ticket, TicketEntry
from bot.tickets import people, pictures
from handlers.ticket_ports import Line, TicketView


def view(session: Session, ticket: Ticket, staff: int | None = None, key: str | None = None) -> TicketView:
    """With its story when `key` is given; the number to call is shown to who holds it only."""
    mine = staff is not None and ticket.holder == staff and ticket.state == "claimed"
    number = unseal(key, ticket.number) if key and mine and ticket.number else None
    return TicketView(
        id=ticket.id,
        state=ticket.state,
        area=people.area_name(session, ticket.area),
        topic=ticket.topic,
        step=ticket.step,
        why=ticket.why,
        opened_at=people.local(ticket.opened_at),
        due_at=people.local(ticket.due_at),
        holder=people.name(session, ticket.holder),
        mine=mine,
        number=number,
        lines=_lines(session, ticket) if key else (),
    )


def _lines(session: Session, ticket: Ticket) -> tuple[Line, ...]:
    found = session.scalars(
        select(TicketEntry).where(TicketEntry.ticket_id == ticket.id).order_by(TicketEntry.id)
    ).all()
    shown = pictures.of_ticket(session, ticket.id)
    return tuple(
        Line(
            people.local(entry.at),
            entry.kind,
            entry.text,
            people.name(session, entry.staff_id),
            entry.id,
            entry.draft,
            shown.get(entry.id),
        )
        for entry in found
        if entry.kind != "event"
    )
