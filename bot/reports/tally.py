"""How many asked what: of days gone by from the tally, of the days since from the messages themselves."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import TIME_ZONE
from bot.store.insert import insert_into
from bot.store.report_tables import Tally
from bot.store.staff_tables import StaffChat
from bot.store.tables import Call, Inbox

CALLED = "called"  # an outcome of ours: the ward was told that somebody wants a person
_DAY = timedelta(days=1)

Counts = Mapping[tuple[str, str], int]


def midnight(day: date) -> datetime:
    """When the day begins where the residents are."""
    return datetime.combine(day, time(), TIME_ZONE)


def asked(session: Session, first: date, last: date) -> Counts:
    """By how it ended and topic (empty: none), both days included; without the team's own chats."""
    kept = select(Tally.outcome, Tally.topic, func.sum(Tally.number)).where(Tally.day.between(first, last))
    counts: Counter[tuple[str, str]] = Counter()
    for outcome, topic, number in session.execute(kept.group_by(Tally.outcome, Tally.topic)):
        counts[outcome, topic] += int(number)
    through = _through(session)
    since = first if through is None else max(first, through + _DAY)
    if since <= last:
        counts.update(_counted(session, midnight(since), midnight(last + _DAY)))
    return counts


def tally(session: Session, today: date) -> int:
    """Counts the days before `today` that were not counted yet; how many days had something. Two processes that do it
    at once count the same."""
    through = _through(session)
    begin = midnight(through + _DAY) if through else None
    oldest = [
        select(func.min(column)).where(column >= begin) if begin else select(func.min(column))
        for column in (Inbox.received_at, Call.at)
    ]
    found = [when for query in oldest if (when := session.scalar(query)) is not None]
    if not found:
        return 0
    day, days = min(found).astimezone(TIME_ZONE).date(), 0
    while day < today:
        counts = _counted(session, midnight(day), midnight(day + _DAY))
        for (outcome, topic), number in counts.items():
            row = insert_into(session, Tally).values(day=day, outcome=outcome, topic=topic, number=number)
            session.execute(row.on_conflict_do_nothing())
        days += bool(counts)
        day += _DAY
    return days


def _through(session: Session) -> date | None:
    return session.scalar(select(func.max(Tally.day)))


def _counted(session: Session, begin: datetime, end: datetime) -> Counts:
    team = select(StaffChat.conversation_id)
    mine = (Inbox.received_at >= begin, Inbox.received_at < end, Inbox.conversation_id.not_in(team))
    found = select(Inbox.outcome, Inbox.topic, func.count()).where(*mine).group_by(Inbox.outcome, Inbox.topic)
    counts = Counter({(outcome, topic or ""): number for outcome, topic, number in session.execute(found) if outcome})
    called = session.scalar(select(func.count()).select_from(Call).where(Call.at >= begin, Call.at < end))
    return counts + Counter({(CALLED, ""): called or 0})
