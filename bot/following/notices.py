"""Telling followers what is new: once each, in waking hours, all that is new for one person in one message.

It compares what a follower was told with what the dossier is now. So it does not matter how often a table is imported,
by which process, or where a process died: what was told is kept in the transaction that queues the telling.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

import structlog
from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.bell import IMPORTED, Bell
from bot.channels.contract import Limits
from bot.clock import TIME_ZONE
from bot.dossiers.remote import Remote
from bot.errors import StoreAway
from bot.following.reach import conversation_of, offered
from bot.store.connect import Store
from bot.store.follow_tables import Follow
from bot.store.tables import Conversation, DossierRow
from handlers.events import ENDED, Event, events, mark
from handlers.notice import notice
from handlers.ports import Dossier, Dossiers, Followed, Tools
from handlers.turn import Reply

WAKES, SLEEPS = time(7), time(21)  # where the residents are
PRIORITY = 5  # a reply overtakes a notice
_EVERY = 30.0  # seconds
_ASKED_AT_ONCE = 20  # dossiers that a source outside is asked for in one look
_log = structlog.get_logger()

Queue = Callable[[Session, Conversation, Reply, datetime, int], None]


class Notices:
    """Any number of processes may run it. `find` looks a dossier up inside a transaction; `tools` are the content's;
    `limits` are those of the channels there are."""

    def __init__(
        self,
        store: Store,
        find: Callable[[Session], Dossiers],
        tools: Callable[[], Tools],
        queue: Queue,
        limits: Mapping[str, Limits],
        bell: Bell,
        clock: Callable[[], datetime],
        remote: Remote | None = None,
    ) -> None:
        self.store, self.find, self.tools, self.queue, self.limits = store, find, tools, queue, limits
        self.bell, self.clock, self.remote = bell, clock, remote

    def look(self) -> int:
        """Tell what is new now; how many people were told. Nothing at night. Raises `StoreAway`."""
        here = self.clock().astimezone(TIME_ZONE)
        if not WAKES <= here.time() < SLEEPS:
            return 0
        self._ask_outside()
        people = self._with_news(here.date())
        told = sum(self._tell(person, here) for person in people)
        if people:
            _log.info("followers_told", people=told, not_reached=len(people) - told)
        return told

    def _with_news(self, today: date) -> list[str]:
        with self.store.read() as session:
            follows = session.scalars(select(Follow).order_by(Follow.person)).all()
            wanted = select(DossierRow).where(DossierRow.code.in_(select(Follow.code)))
            _known = session.scalars(wanted).all()  # while these live the session asks for none of them one by one
            dossiers = self.find(session)
            return list(dict.fromkeys(one.person for one in follows if self._new(one, dossiers.find(one.code), today)))

    def _new(self, follow: Follow, dossier: Dossier | None, today: date) -> list[Event]:
        """What they do not know yet. Another process, or this one before it ran out, may know less than they do."""
        if dossier is None or dossier.as_of < follow.seen_at:
            return []
        facts = self.tools().content.dossiers
        return events(dossier, follow.seen, follow.told.split(), today, facts.calendar) if facts else []

    def _tell(self, person: str, here: datetime) -> bool:
        """One person's news in one message; False when there is none any more, or nobody can be written to now."""
        with self.store.write() as session:
            conversation = conversation_of(session, person, self.limits)
            if conversation is None:
                return False
            mine = select(Follow).where(Follow.person == person).order_by(Follow.since, Follow.code)
            follows = session.scalars(mine.with_for_update()).all()
            dossiers, told = self.find(session), list[tuple[Followed, Dossier, list[Event]]]()
            for follow in follows:
                dossier = dossiers.find(follow.code)
                new = self._new(follow, dossier, here.date())
                if dossier and new:
                    told.append((Followed(follow.code, follow.nickname), dossier, new))
                    _remember(session, follow, dossier, new)
            if not told:
                return False
            reply = offered(conversation, notice(self.tools(), told), self.limits[conversation.channel])
            self.queue(session, conversation, reply, self.clock(), PRIORITY)
            channel, chat = conversation.channel, conversation.chat
        self.bell.ring(channel, chat)
        return True

    def _ask_outside(self) -> None:
        """A source that is not our table is asked for what is followed, a few at a time, the longest unasked first."""
        if self.remote is None:
            return
        with self.store.read() as session:
            codes = list(session.scalars(select(Follow.code).distinct()))
        answers: Mapping[str, datetime] = {c: a.at for c in codes if (a := self.remote.answer(c)) is not None}
        never = datetime.min.replace(tzinfo=TIME_ZONE)
        for code in sorted(codes, key=lambda code: answers.get(code, never))[:_ASKED_AT_ONCE]:
            if not self.remote.ask(code):
                return

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`: twice a minute, and when this process imported dossiers."""
        while not stop.is_set():
            waits = {asyncio.ensure_future(self.bell.wait(IMPORTED, _EVERY)), asyncio.ensure_future(stop.wait())}
            await asyncio.sleep(0)  # both wait from here on: an import that ends during the look is heard too
            try:
                await to_thread.run_sync(self.look)
            except StoreAway:
                _log.warning("notices_store_away")
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


def _remember(session: Session, follow: Follow, dossier: Dossier, new: list[Event]) -> None:
    """What they know from now on; a dossier to which nothing more happens is followed no more."""
    if dossier.status in ENDED:
        session.delete(follow)
        return
    follow.seen, follow.seen_at = mark(dossier), dossier.as_of
    follow.told = " ".join([*follow.told.split(), *(event.key for event in new if event.key)])
