"""All the numbers of a ward for a period, beside the period before: questions, opinions, tickets, help, dossiers.

Questions are counted from what is kept of them: who was forgotten counts no more, and nothing is older than
`CAUSO_RETENTION_DAYS`. Groups under five are not broken down.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.clock import TIME_ZONE
from bot.dossiers import numbers as dossiers
from bot.reports.digitised import digitised_section
from bot.reports.dossiers import lines as dossier_lines
from bot.reports.periods import before
from bot.reports.sections import Line, Section, broken, help_sections, named
from bot.staff.numbers import SMALLEST, help_numbers
from bot.store.feedback_tables import Rating
from bot.store.staff_tables import Area, StaffChat
from bot.store.tables import Call, Inbox
from bot.store.ticket_tables import HomeVisit, Ticket
from knowledge.load import Content

_ENDS: Mapping[str, tuple[str, ...]] = {
    "answered": ("answered", "place_shown", "dossier_shown", "checklist", "guide_step", "guide_done"),
    "asked_back": ("asked_back",),
    "none": ("no_answer", "out_of_scope", "dossier_unknown"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included, of one khu phố where only that is wanted."""

    first: date
    last: date
    area: int | None = None

    @property
    def times(self) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day."""
        end = self.last + timedelta(days=1)
        return datetime.combine(self.first, time(), TIME_ZONE), datetime.combine(end, time(), TIME_ZONE)


def ward_sections(session: Session, span: Span, on: date, content: Content, short: bool = False) -> list[Section]:
    """In the order of a report. A khu phố alone has tickets and help: where a question came from is not known. `short`:
    only what the team did is broken down, to be read in a chat."""
    was = Span(*before(span.first, span.last), span.area)
    texts = content.texts
    helped, then = (help_numbers(session, one.first, one.last, one.area) for one in (span, was))
    whole = span.area is None
    asked = [
        *(_questions(session, span, was, content) if whole else ()),
        *(_useful(session, span, was, content) if whole else ()),
        *_tickets(session, span, was, content),
    ]
    face_to_face = help_sections(helped, then, content, texts)
    if short:
        return [*(section for section in asked if not section.chart), *face_to_face]
    more = (*_dossiers(session, span, on, texts), digitised_section(session, texts)) if whole else ()
    return [*asked, *face_to_face, *more]


def _questions(session: Session, span: Span, was: Span, content: Content) -> Iterable[Section]:
    now, then = (_ended(session, one) for one in (span, was))
    asked = sum(now.values())
    lines = [Line(content.texts["report_ward_asked"], asked, 0, sum(then.values()))]
    keys = (*_ENDS, "handed_over")
    lines += [Line(content.texts[f"report_ward_{key}"], now[key], asked, then[key]) for key in keys]
    yield Section(content.texts["report_ward_questions"], tuple(lines))
    found = select(Inbox.topic, func.count()).where(*_of_residents(span), Inbox.outcome == "answered")
    topics = session.execute(found.where(Inbox.topic.is_not(None)).group_by(Inbox.topic))
    counts = [(topic or "", count) for topic, count in topics]
    yield _few(content.texts["report_ward_topics"], counts, lambda key: _topic(content, key), content.texts)


def _of_residents(span: Span) -> tuple[ColumnElement[bool], ...]:
    """Messages of the period, without those of the team's own chats."""
    begin, end = span.times
    team = select(StaffChat.conversation_id)
    return Inbox.received_at >= begin, Inbox.received_at < end, Inbox.conversation_id.not_in(team)


def _ended(session: Session, span: Span) -> Counter[str]:
    """How questions ended; somebody was asked for as often as a ticket was opened, or the ward told where there is no
    team."""
    found = select(Inbox.outcome, func.count()).where(*_of_residents(span)).group_by(Inbox.outcome)
    rows = {outcome: number for outcome, number in session.execute(found)}  # noqa: C416
    begin, end = span.times
    opened = select(func.count()).select_from(Ticket).where(Ticket.opened_at >= begin, Ticket.opened_at < end)
    called = select(func.count()).select_from(Call).where(Call.at >= begin, Call.at < end)
    asked_for = (session.scalar(opened) or 0) + (session.scalar(called) or 0)
    ended = {key: sum(rows.get(outcome, 0) for outcome in outcomes) for key, outcomes in _ENDS.items()}
    return Counter({**ended, "handed_over": asked_for})


def _topic(content: Content, key: str) -> str:
    """An FAQ entry by its question, a record of the catalogue by its code."""
    faq = content.faqs.get(key.removeprefix("faq:"))
    return faq.question if faq and key.startswith("faq:") else named(content, key)


