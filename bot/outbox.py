"""Delivery: in order for each chat, at each platform's pace, retried while it can help, else dead with a reason."""

import asyncio
import os
import random
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from anyio import to_thread
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from bot import pacing
from bot.bell import Bell
from bot.channels.contract import Channel, Outgoing
from bot.errors import DeliveryError, NotNow, RetryLater, StoreAway, Undeliverable, WindowClosed
from bot.quota import Quota
from bot.store.connect import Store
from bot.store.counting import count, counted
from bot.store.payload import load
from bot.store.tables import Outbox as Row

_AT_ONCE = 32  # messages being sent to one platform by this process at the same time
_LEASE = timedelta(seconds=90)  # after this another process may send what a dead one had begun
_LONGEST_SEND = 60.0  # seconds; well within the lease, so that nobody else begins what is still being sent
_MOST_ATTEMPTS = 12  # with the waits below about an hour and a half
_LONGEST_WAIT = 900.0  # seconds
_LOOK_AGAIN = 0.5  # seconds until messages of other processes, or whose time has come, are seen
_DRAIN_SECONDS = 5.0
NOT_NOW = "_not_now"  # after the channel's name: counts how often a platform took nothing more from us
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    channel: str
    chat: str
    attempts: int
    message: Outgoing
    wait: float  # seconds until the platform's pace lets it go
    at: datetime


