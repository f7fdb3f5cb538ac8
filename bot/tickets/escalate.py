"""Nobody answered in the promised time: the ticket goes a level up, and the resident hears a word."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from bot.regularly import regularly
from bot.relay import put_down
from bot.store.connect import Store
from bot.store.ticket_tables import Ticket
from bot.tickets import people, rows
from bot.tickets.alert import ask_on_duty
from bot.tickets.wording import Wording

TOP = 2  # khu phố, the ward's leads, the officers at the desk
_AGAIN = timedelta(minutes=30)
_EVERY = 20.0  # seconds
_log = structlog.get_logger()


class Escalation:
    """Looks for tickets that are late. Any number of processes may look; each ticket goes up once a time."""

    def __init__(self, store: Store, wording: Callable[[], Wording], clock: Callable[[], datetime]) -> None:
        self.store, self.wording, self.clock = store, wording, clock

    def look(self) -> int:
        """Pass up what is late now; how many tickets that were. Raises `StoreAway`."""
        now, count = self.clock(), 0
        with self.store.write() as session:
            late = select(Ticket).where(Ticket.state != "closed", Ticket.first_reply_at.is_(None), Ticket.due_at <= now)
            for ticket in session.scalars(late.with_for_update(skip_locked=True)).all():
                first = ticket.level == 0
                ticket.level = min(TOP, ticket.level + 1)
                ticket.due_at = now + _AGAIN
                if ticket.state == "claimed":  # taken, and not a word since: somebody else may take it
                    ticket.state, ticket.holder = "open", None
                session.flush()
                asked = ask_on_duty(session, ticket, self.wording(), now)
                rows.write(session, ticket.id, now, "system", "event", f"level {ticket.level}")
                if first and ticket.conversation_id is not None and people.anybody(session):
                    put_down(session, ticket.conversation_id, (self.wording().say("helper_late"),))
                _log.warning("ticket_late", ticket=ticket.id, level=ticket.level, asked=asked)
                count += 1
        return count

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        await regularly("escalation", self.look, _EVERY, stop)
