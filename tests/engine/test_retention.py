"""What residents wrote goes by itself after its time, and nothing else does."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from bot.app import build
from bot.cli import app as commands
from bot.library import Library
from bot.retention import Retention
from bot.settings import Settings
from bot.store.consent_tables import Upkeep
from bot.store.follow_tables import Follow
from bot.store.staff_tables import StaffChat
from bot.store.tables import Call, Conversation, DossierRow, Inbox, Outbox
from bot.store.ticket_tables import Ticket, TicketEntry
from tests.conftest import KEY, NOW
from tests.tickets.hall import Hall

CODE = "H24.12-261120-0001"
TABLES = (Conversation, Inbox, Outbox, Call, Follow, TicketEntry, Ticket, StaffChat, DossierRow)


def counts(hall: Hall) -> dict[str, int]:
    with hall.app.store.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[attr-defined]
            for table in TABLES
        }


def lived(hall: Hall) -> None:
    """Bà Tư asked, followed a dossier, was helped by Lan; all of it in one evening."""
    hall.joins("Lan", area="Khu phố 1")
    with hall.app.store.write() as session:
        row = {"procedure": "x", "status": "in_progress", "status_words": "x", "received_on": date(2026, 11, 20)}
        session.add(DossierRow(code=CODE, as_of=NOW, **row))
    hall.says("bà Tư", "dang ky tam tru")
    hall.says("bà Tư", f"theo doi ho so {CODE}")
    hall.says("bà Tư", "gặp người thật")
    hall.says("Lan", button="ve:nhan:1")
    hall.says("bà Tư", "may bao loi")
    hall.says("Lan", button="ve:dong:done")


def test_nothing_goes_before_its_time_and_everything_after(hall: Hall) -> None:
    lived(hall)
    before = counts(hall)
    retention = Retention(hall.app.store, 180, lambda: hall.now)
    hall.now = NOW + timedelta(days=179)
    retention.sweep()
    assert counts(hall) == before
    hall.now = NOW + timedelta(days=181)
    assert retention.due()["conversation"] == 1, "the team's own chat stays"
    assert retention.sweep() > 4
    left = counts(hall)
    assert (left["inbox"], left["outbox"], left["call"], left["follow"], left["ticket_entry"]) == (0, 0, 0, 0, 0)
    assert (left["conversation"], left["staff_chat"]) == (1, 1)
    assert (left["ticket"], left["dossier"]) == (1, 1), "numbers for reports, and the office's own table"
    assert retention.due() == {}
    assert retention.sweep() == 0
    assert hall.says("bà Tư", "dang ky tam tru") is not None, "who comes back is somebody new"


def test_who_came_back_keeps_the_chat_and_loses_the_old_words(hall: Hall) -> None:
    hall.says("bà Tư", "dang ky tam tru")
    hall.now = NOW + timedelta(days=170)
    hall.says("bà Tư", "dang ky ket hon")
    hall.now = NOW + timedelta(days=181)
    Retention(hall.app.store, 180, lambda: hall.now).sweep()
    with hall.app.store.read() as session:
        assert session.scalars(select(Inbox.text)).all() == ["dang ky ket hon"]
        assert session.scalars(select(Conversation.chat)).all() == ["bà Tư"]


def test_zero_keeps_until_they_say_so(hall: Hall) -> None:
    lived(hall)
    before = counts(hall)
    hall.now = NOW + timedelta(days=5000)
    Retention(hall.app.store, 0, lambda: hall.now).sweep()
    assert counts(hall) == before


def test_of_who_said_so_nothing_is_left_once_the_last_word_was_sent(hall: Hall) -> None:
    hall.says("bà Tư", "dang ky tam tru")
    hall.says("bà Tư", button="cmd:quen-that")
    retention = Retention(hall.app.store, 0, lambda: hall.now)
    hall.now += timedelta(hours=2)
    with hall.app.store.write() as session:
        for row in session.scalars(select(Outbox)):
            row.status = "sent"
    retention.sweep()
    assert counts(hall)["conversation"] == 0
    with hall.app.store.read() as session:
        assert {row.text for row in session.scalars(select(Inbox))} == {None}


def test_it_rests_an_hour_whichever_process_did_it(hall: Hall) -> None:
    one, other = (Retention(hall.app.store, 180, lambda: hall.now) for _ in range(2))
    assert not other.rest()
    one.sweep()
    assert other.rest()
    hall.now += timedelta(minutes=61)
    assert not other.rest()
    with hall.app.store.read() as session:
        assert session.scalars(select(Upkeep.name)).all() == ["retention"]


def test_the_operator_sees_what_would_go_and_lets_it_go(
    database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUSO_DATABASE_URL", database_url)
    monkeypatch.setenv("CAUSO_SECRET_KEY", KEY)
    long_ago = Hall(lambda clock: build(Settings(database_url=database_url, secret_key=KEY), library, clock))  # type: ignore[arg-type]
    long_ago.now = datetime(2020, 1, 1, tzinfo=UTC)
    long_ago.says("bà Tư", "dang ky tam tru")
    long_ago.close()
    run = CliRunner().invoke
    assert "causo db prune" in run(commands, ["doctor"]).output
    assert run(commands, ["db", "prune", "--show"]).output.startswith("Would go: 1 conversation, 1 inbox, 1 outbox")
    assert run(commands, ["db", "prune"]).output.startswith("Deleted: 1 conversation")
    assert run(commands, ["db", "prune"]).output == "Nothing is older than it may be.\n"
    assert "is kept 180 days" in run(commands, ["doctor"]).output
