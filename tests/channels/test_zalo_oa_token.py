"""Zalo's tokens: one refresh for everybody, kept before use, and what happens when that goes wrong."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.zalo_alarm import tell_operators
from bot.channels.zalo_oauth import App
from bot.channels.zalo_token import Tokens
from bot.clock import now
from bot.errors import RetryLater, StoreAway
from bot.staff.directory import add_staff, join_chat
from bot.store.connect import Store, open_store, upgrade
from bot.store.tables import Conversation
from bot.store.ticket_tables import Parcel
from bot.store.zalo_tables import ZaloToken
from bot.stored_state import Stored, dump
from tests.conftest import KEY, NOW
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, ZaloOa


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def double() -> Iterator[ZaloOa]:
    with ZaloOa().running() as made:
        yield made


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = open_store(database_url)
    yield made
    made.close()


@pytest.fixture
def clock(double: ZaloOa) -> Clock:
    made = Clock()
    double.now = lambda: made.now.timestamp()
    return made


def tokens_of(store: Store, double: ZaloOa, clock: Clock, given: str | None = "refresh-0") -> Tokens:
    def alarm(session: object) -> None:
        tell_operators(session, "cần cấp quyền lại")  # type: ignore[arg-type]

    return Tokens(store, KEY, App(APP_ID, APP_SECRET, double.url), clock, given, alarm)


def row_of(store: Store) -> ZaloToken:
    with store.read() as session:
        return session.get_one(ZaloToken, APP_ID)


async def test_a_pair_is_asked_for_once_and_used_by_everybody(store: Store, double: ZaloOa, clock: Clock) -> None:
    one, other = tokens_of(store, double, clock), tokens_of(store, double, clock)
    assert await one.access() == "access-1"
    assert await other.access() == "access-1"
    assert double.renewals == 1


async def test_nothing_of_a_token_can_be_read_in_the_database(store: Store, double: ZaloOa, clock: Clock) -> None:
    await tokens_of(store, double, clock).access()
    row = row_of(store)
    kept = " ".join(str(getattr(row, column.key)) for column in row.__table__.columns)
    assert "access-" not in kept
    assert "refresh-" not in kept


async def test_twenty_messages_with_a_dead_token_renew_it_once(store: Store, double: ZaloOa, clock: Clock) -> None:
    tokens = tokens_of(store, double, clock)
    first = await tokens.access()
    double.thinking = 0.3
    assert set(await asyncio.gather(*(tokens.access(first) for _ in range(20)))) == {"access-2"}
    assert double.renewals == 2


def test_processes_that_race_for_a_new_pair_ask_once(database_url: str, double: ZaloOa) -> None:
    store = open_store(database_url)
    tokens = Tokens(store, KEY, App(APP_ID, APP_SECRET, double.url), now, "refresh-0")
    assert tokens.step(None) == "access-1"
    double.thinking = 0.5
    command = [sys.executable, "-m", "tests.channels.zalo_token_worker", database_url, double.url, "access-1"]
    workers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60)[0].split() for worker in workers]
    assert [set(words) for words in said] == [{"access-2"}] * 4
    assert double.renewals == 2
    store.close()


async def test_it_is_renewed_after_twenty_of_its_twenty_five_hours(store: Store, double: ZaloOa, clock: Clock) -> None:
    tokens = tokens_of(store, double, clock)
    await tokens.access()
    clock.now += timedelta(hours=19, minutes=59)
    tokens.renew_early()
    assert double.renewals == 1
    clock.now += timedelta(minutes=2)
    tokens.renew_early()
    assert double.renewals == 2
    assert await tokens.access() == "access-2"


async def test_while_it_is_renewed_early_messages_go_on_with_the_old_one(
    store: Store, double: ZaloOa, clock: Clock
) -> None:
    tokens = tokens_of(store, double, clock)
    await tokens.access()
    clock.now += timedelta(hours=21)
    with store.write() as session:
        row = session.get_one(ZaloToken, APP_ID)
        row.owner, row.owned_until = "another", clock.now + timedelta(seconds=60)
    tokens.renew_early()
    assert await tokens.access() == "access-1"
    assert double.renewals == 1


async def test_a_process_that_died_while_renewing_is_taken_over(store: Store, double: ZaloOa, clock: Clock) -> None:
    tokens = tokens_of(store, double, clock)
    first = await tokens.access()
    with store.write() as session:
        row = session.get_one(ZaloToken, APP_ID)
        row.owner, row.owned_until = "dead", clock.now + timedelta(seconds=60)
    assert await asyncio.to_thread(tokens.step, first) is None
    clock.now += timedelta(seconds=61)
    assert await tokens.access(first) == "access-2"


async def test_a_lost_answer_ends_in_an_alarm_and_a_new_consent_mends_it(
    store: Store, double: ZaloOa, clock: Clock
) -> None:
    with store.write() as session:
        chat = Conversation(channel="telegram", chat="7", state=dump(Stored()), seq=0, last_at=clock.now)
        session.add(chat)
        session.flush()
        join_chat(session, chat, add_staff(session, "Hoa", "operator"))
    tokens = tokens_of(store, double, clock)
    await tokens.access()
    double.drop_answers = 1
    with pytest.raises(RetryLater):
        await tokens.access("access-1")
    assert row_of(store).problem is None, "nobody knows yet whether it was done"
    with pytest.raises(RetryLater):
        await tokens.access("access-1")  # not asked again at once
    assert double.token_calls == ["refresh_token"] * 2
    clock.now += timedelta(seconds=16)
    with pytest.raises(RetryLater, match="consent needed"):
        await tokens.access("access-1")
    assert "-14014" in (row_of(store).problem or "")
    clock.now += timedelta(minutes=16)
    with pytest.raises(RetryLater, match="consent needed"):
        await tokens.access("access-1")
    with store.read() as session:
        assert len(session.scalars(select(Parcel)).all()) == 1, "told once a day"
    double.refresh = "from-consent"
    assert await tokens_of(store, double, clock, "from-consent").access() == "access-3"
    assert row_of(store).problem is None


async def test_until_it_has_run_out_the_old_token_still_sends(store: Store, double: ZaloOa, clock: Clock) -> None:
    tokens = tokens_of(store, double, clock)
    await tokens.access()
    double.refresh = "somebody else's"
    clock.now += timedelta(hours=21)
    with pytest.raises(RetryLater):
        tokens.renew_early()
    assert await tokens.access() == "access-1"


async def test_a_setting_that_was_used_up_does_not_come_back_at_the_next_start(
    store: Store, double: ZaloOa, clock: Clock
) -> None:
    await tokens_of(store, double, clock).access()
    again = tokens_of(store, double, clock)
    assert await again.access("access-1") == "access-2"


async def test_without_any_refresh_token_it_says_what_to_do(store: Store, double: ZaloOa, clock: Clock) -> None:
    with pytest.raises(RetryLater, match="causo zalo token"):
        await tokens_of(store, double, clock, None).access()


async def test_a_pair_that_could_not_be_kept_is_kept_as_soon_as_the_database_is_back(
    tmp_path: Path, double: ZaloOa, clock: Clock
) -> None:
    file = tmp_path / "causo.sqlite3"
    upgrade(f"sqlite:///{file}")
    store = open_store(f"sqlite:///{file}")
    tokens = tokens_of(store, double, clock)
    first = await tokens.access()
    double.thinking = 0.6
    asking = asyncio.create_task(tokens.access(first))
    await asyncio.sleep(0.3)
    store.close()
    file.rename(tmp_path / "gone")  # the database goes away while the service is asked
    file.mkdir()
    with pytest.raises(StoreAway):
        await asking
    file.rmdir()
    (tmp_path / "gone").rename(file)
    assert await tokens.access(first) == "access-2"
    assert double.renewals == 2
    assert await tokens_of(store, double, clock).access() == "access-2"
    store.close()
