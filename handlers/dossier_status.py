"""What is said of one dossier. By code alone: procedure, status, dates, who holds it, what to do."""

from dataclasses import replace

from handlers.dossier_late import Lateness, late_buttons, late_texts, lateness
from handlers.overlay import place_of
from handlers.ports import Dossier, Private, Status, Tools
from handlers.states import Idle
from handlers.topic import reading, topic_button
from handlers.turn import Button, Outcome, Part, PicturePart, Reply, TextPart, Turn
from handlers.words import bullets, day, say, weekday
from knowledge.fold import folded
from knowledge.model import Facet
from knowledge.timeline import STEPS, Timeline, place, version

_TOPIC = "tra-cuu-ho-so"
_PAYING = "thanh-toan-truc-tuyen"
_SUPPLEMENT = "bo-sung-ho-so"  # the guide that adds what is missing


def shown(
    turn: Turn, tools: Tools, dossier: Dossier, others: tuple[Button, ...] = (), private: Private | None = None
) -> Reply:
    """Everything that may be said of it; `others` are buttons for further dossiers, `private` is what only who it
    belongs to may see."""
    private = private or (tools.owners.proved(dossier.code) if tools.owners else None)
    dossier = replace(dossier, note=private.note) if private else dossier
    late = lateness(turn, tools, dossier)
    lines = [say(tools, "dossier_owner", owner=private.owner)] if private and private.owner else []
    lines += [say(tools, "dossier_procedure", procedure=dossier.procedure)] if dossier.procedure else []
    lines += _status(tools, dossier)
    if dossier.received_on:
        lines.append(say(tools, "dossier_received", day=day(dossier.received_on)))
    if dossier.due_on:
        lines.append(say(tools, "dossier_due", day=_due(turn, tools, dossier, late)))
    parts = [say(tools, "dossier_title", code=dossier.code), bullets(lines), *_next(turn, tools, dossier, late)]
    parts += late_texts(turn, tools, late)
    as_of = "source_as_of_away" if tools.dossiers.away(dossier.code) else "dossier_as_of"
    parts.append(say(tools, as_of, when=f"{dossier.as_of.astimezone(turn.now.tzinfo):%H:%M %d/%m/%Y}"))
    more = () if private or tools.owners is None else (Button(say(tools, "button_digits"), f"hs-xem:{dossier.code}"),)
    buttons = (
        *others,
        *_follow(tools, dossier),
        *more,
        *_help(tools, dossier),
        *late_buttons(tools, dossier, late),
        Button(say(tools, "button_person"), "cmd:gap-nguoi"),
    )
    said: tuple[Part, ...] = (*_picture(tools, dossier, late), *map(TextPart, parts))
    return Reply(Outcome.DOSSIER_SHOWN, said, buttons, Idle(), reading=reading(None, _TOPIC))


def _picture(tools: Tools, dossier: Dossier, late: Lateness) -> tuple[PicturePart, ...]:
    """How far it is, drawn; nothing for a status that is not known."""
    number = place(dossier.status)
    if number is None:
        return ()
    line = Timeline(str(dossier.status), dossier.received_on, dossier.due_on, late.overdue)
    status = say(tools, f"status_{dossier.status}")
    alt = say(tools, "timeline_alt", number=number, count=len(STEPS), status=status[:1].lower() + status[1:])
    return (PicturePart(f"/tien-do/{line.name}.svg?v={version(line, tools.content.texts)}", alt),)


def _follow(tools: Tools, dossier: Dossier) -> tuple[Button, ...]:
    """Followed with one tap, while there is something to wait for."""
    if tools.follows is None:
        return ()
    if any(one.code == dossier.code for one in tools.follows.all()):
        name = Button(say(tools, "button_follow_name"), f"td-ten:{dossier.code}")
        return (name, Button(say(tools, "button_follow_off"), f"td-thoi:{dossier.code}"))
    return () if dossier.finished else (Button(say(tools, "button_follow"), f"td:{dossier.code}"),)


def _status(tools: Tools, dossier: Dossier) -> list[str]:
    if not dossier.status_words:
        lines = [say(tools, "source_no_status")]
    elif dossier.status is Status.UNKNOWN:
        lines = [say(tools, "dossier_status_verbatim", status=dossier.status_words)]
    else:
        lines = [say(tools, "dossier_status", status=say(tools, f"status_{dossier.status}"))]
    if dossier.status_since:
        lines.append(say(tools, "dossier_since", day=day(dossier.status_since)))
    if dossier.holder and not dossier.finished:
        lines.append(say(tools, "dossier_holder", holder=dossier.holder))
    return lines


def _due(turn: Turn, tools: Tools, dossier: Dossier, late: Lateness) -> str:
    """The appointment as a weekday and date; how far off it is only while it still matters."""
    if dossier.due_on is None:
        return ""
    words = weekday(tools, dossier.due_on)
    if dossier.finished or late.due is None:
        return words
    if late.due != dossier.due_on:
        words = say(tools, "dossier_due_moved", day=words, due=weekday(tools, late.due))
    today = turn.now.date()
    if late.due == today:
        return say(tools, "dossier_due_today", day=words)
    key = "dossier_days_over" if late.due < today else "dossier_days_left"
    return say(tools, key, day=words, days=late.days)


def _next(turn: Turn, tools: Tools, dossier: Dossier, late: Lateness) -> list[str]:
    """What happens next, what to bring or pay or hand in; nobody who is kept waiting is told to wait."""
    if dossier.status is Status.UNKNOWN or late.overdue or late.silent:
        return []
    texts = [say(tools, f"next_{dossier.status}")]
    if dossier.status is Status.SUPPLEMENT:
        key = "dossier_missing" if dossier.note else "dossier_missing_where"
        texts.append(say(tools, key, note=dossier.note))
    elif dossier.note:
        texts.append(say(tools, "dossier_note", note=dossier.note))
    place = place_of(turn, tools)
    if dossier.status in (Status.READY, Status.PAY) and place and place.office:
        texts.append(say(tools, "place_address", office=place.office.name, address=place.office.address))
    return texts


def _help(tools: Tools, dossier: Dossier) -> list[Button]:
    """The papers of what was applied for where some are missing, its fees and how to pay where it is to be paid."""
    topic = _topic_of(tools, dossier.procedure)
    buttons = []
    if dossier.status is Status.SUPPLEMENT and _SUPPLEMENT in tools.content.guides:
        buttons.append(Button(tools.content.guides[_SUPPLEMENT].everyday, f"g:{_SUPPLEMENT}"))
    if dossier.status in (Status.SUPPLEMENT, Status.NOT_ACCEPTED) and topic:
        buttons.append(Button(say(tools, "button_papers"), f"t:{topic}:{Facet.DOCUMENTS}"))
    if dossier.status is Status.PAY:
        if topic:
            buttons.append(Button(say(tools, "button_fees"), f"t:{topic}:{Facet.FEES}"))
        if _PAYING in tools.content.procedures:
            buttons.append(topic_button(tools, _PAYING))
    return buttons


def _topic_of(tools: Tools, procedure: str) -> str | None:
    """The topic whose name stands in the procedure's name; the longest name wins."""
    text = f" {folded(procedure)} "
    named = [(name, key) for key, item in tools.content.procedures.items() for name in (item.name, item.everyday)]
    fits = [(len(name), key) for name, key in named if f" {folded(name)} " in text]
    return max(fits)[1] if fits else None
