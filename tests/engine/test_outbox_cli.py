"""`causo outbox`: undelivered messages are seen, sent again in their order, or given up."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.channels.contract import Outgoing
from bot.cli import app
from bot.store.connect import open_store
from bot.store.payload import dump
from bot.store.tables import Outbox
from handlers.turn import TextPart
from tests.conftest import NOW


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CAUSO_DATABASE_URL", database_url)
    monkeypatch.setenv("CAUSO_SECRET_KEY", "a key for tests only, long enough")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.chdir(tmp_path)
    store = open_store(database_url)
    with store.write() as session:
        for number, (channel, status, reason) in enumerate(
            [
                ("telegram", "dead", "Forbidden: blocked"),
                ("telegram", "dead", "gave up: 502"),
                ("telegram", "waiting", None),
            ]
        ):
            session.add(
                Outbox(
                    channel=channel,
                    chat="0912345678",
                    seq=number,
                    payload=dump(Outgoing(TextPart(f"lời số {number}"))),
                    status=status,
                    priority=0,
                    not_before=NOW,
                    attempts=12,
                    reason=reason,
                    created_at=NOW + timedelta(minutes=number),
                )
            )

    def invoked(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["outbox", *words])
        assert result.exit_code == code, result.output
        return result.output

    invoked.states = lambda: [  # type: ignore[attr-defined]
        (row.status, row.attempts) for row in _rows(store)
    ]
    yield invoked
    store.close()


def _rows(store) -> list[Outbox]:  # type: ignore[no-untyped-def]
    with store.read() as session:
        return list(session.scalars(select(Outbox).order_by(Outbox.id)))


def test_listed_without_words_or_chats(run) -> None:  # type: ignore[no-untyped-def]
    told = run("list")
    assert "Forbidden: blocked" in told
    assert "gave up: 502" in told
    assert "0912345678" not in told
    assert "lời số" not in told
    assert "lời số" not in run("show", "1")
    assert "lời số 0" in run("show", "1", "--text")
    run("show", "99", code=1)


def test_sent_again_by_reason_or_number(run) -> None:  # type: ignore[no-untyped-def]
    run("resend", code=2)
    assert "1 messages sent again" in run("resend", "--reason", "gave up")
    assert run.states() == [("dead", 12), ("waiting", 0), ("waiting", 12)]
    assert "1 messages sent again" in run("resend", "1", "3")
    assert run.states()[2] == ("waiting", 12), "what waits is left alone"


def test_given_up(run) -> None:  # type: ignore[no-untyped-def]
    assert "2 messages dropped" in run("drop", "--all")
    assert "undelivered" in run("list") or "waiting" in run("list")
    assert [status for status, _ in run.states()] == ["waiting"]
