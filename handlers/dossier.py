"""Where a dossier is, by the code found anywhere in a message. By code alone: procedure, status, dates, what to do."""

from handlers.ports import Dossier, Status, Tools
from handlers.topic import reading
from handlers.turn import AskingDossier, Button, Idle, Outcome, Reply, TextPart, Turn
from handlers.words import bullets, day, say, weekday
from knowledge.calendar import working_days_between
from knowledge.dossier_codes import Code, find_codes

TOPIC = "tra-cuu-ho-so"
_FINISHED = {Status.WITHDRAWN, Status.NOT_ACCEPTED, Status.READY, Status.RETURNED, Status.STOPPED}


def ask(turn: Turn, tools: Tools) -> Reply:
    """Asks for the code and says where it stands."""
    texts = (say(tools, "dossier_ask"), say(tools, "dossier_where_is_code"))
    buttons = (Button(say(tools, "button_menu"), "cmd:bat-dau"),)
    return Reply(
        Outcome.ASKED_BACK, tuple(map(TextPart, texts)), buttons, AskingDossier(), reading=reading(None, TOPIC)
    )


def code(turn: Turn, tools: Tools) -> Reply | None:
    """Answers on the first code in the message; None when there is none."""
    codes = find_codes(turn.incoming.text, turn.now.date())
    if not codes:
        return None
    first = codes[0]
    if first.kind == "procedure":
        return None  # a question about a procedure, not about a dossier
    if first.kind != "dossier":
        return _other(tools, first)
    dossier = tools.dossiers.find(first.text)
    return _unknown(tools, first) if dossier is None else _shown(turn, tools, dossier)


def _other(tools: Tools, code: Code) -> Reply:
    key = {"bad_date": "dossier_bad_date", "payment": "dossier_payment", "post": "dossier_post"}
    text = say(tools, key.get(code.kind, "dossier_insurance"), code=code.text)
    state = AskingDossier() if code.kind in ("bad_date", "payment") else Idle()
    return Reply(Outcome.DOSSIER_UNKNOWN, (TextPart(text),), state=state)


def _unknown(tools: Tools, code: Code) -> Reply:
    texts = (say(tools, "dossier_unknown", code=code.text), say(tools, "dossier_unknown_where"))
    buttons = (Button(say(tools, "button_person"), "cmd:gap-nguoi"),)
    return Reply(Outcome.DOSSIER_UNKNOWN, tuple(map(TextPart, texts)), buttons, Idle())


def _shown(turn: Turn, tools: Tools, dossier: Dossier) -> Reply:
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
    buttons = (Button(say(tools, "button_person"), "cmd:gap-nguoi"),)
    return Reply(Outcome.DOSSIER_SHOWN, tuple(map(TextPart, parts)), buttons, Idle(), reading=reading(None, TOPIC))


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
