"""What is kept of a person, in words they understand: the list that forgetting is held against.

Whoever keeps something of a chat in a table of its own tells it here and deletes it in `bot.forget`; a test puts a row
into every table that points to a conversation and fails where it is not both told and forgotten.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.channels.contract import Outgoing
from bot.clock import TIME_ZONE
from bot.store.announce_tables import AnnouncementTold, NewsRefusal, NewsWish
from bot.store.code_tables import OneTimeCode
from bot.store.connect import Store
from bot.store.consent_tables import Consent
from bot.store.feedback_tables import Rating
from bot.store.follow_tables import Follow
from bot.store.identity_tables import DossierProof
from bot.store.payload import load as load_message
from bot.store.staff_tables import StaffChat
from bot.store.tables import Call, Conversation, Inbox, Outbox
from bot.store.ticket_tables import HomeVisit, Parcel, Ticket, TicketEntry, TicketPicture
from bot.stored_state import load
from handlers.ports import Kept
from handlers.states import InGuide
from handlers.turn import FilePart, LinkPart, TextPart
from handlers.words import day
from knowledge.load import Content

Chats = Sequence[Conversation]
Number = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
Describer = Callable[[Session, Chats, Content], Iterator[Kept]]


def _ids(chats: Chats) -> list[int]:
    return [chat.id for chat in chats]


def _count(session: Session, column: Number, chats: Chats) -> int:
    return session.scalar(select(func.count()).where(column.in_(_ids(chats)))) or 0


def _when(at: datetime) -> str:
    return f"{at.astimezone(TIME_ZONE):%d/%m/%Y %H:%M}"


def _messages(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    said = session.execute(
        select(Inbox.received_at, Inbox.text, Inbox.id).where(Inbox.conversation_id.in_(_ids(chats)))
    ).all()
    told = session.execute(
        select(Outbox.created_at, Outbox.payload, Outbox.id).where(Outbox.conversation_id.in_(_ids(chats)))
    ).all()
    if not said and not told:
        return
    lines = [(at, 0, number, "kept_messages_said", text) for at, text, number in said if text]
    lines += [(at, 1, number, "kept_messages_told", _words(load_message(row))) for at, row, number in told]
    since = min(at for at, *_ in (*said, *told))
    details = [content.texts[key].format(when=_when(at), text=text) for at, _, _, key, text in sorted(lines)]
    values = {"said": len(said), "told": len(told), "since": day(since.astimezone(TIME_ZONE).date())}
    yield Kept("kept_messages", values, details)


def _words(message: Outgoing) -> str:
    match message.part:
        case TextPart(text):
            return text
        case LinkPart(url, label) | FilePart(url, label):
            return f"{label}: {url}"
        case picture:
            return message.caption or picture.alt


def _state(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    for chat in chats:
        stored = load(chat.state)
        if (place := stored.profile.place) and place in content.places:
            yield Kept("kept_ward", {"name": content.places[place].name})
        if (topic := stored.memory.topic) and topic in content.procedures:
            yield Kept("kept_topic", {"name": content.procedures[topic].everyday})
        doing = stored.state if isinstance(stored.state, InGuide) else stored.memory.paused
        if doing and doing.guide in content.guides:
            yield Kept("kept_guide", {"name": content.guides[doing.guide].name})
        if (ticks := stored.memory.ticks) and ticks.topic in content.procedures:
            yield Kept("kept_list", {"name": content.procedures[ticks.topic].everyday}, ticks.done)


def _joined(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    if len(chats) > 1:
        yield Kept("kept_joined", {"count": len(chats) - 1})


def _follows(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    persons = {chat.person for chat in chats if chat.person}
    rows = session.scalars(select(Follow).where(Follow.person.in_(persons)).order_by(Follow.since)).all()
    if rows:
        yield Kept("kept_follows", {"count": len(rows)}, [f"{row.code} {row.nickname or ''}".strip() for row in rows])


def _tickets(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    tickets = session.scalars(select(Ticket).where(Ticket.conversation_id.in_(_ids(chats))).order_by(Ticket.id)).all()
    if not tickets:
        return
    mine = [ticket.id for ticket in tickets]
    # Notes and drafts are between colleagues; what was said to the resident and by them is theirs.
    wanted = (TicketEntry.ticket_id.in_(mine), TicketEntry.kind == "message")
    lines = session.scalars(select(TicketEntry).where(*wanted).order_by(TicketEntry.id)).all()
    told = [f"{_when(line.at)} {line.text}" for line in lines]
    yield Kept("kept_tickets", {"count": len(tickets), "lines": len(told)}, told)
    if pictures := session.scalar(select(func.count()).where(TicketPicture.ticket_id.in_(mine))):
        yield Kept("kept_pictures", {"count": pictures})
    if any(ticket.number for ticket in tickets):
        yield Kept("kept_number")
    visits = select(func.count()).where(HomeVisit.ticket_id.in_(mine), HomeVisit.address.is_not(None))
    if session.scalar(visits):
        yield Kept("kept_address")


def _counted(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    for key, column in (
        ("kept_proofs", DossierProof.conversation_id),
        ("kept_codes", OneTimeCode.conversation_id),
        ("kept_calls", Call.conversation_id),
        ("kept_parcels", Parcel.conversation_id),
        ("kept_ratings", Rating.conversation_id),
        ("kept_announcements", AnnouncementTold.conversation_id),
        ("kept_wishes", NewsWish.conversation_id),
    ):
        if count := _count(session, column, chats):
            yield Kept(key, {"count": count})
    if _count(session, NewsRefusal.conversation_id, chats):
        yield Kept("kept_refusal")
    if _count(session, StaffChat.conversation_id, chats):
        yield Kept("kept_team")


def _consent(session: Session, chats: Chats, content: Content) -> Iterator[Kept]:
    last = session.scalar(select(func.max(Consent.at)).where(Consent.conversation_id.in_(_ids(chats))))
    if last:
        yield Kept("kept_consent", {"on": day(last.astimezone(TIME_ZONE).date())})


DESCRIBERS: tuple[Describer, ...] = (_joined, _messages, _state, _follows, _tickets, _counted, _consent)


def describe(session: Session, conversation: Conversation, content: Content) -> list[Kept]:
    """All of it, of this chat and those its person joined to it."""
    theirs = select(Conversation).where(Conversation.person == conversation.person, Conversation.id != conversation.id)
    others = session.scalars(theirs.order_by(Conversation.id)).all() if conversation.person else ()
    chats = (conversation, *others)
    return [kept for describer in DESCRIBERS for kept in describer(session, chats, content)]


def copy(kept: Sequence[Kept], content: Content, now: datetime) -> str:
    """The same with every detail, as one text."""
    lines = [f"{content.texts['data_title']} ({_when(now)})", ""]
    for item in kept:
        lines.append(f"- {content.texts[item.key].format(**item.values)}")
        lines += [f"    {line}" for detail in item.details for line in detail.splitlines()]
    return "\n".join(lines) + "\n"


class TableData:
    """The `MyData` port for one conversation, in its turn's transaction."""

    def __init__(
        self, session: Session, conversation: Conversation, content: Content, key: str, address: str, now: datetime
    ) -> None:
        self._session, self._conversation, self._content = session, conversation, content
        self._key, self._address, self._now = key, address, now

    def kept(self) -> Sequence[Kept]:
        return describe(self._session, self._conversation, self._content)

    def copy(self) -> str:
        return copy(self.kept(), self._content, self._now)

    def link(self, minutes: int) -> str:
        until = int((self._now + timedelta(minutes=minutes)).timestamp())
        token = _signer(self._key).dumps([self._conversation.id, until])
        return f"{self._address}/du-lieu/{token!s}" if self._address else ""


def chat_of_link(key: str, token: str, now: datetime) -> int | None:
    """The conversation whose copy this link gives; None when it is forged or its time is over."""
    try:
        number, until = _signer(key).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return number if isinstance(number, int) and isinstance(until, int) and until > now.timestamp() else None


def copy_for(store: Store, content: Content, key: str, token: str, now: datetime) -> str | None:
    """The copy that such a link gives; None when its time is over, or nothing is kept any more."""
    number = chat_of_link(key, token, now)
    if number is None:
        return None
    with store.read() as session:
        conversation = session.get(Conversation, number)
        kept = describe(session, conversation, content) if conversation and not conversation.forgotten_at else []
    return copy(kept, content, now) if kept else None


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="my-data")
