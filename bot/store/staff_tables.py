"""The people behind the bot: khu phố, members and their roles, when they are on duty, what they did."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table

Role = Literal["member", "lead", "officer", "operator"]


class Area(Table):
    """A khu phố or tổ dân phố of the ward."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("name", name="uq_area_name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Staff(Table):
    """Somebody who helps. Never deleted, only switched off: what they did stays theirs. `area_id` is None for those of
    the whole ward. `skills` and `languages` are words separated by commas. `password` is an argon2 hash, `totp` a
    sealed secret."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("name", name="uq_staff_name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(Text)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", name="fk_staff_area"))
    skills: Mapped[str] = mapped_column(default="")
    languages: Mapped[str] = mapped_column(default="")
    active: Mapped[bool]
    password: Mapped[str | None]
    totp: Mapped[str | None]


class StaffChat(Table):
    """A chat in which a member of the staff talks with the bot; they joined it by a one-time code."""

    __tablename__ = "staff_chat"
    __table_args__ = (Index("ix_staff_chat_staff", "staff_id"),)

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", name="fk_staff_chat_conversation"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", name="fk_staff_chat_staff"))


class Duty(Table):
    """Hours of one weekday (0: Monday) on which somebody answers; minutes after midnight where the residents are."""

    __tablename__ = "duty"
    __table_args__ = (Index("ix_duty_staff", "staff_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", name="fk_duty_staff"))
    weekday: Mapped[int]
    begins: Mapped[int]
    ends: Mapped[int]


class Leave(Table):
    """Days, the first and the last included, on which somebody is not on duty."""

    __tablename__ = "leave"
    __table_args__ = (Index("ix_leave_staff", "staff_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", name="fk_leave_staff"))
    first: Mapped[date]
    last: Mapped[date]


class DeskSession(Table):
    """Somebody signed in to the desk; the cookie's token is kept only as a hash."""

    __tablename__ = "desk_session"
    __table_args__ = (Index("ix_desk_session_staff", "staff_id"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", name="fk_desk_session_staff"))
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Audit(Table):
    """What somebody of the staff did, in order. The database refuses to change or delete a line. `about` is an id or
    a number, never a resident's words. `staff_id` is None when it was done on the command line."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    act: Mapped[str]
    about: Mapped[str]


class HelpSession(Table):
    """A neighbour who was helped face to face: enough for the month's count, and nothing that says who it was."""

    __tablename__ = "help_session"
    __table_args__ = (Index("ix_help_session_day", "day"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", name="fk_help_session_staff"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", name="fk_help_session_area"))
    age: Mapped[str | None]
    topic: Mapped[str | None]
    guide: Mapped[str | None]
    stuck: Mapped[str | None]
    outcome: Mapped[str | None]
    minutes: Mapped[int | None]
    day: Mapped[date]
