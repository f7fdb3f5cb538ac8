"""`causo announce`: the list, one of them, and stopping it from the command line."""

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.store.staff_tables import Audit
from tests.announce.conftest import TELEGRAM, Ward
from tests.conftest import KEY


def test_it_is_seen_paused_resumed_and_cancelled(
    ward: Ward, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAUSO_DATABASE_URL", database_url)
    monkeypatch.setenv("CAUSO_SECRET_KEY", KEY)
    monkeypatch.setenv("CAUSO_TELEGRAM_TOKEN", "1:a")
    monkeypatch.setenv("CAUSO_RETENTION_DAYS", "0")
    monkeypatch.setenv("COLUMNS", "160")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["announce", *words])
        return result.exit_code, result.output

    assert "nothing was announced" in run("list")[1]
    ward.lives("ông Năm", TELEGRAM)
    ward.announces()
    assert "to tell, telegram: 1 told now" in run("show", "1")[1]
    ward.look()
    assert "waiting 1" in run("list")[1]
    assert run("pause", "1")[0] == 0
    assert "paused" in run("show", "1")[1]
    assert run("pause", "1") == (1, "announcement 1 is paused: it cannot be paused\n")
    assert ward.look() == 0
    assert run("resume", "1")[0] == 0
    assert ward.look() == 1
    assert "cancelled" in run("cancel", "1")[1]
    assert "left out: 1" in run("show", "1")[1]
    assert run("show", "9")[0] == 1
    with ward.app.store.read() as session:
        acts = [(row.staff_id, row.act) for row in session.query(Audit).order_by(Audit.id)]
    assert acts[-1] == (None, "announcement cancelled")
