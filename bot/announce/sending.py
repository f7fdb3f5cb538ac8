"""Telling many people: in small batches, once each, in waking hours, behind the replies, by any number of processes.

Whom it was told is kept in the transaction that queues the messages, so a process may die anywhere. The announcement's
row is held meanwhile: batches of one announcement come one after the other, and a pause falls between two of them.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.announce.acts import finish, locked
from bot.announce.audience import Addressee, Scope, addressees, to_tell
from bot.announce.message import message
from bot.announce.taking_back import take_back
from bot.bell import Bell
from bot.channels.contract import Limits
from bot.clock import TIME_ZONE
from bot.following.notices import SLEEPS, WAKES
from bot.following.reach import offered
from bot.regularly import regularly
from bot.store.announce_tables import Announcement, AnnouncementTold
from bot.store.connect import Store
from bot.store.tables import Conversation, Outbox
from handlers.turn import Reply

PRIORITY = 9  # replies overtake it, and so do notices
KEPT = timedelta(days=7)  # who cannot be written to until then is left out: it is no news any more
_BATCH = 50  # people in one transaction, so that no turn waits long
_REST = 0.03  # seconds between two of them, in which others may write
_EVERY = 15.0  # seconds
_SHUT = "the window was closed before it was told"
_log = structlog.get_logger()

Queue = Callable[[Session, Conversation, Reply, datetime, int], None]


class Announcer:
    """`queue` puts a reply into a conversation's outbox, `texts` are the content's, `limits` those of each channel."""

    def __init__(
        self,
        store: Store,
        scope: Scope,
        queue: Queue,
        texts: Callable[[], Mapping[str, str]],
        limits: Mapping[str, Limits],
        bell: Bell,
        clock: Callable[[], datetime],
    ) -> None:
        self.store, self.scope, self.queue, self.texts = store, scope, queue, texts
        self.limits, self.bell, self.clock = limits, bell, clock

    def look(self) -> int:
        """Tell who is to be told now; how many people. At night what waits is taken back. Raises `StoreAway`."""
        now = self.clock()
        with self.store.read() as session:
            active = select(Announcement.id).where(Announcement.state.in_(("approved", "sending")))
            due = session.scalars(active.where(Announcement.not_before <= now).order_by(Announcement.id)).all()
        told = 0
        for number in due:
            if not WAKES <= now.astimezone(TIME_ZONE).time() < SLEEPS:
                with self.store.write() as session:
                    take_back(session, number, parked=False)
                continue
            while batch := self._batch(number):
                told += batch
                time.sleep(_REST)
            self._end(number)
        if told:
            _log.info("announced", people=told)
        return told

    def _batch(self, number: int) -> int:
        """A few people more; 0 when there is nobody left, or only people who are just having a turn."""
        now, chats, done = self.clock(), list[tuple[str, str]](), 0
        with self.store.write() as session:
            announcement = locked(session, number)
            if announcement is None or announcement.state not in ("approved", "sending"):
                return 0
            if announcement.started_at is None:
                announcement.state, announcement.started_at = "sending", now
                announcement.up_to = session.scalar(select(func.max(Conversation.id))) or 0
                session.flush()
            if now > announcement.started_at + KEPT:
                return 0
            some = select(Conversation).where(to_tell(announcement, self.scope, now)).order_by(Conversation.id)
            free = some.limit(_BATCH).with_for_update(of=Conversation, skip_locked=True)
            for one in addressees(session, session.scalars(free).all(), self.scope, now):
                if told := self._tell(session, announcement, one, now):
                    chats.append((told.channel, told.chat))
                    done += 1
        for channel, chat in chats:
            self.bell.ring(channel, chat)
        return done

    def _tell(self, session: Session, announcement: Announcement, one: Addressee, now: datetime) -> Conversation | None:
        """Queue it for one person, in the chat that was chosen; None when that is just having a turn."""
        if one.chat is None:
            session.add(AnnouncementTold(announcement_id=announcement.id, conversation_id=one.member.id))
            return one.member
        mine = select(Conversation).where(Conversation.id == one.chat.id)
        chat = session.scalar(mine.with_for_update(skip_locked=True).execution_options(populate_existing=True))
        if chat is None:
            return None
        reply = message(announcement, chat.channel, self.texts())
        first = chat.seq + 1
        self.queue(session, chat, offered(chat, reply, self.limits[chat.channel]), now, PRIORITY)
        known = {"first_seq": first, "last_seq": chat.seq}
        session.add(AnnouncementTold(announcement_id=announcement.id, conversation_id=chat.id, **known))
        session.flush()
        if one.shut:  # it is not even tried: a template in its place would cost money for everybody
            its = (Outbox.conversation_id == chat.id) & Outbox.seq.between(first, chat.seq)
            session.execute(update(Outbox).where(its).values(status="parked", reason=_SHUT))
        return chat

    def _end(self, number: int) -> None:
        """It is done when everybody was told and nothing waits, or when it is no news any more."""
        now = self.clock()
        with self.store.write() as session:
            announcement = locked(session, number)
            if announcement is None or announcement.state != "sending" or announcement.started_at is None:
                return
            over = now > announcement.started_at + KEPT
            if over or not (self._left(session, announcement, now) or self._waits(session, number)):
                finish(session, announcement, "done", self.scope, now)

    def _left(self, session: Session, announcement: Announcement, now: datetime) -> bool:
        left = select(Conversation.id).where(to_tell(announcement, self.scope, now))
        return session.scalar(left.limit(1)) is not None

    def _waits(self, session: Session, number: int) -> bool:
        joined = select(Outbox.id).join(AnnouncementTold, AnnouncementTold.conversation_id == Outbox.conversation_id)
        its = Outbox.seq.between(AnnouncementTold.first_seq, AnnouncementTold.last_seq)
        open_ones = joined.where(its, AnnouncementTold.announcement_id == number)
        return session.scalar(open_ones.where(Outbox.status.in_(("waiting", "parked"))).limit(1)) is not None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        await regularly("announcements", self.look, _EVERY, stop)
