"""`causo staff` on each database: what it shows, what it refuses, and what it writes into the log."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import CausoError
from bot.staff.passwords import WeakPassword, matches
from bot.store.connect import open_store
from bot.store.staff_tables import Audit, Staff

Run = Callable[..., str]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CAUSO_DATABASE_URL", database_url)
    monkeypatch.setenv("CAUSO_SECRET_KEY", "a key for tests only, long enough")
    monkeypatch.chdir(tmp_path)

    def command(*words: str, code: int = 0, typed: str | None = None) -> str:
        result = CliRunner().invoke(app, ["staff", *words], input=typed)
        if isinstance(result.exception, CausoError):
            raise result.exception
        assert result.exit_code == code, f"{words}: {result.output} {result.exception}"
        return result.output

    return command


def test_neighbourhoods_and_who_helps_in_them(run: Run) -> None:
    run("area", "add", "Khu phố 3")
    run("area", "add", "khu pho 3")
    run("add", "Trần Thị Lan", "--area", "khu pho 3")
    assert run("area", "list") == "Khu phố 3: 1 people\n"
    with pytest.raises(CausoError, match="Khu phố 3"):
        run("add", "Minh", "--area", "Khu phố 33")


def test_a_member_is_shown_and_gets_another_role(run: Run, database_url: str) -> None:
    run("add", "Trần Thị Lan", "--skills", "VNeID")
    assert "no duty" in run("show", "tran thi lan")
    run("role", "tran thi lan", "lead")
    assert "no role" in run("role", "tran thi lan", "boss", code=2)
    run("rota", "tran thi lan", "--days", "mon-tue", "--hours", "08:00-11:00")
    run("leave", "tran thi lan", "--from", "2026-12-24", "--to", "2026-12-31")
    shown = run("show", "tran thi lan")
    for said in (
        "Trần Thị Lan: lead, the whole ward",
        "skills: VNeID",
        "password: none",
        "tue 08:00-11:00",
        "2026-12-24",
    ):
        assert said in shown
    store = open_store(database_url)
    with store.read() as session:
        acts = list(session.scalars(select(Audit.act).order_by(Audit.id)))
    store.close()
    assert acts == ["staff added", "role changed", "rota", "leave"]


def test_looking_at_the_rota_takes_nothing_away(run: Run) -> None:
    run("add", "Lan")
    run("rota", "Lan", "--days", "mon,wed")
    assert "wed 18:00-21:00" in run("rota", "Lan")
    assert "mon 18:00-21:00" in run("rota", "Lan")
    assert run("rota", "Lan", "--clear", "--days", "sun", "--hours", "08:00-09:00") == "Lan: sun 08:00-09:00\n"
    assert run("rota", "Lan", "--clear") == "Lan: no duty\n"


def test_a_password_from_a_pipe_is_kept_as_a_hash(run: Run, database_url: str) -> None:
    run("add", "Lan")
    for typed in ("", "ngan\n"):
        with pytest.raises(WeakPassword):
            run("password", "Lan", typed=typed)
    run("password", "Lan", typed="mot mat khau that dai\n")
    store = open_store(database_url)
    with store.read() as session:
        kept = session.scalars(select(Staff.password)).one()
    store.close()
    assert kept
    assert kept.startswith("$argon2id$")
    assert matches(kept, "mot mat khau that dai")
    assert not matches(kept, "mot mat khau that da")


def test_every_command_says_what_it_is_for(run: Run) -> None:
    assert "Begin with" in run("--help")
    for name in ("add", "role", "show", "list", "invite", "password", "rota", "leave", "remove", "on-duty", "import"):
        assert len(run(name, "--help")) > 200, name


def test_what_the_teams_guide_says_works_as_it_is_written(run: Run) -> None:
    """The commands of docs/vi/to-cong-nghe-so.md, in their order; the list of the ward is another test's."""
    guide = (Path(__file__).parents[2] / "docs/vi/to-cong-nghe-so.md").read_text(encoding="utf-8")
    lines = [line for line in guide.splitlines() if line.startswith("causo staff ") and " import " not in line]
    assert len(lines) == 9
    for line in lines:
        run(*shlex.split(line.removeprefix("causo staff ")))
