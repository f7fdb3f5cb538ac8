"""The tables. Every datetime is aware UTC in Python on both databases; JSON is kept as text that pydantic reads."""

from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import Date, DateTime, Dialect, Float, ForeignKey, Index, Integer, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite keeps it without a zone, so the zone is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime, date: Date, str: Text, float: Float, int: Integer}  # noqa: RUF012


class Conversation(Table):
    """One chat of one channel. `state` is what `bot.stored_state` writes; `seq` is the last number given to a message
    of either direction. Chats with the same `person`, a random id, are one person's.
    `forgotten_at`: everything of it was deleted then, and nothing was said since; the row goes too once the last word
    has gone out."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("channel", "chat", name="uq_conversation_chat"),
        Index("ix_conversation_person", "person"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    chat: Mapped[str]
    state: Mapped[str]
    seq: Mapped[int]
    last_at: Mapped[datetime]
    person: Mapped[str | None]
    forgotten_at: Mapped[datetime | None]


class Inbox(Table):
    """A message that was taken. Its unique key is what makes a second delivery of it do nothing. `text` is masked;
    `conversation_id` is None once the resident asked to be forgotten. `learnt_at` is when an editor accepted or skipped
    what could be learnt from it: kept here and not in the content, since it is about this ward's residents and goes
    when they are forgotten, while the content is everybody's."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "message_id", name="uq_inbox_message"),
        Index("ix_inbox_conversation", "conversation_id", "seq"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    message_id: Mapped[str]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", name="fk_inbox_conversation"))
    seq: Mapped[int]
    received_at: Mapped[datetime]
    text: Mapped[str | None]
    outcome: Mapped[str | None]
    topic: Mapped[str | None]
    confidence: Mapped[float | None]
    learnt_at: Mapped[datetime | None]


Status = Literal["waiting", "sent", "dead", "parked"]


class Outbox(Table):
    """A message to be sent, in the order of `id` within its chat. `lease_until` is how long `lease_owner` may be busy
    with it before another process takes it over; a smaller `priority` goes first among chats. What is "parked" waits
    until its resident writes again."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id", name="fk_outbox_conversation"))
    channel: Mapped[str]
    chat: Mapped[str]
    seq: Mapped[int]
    payload: Mapped[str]
    status: Mapped[Status] = mapped_column(Text)
    priority: Mapped[int]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_outbox_conversation", "conversation_id"),
        Index("ix_outbox_chat", "channel", "chat", "seq"),
        Index(
            "ix_outbox_waiting",
            "channel",
            "chat",
            "id",
            sqlite_where=status == "waiting",
            postgresql_where=status == "waiting",
        ),
        {"sqlite_autoincrement": True},
    )


class Call(Table):
    """Somebody of the ward was asked for; `why` is a topic id or a short reason, never the resident's words."""

    __tablename__ = "call"
    __table_args__ = (Index("ix_call_conversation", "conversation_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", name="fk_call_conversation"))
    why: Mapped[str]
    at: Mapped[datetime]


class DossierRow(Table):
    """A dossier as last imported. `note` is what the office wrote that is missing or wrong, `owner` the initials of
    whose it is: neither may be shown by code alone, but to who knows the last four digits of a number on it, of which
    `proofs` has keyed hashes. `updated_at` is the source's, `as_of` is when the source was read."""

    __tablename__ = "dossier"
    __table_args__ = (Index("ix_dossier_received", "received_on"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    procedure: Mapped[str]
    status: Mapped[str]
    status_words: Mapped[str]
    received_on: Mapped[date | None]
    due_on: Mapped[date | None]
    field: Mapped[str | None]
    channel: Mapped[str | None]
    level: Mapped[str | None]
    result: Mapped[str | None]
    digitised: Mapped[bool | None]
    holder: Mapped[str | None]
    note: Mapped[str | None]
    owner: Mapped[str | None]
    proofs: Mapped[str | None]
    completed_on: Mapped[date | None]
    updated_at: Mapped[datetime | None]
    status_since: Mapped[date | None]
    as_of: Mapped[datetime]


class PaceRow(Table):
    """When the next message may go out: to one chat, or to the whole platform where `chat` is empty."""

    __tablename__ = "pace"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]


class Counter(Table):
    """How often something counted happened on a day (UTC)."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[int]
