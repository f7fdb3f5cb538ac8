"""Start, menu, help, going back to an earlier topic, forgetting: what a person says to the bot itself."""

from dataclasses import replace

from handlers import dossier, guide, privacy
from handlers.context import known
from handlers.fallback import not_this
from handlers.handover import call_person
from handlers.overlay import place_of
from handlers.ports import Tools
from handlers.states import Choosing, Idle, InGuide
from handlers.topic import answer
from handlers.turn import Button, Outcome, Part, Reply, TextPart, Turn
from handlers.words import say, says

_SLASH = {
    "/start": "bat-dau",
    "/menu": "bat-dau",
    "/help": "giup",
    "/trogiup": "giup",
    "/hoso": "ho-so",
    "/nguoi": "gap-nguoi",
    "/quen": "quen-toi",
    "/dulieu": "du-lieu",
}


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`cmd:<name>` values."""
    value = turn.incoming.button or ""
    return _run(turn, tools, value[4:]) if value.startswith("cmd:") else None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """Slash commands with their deep-link payload, and the content's words for the same things."""
    said = turn.incoming.text.strip()
    if said.startswith("/"):
        name, _, payload = said.partition(" ")
        command = _SLASH.get(name.split("@")[0].lower())
        if command == "bat-dau" and payload:
            return deep_link(turn, tools, payload.strip())
        return _run(turn, tools, command) if command else None
    for name, command in (("forget", "quen-toi"), ("privacy", "du-lieu"), ("menu", "bat-dau"), ("help", "giup")):
        if says(tools, name, said):
            return _run(turn, tools, command)
    talking = isinstance(turn.state, Idle) and turn.memory.topic is not None
    if (isinstance(turn.state, Choosing) or talking) and says(tools, "no", said):
        return not_this(turn, tools)
    if isinstance(turn.state, Choosing) and says(tools, "yes", said) and known(tools, turn.state.options[0]):
        return answer(turn, tools, turn.state.options[0])
    return None


def deep_link(turn: Turn, tools: Tools, payload: str) -> Reply:
    """`/start <id>`: begins at that topic, guide or FAQ entry; an unknown one begins at the start."""
    if payload in tools.content.guides:
        return guide.offer(turn, tools, tools.content.guides[payload])
    for key in (payload, f"faq:{payload}"):
        if known(tools, key):
            return answer(turn, tools, key)
    return start(turn, tools)


def _run(turn: Turn, tools: Tools, command: str) -> Reply | None:
    match command:
        case "bat-dau":
            return start(turn, tools)
        case "giup":
            return Reply(Outcome.DONE, (TextPart(say(tools, "help")),), menu(tools), Idle())
        case "ho-so":
            return dossier.ask(turn, tools)
        case "gap-nguoi":
            return call_person(turn, tools)
        case "khong-phai":
            return not_this(turn, tools)
    return privacy.run(turn, tools, command)


def start(turn: Turn, tools: Tools) -> Reply:
    """The welcome with what can be done; an unfinished guide is offered again."""
    memory = turn.memory
    if isinstance(turn.state, InGuide):
        memory = replace(memory, paused=turn.state)
    first = ("welcome_back",) if memory.greeted else ("welcome", "welcome_privacy")
    owner = privacy.owner(tools, place_of(turn, tools))
    parts: tuple[Part, ...] = tuple(TextPart(say(tools, key, owner=owner)) for key in first)
    unfinished = guide.resume(replace(turn, memory=memory), tools)
    buttons = menu(tools)
    if unfinished:
        parts, buttons = (*parts, *unfinished.parts), (*unfinished.buttons, *buttons)
    return Reply(Outcome.GREETING, parts, buttons, Idle(), replace(memory, greeted=True, misses=0))


def menu(tools: Tools) -> tuple[Button, ...]:
    """The ways most people begin; what the content does not have is left out."""
    content = tools.content
    wanted = (
        ("button_start_birth", "t:dang-ky-khai-sinh", "dang-ky-khai-sinh" in content.procedures),
        ("button_start_vneid", "g:vneid-muc-2", "vneid-muc-2" in content.guides),
        ("button_start_portal", "g:dang-nhap-cong-dvc", "dang-nhap-cong-dvc" in content.guides),
        ("button_start_dossier", "cmd:ho-so", True),
        ("button_start_office", "p:noi-nay", True),
        ("button_person", "cmd:gap-nguoi", True),
    )
    return tuple(Button(say(tools, key), value) for key, value, there in wanted if there)
