"""Whom an announcement is for, one person at a time, and which of their chats can be written to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.channels import zalo_window
from bot.following.reach import refusing
from bot.store.announce_tables import Announcement, AnnouncementTold, NewsRefusal, NewsWish
from bot.store.staff_tables import Area, StaffChat
from bot.store.tables import Conversation
from bot.store.ticket_tables import Ticket
from bot.store.zalo_tables import ZaloChat

EVERYBODY, AREA, TOPIC = "all", "area:", "topic:"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is the same for every announcement: the channels there are, after how many days without a word nobody is
    written to any more (0: never), whether Zalo's charged messages may go out."""

    channels: Collection[str]
    kept_days: int
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person: a chat of theirs that is in the audience, and the one to write to, None when every platform refused.
    `shut`: that one takes nothing until its resident is in touch again."""

    member: Conversation
    chat: Conversation | None
    shut: bool


def everybody_of(audience: str, scope: Scope, now: datetime) -> ColumnElement[bool]:
    """The conversations of an audience, those who want no announcements among them."""
    return and_(_reachable(scope, now), _chosen(audience))


def to_tell(announcement: Announcement, scope: Scope, now: datetime) -> ColumnElement[bool]:
    """The conversations of the audience that want announcements, and of whose person no chat was told this one."""
    told = AnnouncementTold.announcement_id == announcement.id
    wanted = and_(everybody_of(announcement.audience, scope, now), ~refused_news(), ~_of_person(AnnouncementTold, told))
    return wanted if announcement.up_to is None else and_(wanted, Conversation.id <= announcement.up_to)


def refused_news() -> ColumnElement[bool]:
    """Conversations whose person said, in whichever chat, that they want no announcements."""
    return _of_person(NewsRefusal)


def _of_person(table: type[AnnouncementTold | NewsRefusal], *about: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such a row of this chat or another of its person; asked apart, so that each finds an index."""
    other = aliased(Conversation)
    mine = exists().where(table.conversation_id == Conversation.id, *about)
    theirs = exists().where(table.conversation_id == other.id, *about)
    return or_(
        mine, and_(Conversation.person.is_not(None), exists().where(other.person == Conversation.person, theirs))
    )


def _reachable(scope: Scope, now: datetime) -> ColumnElement[bool]:
    """Not the chats of the team, not those that were forgotten, no groups: Telegram gives these negative ids
    (https://core.telegram.org/api/bots/ids)."""
    group = and_(Conversation.channel == "telegram", Conversation.chat.startswith("-"))
    team = exists().where(StaffChat.conversation_id == Conversation.id)
    there = and_(Conversation.channel.in_(scope.channels), Conversation.forgotten_at.is_(None), ~group, ~team)
    return and_(there, Conversation.last_at > now - timedelta(days=scope.kept_days)) if scope.kept_days else there


def _chosen(audience: str) -> ColumnElement[bool]:
    """A khu phố: who chose it, else whose last ticket came from there, else everybody where the ward has only one."""
    if audience == EVERYBODY:
        return Conversation.id.is_not(None)
    wish = select(NewsWish.about).where(NewsWish.conversation_id == Conversation.id)
    asked = wish.where(NewsWish.about == audience).exists()
    if not audience.startswith(AREA):
        return asked
    area = int(audience.removeprefix(AREA))
    elsewhere = wish.where(NewsWish.about.startswith(AREA)).exists()
    tickets = select(Ticket.area).where(Ticket.conversation_id == Conversation.id, Ticket.area.is_not(None))
    from_there = tickets.order_by(Ticket.id.desc()).limit(1).scalar_subquery() == area
    only = ~exists().where(Area.id != area)
    return or_(asked, and_(~elsewhere, or_(from_there, only)))


def addressees(session: Session, members: Sequence[Conversation], scope: Scope, now: datetime) -> Iterator[Addressee]:
    """Each person behind these conversations once, with the chat they last used of those that may be written to."""
    persons = {one.person for one in members if one.person}
    theirs = select(Conversation).where(Conversation.person.in_(persons), _reachable(scope, now))
    chats = {one.id: one for one in (*members, *session.scalars(theirs))}
    no = set(session.scalars(refusing(chats.keys())))
    users = [one.chat for one in chats.values() if one.channel == zalo_window.NAME]
    known = {row.chat: row for row in session.scalars(select(ZaloChat).where(ZaloChat.chat.in_(users)))}

    def shut(one: Conversation) -> bool:
        standing = zalo_window.standing_of(known.get(one.chat), now)
        return one.channel == zalo_window.NAME and standing != "free" and (standing == "closed" or not scope.paid)

    seen = set[str]()
    for member in members:
        if member.person in seen:
            continue
        mine = [one for one in chats.values() if one is member or (member.person and one.person == member.person)]
        seen |= {member.person} if member.person else set()
        open_to = sorted((one for one in mine if one.id not in no), key=lambda one: (not shut(one), one.last_at))
        chat = open_to[-1] if open_to else None
        yield Addressee(member, chat, chat is not None and shut(chat))


@dataclass(slots=True)
class Expected:
    """What would happen to the people of one channel now."""

    told: int = 0
    shut: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """Before anything is sent: by channel, and how many want no announcements."""

    channels: dict[str, Expected]
    refused: int

    @property
    def people(self) -> int:
        return sum(one.told + one.shut for one in self.channels.values())


_CHUNK = 400


def forecast(session: Session, announcement: Announcement, scope: Scope, now: datetime) -> Forecast:
    """What would happen if it were told now, to those who were not told yet."""
    found, persons, after = dict[str, Expected](), set[str](), 0
    wanted = select(Conversation).where(to_tell(announcement, scope, now)).order_by(Conversation.id).limit(_CHUNK)
    while members := session.scalars(wanted.where(Conversation.id > after)).all():
        after = members[-1].id
        for one in addressees(session, members, scope, now):
            person = one.member.person
            if person in persons:
                continue
            persons |= {person} if person else set()
            into = found.setdefault((one.chat or one.member).channel, Expected())
            if one.chat is None:
                into.blocked += 1
            elif one.shut:
                into.shut += 1
            else:
                into.told += 1
        session.expunge_all()
    refused = people(session, and_(everybody_of(announcement.audience, scope, now), refused_news()))
    return Forecast(dict(sorted(found.items())), refused)


def people(session: Session, condition: ColumnElement[bool]) -> int:
    """How many people these conversations are."""
    person = func.coalesce(Conversation.person, cast(Conversation.id, Text))
    return session.scalar(select(func.count(func.distinct(person))).where(condition)) or 0
