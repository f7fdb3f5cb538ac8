"""Showing that a dossier is one's own: the last four digits of a phone or citizen number on it, never more of it."""

import re
from dataclasses import replace

from handlers.dossier import resting
from handlers.dossier_status import shown
from handlers.ports import Owners, Private, Tools
from handlers.states import AskingDigits, Idle
from handlers.topic import reading
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say, says
from knowledge.dossier_codes import normal_code
from knowledge.fold import folded

_TOPIC = "tra-cuu-ho-so"
_OURS = "hs-xem:"
_HOW_MANY = re.compile(r"\b4(?= ?so\b)")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){3}(?![ .\-]?\d)")


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`hs-xem:<code>` asks for the digits; the same whether the dossier is known."""
    value = turn.incoming.button or ""
    code = normal_code(value.removeprefix(_OURS), turn.now.date()) if value.startswith(_OURS) else None
    if code is None or tools.owners is None:
        return None
    if not tools.may_look_up(code):
        return resting(tools)
    private = tools.owners.proved(code)
    if private:
        return _opened(turn, tools, code, private)
    return _asking(tools, code, say(tools, "digits_ask"))


def text(turn: Turn, tools: Tools) -> Reply | None:
    """Four digits and few words around them, while they are awaited; anything else goes its usual way."""
    state, said = turn.state, turn.incoming.text.strip()
    if not isinstance(state, AskingDigits) or tools.owners is None or turn.incoming.button:
        return None
    if says(tools, "stop", said):
        return Reply(Outcome.DONE, (TextPart(say(tools, "digits_left_out")),), state=Idle())
    digits = _four(tools, folded(said))
    if digits is None:
        return None
    return replace(_tried(turn, tools, tools.owners, state.code, digits), hides=True)


def waiting(turn: Turn, reply: Reply) -> Reply:
    """A question answered in between does not end the waiting for the digits."""
    awaited = isinstance(turn.state, AskingDigits) and isinstance(reply.state, Idle)
    return replace(reply, state=turn.state) if awaited else reply


def _four(tools: Tools, said: str) -> str | None:
    """The four digits, when nothing but words that go with them stands beside them: a year in a question is none."""
    said = _HOW_MANY.sub("", said)
    found = _DIGITS.findall(said)
    beside = set(re.findall(r"\w+", _DIGITS.sub(" ", said)))
    if len(found) != 1 or not beside <= set(tools.content.texts["words_digits"].replace(",", " ").split()):
        return None
    return re.sub(r"\D", "", found[0])


def _tried(turn: Turn, tools: Tools, owners: Owners, code: str, digits: str) -> Reply:
    if not tools.may_look_up(code):
        return resting(tools)
    private, left = owners.prove(code, digits)
    if private:
        return _opened(turn, tools, code, private)
    if left:
        return _asking(tools, code, say(tools, "digits_wrong", left=left))
    person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
    return Reply(Outcome.REFUSED, (TextPart(say(tools, "digits_rest")),), (person,), Idle())


def _opened(turn: Turn, tools: Tools, code: str, private: Private) -> Reply:
    dossier = tools.dossiers.find(code)
    if dossier is None:
        return Reply(Outcome.DONE, (TextPart(say(tools, "digits_nothing")),), state=Idle())
    return shown(turn, tools, dossier, private=private)


def _asking(tools: Tools, code: str, words: str) -> Reply:
    leave = Button(say(tools, "button_digits_leave"), f"hs:{code}")
    return Reply(Outcome.ASKED_BACK, (TextPart(words),), (leave,), AskingDigits(code), reading=reading(None, _TOPIC))
