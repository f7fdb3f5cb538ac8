"""A dossier past its appointment or without a word: what the rules promise, a petition ready to send, whom to call."""

from dataclasses import dataclass
from datetime import date

from handlers.handover import whom_to_call
from handlers.overlay import place_of
from handlers.ports import Dossier, Status, Tools
from handlers.states import Idle
from handlers.topic import reading, topic_button
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import day, say, weekday
from knowledge.calendar import Calendar

_TOPIC = "tra-cuu-ho-so"
_FAQ = "ho-so-tre-hen"
_POLICE = "G01"
_SILENT_AFTER = 3  # working days after filing without anybody having received it
PETITION = "hs-don:"


@dataclass(frozen=True, slots=True)
class Lateness:
    """`days` are working days to the appointment or past it, or of silence. `due` is the working day on which the
    appointment counts."""

    overdue: bool
    silent: bool
    days: int
    due: date | None = None


def lateness(turn: Turn, tools: Tools, dossier: Dossier) -> Lateness:
    """Whether the office keeps somebody waiting today."""
    calendar = tools.content.dossiers.calendar if tools.content.dossiers else Calendar()
    return lateness_on(turn.now.date(), dossier, calendar)


def lateness_on(today: date, dossier: Dossier, calendar: Calendar) -> Lateness:
    """Whether the office keeps somebody waiting, in working days; while it waits for the resident it is not late."""
    if dossier.finished:
        return Lateness(False, False, 0)
    if dossier.due_on:
        due = calendar.working_day_from(dossier.due_on)
        theirs = dossier.status not in (Status.SUPPLEMENT, Status.PAY)
        return Lateness(theirs and due < today, False, abs(calendar.working_days_between(today, due)), due)
    since = dossier.status_since or dossier.received_on
    days = calendar.working_days_between(since, today) if since and dossier.status is Status.SENT else 0
    return Lateness(False, days > _SILENT_AFTER, days)


def late_texts(turn: Turn, tools: Tools, late: Lateness) -> list[str]:
    if not (late.overdue or late.silent):
        return []
    first = say(tools, "next_overdue") if late.overdue else say(tools, "next_silent", days=late.days)
    return [first, say(tools, "dossier_promise"), whom_to_call(turn, tools)]


def late_buttons(tools: Tools, dossier: Dossier, late: Lateness) -> list[Button]:
    if not (late.overdue or late.silent):
        return []
    buttons = [Button(say(tools, "button_petition"), f"{PETITION}{dossier.code}")]
    if _FAQ in tools.content.faqs:
        buttons.append(topic_button(tools, f"faq:{_FAQ}"))
    return buttons


def petition(turn: Turn, tools: Tools, dossier: Dossier) -> Reply:
    """A text to copy, sign and send, and where to send it."""
    late = lateness(turn, tools, dossier)
    if late.overdue and dossier.due_on:
        key, due = "petition_overdue", weekday(tools, dossier.due_on)
    else:
        key, due = "petition_silent", ""
    office = _office(turn, tools, dossier.code)
    received = day(dossier.received_on) if dossier.received_on else say(tools, "petition_blank")
    body = say(tools, key, received=received, due=due, days=late.days)
    procedure = dossier.procedure or say(tools, "petition_blank")
    values = {
        "office": office,
        "code": dossier.code,
        "procedure": procedure,
        "body": body,
        "today": day(turn.now.date()),
    }
    texts = (say(tools, "petition_how"), say(tools, "petition", **values), say(tools, "petition_where"))
    buttons = (Button(say(tools, "button_person"), "cmd:gap-nguoi"),)
    return Reply(Outcome.DOSSIER_SHOWN, tuple(map(TextPart, texts)), buttons, Idle(), reading=reading(None, _TOPIC))


def _office(turn: Turn, tools: Tools, code: str) -> str:
    """Whom the petition is for: the ward's centre, but for the dossiers of the police whoever of them received it."""
    agency = tools.content.dossiers.agency(code) if tools.content.dossiers else None
    if agency and agency.begins == _POLICE:
        return say(tools, "petition_to_agency", agency=agency.name)
    place = place_of(turn, tools)
    return place.office.name if place and place.office else say(tools, "petition_office")
