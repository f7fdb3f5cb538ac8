"""Telling members that somebody waits: who is on duty in the khu phố, then the leads, then the officers."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.relay import put_down
from bot.store.staff_tables import Staff
from bot.store.ticket_tables import Ticket, TicketEntry
from bot.tickets import people, rows
from bot.tickets.views import view
from bot.tickets.wording import Wording

_ALERTED = "alerted"


def ask_on_duty(session: Session, ticket: Ticket, wording: Wording, now: datetime, once: bool = False) -> int:
    """Everybody whose turn it is at this level gets the ticket with a button to take it, and whose skill it is hears
    that; how many that were. `once`: nothing if somebody was asked already."""
    asked = select(TicketEntry.id).where(TicketEntry.ticket_id == ticket.id, TicketEntry.text == _ALERTED)
    if once and session.scalar(asked.limit(1)) is not None:
        return 0
    members = people.responsible(session, ticket.area, ticket.level, now)
    key = "bridge_late" if ticket.level else "bridge_new"
    about = view(session, ticket)
    text = wording.say(key, line=wording.line(about))
    for member in members:
        suits = wording.suits(session.get_one(Staff, member).skills, about)
        told = f"{text} {wording.say('bridge_suits')}" if suits else text
        for chat in people.chats(session, member):
            put_down(session, chat, (told,), (wording.claim_button(ticket.id),))
    rows.write(session, ticket.id, now, "system", "event", _ALERTED)
    return len(members)
