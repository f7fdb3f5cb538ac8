"""The tokens of a Zalo Official Account: one pair for all processes, renewed early, kept before it is used.

Access tokens live 25 hours. A refresh token lives three months and works once: the answer to it holds the next one.
Whoever loses that answer needs an administrator's consent again. So one process at a time may ask (a lease in the
database, no lock is held while the network is waited for), and what it gets is committed before anybody uses it. When
the database is away just then, the pair is held in memory until it is back.
https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from anyio import to_thread
from sqlalchemy.orm import Session

from bot.channels.zalo_oauth import App, Pair, Refusal, ask
from bot.errors import RetryLater, StoreAway
from bot.seal import seal, unseal
from bot.store.connect import Store
from bot.store.insert import insert_into
from bot.store.zalo_tables import ZaloToken

_LEASE = timedelta(seconds=60)  # well over what the token service may take
_PATIENCE = 200  # tenths of a second that a message waits for another process to renew
_EARLY = 0.8  # of a token's life, 20 of its 25 hours: then the next is asked for
_AWAY = timedelta(seconds=15)  # until a service that did not answer is asked again
_REFUSED = timedelta(minutes=15)  # the same, when it said no
_LOOK_SECONDS = 60.0
_log = structlog.get_logger()


class Tokens:
    """The pair in the database, sealed with `key`. `given` is the refresh token from the settings, which counts until a
    newer one is kept; `alarm` tells the operators, in the transaction of its session."""

    def __init__(
        self,
        store: Store,
        key: str,
        app: App,
        clock: Callable[[], datetime],
        given: str | None = None,
        alarm: Callable[[Session], None] = lambda session: None,
    ) -> None:
        self.store, self.key, self.app, self.clock, self.alarm = store, key, app, clock, alarm
        self._given, self._taken = given, False
        self._unsaved: tuple[int, Pair] | None = None

    async def access(self, refused: str | None = None) -> str:
        """A token that should work, another than `refused`. Raises `RetryLater` or `StoreAway`."""
        for _ in range(_PATIENCE):
            found = await to_thread.run_sync(self.step, refused)
            if found is not None:
                return found
            await asyncio.sleep(0.1)
        raise RetryLater("another process renews the token")

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`: renews early, so that no message waits for it and the refresh token never grows old."""
        while not stop.is_set():
            try:
                await to_thread.run_sync(self.renew_early)
            except (RetryLater, StoreAway) as error:
                _log.warning("zalo_token_not_renewed", why=str(error))
            try:
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)
            except TimeoutError:
                pass

    def renew_early(self) -> None:
        """Renew if most of the token's life is over and nobody else is at it. Raises `RetryLater`, `StoreAway`."""
        self.step(None, early=True)

    def step(self, refused: str | None, early: bool = False) -> str | None:
        """The token; None while another process renews it. Once a process has begun to renew it also ends it: a thread
        is not stopped when whoever waits for it is."""
        if self._unsaved:
            self._save(*self._unsaved)
        if self._taken:
            with self.store.read() as session:
                row = session.get(ZaloToken, self.app.id)
            if row is not None and (found := self._usable(row, refused)) and not (early and self._old(row)):
                return found
            if row is not None and self._busy(row):
                return None
        with self.store.write() as session:
            row = self._row(session)
            usable = self._usable(row, refused)
            if usable and not (early and self._old(row)):
                return usable
            if self._busy(row):
                return usable
            owner = f"{os.getpid()}-{secrets.token_hex(4)}"
            refresh, version = self._claim(row, owner), row.version
        return self._renew(refresh, version, owner)

    def _row(self, session: Session) -> ZaloToken:
        """The row, locked. The settings' token is taken when there is no row, or when it is another than last time."""
        given = hashlib.sha256(self._given.encode()).hexdigest() if self._given else None
        row = session.get(ZaloToken, self.app.id, with_for_update=True)
        if row is None and self._given:
            values = {"app": self.app.id, "refresh": seal(self.key, self._given), "version": 1, "given": given}
            session.execute(insert_into(session, ZaloToken).values(**values).on_conflict_do_nothing())
            row = session.get(ZaloToken, self.app.id, with_for_update=True)
        if row is None:
            raise RetryLater("no refresh token yet: causo zalo token", after=60)
        if given and not self._taken and row.given != given:
            replace_refresh(row, self.key, self._given or "")
            row.given = given
        self._taken = True
        return row

    def _usable(self, row: ZaloToken, refused: str | None) -> str | None:
        if row.access is None or row.expires_at is None or row.expires_at <= self.clock():
            return None
        access = unseal(self.key, row.access)
        return None if access == refused else access

    def _old(self, row: ZaloToken) -> bool:
        if row.renewed_at is None or row.expires_at is None:
            return True
        return self.clock() >= row.renewed_at + (row.expires_at - row.renewed_at) * _EARLY

    def _busy(self, row: ZaloToken) -> bool:
        return row.owned_until is not None and row.owned_until > self.clock()

    def _claim(self, row: ZaloToken, owner: str) -> str:
        now = self.clock()
        if row.not_before is not None and row.not_before > now:
            raise RetryLater(row.problem or "token service away", after=(row.not_before - now).total_seconds())
        refresh = unseal(self.key, row.refresh)
        if refresh is None:
            raise RetryLater("CAUSO_SECRET_KEY is not the one the tokens were kept with: causo zalo token", after=300)
        row.owner, row.owned_until = owner, now + _LEASE
        return refresh

    def _renew(self, refresh: str, version: int, owner: str) -> str:
        try:
            pair = ask(self.app, grant_type="refresh_token", refresh_token=refresh)
        except RetryLater:
            self._failed(owner, _AWAY)
            raise
        except Refusal as refusal:
            self._failed(owner, _REFUSED, str(refusal))
            raise RetryLater(f"consent needed: {refusal}", after=_REFUSED.total_seconds()) from None
        self._unsaved = (version, pair)
        self._save(version, pair)
        return pair.access

    def _save(self, version: int, pair: Pair) -> None:
        """Keep the pair; nobody uses it before. Raises `StoreAway`, and then it is tried again before anything else."""
        with self.store.write() as session:
            row = session.get_one(ZaloToken, self.app.id, with_for_update=True)
            if row.version == version:  # else the operator gave another one meanwhile
                keep(row, self.key, pair, self.clock())
        self._unsaved = None
        _log.info("zalo_token_renewed")

    def _failed(self, owner: str, wait: timedelta, problem: str | None = None) -> None:
        now = self.clock()
        with self.store.write() as session:
            row = session.get_one(ZaloToken, self.app.id, with_for_update=True)
            if row.owner != owner:
                return
            row.owner, row.owned_until, row.not_before = None, None, now + wait
            if problem is None:
                return
            row.problem = problem
            _log.error("zalo_consent_needed", said=problem, do="causo zalo authorize")
            if row.alarmed_at is None or row.alarmed_at < now - timedelta(days=1):
                row.alarmed_at = now
                self.alarm(session)


def keep(row: ZaloToken, key: str, pair: Pair, now: datetime) -> None:
    """A pair that works."""
    row.access, row.refresh = seal(key, pair.access), seal(key, pair.refresh)
    row.renewed_at, row.expires_at = now, now + timedelta(seconds=pair.seconds)
    row.version += 1
    row.owner = row.owned_until = row.not_before = row.problem = row.alarmed_at = None


def replace_refresh(row: ZaloToken, key: str, refresh: str) -> None:
    """A refresh token that an administrator's consent gave; the next pair is asked for with it at once."""
    row.refresh, row.access = seal(key, refresh), None
    row.version += 1
    row.owner = row.owned_until = row.not_before = row.problem = row.alarmed_at = None
