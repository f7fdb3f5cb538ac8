"""Backups: whole while people write, useless to others, told when damaged, and really restored."""

import io
import os
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, make_url, select, text, update
from typer.testing import CliRunner

from bot.app import build
from bot.backup import postgresql, whole
from bot.backup.sealed import BackupUnusable, Opening, Sealing
from bot.backup.sqlite import StillRunning
from bot.backup.whole import WouldOverwrite
from bot.cli import app as commands
from bot.errors import CausoError
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import open_store, upgrade
from bot.store.tables import Conversation, Inbox, Outbox
from handlers.turn import Incoming
from tests.conftest import KEY, NOW

PASSPHRASE = "một câu dài để khóa"


def quiet(done: int, of: int) -> None:
    """No progress is wanted."""


def saved(url: str, file: Path, passphrase: str = PASSPHRASE) -> Path:
    whole.backup(url, KEY, file, passphrase, NOW, quiet)
    return file


def restored(file: Path, url: str, force: bool = False, passphrase: str = PASSPHRASE) -> tuple[str, str]:
    return whole.restore(file, url, passphrase, NOW, force, quiet)


def talk(url: str, library: Library, count: int, chat: str = "ba-tu", begin: int = 0) -> None:
    settings = Settings(database_url=url, secret_key=KEY, place="phuong-ngo-quyen")  # type: ignore[arg-type]
    app = build(settings, library, lambda: NOW)
    for number in range(begin, begin + count):
        app.engine.take(Incoming("console", chat, f"{chat}:{number}", NOW, "giờ làm việc của phường"))
    app.store.close()


def counted(url: str) -> tuple[int, int]:
    store = open_store(url)
    with store.read() as session:
        found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Inbox, Outbox)]
    store.close()
    return found[0], found[1]


