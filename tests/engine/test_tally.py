"""What was asked on a day is counted once and outlives the messages."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.clock import TIME_ZONE
from bot.reports.tally import asked, tally
from bot.reports.ward import by_month
from bot.retention import Retention
from bot.store.report_tables import Tally
from bot.store.tables import Inbox
from tests.conftest import NOW
from tests.tickets.hall import Hall

TODAY = NOW.astimezone(TIME_ZONE).date()


def counts(hall: Hall, days: int = 0) -> dict[tuple[str, str], int]:
    with hall.app.store.read() as session:
        return dict(asked(session, TODAY - timedelta(days=days), TODAY + timedelta(days=400)))


def test_the_numbers_are_the_same_before_and_after_the_messages_are_gone(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.says("Lan", "dang ky tam tru")
    for person in ("bà Tư", "ông Sáu"):
        hall.says(person, "dang ky tam tru")
        hall.says(f"con {person}", "xin giấy ngắm sao băng")
    hall.now += timedelta(days=1)
    hall.says("bà Tư", "lam khai sinh can giay gi")
    before = counts(hall)
    assert before["answered", "dang-ky-tam-tru"] == 2, "without the team's own"
    assert before["answered", "dang-ky-khai-sinh"] == 1
    sweeper = Retention(hall.app.store, 180, lambda: hall.now)
    sweeper.sweep()
    assert counts(hall) == before, "yesterday from the tally, today from the messages"
    hall.now += timedelta(days=400)
    sweeper.sweep()
    with hall.app.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Inbox).where(Inbox.text.is_not(None))) == 0
        assert [number for _, number in by_month(session, TODAY)] == [5]
    assert counts(hall) == before


def test_counted_twice_it_is_counted_once(hall: Hall) -> None:
    hall.says("bà Tư", "dang ky tam tru")
    with hall.app.store.write() as session:
        assert tally(session, TODAY) == 0, "the day is not over"
        assert tally(session, TODAY + timedelta(days=1)) == 1
        assert tally(session, TODAY + timedelta(days=1)) == 0
        assert session.scalar(select(func.sum(Tally.number))) == 1


def test_who_asked_to_be_forgotten_the_same_day_is_in_no_count(hall: Hall) -> None:
    hall.says("bà Tư", "dang ky tam tru")
    hall.says("bà Tư", button="cmd:quen-that")
    with hall.app.store.write() as session:
        tally(session, TODAY + timedelta(days=1))
    assert ("answered", "dang-ky-tam-tru") not in counts(hall)
