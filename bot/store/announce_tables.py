"""Announcements: what is to be told to many, whom it was told, what people wish to hear of and who wants none."""

from datetime import datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table

AnnouncementState = Literal["draft", "submitted", "approved", "sending", "paused", "done", "cancelled"]


class Announcement(Table):
    """`buttons` is JSON: (label, value) with a button's value or an https address. `audience` is "all", "area:<id>" or
    "topic:<id>". `not_before` is when it may begin, `started_at` when it did; `up_to` is the newest conversation that
    there was then, so that who comes later hears nothing old. `left_out`: so many were not told after all."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_state", "state"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    picture: Mapped[str | None]
    alt: Mapped[str | None]
    buttons: Mapped[str]
    audience: Mapped[str]
    state: Mapped[AnnouncementState] = mapped_column(Text)
    author: Mapped[int] = mapped_column(ForeignKey("staff.id", name="fk_announcement_author"))
    approver: Mapped[int | None] = mapped_column(ForeignKey("staff.id", name="fk_announcement_approver"))
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    up_to: Mapped[int | None]
    left_out: Mapped[int] = mapped_column(default=0)


class AnnouncementPicture(Table):
    """A picture that was uploaded for one, at an address of ours that nobody guesses before it is told."""

    __tablename__ = "announcement_picture"

    address: Mapped[str] = mapped_column(primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class AnnouncementTold(Table):
    """This chat was told, in the messages numbered `first_seq` to `last_seq` of it, which stand in the outbox; both are
    None where no chat of its person could be written to. Kept in the transaction that queues the messages."""

    __tablename__ = "announcement_told"
    __table_args__ = (Index("ix_announcement_told_conversation", "conversation_id"),)

    announcement_id: Mapped[int] = mapped_column(
        ForeignKey("announcement.id", name="fk_announcement_told_announcement"), primary_key=True
    )
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", name="fk_announcement_told_conversation"), primary_key=True
    )
    first_seq: Mapped[int | None]
    last_seq: Mapped[int | None]


class NewsWish(Table):
    """What the person of a chat asked to hear of: "area:<id>" or "topic:<id>"."""

    __tablename__ = "news_wish"
    __table_args__ = (Index("ix_news_wish_about", "about"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", name="fk_news_wish_conversation"), primary_key=True
    )
    about: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class NewsRefusal(Table):
    """Who said that they want no announcements; it counts for all chats of their person."""

    __tablename__ = "news_refusal"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", name="fk_news_refusal_conversation"), primary_key=True
    )
    since: Mapped[datetime]
