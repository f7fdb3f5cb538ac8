"""What is said of people's data: the notice on first contact, what is kept, a copy of it, and deleting it."""

import hashlib
from dataclasses import replace

from handlers import group
from handlers.effects import ForgetMe, Informed
from handlers.overlay import place_of
from handlers.ports import Tools
from handlers.states import Idle
from handlers.turn import Button, LinkPart, Memory, Outcome, Part, Profile, Reply, TextPart, Turn
from handlers.words import bullets, say
from knowledge.place import Place

COPY_MINUTES = 15
# The page shows the notice before anything is written; the console is the operator's own.
_SHOWN_BEFORE, _NO_RESIDENT = "web", "console"
_NOT_NOW = {Outcome.EMERGENCY, Outcome.FAILED}


def run(turn: Turn, tools: Tools, command: str) -> Reply | None:
    """`cmd:du-lieu`, `cmd:ban-sao`, `cmd:quen-toi`, `cmd:quen-that`, `cmd:giu-lai`; None for other commands."""
    forget = Button(say(tools, "button_forget"), "cmd:quen-that")
    keep = Button(say(tools, "button_keep"), "cmd:giu-lai")
    match command:
        case "du-lieu":
            return _shown(turn, tools)
        case "ban-sao":
            return _copied(turn, tools)
        case "quen-toi":
            return Reply(Outcome.ASKED_BACK, (TextPart(say(tools, "forget_sure")),), (forget, keep))
        case "quen-that":
            text = TextPart(say(tools, "forgotten"))
            return Reply(Outcome.DONE, (text,), (), Idle(), Memory(), Profile(), (ForgetMe(),))
        case "giu-lai":
            return Reply(Outcome.DONE, (TextPart(say(tools, "kept")),))
    return None


def owner(tools: Tools, place: Place | None) -> str:
    """Who runs this, as it is said: the ward."""
    return place.name if place else say(tools, "notice_owner_unknown")


def kept_how_long(tools: Tools) -> str:
    """How long what is written is kept, how to see it and to have it deleted."""
    return say(tools, "notice_kept", days=tools.kept_days) if tools.kept_days else say(tools, "notice_kept_open")


def informed(turn: Turn, tools: Tools, reply: Reply, memory: Memory) -> tuple[Reply, Memory]:
    """The first reply tells who runs this, that it is a machine, what is kept and how to have it deleted, and that this
    was told is logged. It is told anew when the notice has changed its meaning. A call for help is not held up."""
    version = say(tools, "notice_version")
    forgets = any(isinstance(effect, ForgetMe) for effect in reply.effects)
    if turn.incoming.channel == _NO_RESIDENT or memory.informed == version or forgets or tools.member:
        return reply, memory
    if reply.outcome in _NOT_NOW:
        return reply, memory
    who = say(tools, "notice_who", owner=owner(tools, place_of(turn, tools)))
    said = reply.outcome is Outcome.GREETING and not turn.memory.greeted  # the welcome begins with it
    notice = kept_how_long(tools) if said else f"{who} {kept_how_long(tools)}"
    digest = hashlib.sha256(f"{who} {kept_how_long(tools)}".encode()).hexdigest()[:8]
    if turn.incoming.channel != _SHOWN_BEFORE or memory.informed is not None:
        reply = replace(reply, parts=(*reply.parts, TextPart(notice)))
    effects = (*reply.effects, Informed(f"{version} {digest}"))
    return replace(reply, effects=effects), replace(memory, informed=version)


def _shown(turn: Turn, tools: Tools) -> Reply:
    if turn.incoming.group:
        return group.aside(tools)
    kept = tools.my_data.kept() if tools.my_data else ()
    lines = [say(tools, item.key, **item.values) for item in kept]
    until = say(tools, "data_until", days=tools.kept_days) if tools.kept_days else say(tools, "data_until_open")
    shown = f"{say(tools, 'data_title')}\n{bullets(lines)}" if lines else say(tools, "data_nothing")
    buttons = (
        Button(say(tools, "button_copy"), "cmd:ban-sao"),
        Button(say(tools, "button_forget"), "cmd:quen-toi"),
    )
    return Reply(Outcome.DONE, (TextPart(shown), TextPart(until)), buttons if lines else ())


def _copied(turn: Turn, tools: Tools) -> Reply:
    """A link that opens for a while; the console prints the copy itself."""
    if turn.incoming.group:
        return group.aside(tools)
    if tools.my_data is None:
        return Reply(Outcome.DONE, (TextPart(say(tools, "data_nothing")),))
    if turn.incoming.channel == _NO_RESIDENT:
        return Reply(Outcome.DONE, (TextPart(tools.my_data.copy()),))
    link = tools.my_data.link(COPY_MINUTES)
    if not link:
        return Reply(Outcome.DONE, (TextPart(say(tools, "data_copy_none")),))
    parts: tuple[Part, ...] = (TextPart(say(tools, "data_copy", minutes=COPY_MINUTES)),)
    return Reply(Outcome.DONE, (*parts, LinkPart(link, say(tools, "data_copy_link"))))
