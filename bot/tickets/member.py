"""The `MemberDesk` port: what a member of the team does with tickets, in the transaction of their turn."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.relay import put_down
from bot.staff.audit import record
from bot.store.ticket_tables import Ticket, TicketEntry
from bot.tickets import people, pictures, rows
from bot.tickets.views import view
from bot.tickets.wording import Wording
from handlers.states import WithHelper
from handlers.ticket_ports import Named, TicketOutcome, TicketView
from handlers.turn import Button


class Member:
    """One member at the desk, in their own chat or on the web page."""

    def __init__(self, session: Session, staff: int, wording: Wording, key: str, now: datetime) -> None:
        self._session, self._staff, self._wording, self._key, self._now = session, staff, wording, key, now

    def waiting(self) -> Sequence[TicketView]:
        found = self._session.scalars(select(Ticket).where(Ticket.state == "open").order_by(Ticket.id)).all()
        return [view(self._session, one) for one in found if people.may_see(self._session, self._staff, one)]

    def mine(self) -> Sequence[TicketView]:
        held = select(Ticket).where(Ticket.state == "claimed", Ticket.holder == self._staff).order_by(Ticket.id)
        return [view(self._session, one, self._staff) for one in self._session.scalars(held)]

    def others(self) -> Sequence[TicketView]:
        """Those that colleagues hold and this member may see."""
        held = select(Ticket).where(Ticket.state == "claimed", Ticket.holder != self._staff).order_by(Ticket.id)
        found = self._session.scalars(held).all()
        return [view(self._session, one) for one in found if people.may_see(self._session, self._staff, one)]

    def view(self, ticket: int) -> TicketView | None:
        row = self._session.get(Ticket, ticket)
        if row is None or not people.may_see(self._session, self._staff, row):
            return None
        return view(self._session, row, self._staff, self._key)

    def claim(self, ticket: int) -> TicketView | None:
        row = self._session.get(Ticket, ticket)
        if row is None or not people.may_see(self._session, self._staff, row):
            return None
        if not rows.claim(self._session, ticket, self._staff):
            return None
        self._done(row, "claimed")
        self._to_resident(row, "helper_answers")
        return self.view(ticket)

    def say(self, ticket: int, text: str, jpeg: bytes = b"") -> bool:
        row = rows.held(self._session, ticket, self._staff)
        if row is None:
            return False
        self._answer(row, text, self._staff, jpeg)
        return True

    def note(self, ticket: int, text: str) -> bool:
        row = rows.held(self._session, ticket, self._staff)
        if row is None:
            return False
        rows.write(self._session, ticket, self._now, "staff", "note", text, self._staff)
        return True

    def draft(self, ticket: int, text: str) -> bool:
        row = rows.held(self._session, ticket, self._staff)
        officers = [one for one in people.officers(self._session) if one != self._staff]
        reached = [chat for officer in officers for chat in people.chats(self._session, officer)]
        if row is None or not reached:
            return False
        entry = rows.write(self._session, ticket, self._now, "staff", "draft", text, self._staff, draft=True)
        line = self._wording.line(view(self._session, row))
        asked = self._wording.say("bridge_to_approve", who=self._name(), line=line, text=entry.text)
        for chat in reached:
            put_down(self._session, chat, (asked,), self._wording.decide_buttons(entry.id))
        return True

    def decide(self, entry: int, approved: bool) -> bool:
        if self._staff not in people.officers(self._session):
            return False
        waiting = update(TicketEntry).where(TicketEntry.id == entry, TicketEntry.draft == "waiting")
        verdict = waiting.values(draft="approved" if approved else "refused").returning(TicketEntry.ticket_id)
        found = self._session.scalar(verdict)
        row = self._session.get(Ticket, found, with_for_update=True) if found is not None else None
        draft = self._session.get(TicketEntry, entry)
        if row is None or draft is None or row.state == "closed":
            return False
        if approved:
            self._answer(row, draft.text, draft.staff_id)
        record(self._session, self._staff, "approved" if approved else "refused", f"ticket {row.id}", self._now)
        key = "bridge_approved" if approved else "bridge_refused"
        self._to_member(draft.staff_id, row, self._wording.say(key, text=draft.text))
        return True

    def colleagues(self, ticket: int) -> Sequence[Named]:
        row = self._session.get(Ticket, ticket)
        everybody = people.active(self._session)
        return [] if row is None else [one for one in everybody if one.id != self._staff]

    def pass_on(self, ticket: int, colleague: int) -> bool:
        known = {one.id for one in people.active(self._session)}
        if colleague not in known or not rows.pass_on(self._session, ticket, self._staff, colleague):
            return False
        row = self._session.get_one(Ticket, ticket)
        self._done(row, f"passed to {colleague}")
        line = self._wording.line(view(self._session, row))
        got = self._wording.say("bridge_got", who=self._name(), line=line)
        self._to_member(colleague, row, got)
        self._to_resident(row, "helper_passed_on", who=people.name(self._session, colleague))
        return True

    def close(self, ticket: int, outcome: TicketOutcome) -> bool:
        row = self._session.get(Ticket, ticket)
        if row is None or not rows.close(self._session, ticket, self._staff, outcome, self._now):
            return False
        self._done(row, f"closed {outcome}")
        self._to_resident(row, "helper_closed", leaves=True)
        return True

    def picture(self, number: int) -> bytes | None:
        """The JPEG of a picture in a ticket this member may see."""
        return pictures.for_staff(self._session, self._key, number, self._staff)

    def _answer(self, row: Ticket, text: str, staff: int | None, jpeg: bytes = b"") -> None:
        """Words for the resident, with the name of who helps; masked in what is kept, not in what is said."""
        entry = rows.write(self._session, row.id, self._now, "staff", "message", text, staff)
        picture = pictures.keep(self._session, self._key, entry, jpeg, self._wording) if jpeg else None
        row.first_reply_at = row.first_reply_at or self._now
        who = people.name(self._session, staff)
        if row.conversation_id is not None:
            said = (self._wording.say("helper_says", who=who, text=text),)
            put_down(self._session, row.conversation_id, said, picture=picture)

    def _to_resident(self, row: Ticket, key: str, leaves: bool = False, **values: object) -> None:
        if row.conversation_id is None:
            return
        buttons: tuple[Button, ...] = ()
        if leaves:
            buttons = (Button(self._wording.say("button_menu"), "cmd:bat-dau"),)
        text = self._wording.say(key, **{"who": self._name(), **values})
        put_down(self._session, row.conversation_id, (text,), buttons, leaves=WithHelper() if leaves else None)

    def _to_member(self, staff: int | None, row: Ticket, text: str) -> None:
        for chat in people.chats(self._session, staff) if staff is not None else ():
            put_down(self._session, chat, (text,), (self._wording.open_button(row.id),))

    def _done(self, row: Ticket, what: str) -> None:
        rows.write(self._session, row.id, self._now, "staff", "event", what, self._staff)
        record(self._session, self._staff, what.split(" ")[0], f"ticket {row.id}", self._now)

    def _name(self) -> str:
        return people.name(self._session, self._staff) or ""
