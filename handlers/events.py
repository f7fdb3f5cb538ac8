"""What happens to a dossier that somebody who follows it wants to hear, each once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.dossier_late import lateness_on
from handlers.ports import FINISHED, Dossier, Status
from knowledge.calendar import Calendar

_SOON = 3  # working days before the appointment
ENDED = FINISHED - {Status.READY}  # nothing more happens; what is ready still has to be fetched
_THEIRS = frozenset({Status.SUPPLEMENT, Status.PAY})  # the office waits for the resident


@dataclass(frozen=True, slots=True)
class Event:
    """`text` is the key of the sentence; `key` is what is remembered, so that it is told once. A change of status has
    no key: the status itself is remembered."""

    text: str
    key: str = ""


def mark(dossier: Dossier) -> str:
    """The status as it is remembered; of one that is not known, the source's own words are all there is."""
    return f"{Status.UNKNOWN}:{dossier.status_words}" if dossier.status is Status.UNKNOWN else str(dossier.status)


def events(dossier: Dossier, seen: str, told: Collection[str], today: date, calendar: Calendar) -> list[Event]:
    """What is new since the follower saw the status `seen` (its `mark`) and was told the keys `told`. That a source
    says nothing of the status is no news."""
    nothing = dossier.status is Status.UNKNOWN and not dossier.status_words
    found = [Event("follow_status")] if mark(dossier) != seen and not nothing else []
    return found + [event for event in dated(dossier, today, calendar) if event.key not in told]


def dated(dossier: Dossier, today: date, calendar: Calendar) -> list[Event]:
    """What follows from the calendar today, told before or not: the appointment is near, is today, is over; nothing was
    heard. Only the last of them, since who hears late needs no old news."""
    if dossier.finished or dossier.status in _THEIRS:
        return []
    late = lateness_on(today, dossier, calendar)
    if late.overdue:
        return [Event("follow_overdue", f"overdue:{dossier.due_on}")]
    if late.silent:
        return [Event("follow_silent", f"silent:{dossier.status_since or dossier.received_on}")]
    if late.due == today:
        return [Event("follow_today", f"today:{dossier.due_on}")]
    if late.due and today < late.due and late.days <= _SOON and today >= late.due - timedelta(days=14):
        return [Event("follow_soon", f"soon:{dossier.due_on}")]
    return []
