"""Delivery, with a clock that only moves when a test moves it and channels that answer as they are told."""

import asyncio
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.bell import Bell
from bot.channels.contract import Limits, Outgoing, Pace
from bot.engine import Engine
from bot.errors import RetryLater, Undeliverable
from bot.outbox import Outbox
from bot.store.connect import Store, open_store
from bot.store.tables import Outbox as Row
from bot.store.tables import PaceRow
from handlers.effects import ForgetMe
from handlers.turn import Incoming, Outcome, Reply, TextPart
from tests.conftest import NOW


class Platform:
    """Keeps what it was sent; `errors` are raised in turn before it accepts anything."""

    name = "platform"
    limits = Limits(text=1000, buttons=3)

    def __init__(self, *errors: Exception, pace: Pace | None = None) -> None:
        self.errors, self.sent = list(errors), list[tuple[str, str]]()
        self.pace = pace or Pace(per_second=1000, chat_seconds=0)

    async def send(self, chat: str, message: Outgoing) -> None:
        if self.errors:
            raise self.errors.pop(0)
        assert isinstance(message.part, TextPart)
        self.sent.append((chat, message.part.text))


class Bench:
    """An engine that repeats what it hears, and an outbox on the same database."""

    def __init__(self, url: str) -> None:
        self.now = NOW
        self.store: Store = open_store(url)
        self.bell = Bell()
        self.engine = Engine(
            store=self.store,
            tools=lambda *_: None,  # type: ignore[arg-type, return-value]
            answer=self.answer,  # type: ignore[arg-type]
            limits={"platform": Platform.limits},
            clock=lambda: self.now,
            bell=self.bell,
            sorry=lambda: Reply(Outcome.FAILED, (TextPart("xin lỗi"),)),
            key="test key",
        )
        self.count = 0

    def answer(self, turn: object, tools: object) -> Reply:
        said = turn.incoming.text  # type: ignore[attr-defined]
        if said == "boom":
            raise ZeroDivisionError
        effects = (ForgetMe(),) if said == "forget" else ()
        return Reply(Outcome.ANSWERED, (TextPart(said),), effects=effects)

    def hear(self, chat: str, text: str) -> Reply | None:
        self.count += 1
        return self.engine.take(Incoming("platform", chat, str(self.count), self.now, text))

    def outbox(self, platform: Platform) -> Outbox:
        return Outbox(self.store, {"platform": platform}, self.bell, lambda: self.now, random.Random(1))

    def rows(self) -> list[tuple[str, str | None]]:
        with self.store.read() as session:
            return [(row.status, row.reason) for row in session.scalars(select(Row).order_by(Row.id))]


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    made = Bench(database_url)
    yield made
    made.store.close()


async def drain(outbox: Outbox, rounds: int = 10) -> None:
    for _ in range(rounds):
        await outbox.step()
        await outbox.settle()


async def test_it_sends_in_order_and_only_once(bench: Bench) -> None:
    platform = Platform()
    for text in ("một", "hai", "ba"):
        bench.hear("a", text)
    await drain(bench.outbox(platform))
    await drain(bench.outbox(platform))
    assert platform.sent == [("a", "một"), ("a", "hai"), ("a", "ba")]


async def test_it_waits_as_long_as_the_platform_asked_and_keeps_the_order(bench: Bench) -> None:
    platform = Platform(RetryLater("slow down", after=30))
    outbox = bench.outbox(platform)
    bench.hear("a", "một")
    bench.hear("a", "hai")
    bench.hear("b", "khác")
    await drain(outbox)
    assert ("b", "khác") in platform.sent
    assert ("a", "hai") not in platform.sent, "a later message must not overtake one that waits"
    bench.now += timedelta(seconds=29)
    await drain(outbox)
    assert [chat for chat, _ in platform.sent] == ["b"]
    bench.now += timedelta(seconds=2)
    await drain(outbox)
    assert platform.sent[1:] == [("a", "một"), ("a", "hai")]


async def test_what_can_never_arrive_is_set_aside_with_its_reason_and_the_next_goes_on(bench: Bench) -> None:
    platform = Platform(Undeliverable("blocked by the user"))
    bench.hear("a", "một")
    bench.hear("a", "hai")
    await drain(bench.outbox(platform))
    assert bench.rows() == [("dead", "blocked by the user"), ("sent", None)]


