"""The order in which handlers are asked. Each says None for what is not its own; the last always answers.

To add a capability: write `handlers/<name>.py` with a function `(Turn, Tools) -> Reply | None`, put it in `HANDLERS`
where it should be asked, add its sentences to `knowledge/content/texts/` and a dialogue to `tests/dialogues/`.
"""

from collections.abc import Callable
from dataclasses import replace

from handlers import (
    bridge,
    cases,
    checklist,
    codes,
    commands,
    dossier,
    feedback,
    follow,
    group,
    guide,
    helping,
    identity,
    news,
    place,
    privacy,
    reporting,
    safety,
    topics,
    units,
    with_helper,
)
from handlers.fallback import fallback
from handlers.ports import Tools
from handlers.turn import Button, Memory, Outcome, Reply, TextPart, Turn
from handlers.words import say
from knowledge.fold import folded

Handler = Callable[[Turn, Tools], Reply | None]

HANDLERS: tuple[Handler, ...] = (
    with_helper.button,
    with_helper.text,
    bridge.button,
    bridge.text,
    helping.button,
    helping.text,
    reporting.text,
    feedback.text,
    safety.unreadable,
    safety.personal,
    safety.emergency,
    codes.text,
    identity.text,
    safety.secret,
    commands.button,
    guide.button,
    cases.button,
    checklist.button,
    codes.button,
    identity.button,
    place.button,
    feedback.button,
    follow.button,
    news.button,
    dossier.button,
    units.button,
    topics.button,
    commands.text,
    follow.text,
    news.text,
    dossier.code,
    guide.text,
    cases.text,
    checklist.text,
    units.text,
    safety.chit_chat,
    place.text,
    topics.text,
    fallback,
)

# What is asked in a group: nothing of one person's own is reached from there.
IN_GROUP: tuple[Handler, ...] = (
    group.private,
    safety.unreadable,
    safety.emergency,
    safety.secret,
    commands.button,
    guide.button,
    cases.button,
    checklist.button,
    place.button,
    units.button,
    topics.button,
    commands.text,
    guide.text,
    cases.text,
    checklist.text,
    units.text,
    safety.chit_chat,
    place.text,
    topics.text,
    fallback,
)
_MOVES = ("s:", "tk:", "ds-xong")  # a tap goes on in the same message instead of a new one below

# A question answered in the middle of a guide does not end the guide.
_KEEPS_GUIDE_WAITING = {Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.PLACE_SHOWN, Outcome.SMALLTALK}


def dispatch(turn: Turn, tools: Tools) -> Reply:
    """The first handler's reply, with what every reply has in common: the guide that waits, the buttons offered."""
    turn, ended = helping.before(_chosen(turn, tools))
    incoming = turn.incoming
    tools = group.public(tools) if incoming.group else tools
    handlers = IN_GROUP if incoming.group else HANDLERS
    reply = next(reply for handler in handlers if (reply := handler(turn, tools)) is not None)
    reply = units.with_note(turn, tools, place.with_office(turn, tools, reply))
    if reply.state is not None and reply.outcome in _KEEPS_GUIDE_WAITING:
        reply = identity.waiting(turn, guide.waiting(turn, tools, reply))
    if reply.outcome is Outcome.ANSWERED:
        reply = checklist.waiting(turn, tools, reply)
    memory: Memory = reply.memory or turn.memory
    reply, memory = helping.noticed(turn, tools, reply, memory)
    reply = group.guarded(turn, tools, reply)
    if incoming.heard and reply.outcome is not Outcome.REFUSED:
        reply = replace(reply, parts=(TextPart(say(tools, "heard", text=incoming.heard)), *reply.parts))
    reply, memory = privacy.informed(turn, tools, *feedback.offered(turn, tools, reply, memory))
    memory = replace(memory, offered=feedback.still_offered(turn, reply))
    moves = incoming.tapped is not None and (incoming.button or "").startswith(_MOVES)
    return replace(reply, memory=memory, effects=(*ended, *reply.effects), in_place=moves)


def _chosen(turn: Turn, tools: Tools) -> Turn:
    """In channels without buttons a label, a value or a number of the last offer counts as a tap."""
    incoming = turn.incoming
    if incoming.button or not incoming.text:
        return turn
    offered = turn.memory.offered
    said = folded(incoming.text)
    for button in offered:
        if incoming.text.strip() == button.value or said == folded(button.label):
            return _tapped(turn, button)
    words = [folded(word) for word in tools.content.texts["words_numbers"].split(",")]
    bare = said.removeprefix(folded(tools.content.texts["number_word"].format(number=""))).strip()
    number = int(bare) if bare.isdigit() and len(bare) < 3 else words.index(bare) + 1 if bare in words else 0
    return _tapped(turn, offered[number - 1]) if 0 < number <= len(offered) else turn


def _tapped(turn: Turn, button: Button) -> Turn:
    return replace(turn, incoming=replace(turn.incoming, button=button.value, text=""))
