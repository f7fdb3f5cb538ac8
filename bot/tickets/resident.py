"""The `ResidentDesk` port: a resident's own ticket, in the transaction of their turn."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.relay import put_down
from bot.seal import seal
from bot.store.tables import Conversation, Inbox
from bot.store.ticket_tables import Ticket
from bot.tickets import people, pictures, rows
from bot.tickets.alert import ask_on_duty
from bot.tickets.wording import Wording
from handlers.states import Bridging
from handlers.ticket_ports import Named, Promise
from handlers.turn import PicturePart
from knowledge.calendar import Calendar

_SHARED = 10  # messages of before that a helper sees when the resident agrees


class Resident:
    """One conversation at the desk; `key` seals a phone number."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        wording: Wording,
        calendar: Calendar,
        key: str,
        now: datetime,
    ) -> None:
        self._session, self._conversation, self._wording = session, conversation, wording
        self._calendar, self._key, self._now = calendar, key, now

    def open_ticket(self, why: str, topic: str | None, step: str | None) -> Promise | None:
        if not people.anybody(self._session):
            return None
        if ticket := rows.open_of(self._session, self._conversation.id):
            return self._promise(ticket.area)
        area = people.only_area(self._session)
        promise = self._promise(area)
        ticket = Ticket(
            conversation_id=self._conversation.id,
            channel=self._conversation.channel,
            area=area,
            topic=topic,
            step=step,
            why=why[:64],
            state="open",
            level=0,
            opened_at=self._now,
            due_at=promise.by,
        )
        self._session.add(ticket)
        self._session.flush()
        rows.write(self._session, ticket.id, self._now, "system", "event", "opened")
        if area is not None or not people.areas(self._session):
            ask_on_duty(self._session, ticket, self._wording, self._now)
        return promise

    def areas(self) -> Sequence[Named]:
        ticket = rows.open_of(self._session, self._conversation.id)
        if ticket is None or ticket.area is not None or ticket.state == "claimed":
            return ()
        return people.areas(self._session)

    def choose_area(self, area: int) -> Promise | None:
        ticket = rows.open_of(self._session, self._conversation.id)
        if ticket is None or area not in {known.id for known in people.areas(self._session)}:
            return None
        promise = self._promise(area)
        if ticket.area is None and ticket.state == "open":
            ticket.area, ticket.due_at = area, promise.by
            self._session.flush()
            ask_on_duty(self._session, ticket, self._wording, self._now)
        return promise

    def tell(self, text: str, jpeg: bytes = b"") -> bool:
        ticket = rows.open_of(self._session, self._conversation.id)
        if ticket is None:
            return False
        entry = rows.write(self._session, ticket.id, self._now, "resident", "message", text)
        picture = pictures.keep(self._session, self._key, entry, jpeg, self._wording) if jpeg else None
        if ticket.area is None and ticket.state == "open":
            ask_on_duty(self._session, ticket, self._wording, self._now, once=True)
        self._to_holder(ticket, "bridge_from_other", picture=picture, number=ticket.id, text=entry.text)
        return True

    def leave_number(self, number: str) -> bool:
        ticket = rows.open_of(self._session, self._conversation.id)
        if ticket is None:
            return False
        ticket.number = seal(self._key, number.strip()[:80])
        return True

    def share_history(self) -> None:
        ticket = rows.open_of(self._session, self._conversation.id)
        if ticket is None:
            return
        mine = select(Inbox.text).where(Inbox.conversation_id == self._conversation.id, Inbox.text.is_not(None))
        before = mine.where(Inbox.received_at <= ticket.opened_at).order_by(Inbox.seq.desc()).limit(_SHARED)
        said = [str(text) for text in self._session.scalars(before)][::-1]
        text = self._wording.say("helper_history", text="\n".join(f"- {line}" for line in said))
        rows.write(self._session, ticket.id, self._now, "resident", "history", text)
        self._to_holder(ticket, "bridge_from_other", number=ticket.id, text=text)

    def withdraw(self) -> None:
        ticket = rows.open_of(self._session, self._conversation.id)
        if ticket is None or not rows.close(self._session, ticket.id, None, "withdrawn", self._now):
            return
        rows.write(self._session, ticket.id, self._now, "resident", "event", "withdrawn")
        self._to_holder(ticket, "bridge_withdrawn", number=ticket.id, leaves=True)

    def _to_holder(
        self, ticket: Ticket, key: str, leaves: bool = False, picture: PicturePart | None = None, **values: object
    ) -> None:
        if ticket.holder is None:
            return
        button = () if leaves else (self._wording.open_button(ticket.id),)
        for chat in people.chats(self._session, ticket.holder):
            gone = Bridging(ticket.id) if leaves else None
            told = (self._wording.say(key, **values),)
            put_down(self._session, chat, told, button, leaves=gone, picture=picture)

    def _promise(self, area: int | None) -> Promise:
        return people.promise(self._session, area, self._now, self._calendar)
