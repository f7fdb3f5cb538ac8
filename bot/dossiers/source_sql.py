"""Dossiers from a view in an existing database."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnClause, Engine, column, create_engine, event, make_url, select, table
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.dossiers.cells import Cell
from bot.dossiers.source import Field, dossier_of, local_moment
from bot.dossiers.source_mapping import SqlMapping
from bot.errors import SettingsError, SourceAway
from handlers.ports import Dossier
from knowledge.dossier_codes import normal_code
from knowledge.dossier_tables import TableWords

_SECONDS = 3
_MOST_ROWS = 20  # rows of one code that are looked at


class SqlSource:
    """Reads one row by its code; never writes. On PostgreSQL and SQLite the session is read-only, and on PostgreSQL a
    question ends after three seconds; for other databases the operator gives a user who may only read, and time
    limits in the address."""

    name = "sql"

    def __init__(self, url: str, mapping: SqlMapping, words: TableWords, clock: Callable[[], datetime]) -> None:
        """Raises `SettingsError` when the address cannot be used; nothing is contacted yet."""
        self.mapping, self.words, self.clock = mapping, words, clock
        self.engine = _read_only(url)
        schema, _, view_name = mapping.view.rpartition(".")
        columns: dict[Field, ColumnClause[Any]] = {name: column(theirs) for name, theirs in mapping.columns.items()}
        view = table(view_name, *columns.values(), schema=schema or None)
        self._code = columns["code"]
        self._select = select(*(item.label(f"our_{name}") for name, item in columns.items())).select_from(view)

    def ask(self, code: str, seconds: float) -> Dossier | None:
        try:
            with self.engine.connect() as connection:
                rows = connection.execute(self._select.where(self._code == code).limit(_MOST_ROWS)).all()
        except SQLAlchemyError as error:
            raise SourceAway(type(error).__name__) from None
        found: list[dict[Field, Cell]] = []
        for row in rows:
            values: dict[Field, Cell] = dict(zip(self.mapping.columns, row, strict=True))
            if normal_code(str(values["code"]), self.clock().date()) == code:
                found.append(values)
        if not found:
            return None
        return dossier_of(code, max(found, key=_updated), self.words, self.clock())

    def close(self) -> None:
        self.engine.dispose()


def _updated(values: Mapping[Field, Cell]) -> datetime:
    try:
        return local_moment(values.get("updated")) or datetime.min
    except (ValueError, OverflowError, OSError):
        return datetime.min


def _read_only(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return _sqlite(address)
        options: dict[str, Any] = {}
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
            limits = f"-c statement_timeout={_SECONDS * 1000} -c default_transaction_read_only=on"
            options = {"connect_args": {"connect_timeout": _SECONDS, "options": limits}}
        return create_engine(
            address,
            pool_size=4,
            max_overflow=4,
            pool_timeout=_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
            **options,
        )
    except ArgumentError:
        raise SettingsError(
            "CAUSO_DOSSIER_URL: is not the address of a database, as postgresql://user@host/name"
        ) from None
    except ImportError as error:
        raise SettingsError(f"CAUSO_DOSSIER_URL: needs a driver that is not installed: {error.name}") from None


def _sqlite(address: URL) -> Engine:
    if not (address.database and Path(address.database).is_file()):
        raise SettingsError(f"CAUSO_DOSSIER_URL: there is no file {address.database}")
    engine = create_engine(address, connect_args={"timeout": _SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    return engine