async def test_it_gives_up_after_many_tries_and_says_why(bench: Bench) -> None:
    platform = Platform(*[RetryLater("away") for _ in range(50)])
    outbox = bench.outbox(platform)
    bench.hear("a", "một")
    for _ in range(15):
        await drain(outbox, rounds=1)
        bench.now += timedelta(hours=1)
    assert bench.rows() == [("dead", "gave up: away")]
    assert len(platform.errors) == 50 - 12


async def test_a_bug_in_a_channel_loses_nothing(bench: Bench) -> None:
    platform = Platform(KeyError("bug"))
    outbox = bench.outbox(platform)
    bench.hear("a", "một")
    await drain(outbox)
    assert platform.sent == []
    bench.now += timedelta(seconds=5)
    await drain(outbox)
    assert platform.sent == [("a", "một")]


async def test_a_message_of_a_dead_process_goes_out_when_its_lease_has_ended(bench: Bench) -> None:
    platform = Platform()
    bench.hear("a", "một")
    dead = bench.outbox(platform)
    assert len(dead._claim(10)) == 1  # claimed, and then the process died
    other = bench.outbox(platform)
    await drain(other)
    assert platform.sent == []
    bench.now += timedelta(minutes=2)
    await drain(other)
    assert platform.sent == [("a", "một")]


async def test_two_processes_never_send_the_same_message(bench: Bench) -> None:
    platform = Platform()
    for number in range(40):
        bench.hear(f"chat{number % 8}", str(number))
    first, second = bench.outbox(platform), bench.outbox(platform)
    for _ in range(12):
        await asyncio.gather(first.step(), second.step())
        await first.settle()
        await second.settle()
    assert sorted(platform.sent, key=lambda item: int(item[1])) == [(f"chat{n % 8}", str(n)) for n in range(40)]


def test_two_processes_may_send_their_very_first_message_at_once(bench: Bench) -> None:
    bench.hear("a", "một")
    outbox = Outbox(bench.store, {"platform": Platform()}, Bell(), lambda: bench.now)
    with ThreadPoolExecutor(1) as pool:
        with bench.store.write() as session:
            session.add(PaceRow(channel="platform", chat="", next_at=bench.now))  # the other process is that far
            session.flush()
            begun = pool.submit(lambda: asyncio.run(outbox.step()))
            time.sleep(0.5)
        assert begun.result() == 1


async def test_it_keeps_the_pace_of_a_chat_and_of_the_platform(bench: Bench) -> None:
    platform = Platform(pace=Pace(per_second=2, chat_seconds=1))
    outbox = bench.outbox(platform)
    for number in range(6):
        bench.hear("a", f"a{number}")
        bench.hear(f"other{number}", "x")
    seen = []
    for _ in range(8):
        await drain(outbox, rounds=3)
        seen.append(len(platform.sent))
        bench.now += timedelta(seconds=1)
    steps = [later - before for before, later in pairwise(seen)]
    assert max(steps) <= 3, steps
    assert len(platform.sent) == 12


async def test_stopping_sends_what_is_due_and_starting_again_goes_on(bench: Bench) -> None:
    platform = Platform()
    bench.hear("a", "một")
    stop = asyncio.Event()
    stop.set()
    await bench.outbox(platform).run(stop)
    assert platform.sent == [("a", "một")]


def test_a_failing_answer_apologises_and_keeps_the_message(bench: Bench) -> None:
    reply = bench.hear("a", "boom")
    assert reply is not None
    assert reply.outcome is Outcome.FAILED
    assert bench.rows() == [("waiting", None)]


def test_forgetting_leaves_nothing_but_the_last_word(bench: Bench) -> None:
    bench.hear("a", "bí mật của tôi")
    bench.hear("a", "forget")
    assert len(bench.rows()) == 1
    with bench.store.read() as session:
        dump = " ".join(str(row) for table in Row.metadata.sorted_tables for row in session.execute(select(table)))
    assert "bí mật" not in dump


def test_say_reaches_only_chats_that_are_known(bench: Bench) -> None:
    reply = Reply(Outcome.DONE, (TextPart("báo tin"),))
    assert not bench.engine.say("platform", "stranger", reply)
    bench.hear("a", "chào")
    assert bench.engine.say("platform", "a", reply)
    assert len(bench.rows()) == 2


def test_times_come_back_as_they_went_in(bench: Bench) -> None:
    bench.hear("a", "chào")
    with bench.store.read() as session:
        row = session.scalars(select(Row)).one()
    assert isinstance(row.created_at, datetime)
    assert row.created_at == bench.now
    assert row.created_at.tzinfo is not None
