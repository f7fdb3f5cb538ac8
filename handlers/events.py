"""What happens to a dossier that somebody who follows it wants to hear, each once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.dossier_late import lateness_on
from handlers.ports import Dossier, Status
from knowledge.calendar import Calendar

_SOON = 3  # working days before the appointment
_THEIRS = frozenset({Status.SUPPLEMENT, Status.PAY})  # the office waits for the resident


@dataclass(frozen=True, slots=True)
class Event:
    """`text` is the key of the sentence; `key` is what is remembered, so that it is told once. A change of status has
    no key: the status itself is remembered."""

    text: str
    key: str = ""


def events(dossier: Dossier, seen: str, told: Collection[str], today: date, calendar: Calendar) -> list[Event]:
    """What is new since the follower saw the status `seen` and was told the keys `told`."""
    found = [Event("follow_status")] if dossier.status_words != seen else []
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