@pytest.fixture
def other_url(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A second database of the same kind, that does not exist or is empty."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'another' / 'causo.sqlite3'}"
        return
    address = make_url(database_url).set(database="postgres", drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    name = f"causo_{uuid.uuid4().hex}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def test_a_backup_is_restored_elsewhere_and_goes_on_working(
    database_url: str, other_url: str, library: Library, tmp_path: Path
) -> None:
    talk(database_url, library, 3)
    file = saved(database_url, tmp_path / "b.causo")
    assert restored(file, other_url) == ("", KEY)
    assert counted(other_url) == counted(database_url)
    assert counted(other_url)[0] == 3
    talk(other_url, library, 1)  # the same message as before: it is known
    assert counted(other_url)[0] == 3
    talk(other_url, library, 1, begin=3)
    assert counted(other_url)[0] == 4


def test_nothing_of_what_was_written_can_be_read_in_the_file(
    database_url: str, library: Library, tmp_path: Path
) -> None:
    talk(database_url, library, 1, chat="so-nha-muoi-hai")
    file = saved(database_url, tmp_path / "b.causo")
    assert file.stat().st_mode & 0o077 == 0
    data = file.read_bytes()
    assert not any(word in data for word in (b"muoi-hai", b"SQLite", b"conversation", KEY.encode()))
    assert not list(tmp_path.glob("*.backup-*")), "no readable copy is left behind"
    assert not list(tmp_path.glob("*.partial"))


def test_what_is_there_is_not_replaced_without_being_told_to_and_then_kept(
    database_url: str, library: Library, tmp_path: Path
) -> None:
    talk(database_url, library, 1)
    file = saved(database_url, tmp_path / "b.causo")
    talk(database_url, library, 2, begin=1)
    with pytest.raises(WouldOverwrite):
        restored(file, database_url)
    assert counted(database_url)[0] == 3
    aside, _ = restored(file, database_url, force=True)
    assert counted(database_url)[0] == 1
    if aside.startswith("schema "):
        store = open_store(database_url)
        with store.read() as session:
            kept = session.scalar(text(f'SELECT count(*) FROM "{aside.removeprefix("schema ")}".inbox'))
        store.close()
    else:
        kept = counted(f"sqlite:///{aside}")[0]
    assert kept == 3
    again = saved(database_url, tmp_path / "again.causo")  # what was put aside is not in the next backup
    restored(again, database_url, force=True)
    assert counted(database_url)[0] == 1


@pytest.mark.parametrize(
    "harm", ["truncated", "altered", "swapped", "another", "header", "longer", "no backup", "empty"]
)
def test_a_damaged_backup_is_told_and_touches_nothing(
    database_url: str, library: Library, tmp_path: Path, harm: str
) -> None:
    talk(database_url, library, 1)
    file = saved(database_url, tmp_path / "b.causo")
    data = bytearray(file.read_bytes())
    match harm:
        case "truncated":
            del data[-20:]
        case "altered":
            data[len(data) // 2] ^= 1
        case "swapped":
            data[-40:-20], data[-20:] = data[-20:], data[-40:-20]
        case "another":
            data[-100:] = saved(database_url, tmp_path / "c.causo").read_bytes()[-100:]
        case "header":
            data = data.replace(b'"created": "2026', b'"created": "2025')
        case "longer":
            data += b"x"
        case "no backup":
            data = bytearray(b"hello")
        case "empty":
            data.clear()
    file.write_bytes(data)
    with pytest.raises(BackupUnusable):
        restored(file, database_url, force=True)
    assert counted(database_url)[0] == 1


def test_pieces_cannot_be_left_out_doubled_or_moved() -> None:
    noise = bytes(i * i % 251 ^ (i >> 7) & 0xFF for i in range(1 << 20))
    whole_file = io.BytesIO()
    sealing = Sealing(whole_file, PASSPHRASE, {})
    for number in range(60):
        sealing.write(bytes(byte ^ number for byte in noise[: 1 << 17]) + os.urandom(1 << 17))
    sealing.close()
    data = whole_file.getvalue()
    begin = 17 + int.from_bytes(data[13:17], "big")
    pieces, at = [], begin
    while at < len(data):
        length = 4 + int.from_bytes(data[at : at + 4], "big")
        pieces.append(data[at : at + length])
        at += length
    assert len(pieces) > 3

    def read(*order: int) -> int:
        opening = Opening(io.BytesIO(data[:begin] + b"".join(pieces[n] for n in order)), PASSPHRASE)
        size = 0
        while block := opening.read(100_000):
            size += len(block)
        return size

    everything = range(len(pieces))
    assert read(*everything) == 60 * (1 << 18)
    for order in ([*everything][:-1], [*everything][1:], [0, 0, *everything][1:], [1, 0, *everything][:2]):
        with pytest.raises(BackupUnusable):
            read(*order)


def test_much_of_the_same_is_read_in_small_steps() -> None:
    file = io.BytesIO()
    sealing = Sealing(file, PASSPHRASE, {})
    for _ in range(64):
        sealing.write(bytes(1 << 20))
    sealing.close()
    file.seek(0)
    opening, size = Opening(file, PASSPHRASE), 0
    while block := opening.read(1 << 16):
        size += len(block)
        assert len(opening._plain) <= 1 << 20
    assert size == 64 << 20


def test_another_passphrase_opens_nothing(database_url: str, tmp_path: Path) -> None:
    file = saved(database_url, tmp_path / "b.causo")
    with pytest.raises(BackupUnusable, match="passphrase"):
        restored(file, database_url, force=True, passphrase="một câu dài khác hẳn")


def test_a_backup_of_a_newer_program_is_not_restored(database_url: str, other_url: str, tmp_path: Path) -> None:
    store = open_store(database_url)
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    file = saved(database_url, tmp_path / "b.causo")
    with pytest.raises(BackupUnusable, match="newer"):
        restored(file, other_url)


def test_a_backup_of_the_other_kind_is_not_restored(database_url: str, tmp_path: Path) -> None:
    file = saved(database_url, tmp_path / "b.causo")
    other = "postgresql://x@127.0.0.1:1/x" if database_url.startswith("sqlite") else f"sqlite:///{tmp_path / 'x.db'}"
    with pytest.raises(BackupUnusable, match="cannot be restored to"):
        restored(file, other)


def test_a_backup_taken_while_two_thousand_messages_are_written_is_consistent(
    database_url: str, other_url: str, tmp_path: Path
) -> None:
    store = open_store(database_url)
    begun, most = threading.Event(), 2000

    def write() -> None:
        with store.write() as session:
            session.add(Conversation(id=1, channel="console", chat="a", state="{}", seq=0, last_at=NOW))
        for number in range(1, most + 1):
            with store.write() as session:  # a message and its reply: never one without the other
                common = {"conversation_id": 1, "channel": "console", "seq": number}
                session.add(Inbox(**common, message_id=str(number), received_at=NOW, text="x" * 400))
                reply = Outbox(**common, chat="a", payload="{}", status="sent", priority=0, attempts=0)
                reply.not_before = reply.created_at = NOW
                session.add(reply)
                session.execute(update(Conversation).where(Conversation.id == 1).values(seq=number))
            if number == 200:
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    files = []
    while writer.is_alive() and len(files) < 3:
        files.append(saved(database_url, tmp_path / f"{len(files)}.causo"))
    writer.join()
    store.close()
    assert files
    for file in files:
        restored(file, other_url, force=True)
        heard, told = counted(other_url)
        again = open_store(other_url)
        with again.read() as session:
            assert session.scalar(select(Conversation.seq)) == heard == told
        again.close()
        assert heard >= 200
    assert counted(database_url) == (most, most)


def test_a_corrupted_database_is_replaced_and_kept(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "causo.sqlite3"
    upgrade(f"sqlite:///{path}")
    talk(f"sqlite:///{path}", library, 2)
    file = saved(f"sqlite:///{path}", tmp_path / "b.causo")
    path.write_bytes(b"no database any more" * 1000)
    Path(f"{path}-wal").write_bytes(b"of another life" * 100)
    aside, _ = restored(file, f"sqlite:///{path}", force=True)
    assert counted(f"sqlite:///{path}")[0] == 2
    assert Path(aside).read_bytes().startswith(b"no database any more")


def test_a_file_that_is_in_use_is_not_replaced(library: Library, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'causo.sqlite3'}"
    upgrade(url)
    file = saved(url, tmp_path / "b.causo")
    with closing(sqlite3.connect(tmp_path / "causo.sqlite3")) as running:
        running.execute("SELECT count(*) FROM inbox").fetchone()
        with pytest.raises(StillRunning):
            restored(file, url, force=True)
    assert counted(url)[0] == 0


@pytest.mark.postgresql
def test_a_missing_or_old_pg_dump_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.3'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(postgresql.ToolMissing, match="version 12, the server of 15"),
        postgresql.dumping("postgresql://x/x", 15),
    ):
        pass
    old.unlink()
    with pytest.raises(postgresql.ToolMissing, match="is missing"), postgresql.dumping("postgresql://x/x", 15):
        pass


def test_a_restore_that_breaks_off_leaves_the_old_tables(database_url: str, library: Library, tmp_path: Path) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("the file is complete before it takes the place of the old one")
    talk(database_url, library, 2)
    file = saved(database_url, tmp_path / "b.causo")
    with pytest.MonkeyPatch.context() as patch:
        fake = tmp_path / "bin"
        fake.mkdir()
        tool = fake / "pg_restore"
        real = shutil.which("pg_restore")
        tool.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec {real} --version\necho broken >&2\nexit 1\n')
        tool.chmod(0o755)
        patch.setenv("PATH", f"{fake}:/usr/bin:/bin")
        with pytest.raises(postgresql.ToolMissing, match="broken"):
            restored(file, database_url, force=True)
    assert counted(database_url)[0] == 2


def test_the_commands_say_what_they_did_and_what_is_wrong(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, run = f"sqlite:///{tmp_path / 'var' / 'causo.sqlite3'}", CliRunner()
    upgrade(url)
    talk(url, library, 1)
    monkeypatch.setenv("CAUSO_DATABASE_URL", url)
    (tmp_path / "var" / "secret.key").write_text("the key of this installation")
    (tmp_path / "pass").write_text(PASSPHRASE + "\n")
    target = tmp_path / "b.causo"
    with_key = ["--key-file", str(tmp_path / "pass")]

    assert isinstance(run.invoke(commands, ["backup", str(target)]).exception, CausoError)  # no passphrase
    done = run.invoke(commands, ["backup", str(target), *with_key])
    assert "Backed up" in done.output
    assert "exists" in str(run.invoke(commands, ["backup", str(target), *with_key]).exception)
    assert "A whole backup of sqlite" in run.invoke(commands, ["restore", str(target), "--check", *with_key]).output

    shutil.rmtree(tmp_path / "var")
    monkeypatch.setenv("CAUSO_BACKUP_KEY", PASSPHRASE)
    assert "Restored" in run.invoke(commands, ["restore", str(target)]).output
    assert counted(url)[0] == 1
    assert (tmp_path / "var" / "secret.key").read_text() == "the key of this installation"
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0
    assert "no such file" in str(run.invoke(commands, ["restore", str(tmp_path / "none")]).exception).lower()
