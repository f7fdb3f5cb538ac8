"""Ten thousand rows imported by two processes at once, killed at random points: each follower is told once."""

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from sqlalchemy import select

from bot.store.connect import open_store
from bot.store.follow_tables import Follow
from bot.store.payload import load
from bot.store.tables import Conversation, DossierRow, Outbox
from tests.conftest import NOW

ROOT = Path(__file__).parents[2]
ROWS, FOLLOWED, LIVES = 10_000, 300, 6


def code(number: int) -> str:
    return f"H24.12-261120-{number:05}"


def table(path: Path) -> None:
    lines = ["Mã hồ sơ,Tên thủ tục,Trạng thái,Ngày nhận,Ngày hẹn trả"]
    lines += [f"{code(n)},Đăng ký kết hôn,Yêu cầu bổ sung,20/11/2026,31/12/2026" for n in range(1, ROWS + 1)]
    path.write_text("\n".join(lines), encoding="utf-8")


def start(url: str, path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.dossiers.import_worker", url, str(path), NOW.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_every_follower_is_told_once_whatever_dies(database_url: str, tmp_path: Path) -> None:
    rng, path, store = random.Random(5), tmp_path / "export.csv", open_store(database_url)
    table(path)
    wanted = rng.sample(range(1, ROWS + 1), FOLLOWED)
    with store.write() as session:
        for number in wanted:
            person = f"p{number}"
            known = {"channel": "console", "chat": person, "person": person, "state": "{}", "seq": 0, "last_at": NOW}
            session.add(Conversation(**known))
            row = {"procedure": "x", "status": "in_progress", "received_on": date(2026, 11, 20), "as_of": NOW}
            session.add(DossierRow(code=code(number), status_words="Đang xử lý", **row))
            session.add(Follow(person=person, code=code(number), seen="in_progress", seen_at=NOW, told="", since=NOW))
    killed = 0
    for _ in range(LIVES):
        workers = [start(database_url, path) for _ in range(2)]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline().strip() == "begun"
        for worker in workers:
            time.sleep(rng.uniform(0.02, 0.6))
            killed += worker.poll() is None
            worker.kill()
            worker.communicate()
    assert killed >= LIVES, "else nothing was tried"
    for last in [start(database_url, path) for _ in range(2)]:
        assert last.communicate(timeout=120)[0].splitlines()[-1] == "done"
    again = start(database_url, path)  # the same export once more
    assert again.communicate(timeout=120)[0].splitlines() == ["begun", "imported", "done"]
    with store.read() as session:
        told = Counter(row.chat for row in session.scalars(select(Outbox)))
        assert told == {f"p{number}": 1 for number in wanted}
        texts = {row.chat: load(row.payload).part for row in session.scalars(select(Outbox))}
        assert all(code(number) in str(texts[f"p{number}"]) for number in wanted)
        assert len(session.scalars(select(DossierRow.code)).all()) == ROWS
    store.close()
