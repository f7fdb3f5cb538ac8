"""Bringing in a person: a note to the ward (never the resident's words), and the number to call meanwhile."""

from dataclasses import replace

from handlers.effects import CallPerson
from handlers.overlay import phone_of, place_of
from handlers.ports import Tools
from handlers.states import InGuide
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.with_helper import ask
from handlers.words import say


def call_person(turn: Turn, tools: Tools) -> Reply:
    """Tells the ward that somebody needs help and the resident whom to call if it is urgent."""
    state = turn.state
    why = state.guide if isinstance(state, InGuide) else turn.memory.topic or "hoi-chung"
    memory = replace(turn.memory, misses=0, paused=state if isinstance(state, InGuide) else turn.memory.paused)
    with_ticket = ask(turn, tools, why, memory)
    if with_ticket:
        return with_ticket
    texts = [say(tools, "handover"), say(tools, "handover_privacy"), whom_to_call(turn, tools)]
    buttons = (Button(say(tools, "button_menu"), "cmd:bat-dau"),)
    return Reply(Outcome.HANDED_OVER, tuple(map(TextPart, texts)), buttons, None, memory, effects=(CallPerson(why),))


def whom_to_call(turn: Turn, tools: Tools) -> str:
    """The ward's number, or where to go when no number is known."""
    phone = phone_of(tools, place_of(turn, tools))
    if phone is None:
        return say(tools, "handover_no_number")
    what = say(tools, f"place_phone_{phone.what}", number="").rstrip(": ")
    text = say(tools, "handover_number", what=what.lower(), number=phone.number)
    return f"{text} ({phone.note})" if phone.note else text
