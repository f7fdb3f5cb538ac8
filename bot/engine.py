"""One turn, one transaction: taken once, answered, kept, queued. What is acknowledged after it is never lost."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.bell import Bell
from bot.channels.contract import Limits
from bot.channels.fit import fit
from bot.forget import forget
from bot.logs import chat_hash
from bot.parking import release
from bot.redact import redact
from bot.store.connect import Store
from bot.store.insert import insert_into
from bot.store.payload import dump as dump_message
from bot.store.tables import Call, Conversation, Inbox, Outbox
from bot.stored_state import Stored, dump, load
from handlers.effects import CallPerson, Effect, ForgetMe
from handlers.ports import Tools
from handlers.states import State
from handlers.turn import Incoming, Memory, Profile, Reply, Turn

_LONGEST = 4000  # characters of a message that are read
_KEPT_CONTROLS = "\n\t"
_HIDDEN = "…"
_log = structlog.get_logger()

Carry = Callable[[Session, Conversation, Effect, datetime], None]


class Engine:
    """`tools` is built for each turn on its session; `answer` maps a turn to a reply; `sorry` is said when it fails.

    `ahead` is what has to be done outside of the transaction because it may take long (a photo is fetched and read,
    another system is asked): each gets the message and gives it back with what was found, and never raises. `carry`
    carries out the effects that the engine itself knows nothing of, by their class, in the turn's transaction.
    """

    def __init__(
        self,
        store: Store,
        tools: Callable[[Session, Conversation, Incoming], Tools],
        answer: Callable[[Turn, Tools], Reply],
        limits: Mapping[str, Limits],
        clock: Callable[[], datetime],
        bell: Bell,
        sorry: Callable[[], Reply],
        key: str,
        self_serving: Collection[str] = ("web", "console"),
        ahead: Sequence[Callable[[Incoming], Incoming]] = (),
        carry: Mapping[type[Effect], Carry] | None = None,
    ) -> None:
        self.store, self.tools, self.answer, self.limits = store, tools, answer, limits
        self.clock, self.bell, self.sorry, self.key = clock, bell, sorry, key
        self.self_serving = frozenset(self_serving)
        self.ahead, self.carry = tuple(ahead), dict(carry or {})

    def take(self, incoming: Incoming) -> Reply | None:
        """Run the turn of one message; None if it was taken before. Raises `StoreAway`, and then nothing happened."""
        button = None if incoming.button is None else readable(incoming.button)
        incoming = replace(incoming, text=readable(incoming.text), button=button)
        for prepare in self.ahead:
            incoming = prepare(incoming)
        now = self.clock()
        with self.store.write() as session:
            conversation = _conversation(session, incoming, now)
            conversation.seq += 1
            if not _first_time(session, self.key, incoming, conversation, now):
                session.rollback()
                return None
            release(session, conversation, now)
            before = load(conversation.state)
            turn = Turn(incoming, before.state, before.memory, before.profile, now)
            reply = self._answered(session, conversation, turn)
            self._keep(session, conversation, incoming, before, reply)
            before_reply = conversation.seq
            self.queue(session, conversation, reply, now, replaces=(incoming.tapped or "") * reply.in_place)
            self._carry_out(session, conversation, reply, before_reply, now)
        self.bell.ring(incoming.channel, incoming.chat)
        return reply

    def _answered(self, session: Session, conversation: Conversation, turn: Turn) -> Reply:
        """The reply, or an apology: the one place where any error at all is caught, so that nobody is left waiting."""
        try:
            with session.begin_nested():
                return self.answer(turn, self.tools(session, conversation, turn.incoming))
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise  # the database went away in the middle: nothing happened, the platform sends it again
            chat = chat_hash(self.key, turn.incoming.channel, turn.incoming.chat)
            _log.exception("turn_failed", channel=turn.incoming.channel, chat=chat, error=type(error).__name__)
            return self.sorry()

    def _keep(
        self, session: Session, conversation: Conversation, incoming: Incoming, before: Stored, reply: Reply
    ) -> None:
        state: State = before.state if reply.state is None else reply.state
        memory: Memory = before.memory if reply.memory is None else reply.memory
        profile: Profile = before.profile if reply.profile is None else reply.profile
        conversation.state = dump(Stored(state, memory, profile))
        session.execute(
            update(Inbox)
            .where(Inbox.channel == incoming.channel, Inbox.message_id == _dedupe_key(self.key, incoming))
            .values(
                outcome=str(reply.outcome),
                topic=reply.reading.topic,
                confidence=reply.reading.confidence,
                text=_shown(incoming, before.memory, reply.hides),
            )
        )

    def queue(
        self,
        session: Session,
        conversation: Conversation,
        reply: Reply,
        now: datetime,
        priority: int = 0,
        replaces: str = "",
    ) -> None:
        """The fitted messages, each with the next number of the conversation; a smaller `priority` goes first.
        The first takes the place of the message `replaces`."""
        served = conversation.channel in self.self_serving
        for message in fit(reply, self.limits[conversation.channel], replaces):
            conversation.seq += 1
            session.add(
                Outbox(
                    conversation_id=conversation.id,
                    channel=conversation.channel,
                    chat=conversation.chat,
                    seq=conversation.seq,
                    payload=dump_message(message),
                    status="sent" if served else "waiting",
                    priority=priority,
                    not_before=now,
                    attempts=0,
                    created_at=now,
                    sent_at=now if served else None,
                )
            )
        session.flush()

    def _carry_out(
        self, session: Session, conversation: Conversation, reply: Reply, before_reply: int, now: datetime
    ) -> None:
        for effect in reply.effects:
            match effect:
                case CallPerson(why):
                    session.add(Call(conversation_id=conversation.id, why=why[:64], at=now))
                    _log.info("person_called", why=why[:64], chat=self._hash(conversation))
                case ForgetMe():
                    forget(session, conversation, before_reply)
                    _log.info("forgotten", chat=self._hash(conversation))
                case _:
                    self.carry[type(effect)](session, conversation, effect, now)

    def _hash(self, conversation: Conversation) -> str:
        return chat_hash(self.key, conversation.channel, conversation.chat)

    def say(self, channel: str, chat: str, reply: Reply) -> bool:
        """Queue something that was not asked for; False if this chat is not known."""
        now = self.clock()
        with self.store.write() as session:
            conversation = session.scalar(
                select(Conversation).where(Conversation.channel == channel, Conversation.chat == chat).with_for_update()
            )
            if conversation is None:
                return False
            self.queue(session, conversation, reply, now)
        self.bell.ring(channel, chat)
        return True


def readable(text: str) -> str:
    """NFC, without control, zero-width and direction characters, cut at a length nobody types by hand."""
    text = unicodedata.normalize("NFC", text)
    kept = (c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    whole = "".join(kept)
    # What is cut never ends inside a number: half a citizen number would not be known for one, and be kept.
    return whole if len(whole) <= _LONGEST else re.sub(r"[\d .\-]+$", "", whole[:_LONGEST])


def _conversation(session: Session, incoming: Incoming, now: datetime) -> Conversation:
    """The conversation's row, made if new and locked until the end of the transaction."""
    values = {"channel": incoming.channel, "chat": incoming.chat, "state": dump(Stored()), "seq": 0, "last_at": now}
    found = select(Conversation).where(Conversation.channel == incoming.channel, Conversation.chat == incoming.chat)
    while (conversation := session.scalar(found.with_for_update())) is None:  # new, or deleted a moment ago
        session.execute(insert_into(session, Conversation).values(**values).on_conflict_do_nothing())
    conversation.last_at, conversation.forgotten_at = now, None
    return conversation


