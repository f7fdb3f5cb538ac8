"""The engine's promise under fire: a real process, killed at random points, fed with duplicates and redeliveries."""

import json
import random
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.store.connect import open_store
from bot.store.tables import Inbox, Outbox

ROOT = Path(__file__).parents[2]


def start(url: str, file: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.engine.worker", url, str(file)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def feed(worker: "subprocess.Popen[str]", lines: list[str]) -> None:
    assert worker.stdin is not None
    try:
        worker.stdin.write("".join(f"{line}\n" for line in lines))
        worker.stdin.flush()
    except BrokenPipeError:
        pass


@pytest.mark.parametrize("seed", [1, 2])
def test_no_message_is_lost_no_turn_runs_twice_and_replies_keep_their_order(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    rng, file = random.Random(seed), tmp_path / "received"
    chats = [f"chat{number}" for number in range(6)]
    wanted = [f"{rng.choice(chats)} m{number}" for number in range(120)]
    acknowledged: set[str] = set()
    for _ in range(4):  # a life of the process: messages still unacknowledged, some again, then the axe
        open_ones = [line for line in wanted if line.split()[1] not in acknowledged]
        batch = open_ones[: rng.randint(20, 45)]
        again = rng.sample(wanted, 5) if acknowledged else []
        worker = start(database_url, file)
        feed(
            worker,
            [
                *(line for line in again if line.split()[1] in acknowledged),
                *batch,
                *rng.sample(batch, min(4, len(batch))),
            ],
        )
        assert worker.stdout is not None
        for _ in range(rng.randint(3, 25)):
            said = worker.stdout.readline().strip()
            if not said:
                break
            acknowledged.add(said)
        worker.kill()
        worker.communicate()
        _end_leases(database_url)
    worker = start(database_url, file)
    rest = [line for line in wanted if line.split()[1] not in acknowledged]
    out, _ = worker.communicate("".join(f"{line}\n" for line in rest), timeout=60)
    assert worker.returncode == 0
    acknowledged |= set(out.split())

    assert acknowledged == {line.split()[1] for line in wanted}
    received: dict[str, list[str]] = defaultdict(list)
    for line in file.read_text().splitlines():
        chat, text = json.loads(line)
        received[chat].append(text)
    for chat in chats:
        mine = [line.split()[1] for line in wanted if line.startswith(f"{chat} ")]
        once = list(dict.fromkeys(received[chat]))  # at least once: a reply may come again after a crash
        assert [int(text.split()[0]) for text in once] == list(range(1, len(mine) + 1)), "each turn once, in order"
        assert {text.split()[1] for text in once} == set(mine), "every message has its reply"
    store = open_store(database_url)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Inbox)) == len(wanted)
        assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.status != "sent")) == 0
    store.close()


def _end_leases(url: str) -> None:
    """What the killed process was sending is free again, as it would be a little later."""
    store = open_store(url)
    with store.write() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Outbox).where(Outbox.lease_until.is_not(None)).values(lease_until=past))
    store.close()
