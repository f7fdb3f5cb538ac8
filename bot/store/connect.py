"""Opening the database: SQLite for one process, PostgreSQL for any number, one code path for both."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StoreAway

_CONNECT_SECONDS = 5
_BUSY_SECONDS = 10
_MIGRATION_LOCK = 0xCA050  # any number, the same in every process


class Store:
    """The database. Every method raises `StoreAway` when it cannot be reached or is too busy."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(causo_begin="BEGIN IMMEDIATE")
        # SQLite has one writer; queueing for it here is fair, its own waiting is a sleep that can starve a thread.
        self._turn: AbstractContextManager[object] = (
            threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        with _away(), self._turn, Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look, nothing is saved."""
        with _away(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def ping(self) -> None:
        """Returns when the database answers."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str) -> Store:
    """The database of this address; nothing is contacted yet. The folder of an SQLite file is made."""
    return Store(connect(url))


def connect(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://...`, set up as this program needs it."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "causo"},
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=_CONNECT_SECONDS,
        hide_parameters=True,
    )


def _sqlite(address: URL) -> Engine:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
        hide_parameters=True,  # an error never carries what somebody wrote
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged also survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("causo_begin", "BEGIN"))

    return engine


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, TimeoutError) as error:
        raise StoreAway(
            type(error.orig if isinstance(error, OperationalError | InterfaceError) else error).__name__
        ) from error


def upgrade(url: str) -> None:
    """Brings the tables to the newest form; safe to be called by several processes at once."""
    store = open_store(url)
    try:
        with store.write() as session:
            connection = session.connection()
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            command.upgrade(migrations(connection), "head")
    finally:
        store.close()


def migrations(connection: Connection) -> Config:
    """What Alembic's commands need to work on this connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
