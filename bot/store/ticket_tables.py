"""Tickets: somebody asks for a person, a person answers. And what waits to be carried from one chat to another."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table

TicketState = Literal["open", "claimed", "closed"]
Author = Literal["resident", "staff", "system"]
EntryKind = Literal["message", "note", "draft", "history", "event"]
DraftState = Literal["waiting", "approved", "refused"]


class Parcel(Table):
    """Something for a conversation that another one caused. No foreign key: inserting one would wait for the other
    conversation's turn to end. It is deleted when it is handed over."""

    __tablename__ = "parcel"
    __table_args__ = (Index("ix_parcel_conversation", "conversation_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int]
    body: Mapped[str]


class Ticket(Table):
    """One request for a person. `area` is the khu phố; `topic`, `step` and `why` are ids, never the resident's words.
    `conversation_id` is None once the resident asked to be forgotten. `due_at` is when somebody should have answered;
    `level` counts how often it was passed up since nobody did. `number` is a sealed phone number, kept until closed.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_conversation", "conversation_id"),
        Index("ix_ticket_state", "state", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", name="fk_ticket_conversation"))
    channel: Mapped[str]
    area: Mapped[int | None]
    topic: Mapped[str | None]
    step: Mapped[str | None]
    why: Mapped[str]
    state: Mapped[TicketState] = mapped_column(Text)
    level: Mapped[int]
    holder: Mapped[int | None]
    number: Mapped[str | None]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    first_reply_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class TicketEntry(Table):
    """One line of a ticket's story. `text` is masked, and goes when the resident is forgotten."""

    __tablename__ = "ticket_entry"
    __table_args__ = (Index("ix_ticket_entry_ticket", "ticket_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", name="fk_ticket_entry_ticket"))
    at: Mapped[datetime]
    author: Mapped[Author] = mapped_column(Text)
    staff_id: Mapped[int | None]
    kind: Mapped[EntryKind] = mapped_column(Text)
    text: Mapped[str]
    draft: Mapped[DraftState | None] = mapped_column(Text)


class TicketPicture(Table):
    """A picture that belongs to the line `entry_id` of a ticket's story, sealed. It goes some days after the ticket was
    closed, and at once when the resident is forgotten."""

    __tablename__ = "ticket_picture"
    __table_args__ = (Index("ix_ticket_picture_ticket", "ticket_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", name="fk_ticket_picture_ticket"))
    entry_id: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class HomeVisit(Table):
    """A visit at home that was promised. `address` is sealed and goes as soon as the visit is done or called off."""

    __tablename__ = "home_visit"
    __table_args__ = (Index("ix_home_visit_day", "day"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", name="fk_home_visit_ticket"))
    address: Mapped[str | None]
    day: Mapped[date | None]
    staff_id: Mapped[int | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
