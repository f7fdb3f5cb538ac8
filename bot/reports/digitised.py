"""Documents that were digitised, as wards report them: by the dates of the documents, done of how many."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.reports.sections import Line, Section
from bot.store.report_tables import Digitised
from handlers.words import day, money


class NotACount(ValueError):
    """More done than there are, nothing at all, or dates the wrong way round."""


def count_digitised(session: Session, first: date, last: date, done: int, total: int, on: date) -> None:
    """The newest count of the same dates takes the place of the one before. Raises `NotACount`."""
    if last < first or total < 1 or not 0 <= done <= total:
        raise NotACount
    row = session.scalar(select(Digitised).where(Digitised.first == first, Digitised.last == last).with_for_update())
    if row is None:
        row = Digitised(first=first, last=last)
        session.add(row)
    row.done, row.total, row.counted_on = done, total, on


def digitised_section(session: Session, texts: Mapping[str, str]) -> Section:
    """The newest documents first; whole years are called by the year."""
    rows = session.scalars(select(Digitised).order_by(Digitised.last.desc(), Digitised.first.desc())).all()
    lines = [
        Line(
            texts["report_ward_digitised_of"].format(dates=_dates(row, texts), total=money(row.total)),
            row.done,
            row.total,
        )
        for row in rows
    ]
    return Section(texts["report_ward_digitised"], tuple(lines))


def _dates(row: Digitised, texts: Mapping[str, str]) -> str:
    whole = (row.first.month, row.first.day, row.last.month, row.last.day) == (1, 1, 12, 31)
    if not whole:
        return texts["report_ward_digitised_days"].format(first=day(row.first), last=day(row.last))
    years = {row.first.year, row.last.year}
    return "–".join(str(year) for year in sorted(years))
