"""PostgreSQL by its own tools: pg_dump and pg_restore through pipes, the password in their environment only."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, make_url, text

from bot.errors import CausoError

_ASIDE = "before_restore_"
_LARGEST_COMPLAINT = 400  # characters of what the tool wrote that are shown


class ToolMissing(CausoError):
    """pg_dump or pg_restore is missing, too old, or failed; the text says which."""


@contextmanager
def dumping(url: str, server: int) -> Iterator[IO[bytes]]:
    """What pg_dump writes, to be read to its end. `server` is the server's major version."""
    command = [_tool("pg_dump", server), "--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
    with _running([*command, f"--exclude-schema={_ASIDE}*"], url, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield process.stdout


@contextmanager
def loading(url: str, server: int) -> Iterator[IO[bytes]]:
    """Where to write what pg_dump made; all of it is loaded in one transaction, or nothing."""
    command = [_tool("pg_restore", server), "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    with _running([*command, f"--dbname={_name(url)}"], url, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # it stopped before the end: its own complaint, read below, says why


@contextmanager
def _running(command: list[str], url: str, **pipes: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603  our own words, no shell
        command, env=_environment(url), stderr=subprocess.PIPE, **pipes
    )
    done = False
    try:
        yield process
        done = True
    finally:
        if not done:
            process.kill()
        complaint = process.stderr.read().decode(errors="replace")
        code = process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
    if code:
        raise ToolMissing(f"{Path(command[0]).name} failed: {' '.join(complaint.split())[:_LARGEST_COMPLAINT]}")


def _tool(name: str, server: int) -> str:
    """Raises `ToolMissing`; a tool older than the server cannot be used."""
    path = shutil.which(name)
    if path is None:
        raise ToolMissing(f"{name} is missing; install the client of PostgreSQL {server} (postgresql-client-{server})")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\) (\d+)", said)
    if not found or int(found[1]) < server:
        has = found[1] if found else "unknown"
        raise ToolMissing(f"{name} is of version {has}, the server of {server}; install postgresql-client-{server}")
    return path


def _name(url: str) -> str:
    return make_url(url).database or ""


def _environment(url: str) -> dict[str, str]:
    address = make_url(url)
    options = {key: value for key, value in address.query.items() if isinstance(value, str)}
    found = {
        "PGHOST": address.host or options.get("host"),
        "PGPORT": str(address.port) if address.port else options.get("port"),
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.database,
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
    }
    return {**os.environ, **{key: str(value) for key, value in found.items() if value}}


def version(connection: Connection) -> int:
    """The server's major version."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000


def empty(connection: Connection) -> bool:
    """Whether there is no table of ours, nor anybody else's, in the usual schema."""
    found = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return not connection.execute(text(found)).scalar_one()


def put_aside(connection: Connection, stamp: str) -> str:
    """What is there now stays, under another schema; its name. A second one within a second gets a number."""
    taken = set(connection.scalars(text("SELECT nspname FROM pg_namespace")))
    names = (f"{_ASIDE}{stamp}{'_' * bool(again)}{again or ''}" for again in count())
    name = next(name for name in names if name not in taken)
    connection.execute(text(f'ALTER SCHEMA public RENAME TO "{name}"'))
    connection.execute(text("CREATE SCHEMA public"))
    return name


def take_back(connection: Connection, name: str) -> None:
    """Undoes `put_aside`."""
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text(f'ALTER SCHEMA "{name}" RENAME TO public'))