def _dedupe_key(key: str, incoming: Incoming) -> str:
    """The message's own id as a keyed hash, since platforms' ids hold the chat's, and it outlives the chat."""
    about = f"message|{incoming.channel}|{incoming.message_id}"
    return hmac.new(key.encode(), about.encode(), hashlib.sha256).hexdigest()[:32]


def _first_time(session: Session, key: str, incoming: Incoming, conversation: Conversation, now: datetime) -> bool:
    """Whether the message's unique key was free; it is taken from now on."""
    values = {
        "channel": incoming.channel,
        "message_id": _dedupe_key(key, incoming),
        "conversation_id": conversation.id,
        "seq": conversation.seq,
        "received_at": now,
    }
    statement = insert_into(session, Inbox).values(**values).on_conflict_do_nothing().returning(Inbox.id)
    return session.scalar(statement) is not None


def _shown(incoming: Incoming, memory: Memory, hides: bool) -> str | None:
    """What is kept of a message: its masked words, or the words of the button that was tapped; of what was refused
    (a password, a code from an SMS) nothing but that there was something."""
    if incoming.button:
        offered = (item.label for item in memory.offered if item.value == incoming.button)
        return next(offered, redact(incoming.text or incoming.button))
    words = redact(incoming.text)
    return (_HIDDEN if hides else words) if words else None
