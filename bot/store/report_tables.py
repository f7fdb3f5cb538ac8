"""What only the ward can count, typed in for its reports."""

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
