"""Delivery: in order for each chat, at each platform's pace, retried while it can help, else dead with a reason."""

import asyncio
import os
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from anyio import to_thread
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from bot.bell import EVERYTHING, Bell
from bot.channels.contract import Channel, Outgoing
from bot.errors import DeliveryError, RetryLater, StoreAway, Undeliverable
from bot.store.connect import Store
from bot.store.payload import load
from bot.store.tables import Outbox as Row
from bot.store.tables import PaceRow

_AT_ONCE = 32  # messages being sent by this process at the same time
_LEASE = timedelta(seconds=90)  # after this another process may send what a dead one had begun
_LONGEST_SEND = 60.0  # seconds; well within the lease, so that nobody else begins what is still being sent
_MOST_ATTEMPTS = 12  # with the waits below about an hour and a half
_LONGEST_WAIT = 900.0  # seconds
_LOOK_AGAIN = 0.5  # seconds until messages of other processes, or whose time has come, are seen
_DRAIN_SECONDS = 5.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    channel: str
    chat: str
    attempts: int
    message: Outgoing
    wait: float  # seconds until the platform's pace lets it go


class Outbox:
    """Sends what waits, through `channels` by name. Any number of processes may run one on the same database."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        bell: Bell,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
    ) -> None:
        self.store, self.channels, self.bell, self.clock = store, channels, bell, clock
        self.rng = rng or random.Random()  # noqa: S311  spreads retries, keeps no secret
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then what is due goes out for a few seconds more, and what is being sent is finished."""
        if not self.channels:
            await stop.wait()
            return
        while not stop.is_set():
            if not await self.step():
                await self._pause(stop)
        end = asyncio.get_running_loop().time() + _DRAIN_SECONDS
        while asyncio.get_running_loop().time() < end and (await self.step() or self._sending):
            await asyncio.sleep(0.02)
        if self._sending:
            _, unfinished = await asyncio.wait(self._sending, timeout=_DRAIN_SECONDS)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        await self._hand_back()

    async def step(self) -> int:
        """Begin sending what is due now; how many were begun."""
        free = _AT_ONCE - len(self._sending)
        if free <= 0:
            return 0
        try:
            claimed = await to_thread.run_sync(self._claim, free)
        except StoreAway:
            _log.warning("outbox_store_away")
            return 0
        for item in claimed:
            task = asyncio.create_task(self._deliver(item))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(claimed)

    async def settle(self) -> None:
        """Returns when nothing is being sent any more."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def _hand_back(self) -> None:
        """What was begun and not finished goes out as soon as a process starts, not when its lease has ended."""
        try:
            await to_thread.run_sync(self._end_leases)
        except StoreAway:
            _log.warning("outbox_store_away")

    def _end_leases(self) -> None:
        with self.store.write() as session:
            session.execute(update(Row).where(Row.lease_owner == self.owner).values(lease_owner=None, lease_until=None))

    async def _pause(self, stop: asyncio.Event) -> None:
        waits = {asyncio.ensure_future(self.bell.wait(EVERYTHING, _LOOK_AGAIN)), asyncio.ensure_future(stop.wait())}
        await asyncio.wait({*waits, *self._sending}, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    def _claim(self, most: int) -> list[_Claimed]:
        """Lease the first waiting message of each chat whose time has come, as far as the pace allows."""
        now = self.clock()
        claimed: list[_Claimed] = []
        with self.store.write() as session:
            for name, channel in self.channels.items():
                due = self._due(session, name, now, most - len(claimed))
                if not due:
                    continue
                overall = _pace_row(session, name, "")
                for row in due:
                    slot = max(overall.next_at, now)  # one after the other, never two at once
                    if slot > now + timedelta(seconds=_LOOK_AGAIN):
                        break
                    chat = _pace_row(session, name, row.chat)
                    if chat.next_at > now:
                        continue
                    try:
                        message = load(row.payload)
                    except ValueError:
                        row.status, row.reason = "dead", "unreadable"
                        _log.error("outbox_unreadable", channel=name, row=row.id)
                        continue
                    if channel.pace.chat_seconds:
                        chat.next_at = slot + timedelta(seconds=channel.pace.chat_seconds)
                    overall.next_at = slot + timedelta(seconds=1 / channel.pace.per_second)
                    row.lease_owner, row.lease_until = self.owner, now + _LEASE
                    wait = (slot - now).total_seconds()
                    claimed.append(_Claimed(row.id, name, row.chat, row.attempts, message, wait))
        return claimed

    def _due(self, session: Session, name: str, now: datetime, most: int) -> list[Row]:
        first = aliased(Row)
        earliest = (
            select(func.min(first.id))
            .where(first.channel == Row.channel, first.chat == Row.chat, first.status == "waiting")
            .scalar_subquery()
        )
        free = (Row.lease_until.is_(None)) | (Row.lease_until < now)
        # Chats that were written to a moment ago are left out here, else they could fill the whole list.
        resting = select(PaceRow.chat).where(PaceRow.channel == name, PaceRow.chat != "", PaceRow.next_at > now)
        query = (
            select(Row)
            .where(Row.channel == name, Row.status == "waiting", Row.id == earliest, Row.not_before <= now, free)
            .where(Row.chat.not_in(resting))
            .order_by(Row.priority, Row.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return list(session.scalars(query))

    async def _deliver(self, item: _Claimed) -> None:
        await asyncio.sleep(item.wait)
        error = await self._sent(item)
        if error is not None and not isinstance(error, DeliveryError):
            # A bug of ours: loud in the log, and the message is not lost.
            _log.error("send_failed", channel=item.channel, error=type(error).__name__, exc_info=error)
            error = RetryLater(type(error).__name__)
        done = False
        while not done:
            try:
                await to_thread.run_sync(self._settled, item, error)
                done = True
            except StoreAway:
                await asyncio.sleep(1)

    async def _sent(self, item: _Claimed) -> BaseException | None:
        """Sends; what went wrong, if anything did. Taking too long is a reason to try again."""
        sending = asyncio.ensure_future(self.channels[item.channel].send(item.chat, item.message))
        try:
            done, _ = await asyncio.wait({sending}, timeout=_LONGEST_SEND)
        finally:
            sending.cancel()
        return sending.exception() if done else RetryLater("took too long")

    def _settled(self, item: _Claimed, error: BaseException | None) -> None:
        now = self.clock()
        values: dict[str, object] = {"lease_owner": None, "lease_until": None, "attempts": item.attempts + 1}
        match error:
            case None:
                values |= {"status": "sent", "sent_at": now}
            case RetryLater() if item.attempts + 1 < _MOST_ATTEMPTS:
                values |= {"not_before": now + timedelta(seconds=self._wait(item, error)), "reason": error.reason[:180]}
            case RetryLater():
                values |= {"status": "dead", "reason": f"gave up: {error.reason}"[:180]}
            case Undeliverable():
                values |= {"status": "dead", "reason": error.reason[:180]}
        with self.store.write() as session:
            # Only the owner of the lease may write: a process that was asleep too long has lost it.
            mine = (Row.id == item.id) & (Row.lease_owner == self.owner)
            session.execute(update(Row).where(mine).values(**values))
        if error is not None:
            _log.warning("not_delivered", channel=item.channel, dead="status" in values, reason=values.get("reason"))
        self.bell.ring(item.channel, item.chat)

    def _wait(self, item: _Claimed, error: RetryLater) -> float:
        """Seconds: what the platform asked for, else twice as long each time, spread so that chats do not meet."""
        if error.after is not None:
            return error.after + self.rng.uniform(0, 0.5)
        return min(_LONGEST_WAIT, 2.0**item.attempts) * self.rng.uniform(0.5, 1.0)


def _pace_row(session: Session, channel: str, chat: str) -> PaceRow:
    row = session.get(PaceRow, (channel, chat), with_for_update=True)
    if row is None:
        row = PaceRow(channel=channel, chat=chat, next_at=datetime(2000, 1, 1, tzinfo=UTC))
        session.add(row)
        session.flush()
    return row
