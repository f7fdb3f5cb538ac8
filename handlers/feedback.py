"""👍 and 👎 after an answer: one tap, and for 👎 a reason if they like. Asked once for each topic in a chat."""

from dataclasses import replace

from handlers.effects import Rate
from handlers.ports import Tools
from handlers.turn import Button, Memory, Outcome, Reply, TextPart, Turn
from handlers.words import say

_PREFIX = "fb:"
_LONGEST = 64  # bytes of a button's value
_REMEMBERED = 50  # topics of a chat for which it is not asked again
_REASONS = {"wrong": "button_rate_wrong", "hard": "button_rate_hard", "other": "button_rate_other"}
_NO_FACET = "tong-quan"


def offered(turn: Turn, tools: Tools, reply: Reply, memory: Memory) -> tuple[Reply, Memory]:
    """An answer on a topic that was not asked about yet gets two more buttons, after all others, so that the numbers of
    those stay what they are. They are left out where a platform has no room for them."""
    topic = reply.reading.topic
    if (
        reply.outcome is not Outcome.ANSWERED
        or not topic
        or not reply.buttons
        or topic in memory.rated
        or turn.incoming.group
        or tools.member
        or memory.helping
    ):
        return reply, memory
    facet = reply.reading.facets[0] if reply.reading.facets else _NO_FACET
    more = tuple(
        Button(say(tools, key), f"{_PREFIX}{sign}:{topic}:{facet}", extra=True)
        for sign, key in (("+", "button_rate_good"), ("-", "button_rate_bad"))
    )
    if any(len(button.value.encode()) > _LONGEST for button in more):
        return reply, memory
    rated = (*memory.rated, topic)[-_REMEMBERED:]
    return replace(reply, buttons=(*reply.buttons, *more)), replace(memory, rated=rated)


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`fb:<+ or - or a reason>:<topic>:<facet>`."""
    value = turn.incoming.button or ""
    if not value.startswith(_PREFIX):
        return None
    sign, _, answer = value.removeprefix(_PREFIX).partition(":")
    topic, _, facet = answer.rpartition(":")
    if not topic or not facet or sign not in ("+", "-", *_REASONS):
        return None
    rate = Rate(topic, facet, sign == "+", sign if sign in _REASONS else None)
    thanks = TextPart(say(tools, "rate_thanks"))
    if sign != "-":
        return Reply(Outcome.DONE, (thanks,), effects=(rate,))
    reasons = tuple(Button(say(tools, key), f"{_PREFIX}{name}:{answer}") for name, key in _REASONS.items())
    fitting = tuple(item for item in reasons if len(item.value.encode()) <= _LONGEST)
    return Reply(Outcome.DONE, (TextPart(say(tools, "rate_why")),), fitting, effects=(rate,))


def text(turn: Turn, tools: Tools) -> Reply | None:
    """The sign alone, typed, is a tap on the button that shows it."""
    said = turn.incoming.text.strip()
    for item in turn.memory.offered:
        if said and item.value.startswith(_PREFIX) and said == item.label.split()[0]:
            return button(replace(turn, incoming=replace(turn.incoming, button=item.value, text="")), tools)
    return None


def still_offered(turn: Turn, reply: Reply) -> tuple[Button, ...]:
    """What may be chosen next by its number: after an opinion still what was there before it."""
    before = turn.memory.offered
    if reply.buttons or reply.outcome is not Outcome.DONE or not any(isinstance(e, Rate) for e in reply.effects):
        return reply.buttons
    return tuple(item for item in before if not item.value.startswith(_PREFIX))
