"""A whole backup and its restoring, on either database: the secret key first, then the database."""

import json
import os
import struct
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, make_url, text

from bot.backup import postgresql, sqlite
from bot.backup.sealed import BackupUnusable, Opening, Sealing
from bot.errors import CausoError
from bot.store.connect import open_store, upgrade

_BLOCK = 1 << 18
Progress = Callable[[int, int], None]  # how much of how much is done; of 0: not known


class WouldOverwrite(CausoError):
    """There is something already where this would be written."""


def backup(url: str, secret_key: str, file: Path, passphrase: str, now: datetime, progress: Progress) -> int:
    """Write `file`, readable by its owner alone; it appears only when it is complete. Its size in bytes."""
    backend, partial = make_url(url).get_backend_name(), file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    about = {"created": now.isoformat(timespec="seconds"), "database": backend, "revision": _revision(url)}
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            sealing = Sealing(out, passphrase, about)
            first = json.dumps({"secret_key": secret_key}).encode()
            sealing.write(struct.pack(">I", len(first)) + first)
            (_write_sqlite if backend == "sqlite" else _write_postgresql)(url, sealing, progress)
            sealing.close()
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file.stat().st_size


def _write_sqlite(url: str, sealing: Sealing, progress: Progress) -> None:
    source = _path(url)
    made = source.with_name(f"{source.name}.backup-{os.getpid()}")
    try:
        sqlite.copy(source, made, progress)
        with made.open("rb") as copied:
            while block := copied.read(_BLOCK):
                sealing.write(block)
    finally:
        made.unlink(missing_ok=True)


def _write_postgresql(url: str, sealing: Sealing, progress: Progress) -> None:
    done = 0
    with postgresql.dumping(url, _server(url)) as dumped:
        while block := dumped.read(_BLOCK):
            sealing.write(block)
            done += len(block)
            progress(done, 0)


def look(file: Path, passphrase: str, progress: Progress) -> tuple[dict[str, Any], str]:
    """Read a backup to its end; what it says of itself and the secret key in it. Raises `BackupUnusable`."""
    with file.open("rb") as handle:
        opening = Opening(handle, passphrase)
        key = _secret_key(opening)
        while opening.read(_BLOCK):
            progress(handle.tell(), file.stat().st_size)
    return opening.about, key


def restore(file: Path, url: str, passphrase: str, now: datetime, force: bool, progress: Progress) -> tuple[str, str]:
    """Put the backup in the place of this database: where the old one went ("" if there was none), and the secret key.

    The file is read to its end before anything is touched, and again while it is restored. Raises `BackupUnusable`,
    `WouldOverwrite` (not with `force`), `StillRunning`, `ToolMissing`; then the old database is as it was.
    """
    about, key = look(file, passphrase, progress)
    backend = make_url(url).get_backend_name()
    if about.get("database") != backend:
        raise BackupUnusable(f"this is a backup of {about.get('database')}; it cannot be restored to {backend}")
    if not _known(str(about.get("revision", ""))):
        raise BackupUnusable("this backup was made by a newer version of the program; upgrade first")
    stamp = f"{now:%Y%m%d_%H%M%S}"
    into = _into_sqlite if backend == "sqlite" else _into_postgresql
    aside = into(file, url, passphrase, stamp, force, progress)
    upgrade(url)
    return aside, key


def _into_sqlite(file: Path, url: str, passphrase: str, stamp: str, force: bool, progress: Progress) -> str:
    target = _path(url)
    if target.exists() and not force:
        raise WouldOverwrite(f"{target} exists; with --force it is put aside and replaced")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_name(f"{target.name}.restoring")
    made.unlink(missing_ok=True)
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            _read_into(file, passphrase, out.write, progress)
        sqlite.check(made)
        aside = sqlite.put_aside(target, stamp) if target.exists() else None
        sqlite.put_in_place(made, target)
    finally:
        made.unlink(missing_ok=True)
    return str(aside or "")


def _into_postgresql(file: Path, url: str, passphrase: str, stamp: str, force: bool, progress: Progress) -> str:
    store = open_store(url)
    try:
        with store.write() as session:
            connection = session.connection()
            aside = ""
            if not postgresql.empty(connection):
                if not force:
                    raise WouldOverwrite("the database is not empty; with --force its tables are put aside")
                aside = postgresql.put_aside(connection, stamp)
        loaded = False
        try:
            with postgresql.loading(url, _server(url)) as into:
                _read_into(file, passphrase, into.write, progress)
            loaded = True
        finally:
            if aside and not loaded:
                with store.write() as session:
                    postgresql.take_back(session.connection(), aside)
    finally:
        store.close()
    return f"schema {aside}" if aside else ""


def _read_into(file: Path, passphrase: str, write: Callable[[bytes], object], progress: Progress) -> None:
    whole = file.stat().st_size
    with file.open("rb") as handle:
        opening = Opening(handle, passphrase)
        _secret_key(opening)
        while block := opening.read(_BLOCK):
            write(block)
            progress(handle.tell(), whole)


def _secret_key(opening: Opening) -> str:
    length = struct.unpack(">I", opening.read(4).rjust(4, b"\0"))[0]
    try:
        return str(json.loads(opening.read(min(length, 1 << 16)))["secret_key"])
    except (ValueError, KeyError, TypeError):
        raise BackupUnusable("this backup is damaged") from None


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")


def _revision(url: str) -> str:
    store = open_store(url)
    try:
        with store.read() as session:
            if not inspect(session.connection()).has_table("alembic_version"):
                raise CausoError("there is no database here yet; nothing to back up")
            return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    finally:
        store.close()


def _server(url: str) -> int:
    store = open_store(url)
    try:
        with store.read() as session:
            return postgresql.version(session.connection())
    finally:
        store.close()


def _known(revision: str) -> bool:
    """Whether this program knows the migration a backup was made at."""
    scripts = Path(__file__).parents[1] / "store" / "migrations"
    try:
        return ScriptDirectory(str(scripts)).get_revision(revision) is not None
    except CommandError:
        return False
