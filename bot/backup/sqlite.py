"""SQLite: a consistent copy while the program writes, and putting a copy in the place of the file."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from bot.backup.sealed import BackupUnusable
from bot.errors import CausoError

_PAGES = 2048  # copied between two words on the progress
_SIDE_FILES = ("", "-wal", "-shm")


class StillRunning(CausoError):
    """The file is open in another process."""


def copy(source: Path, target: Path, progress: Callable[[int, int], None]) -> None:
    """A copy as of now. The open read transaction holds the moment, so that writers neither wait nor start it anew."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True, isolation_level=None)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master").fetchone()
        here.backup(there, pages=_PAGES, progress=lambda _, left, whole: progress(whole - left, whole))
        there.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def check(file: Path) -> str:
    """The migration version of a whole and sound database. Raises `BackupUnusable`."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as here:
            if here.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise BackupUnusable("the database within this backup is damaged")
            row = here.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupUnusable(f"the database within this backup cannot be read ({error})") from None
    return str(row[0]) if row else ""


def put_aside(file: Path, stamp: str) -> Path:
    """The old file under another name, with all that belongs to it. Raises `StillRunning`."""
    try:
        # Leaving the write-ahead log asks for the file alone: it fails while any other process has it open.
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as here:
            here.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StillRunning(f"{file} is in use; stop the program first") from None
    except sqlite3.DatabaseError:
        pass  # it is damaged, which may be why a backup is restored: it is kept as it is
    names = (file.with_name(f"{file.name}.before-restore-{stamp}{'-' * bool(again)}{again or ''}") for again in count())
    aside = next(name for name in names if not name.exists())
    for side in _SIDE_FILES:
        old = Path(f"{file}{side}")
        if old.exists():
            old.rename(f"{aside}{side}")
    return aside


def put_in_place(made: Path, file: Path) -> None:
    """The restored file becomes the database, surviving a power cut."""
    with made.open("rb") as handle:
        os.fsync(handle.fileno())
    made.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
