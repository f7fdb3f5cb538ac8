"""All the numbers of a ward for a period, beside the period before: questions, opinions, tickets, help, dossiers.

Questions of days gone by were counted when the day was over, and those numbers stay. Groups under five are not broken
down.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.dossiers import numbers as dossiers
from bot.reports.digitised import digitised_section
from bot.reports.dossiers import lines as dossier_lines
from bot.reports.periods import before, period
from bot.reports.sections import Line, Section, broken, help_sections, named
from bot.reports.tally import CALLED, Counts, asked, midnight
from bot.staff.numbers import SMALLEST, help_numbers
from bot.store.feedback_tables import Rating
from bot.store.staff_tables import Area
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
        return midnight(self.first), midnight(end)


def ward_sections(session: Session, span: Span, on: date, content: Content, short: bool = False) -> list[Section]:
    """In the order of a report. A khu phố alone has tickets and help: where a question came from is not known. `short`:
    only what the team did is broken down, to be read in a chat."""
    was = Span(*before(span.first, span.last), span.area)
    texts = content.texts
    helped, then = (help_numbers(session, one.first, one.last, one.area) for one in (span, was))
    whole = span.area is None
    ward = [
        *(_questions(session, span, was, content) if whole else ()),
        *(_useful(session, span, was, content) if whole else ()),
        *_tickets(session, span, was, content),
    ]
    face_to_face = help_sections(helped, then, content, texts)
    if short:
        return [*(section for section in ward if not section.chart), *face_to_face]
    more = (*_dossiers(session, span, on, texts), digitised_section(session, texts)) if whole else ()
    return [*ward, *face_to_face, *more]


def _questions(session: Session, span: Span, was: Span, content: Content) -> Iterable[Section]:
    counts = asked(session, span.first, span.last)
    now, then = _ended(session, span, counts), _ended(session, was, asked(session, was.first, was.last))
    whole = sum(now.values())
    lines = [Line(content.texts["report_ward_asked"], whole, 0, sum(then.values()))]
    keys = (*_ENDS, "handed_over")
    lines += [Line(content.texts[f"report_ward_{key}"], now[key], whole, then[key]) for key in keys]
    yield Section(content.texts["report_ward_questions"], tuple(lines))
    answered = [(topic, number) for (outcome, topic), number in counts.items() if outcome == "answered" and topic]
    yield _few(content.texts["report_ward_topics"], answered, lambda key: _topic(content, key), content.texts)


def _ended(session: Session, span: Span, counts: Counts) -> Counter[str]:
    """How questions ended; somebody was asked for as often as a ticket was opened, or the ward told where there is no
    team."""
    rows: Counter[str] = Counter()
    for (outcome, _), number in counts.items():
        rows[outcome] += number
    begin, end = span.times
    opened = select(func.count()).select_from(Ticket).where(Ticket.opened_at >= begin, Ticket.opened_at < end)
    ended = {key: sum(rows[outcome] for outcome in outcomes) for key, outcomes in _ENDS.items()}
    return Counter({**ended, "handed_over": rows[CALLED] + (session.scalar(opened) or 0)})


def by_month(session: Session, last: date, months: int = 12) -> list[tuple[date, int]]:
    """How many asked in each month up to that of `last`, the oldest first; a month is its first day. Those before
    anybody asked are left out."""
    first, last = period("month", last)
    found: list[tuple[date, int]] = []
    for _ in range(months):
        span = Span(first, last)
        found.append((first, sum(_ended(session, span, asked(session, first, last)).values())))
        first, last = before(first, last)
    while found and not found[-1][1]:
        found.pop()
    return found[::-1]


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
