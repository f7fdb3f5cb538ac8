"""What reports need and nothing else keeps: counts that only the ward has, and how many asked what on days gone by."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Table


class Digitised(Table):
    """Documents dated `first` to `last` of which `done` of `total` are digitised, as the ward counted on `counted_on`.
    The newest count of the same dates takes the place of the one before."""

    __tablename__ = "digitised"
    __table_args__ = (UniqueConstraint("first", "last", name="uq_digitised_dates"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    done: Mapped[int]
    total: Mapped[int]
    counted_on: Mapped[date]


class Tally(Table):
    """How many messages of residents ended so on a day where they live, and on which topic (empty: none). Counted once,
    when the day is over; it says nothing of anybody, so it stays when messages go."""

    __tablename__ = "tally"

    day: Mapped[date] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
