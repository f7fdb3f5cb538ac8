"""Showing that a dossier is one's own: the last four digits of a phone or citizen number on it, never more of it."""

import re

from handlers.dossier_status import shown
from handlers.ports import Private, Tools
from handlers.states import AskingDigits, Idle
from handlers.topic import reading
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say, says
from knowledge.dossier_codes import normal_code
from knowledge.fold import folded

_TOPIC = "tra-cuu-ho-so"
_OURS = "hs-xem:"
_DIGITS = re.compile(r"(?:\D{0,20}4? ?so cuoi)?\D{0,30}?(\d)[ .\-]?(\d)[ .\-]?(\d)[ .\-]?(\d)\D{0,12}")


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`hs-xem:<code>` asks for the digits; the same whether the dossier is known."""
    value = turn.incoming.button or ""
    code = normal_code(value.removeprefix(_OURS), turn.now.date()) if value.startswith(_OURS) else None
    if code is None or tools.owners is None:
        return None
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
    found = _DIGITS.fullmatch(folded(said))
    if found is None:
        return None
    private, left = tools.owners.prove(state.code, "".join(found.groups()))
    if private:
        return _opened(turn, tools, state.code, private)
    if left:
        return _asking(tools, state.code, say(tools, "digits_wrong", left=left))
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
