"""What is said of one dossier. By code alone: procedure, status, dates, what to do."""

from handlers.ports import Dossier, Status, Tools
from handlers.topic import reading
from handlers.turn import Button, Idle, Outcome, Reply, TextPart, Turn
from handlers.words import bullets, day, say, weekday
from knowledge.calendar import working_days_between

_TOPIC = "tra-cuu-ho-so"
_FINISHED = {Status.WITHDRAWN, Status.NOT_ACCEPTED, Status.READY, Status.RETURNED, Status.STOPPED}


def shown(turn: Turn, tools: Tools, dossier: Dossier, others: tuple[Button, ...] = ()) -> Reply:
    """Everything that may be said of it; `others` are buttons for further dossiers."""
    lines = [say(tools, "dossier_procedure", procedure=dossier.procedure), _status(tools, dossier)]
    if dossier.received_on:
        lines.append(say(tools, "dossier_received", day=day(dossier.received_on)))
    overdue = False
    if dossier.due_on:
        today = turn.now.date()
        left = working_days_between(today, dossier.due_on)
        overdue = dossier.due_on < today and dossier.status not in _FINISHED
        lines.append(say(tools, "dossier_due", day=_due(turn, tools, dossier, left)))
    parts = [say(tools, "dossier_title", code=dossier.code), bullets(lines)]
    if dossier.status is not Status.UNKNOWN:
        parts.append(say(tools, f"next_{dossier.status}"))
    if overdue:
        parts.append(say(tools, "next_overdue"))
    parts.append(say(tools, "dossier_as_of", when=f"{dossier.as_of.astimezone(turn.now.tzinfo):%H:%M %d/%m/%Y}"))
    buttons = (*others, Button(say(tools, "button_person"), "cmd:gap-nguoi"))
    return Reply(Outcome.DOSSIER_SHOWN, tuple(map(TextPart, parts)), buttons, Idle(), reading=reading(None, _TOPIC))


def _status(tools: Tools, dossier: Dossier) -> str:
    if dossier.status is Status.UNKNOWN:
        return say(tools, "dossier_status_verbatim", status=dossier.status_words)
    return say(tools, "dossier_status", status=say(tools, f"status_{dossier.status}"))


def _due(turn: Turn, tools: Tools, dossier: Dossier, left: int) -> str:
    """The appointment as a weekday and date; how far off it is only while it still matters."""
    if dossier.due_on is None:
        return ""
    words = weekday(tools, dossier.due_on)
    if dossier.status in _FINISHED:
        return words
    if dossier.due_on == turn.now.date():
        return say(tools, "dossier_due_today", day=words)
    key = "dossier_days_left" if dossier.due_on > turn.now.date() else "dossier_days_over"
    return say(tools, key, day=words, days=abs(left))