class Outbox:
    """Sends what waits, through `channels` by name. Any number of processes may run one on the same database.

    A smaller priority goes first, among chats and within one; what has the same goes in order. `quotas` are the plans
    of channels that have one: what they hold back waits.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        bell: Bell,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
        quotas: Mapping[str, Quota] | None = None,
    ) -> None:
        self.store, self.channels, self.bell, self.clock = store, channels, bell, clock
        self.rng = rng or random.Random()  # noqa: S311  spreads retries, keeps no secret
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.quotas = dict(quotas or {})
        self._sending: set[asyncio.Task[None]] = set()
        self._done: list[_Claimed] = []  # sent, and waiting to be noted together
        self._noting = asyncio.Lock()
        self._rung = asyncio.Event()  # something was queued, or there is room again
        self._busy: Counter[str] = Counter()  # by channel, so that one that hangs does not take the others' room

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then what is due goes out for a few seconds more, and what is being sent is finished."""
        if not self.channels:
            await stop.wait()
            return
        with self.bell.listening() as self._rung:
            while not stop.is_set():
                self._rung.clear()
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
        try:
            claimed = await to_thread.run_sync(self._claim, _AT_ONCE)
        except StoreAway:
            _log.warning("outbox_store_away")
            return 0
        for item in claimed:
            task = asyncio.create_task(self._deliver(item))
            self._sending.add(task)
            self._busy[item.channel] += 1
            task.add_done_callback(partial(self._finished, item.channel))
        return len(claimed)

    def _finished(self, channel: str, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if self._busy[channel] >= _AT_ONCE:
            self._rung.set()
        self._busy[channel] -= 1

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
        """Until something was queued, or noted as sent: what waits behind it may go then."""
        waits = {asyncio.ensure_future(self._rung.wait()), asyncio.ensure_future(stop.wait())}
        await asyncio.wait(waits, timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    def _claim(self, most: int) -> list[_Claimed]:
        """Lease the first waiting message of each chat whose time has come, as far as pace and plan allow; at most so
        many of a channel as, with those being sent, are `most`."""
        now = self.clock()
        claimed: list[_Claimed] = []
        with self.store.write() as session:
            for name in self.channels:
                room = most - self._busy[name]
                if room > 0 and (due := self._due(session, name, now, room)):
                    claimed += self._leased(session, name, due, now)
        return claimed

    def _leased(self, session: Session, name: str, due: list[Row], now: datetime) -> list[_Claimed]:
        pace, quota = self.channels[name].pace, self.quotas.get(name)
        overall = pacing.overall(session, name)  # held until the end, so that pace and plan are everybody's
        left = quota.used(session, now) if quota else ()
        resting = pacing.still_resting(session, name, [row.chat for row in due], now) if pace.chat_seconds else set()
        taken: list[_Claimed] = []
        rests: dict[str, datetime] = {}
        for row in due:
            slot = max(overall.next_at, now)  # one after the other, never two at once
            if slot > now + timedelta(seconds=_LOOK_AGAIN):
                break
            if any(len(taken) >= (one.announcements_left if row.priority > 0 else one.replies_left) for one in left):
                break  # replies come first in the list: where one does not go, nothing after it does
            if row.chat in resting:
                continue
            try:
                message = load(row.payload)
            except ValueError:
                row.status, row.reason = "dead", "unreadable"
                _log.error("outbox_unreadable", channel=name, row=row.id)
                continue
            rests[row.chat] = slot + timedelta(seconds=pace.chat_seconds)
            overall.next_at = slot + timedelta(seconds=1 / pace.per_second)
            row.lease_owner, row.lease_until = self.owner, now + _LEASE
            wait = (slot - now).total_seconds()
            taken.append(_Claimed(row.id, name, row.chat, row.attempts, message, wait, now))
        if pace.chat_seconds and taken:
            pacing.rest(session, name, rests)
        if quota and taken:
            quota.take(session, now, len(taken))
        return taken

    def _due(self, session: Session, name: str, now: datetime, most: int) -> list[Row]:
        other = aliased(Row)
        sooner = (other.priority < Row.priority) | ((other.priority == Row.priority) & (other.id < Row.id))
        same_chat = (other.channel == Row.channel) & (other.chat == Row.chat) & (other.status == "waiting")
        free = (Row.lease_until.is_(None)) | (Row.lease_until < now)
        # Chats that were written to a moment ago are left out here, else they could fill the whole list.
        query = (
            select(Row)
            .where(Row.channel == name, Row.status == "waiting", Row.not_before <= now, free)
            .where(~exists().where(same_chat, sooner))
            .where(Row.chat.not_in(pacing.resting(name, now)))
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
        if error is not None:
            await self._until_noted(partial(self._settled, item, error))
            return
        self._done.append(item)
        async with self._noting:  # while one writes, others come; the next writes for all of them
            done, self._done = self._done, []
            if done:
                await self._until_noted(partial(self._noted, done))

    async def _until_noted(self, write: Callable[[], None]) -> None:
        while True:
            try:
                await to_thread.run_sync(write)
                return
            except StoreAway:
                await asyncio.sleep(1)

    def _noted(self, items: list[_Claimed]) -> None:
        """These were sent."""
        values = {"lease_owner": None, "lease_until": None, "status": "sent", "sent_at": self.clock()}
        with self.store.write() as session:
            mine = Row.id.in_([item.id for item in items]) & (Row.lease_owner == self.owner)
            more = {**values, "attempts": Row.attempts + 1}
            session.execute(update(Row).where(mine).values(**more), execution_options={"synchronize_session": False})
        for item in items:
            self.bell.ring(item.channel, item.chat)

    async def _sent(self, item: _Claimed) -> BaseException | None:
        """Sends; what went wrong, if anything did. Taking too long is a reason to try again."""
        sending = asyncio.ensure_future(self.channels[item.channel].send(item.chat, item.message))
        try:
            done, _ = await asyncio.wait({sending}, timeout=_LONGEST_SEND)
        finally:
            sending.cancel()
        return sending.exception() if done else RetryLater("took too long")

    def _settled(self, item: _Claimed, error: BaseException) -> None:
        now = self.clock()
        values: dict[str, object] = {"lease_owner": None, "lease_until": None, "attempts": item.attempts + 1}
        match error:
            case NotNow():
                rests = now + timedelta(seconds=error.rest)
                values |= {"attempts": item.attempts, "not_before": rests, "reason": error.reason[:180]}
            case RetryLater() if item.attempts + 1 < _MOST_ATTEMPTS:
                values |= {"not_before": now + timedelta(seconds=self._wait(item, error)), "reason": error.reason[:180]}
            case RetryLater():
                values |= {"status": "dead", "reason": f"gave up: {error.reason}"[:180]}
            case WindowClosed():  # bot/parking.py lets it go
                values |= {"status": "parked", "reason": error.reason[:180]}
            case Undeliverable():
                values |= {"status": "dead", "reason": error.reason[:180]}
        with self.store.write() as session:
            # Only the owner of the lease may write: a process that was asleep too long has lost it.
            mine = (Row.id == item.id) & (Row.lease_owner == self.owner)
            session.execute(update(Row).where(mine).values(**values))
            if isinstance(error, NotNow):
                self._rest(session, item.channel, error, now)
            if quota := self.quotas.get(item.channel):
                quota.take(session, item.at, -1)
        status = values.get("status", "waiting")
        _log.warning("not_delivered", channel=item.channel, status=status, reason=values.get("reason"))
        self.bell.ring(item.channel, item.chat)

    def _rest(self, session: Session, channel: str, error: NotNow, now: datetime) -> None:
        """Nothing goes out there for a while. The operator is told once a day, whichever process it is."""
        overall = pacing.overall(session, channel)
        overall.next_at = max(overall.next_at, now + timedelta(seconds=error.rest))
        session.flush()
        if not counted(session, f"{channel}{NOT_NOW}", now):
            _log.error("platform_takes_no_more", channel=channel, said=error.reason, again_in=error.rest)
        count(session, f"{channel}{NOT_NOW}", now)

    def _wait(self, item: _Claimed, error: RetryLater) -> float:
        """Seconds: what the platform asked for, else twice as long each time, spread so that chats do not meet."""
        if error.after is not None:
            return error.after + self.rng.uniform(0, 0.5)
        return min(_LONGEST_WAIT, 2.0**item.attempts) * self.rng.uniform(0.5, 1.0)