def _useful(session: Session, span: Span, was: Span, content: Content) -> Iterable[Section]:
    texts = content.texts
    now, then = (_rated(session, one) for one in (span, was))
    rated = now["good"] + now["bad"]
    lines = [Line(texts[f"report_useful_{key}"], now[key], rated, then[key]) for key in ("good", "bad")]
    yield Section(texts["report_ward_useful"], tuple(lines) if rated else ())
    bad = select(Rating.topic, Rating.reason).where(*_rated_in(span), Rating.useful.is_(False))
    topics, reasons = zip(*session.execute(bad), strict=True) if now["bad"] else ((), ())
    yield _few(texts["report_useful_topics"], Counter(topics).items(), lambda key: _topic(content, key), texts)
    told = Counter(filter(None, reasons)).items()
    yield _few(texts["report_useful_reasons"], told, lambda key: texts[f"button_rate_{key}"], texts)


def _rated_in(span: Span) -> tuple[ColumnElement[bool], ...]:
    return Rating.day >= span.first, Rating.day <= span.last


def _rated(session: Session, span: Span) -> Counter[str]:
    found = select(Rating.useful, func.count()).where(*_rated_in(span))
    rows = {useful: number for useful, number in session.execute(found.group_by(Rating.useful))}  # noqa: C416
    return Counter({"good": rows.get(True, 0), "bad": rows.get(False, 0)})


def _tickets(session: Session, span: Span, was: Span, content: Content) -> Iterable[Section]:
    texts = content.texts
    now, then = (_opened(session, one) for one in (span, was))
    told, earlier = (_figures(session, tickets) for tickets in (now, then))
    shares, waits = ("closed", "passed_up"), ("first_reply", "solving")
    lines = [
        Line(texts[f"report_ward_{key}"], number, len(now) * (key in shares), earlier.get(key), key in waits)
        for key, number in told.items()
    ]
    yield Section(texts["report_ward_tickets"], tuple(lines))
    outcomes = Counter(one.outcome or "" for one in now if one.state == "closed")
    withdrawn = texts["report_ward_withdrawn"]
    yield _few(
        texts["report_ward_outcomes"],
        outcomes.items(),
        lambda key: texts.get(f"field_outcome_{key}", withdrawn),
        texts,
    )
    names = {area.id: area.name for area in session.scalars(select(Area))}
    areas = Counter(names.get(one.area or 0, "") for one in now)
    yield _few(texts["report_ward_areas"], areas.items(), lambda key: key, texts)


def _figures(session: Session, tickets: Sequence[Ticket]) -> dict[str, int]:
    """Of the tickets opened in a period. Waits are medians in minutes, left out where nobody waited."""
    replies = [one.first_reply_at - one.opened_at for one in tickets if one.first_reply_at]
    solved = [one.closed_at - one.opened_at for one in tickets if one.closed_at]
    waits = {
        key: round(median(wait.total_seconds() for wait in waits) / 60)
        for key, waits in (("first_reply", replies), ("solving", solved))
        if waits
    }
    visits = select(func.count()).select_from(HomeVisit).where(HomeVisit.outcome == "done")
    mine = visits.where(HomeVisit.ticket_id.in_([one.id for one in tickets]))
    return {
        "opened": len(tickets),
        "closed": sum(one.state == "closed" for one in tickets),
        "passed_up": sum(one.level > 0 for one in tickets),
        **waits,
        "visits": session.scalar(mine) or 0,
    }


def _opened(session: Session, span: Span) -> Sequence[Ticket]:
    begin, end = span.times
    found = select(Ticket).where(Ticket.opened_at >= begin, Ticket.opened_at < end)
    return session.scalars(found if span.area is None else found.where(Ticket.area == span.area)).all()


def _dossiers(session: Session, span: Span, on: date, texts: Mapping[str, str]) -> Iterable[Section]:
    counted = dossiers.count(session, span.first, span.last, on)
    if counted.received:
        lines = tuple(Line(line.name, line.number, line.whole) for line in dossier_lines(counted, texts))
        yield Section(texts["report_ward_dossiers"], lines)


def _few(
    title: str, counts: Iterable[tuple[str, int]], name: Callable[[str], str], texts: Mapping[str, str]
) -> Section:
    """The largest first; what is under five, or has no name, together. One group hidden alone would be the difference
    to the sum, so the smallest shown is hidden with it."""
    counted: Counter[str | None] = Counter()
    hidden = 0
    for key, count in sorted(counts, key=lambda item: -item[1]):
        small = count < SMALLEST or not key
        hidden += small
        counted[None if small else key] += count
    shown = [key for key in counted if key is not None]
    if hidden == 1 and shown:
        last = min(shown, key=lambda key: counted[key])
        counted[None] += counted.pop(last)
    return broken(title, counted, name, texts)
