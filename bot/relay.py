"""What one chat causes in another: kept first, handed over in a transaction of its own, in order, exactly once.

A turn holds the row of its own conversation. If it also wrote into another conversation, two people writing to each
other would wait for each other for ever. So a turn only puts down what is for the other one, and whoever runs
`Relay.hand_over` (right after the commit, and a worker for what a dead process left) carries it over.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from anyio import to_thread
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.bell import EVERYTHING, Bell
from bot.errors import StoreAway
from bot.store.connect import Store
from bot.store.tables import Conversation
from bot.store.ticket_tables import Parcel
from bot.stored_state import Stored, dump, load
from handlers.states import Idle, State
from handlers.turn import Button, Outcome, Part, PicturePart, Reply, TextPart

_LOOK_AGAIN = 0.5  # seconds
_log = structlog.get_logger()

Queue = Callable[[Session, Conversation, Reply, datetime], None]


def put_down(
    session: Session,
    conversation: int,
    texts: tuple[str, ...],
    buttons: tuple[Button, ...] = (),
    leaves: State | None = None,
    picture: PicturePart | None = None,
) -> None:
    """Something for another conversation; if it is still in the state `leaves` when it gets there, that ends. The first
    of the texts stands under the picture."""
    body = {
        "texts": texts,
        "buttons": [(button.label, button.value) for button in buttons],
        "leaves": dump(Stored(leaves)) if leaves else None,
        "picture": [picture.url, picture.alt] if picture else None,
    }
    session.add(Parcel(conversation_id=conversation, body=json.dumps(body, ensure_ascii=False)))


class Relay:
    """Carries what was put down to its chats; `queue` puts a reply into a conversation's outbox."""

    def __init__(self, store: Store, queue: Queue, bell: Bell, clock: Callable[[], datetime]) -> None:
        self.store, self.queue, self.bell, self.clock = store, queue, bell, clock

    def hand_over(self) -> int:
        """Everything that is there now; how many messages that were. Raises `StoreAway`."""
        count, skipped = 0, -1
        while True:
            with self.store.write() as session:
                after = select(func.min(Parcel.id)).where(Parcel.id > skipped)
                first = session.get(Parcel, session.scalar(after) or 0)
                if first is None:
                    return count
                found = select(Conversation).where(Conversation.id == first.conversation_id)
                conversation = session.scalar(found.with_for_update(skip_locked=True))
                if conversation is None:
                    if session.scalar(select(Conversation.id).where(Conversation.id == first.conversation_id)) is None:
                        session.execute(delete(Parcel).where(Parcel.conversation_id == first.conversation_id))
                    skipped = first.id  # its chat is talking just now: its own turn, or the next look, brings it
                    continue
                count += self._deliver(session, conversation)
                channel, chat = conversation.channel, conversation.chat
            self.bell.ring(channel, chat)

    def _deliver(self, session: Session, conversation: Conversation) -> int:
        mine = select(Parcel).where(Parcel.conversation_id == conversation.id).order_by(Parcel.id)
        parcels = list(session.scalars(mine.with_for_update()))
        for parcel in parcels:
            body = json.loads(parcel.body)
            buttons = tuple(Button(label, value) for label, value in body["buttons"])
            stored = load(conversation.state)
            if body["leaves"] and stored.state == load(body["leaves"]).state:
                stored = replace(stored, state=Idle())
            stored = replace(stored, memory=replace(stored.memory, offered=buttons or stored.memory.offered))
            conversation.state = dump(stored)
            shown: tuple[Part, ...] = (PicturePart(*body["picture"]),) if body.get("picture") else ()
            reply = Reply(Outcome.WITH_HELPER, (*shown, *map(TextPart, body["texts"])), buttons)
            self.queue(session, conversation, reply, self.clock())
            session.delete(parcel)
        session.flush()
        return len(parcels)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`: hands over whenever something was said, and looks twice a second for other processes'."""
        while not stop.is_set():
            try:
                await to_thread.run_sync(self.hand_over)
            except StoreAway:
                _log.warning("relay_store_away")
            await self.bell.wait(EVERYTHING, _LOOK_AGAIN)
