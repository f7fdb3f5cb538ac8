"""Helping sessions: recorded when they end, and ended by themselves when nobody touches them any more."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import TIME_ZONE
from bot.regularly import regularly
from bot.staff.directory import member_of
from bot.store.connect import Store
from bot.store.staff_tables import HelpSession, StaffChat
from bot.store.tables import Conversation
from bot.stored_state import dump, load
from handlers.effects import Effect, RecordHelp
from handlers.helping import ENDS_AFTER, ended_by_itself

_EVERY = 120.0  # seconds
_log = structlog.get_logger()


def record_help(session: Session, conversation: Conversation, effect: Effect, now: datetime) -> None:
    """One line for the month's count; of when it was only the day is kept, where the residents are."""
    assert isinstance(effect, RecordHelp)
    staff = member_of(session, conversation.id)
    if staff is None:
        return
    session.add(
        HelpSession(
            staff_id=staff.id,
            area_id=effect.area,
            age=effect.age,
            topic=effect.topic,
            guide=effect.guide,
            stuck=effect.stuck,
            outcome=effect.outcome,
            minutes=effect.minutes,
            day=effect.began.astimezone(TIME_ZONE).date(),
        )
    )


class SessionsEnd:
    """Ends what was left open, so that nothing of it is remembered longer than needed."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock

    def look(self) -> int:
        """End what nobody touched for half an hour; how many that were. Raises `StoreAway`."""
        now, count = self.clock(), 0
        with self.store.write() as session:
            joined = select(Conversation).join(StaffChat, StaffChat.conversation_id == Conversation.id)
            for conversation in session.scalars(joined.with_for_update(skip_locked=True, of=Conversation)).all():
                stored = load(conversation.state)
                helping = stored.memory.helping
                if helping is None or now - helping.last < ENDS_AFTER:
                    continue
                for effect in ended_by_itself(helping):
                    record_help(session, conversation, effect, now)
                conversation.state = dump(replace(stored, memory=replace(stored.memory, helping=None)))
                count += 1
        return count

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`."""
        await regularly("helping", self.look, _EVERY, stop)
