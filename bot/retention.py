"""Keeping things no longer than said: what is old is deleted hourly, in small batches, by any number of processes."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, delete, func, or_, select

from bot.announce.pictures import unused
from bot.clock import TIME_ZONE
from bot.forget import erase
from bot.regularly import regularly
from bot.reports.tally import tally
from bot.store.announce_tables import AnnouncementPicture
from bot.store.code_tables import FailedTries, OneTimeCode
from bot.store.connect import Store
from bot.store.consent_tables import Upkeep
from bot.store.identity_tables import DossierProof
from bot.store.insert import insert_into
from bot.store.staff_tables import DeskSession, StaffChat
from bot.store.tables import Call, Conversation, Inbox, Outbox, PaceRow
from bot.store.ticket_tables import Ticket, TicketEntry, TicketPicture
from bot.tickets import pictures

NAME = "retention"
EVERY = timedelta(hours=1)
_BATCH = 500  # rows in one transaction, so that no turn waits long
_LAST_WORD = timedelta(hours=1)  # after which the row of a forgotten chat goes, once nothing waits to be sent
_LOOK_AGAIN = 60.0  # seconds
_log = structlog.get_logger()


class Retention:
    """`days` without a word from its resident and a chat is forgotten; single messages go at that age too. 0: only what
    has run out by itself, and what is left of chats that asked to be forgotten, is cleared away."""

    def __init__(self, store: Store, days: int, clock: Callable[[], datetime]) -> None:
        self.store, self.days, self.clock = store, days, clock

    def due(self) -> Mapping[str, int]:
        """How many rows of each kind would go now; of nothing there is no entry."""
        with self.store.read() as session:
            counts = {
                name: session.scalar(select(func.count()).select_from(table).where(condition)) or 0
                for name, (table, condition) in self._rows().items()
            }
            counts["conversation"] = session.scalar(select(func.count()).where(self._chats())) or 0
        return {name: count for name, count in counts.items() if count}

    def sweep(self) -> int:
        """Count what is over, then delete everything that is due; how many rows. Raises `StoreAway`; what was done
        until then stays done."""
        with self.store.write() as session:
            tally(session, self.clock().astimezone(TIME_ZONE).date())
        removed = 0
        while batch := self._chats_batch():
            removed += batch
        for name in self._rows():
            while batch := self._rows_batch(name):
                removed += batch
        now = self.clock()
        with self.store.write() as session:
            done = {"at": now, "removed": removed}
            row = insert_into(session, Upkeep).values(name=NAME, **done)
            session.execute(row.on_conflict_do_update(index_elements=["name"], set_=done))
        return removed

    def _rows(self) -> Mapping[str, tuple[type, ColumnElement[bool]]]:
        now = self.clock()
        found: dict[str, tuple[type, ColumnElement[bool]]] = {
            "one_time_code": (OneTimeCode, OneTimeCode.expires_at <= now),
            "failed_tries": (FailedTries, FailedTries.until <= now),
            "dossier_proof": (DossierProof, DossierProof.until <= now),
            "announcement_picture": (AnnouncementPicture, unused(now)),
            "ticket_picture": (TicketPicture, pictures.outlived(now)),
            "desk_session": (DeskSession, DeskSession.expires_at <= now),
            "pace": (PaceRow, (PaceRow.next_at <= now - EVERY) & (PaceRow.chat != "")),
        }
        if self.days:
            old = now - timedelta(days=self.days)
            closed = select(Ticket.id).where(Ticket.state == "closed")
            found |= {
                "inbox": (Inbox, Inbox.received_at < old),
                "outbox": (Outbox, Outbox.created_at < old),
                "call": (Call, Call.at < old),
                "ticket_entry": (TicketEntry, (TicketEntry.at < old) & TicketEntry.ticket_id.in_(closed)),
            }
        return found

    def _rows_batch(self, name: str) -> int:
        """PostgreSQL: rows that another process holds are left to it."""
        table, condition = self._rows()[name]
        keys = tuple(table.__table__.primary_key.columns)  # type: ignore[attr-defined]
        with self.store.write() as session:
            some = select(*keys).where(condition).order_by(*keys).limit(_BATCH).with_for_update(skip_locked=True)
            rows = session.execute(some).all()
            for row in rows:
                same = [column == value for column, value in zip(keys, row, strict=True)]
                session.execute(delete(table).where(*same, condition))
        return len(rows)

    def _chats(self) -> ColumnElement[bool]:
        """Idle for too long, but for those of the team; or forgotten, with the last word sent."""
        now = self.clock()
        waiting = select(Outbox.id).where(Outbox.conversation_id == Conversation.id, Outbox.status == "waiting")
        gone = (Conversation.forgotten_at < now - _LAST_WORD) & (Conversation.channel != "web") & ~waiting.exists()
        if not self.days:
            return gone
        team = select(StaffChat.conversation_id)
        idle = (Conversation.last_at < now - timedelta(days=self.days)) & Conversation.id.not_in(team)
        return or_(gone, idle)

    def _chats_batch(self) -> int:
        """Each is locked and looked at again: who writes just now stays."""
        with self.store.write() as session:
            some = select(Conversation).where(self._chats()).order_by(Conversation.id).limit(_BATCH // 10)
            chats = session.scalars(some.with_for_update(skip_locked=True)).all()
            for chat in chats:
                erase(session, chat)
        return len(chats)

    def last(self) -> datetime | None:
        """When any process did it last."""
        with self.store.read() as session:
            done = session.get(Upkeep, NAME)
        return done.at if done else None

    def rest(self) -> bool:
        """Whether it was done within the hour."""
        last = self.last()
        return last is not None and self.clock() - last < EVERY

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        await regularly("retention", self.look, _LOOK_AGAIN, stop)

    def look(self) -> None:
        """What is too old goes, unless that was done within the hour. Raises `StoreAway`."""
        if not self.rest():
            _log.info("retention", removed=self.sweep())
