"""What most tests need: the real content, a real database, and a conversation on the real engine."""

import os
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.app import App, build
from bot.clock import TIME_ZONE
from bot.dossiers.table import load_sample
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import connect, upgrade
from handlers.turn import Incoming, Reply

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=TIME_ZONE)  # a Wednesday; tests fix the day so that they do not age
KEY = "a key for tests only, long enough"


@pytest.fixture(scope="session")
def library() -> Library:
    return Library()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated database: a SQLite file always, PostgreSQL where CAUSO_TEST_POSTGRESQL_URL names a server."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'causo.sqlite3'}"
        upgrade(url)
        yield url
        return
    server = os.environ.get("CAUSO_TEST_POSTGRESQL_URL")
    if not server:
        pytest.skip("set CAUSO_TEST_POSTGRESQL_URL to run this on PostgreSQL too")
    name = f"causo_{uuid.uuid4().hex}"
    admin = create_engine(connect(server).url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    upgrade(url)
    yield url
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


class Person:
    """Somebody talking to the real engine; the clock is moved by hand and the program restarts between turns."""

    def __init__(self, start: Callable[[Callable[[], datetime]], App], chat: str = "ba-tu") -> None:
        self.start, self.chat, self.count, self.now = start, chat, 0, NOW
        self.app = start(lambda: self.now)

    def says(self, said: str = "", **parts: object) -> Reply:
        self.count += 1
        key = f"{self.chat}:{self.count}"
        incoming = Incoming("console", self.chat, key, self.now, said, **parts)  # type: ignore[arg-type]
        reply = self.app.engine.take(incoming)
        assert reply is not None
        self.now += timedelta(seconds=20)
        return reply

    def restart(self) -> None:
        self.app.store.close()
        self.app = self.start(lambda: self.now)


@pytest.fixture
def starter(tmp_path: Path, library: Library) -> Callable[[Callable[[], datetime]], App]:
    url = f"sqlite:///{tmp_path / 'talk.sqlite3'}"
    upgrade(url)

    def start(clock: Callable[[], datetime]) -> App:
        settings = Settings(database_url=url, secret_key=KEY, place="phuong-ngo-quyen")  # type: ignore[arg-type]
        app = build(settings, library, clock)
        with app.store.write() as session:
            load_sample(session, NOW.date(), KEY)
        return app

    return start


@pytest.fixture
def person(starter: Callable[[Callable[[], datetime]], App]) -> Iterator[Person]:
    somebody = Person(starter)
    yield somebody
    somebody.app.store.close()


def words(reply: Reply) -> str:
    """The texts of a reply as one."""
    return "\n\n".join(getattr(part, "text", getattr(part, "url", "")) for part in reply.parts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What long tests measured."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(str(value))
