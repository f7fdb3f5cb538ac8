"""Six-character codes that hand something from one chat to another, typed once in the other chat."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import checklist, follow
from handlers.effects import JoinStaff
from handlers.ports import Tools
from handlers.states import Idle
from handlers.turn import Button, Outcome, Reply, TextPart, Ticks, Turn
from handlers.words import say
from knowledge.short_codes import read_code, spoken

_LIST, STAFF = "checklist", "staff"
_LIST_MINUTES = 24 * 60  # the neighbour may type it at home in the evening


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`ds-ma`: a code for the list that is being ticked."""
    ticks = turn.memory.ticks
    if turn.incoming.button != checklist.HAND_OVER or ticks is None or tools.codes is None:
        return None
    payload = json.dumps({"topic": ticks.topic, "case": turn.memory.case, "done": ticks.done}, ensure_ascii=False)
    code = tools.codes.issue(_LIST, payload, _LIST_MINUTES)
    back = Button(say(tools, "button_checklist_back"), f"{checklist.BEGIN}{ticks.topic}")
    text = say(tools, "code_for_list", code=spoken(code), hours=_LIST_MINUTES // 60)
    return Reply(Outcome.CHECKLIST, (TextPart(text),), (back,))


def text(turn: Turn, tools: Tools) -> Reply | None:
    """A code typed alone or after “mã”: what it was given out for; None when the message is no code."""
    if tools.codes is None or read_code(turn.incoming.text) is None:
        return None
    redeemed = tools.codes.redeem(turn.incoming.text)
    use = _USES.get(redeemed.kind) if redeemed else None
    reply = use(turn, tools, redeemed.payload) if redeemed and use else None
    return reply or Reply(Outcome.NO_ANSWER, (TextPart(say(tools, "code_unknown")),))


def _list(turn: Turn, tools: Tools, payload: str) -> Reply | None:
    """The list as it was ticked in the other chat."""
    kept = json.loads(payload)
    topic = tools.content.procedures.get(kept["topic"])
    if topic is None:
        return None
    memory = replace(turn.memory, ticks=Ticks(topic.id, tuple(kept["done"])), topic=topic.id, case=kept["case"])
    return checklist.show(replace(turn, memory=memory), tools, topic)


def _staff(turn: Turn, tools: Tools, payload: str) -> Reply:
    """A member of the team joins with this chat; `payload` is who, as {"id", "name"}."""
    who = json.loads(payload)
    parts = (TextPart(say(tools, "staff_joined", name=who["name"])),)
    buttons = (Button(say(tools, "button_bridge_list"), "ve:ds"),)
    return Reply(Outcome.DONE, parts, buttons, Idle(), effects=(JoinStaff(int(who["id"])),))


_USES: Mapping[str, Callable[[Turn, Tools, str], Reply | None]] = {
    _LIST: _list,
    STAFF: _staff,
    follow.MOVE: follow.moved,
}
