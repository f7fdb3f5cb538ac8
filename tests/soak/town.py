"""The program as real processes, one database that can go away, and what fails around them."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, update

from bot.store.connect import open_store
from bot.store.tables import Outbox

ROOT = Path(__file__).parents[2]


class Processes:
    """So many servers on one database; each can be killed and comes up again on its port."""

    def __init__(self, settings: Mapping[str, str], ports: list[int], log: Path) -> None:
        self.settings, self.ports, self.log = settings, ports, log
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.kills = 0

    def start(self, port: int) -> None:
        environment = {**os.environ, **self.settings, "CAUSO_PORT": str(port)}
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "bot", "run"]
            self.running[port] = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def anywhere(self) -> str:
        """The address of one of them, as a load balancer would give."""
        return f"http://127.0.0.1:{random.choice(self.ports)}"

    async def ready(self) -> None:
        for port in self.ports:
            while not _open(port):
                ended = self.running[port].poll()
                assert ended is None, f"a process ended by itself with {ended}: {self._said()}"
                await asyncio.sleep(0.1)

    def _said(self) -> str:
        lines = self.log.read_text(encoding="utf-8").splitlines()
        expected = ("not_delivered", "_store_away", "person_called")
        return "\n".join(line for line in lines if not any(event in line for event in expected))[-8000:]

    def kill(self, port: int, url: str) -> None:
        """At once, as when the power goes. What it was sending is free again, as it would be a little later."""
        process = self.running[port]
        process.kill()
        process.wait()
        self.kills += 1
        store = open_store(url)
        with store.write() as session:
            mine = Outbox.lease_owner.like(f"{process.pid}-%")
            past = datetime.now(UTC) - timedelta(seconds=1)
            session.execute(update(Outbox).where(mine, Outbox.lease_until.is_not(None)).values(lease_until=past))
        store.close()

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Cable:
    """Between the processes and PostgreSQL, to be pulled out."""

    def __init__(self, url: str) -> None:
        self._address = make_url(url)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = free_port()

    @property
    def url(self) -> str:
        return self._address.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    async def plug(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def pull(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, other = await asyncio.open_connection(self._address.host, self._address.port)
        self._writers |= {writer, other}
        await asyncio.gather(_pour(reader, other), _pour(there, writer))
        self._writers -= {writer, other}


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


async def go_away(url: str, cable: Cable | None, seconds: float) -> None:
    """The database is gone for a while: the cable is out, or nobody can write to the file."""
    if cable:
        await cable.pull()
        await asyncio.sleep(seconds)
        await cable.plug()
        return
    with contextlib.closing(sqlite3.connect(make_url(url).database or "", timeout=30, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        await asyncio.sleep(seconds)
        held.execute("ROLLBACK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
