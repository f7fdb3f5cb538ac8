"""Two processes tell two thousand people, killed at random points and started again: each is told exactly once."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bot.announce import acts
from bot.staff import directory
from bot.store.announce_tables import Announcement, AnnouncementTold
from bot.store.connect import open_store
from bot.store.tables import Conversation, Outbox
from tests.conftest import NOW

ROOT = Path(__file__).parents[2]
PEOPLE, JOINED, LIVES = 2000, 300, 5


def start(url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.announce.announce_worker", url, NOW.isoformat()]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_nobody_is_told_twice_and_nobody_left_out_whatever_dies(database_url: str) -> None:
    rng, store = random.Random(7), open_store(database_url)
    with store.write() as session:
        known = {"channel": "telegram", "state": "{}", "seq": 0, "last_at": NOW}
        session.add_all(Conversation(chat=f"c{number}", **known) for number in range(PEOPLE - JOINED))
        chats = [(f"p{number}", side) for number in range(JOINED) for side in ("a", "b")]
        rng.shuffle(chats)  # the two chats of a person are far from each other
        session.add_all(Conversation(chat=f"{person}{side}", person=person, **known) for person, side in chats)
        author, approver = (directory.add_staff(session, name, "officer") for name in ("Hoa", "Minh"))
        made = acts.write(session, author, acts.Draft("Mai cúp nước.", "all", (("x", "t:x"),)), NOW)
        acts.submit(session, made, author, NOW)
        assert acts.approve(session, made, approver, NOW, NOW)
    killed, counts = 0, []
    for _ in range(LIVES):
        workers = [start(database_url) for _ in range(2)]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline().strip() == "begun"
        for worker in workers:
            time.sleep(rng.uniform(0.05, 0.5))
            killed += worker.poll() is None
            worker.kill()
            worker.communicate()
        with store.read() as session:
            counts.append(session.scalar(select(func.count()).select_from(AnnouncementTold)) or 0)
    assert killed >= LIVES, "else nothing was tried"
    assert 0 < counts[0] < PEOPLE, "else it died before it began or after it ended"
    for last in [start(database_url) for _ in range(2)]:
        assert last.communicate(timeout=180)[0].splitlines()[-1] == "done"
    with store.read() as session:
        chats_told = session.execute(
            select(Conversation.chat, Conversation.person).join(Outbox, Outbox.conversation_id == Conversation.id)
        ).all()
        people = Counter(person or chat for chat, person in chats_told)
        assert len(people) == PEOPLE
        assert set(people.values()) == {1}
        assert session.scalar(select(func.count()).select_from(AnnouncementTold)) == PEOPLE
        assert session.get_one(Announcement, 1).state == "sending"
    store.close()
