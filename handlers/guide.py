"""Walking through a guide: one step at a time, back, stop, start again, troubles, and carrying on days later."""

from dataclasses import replace

from handlers.ports import Tools
from handlers.states import Idle, InGuide
from handlers.topic import footer, leaflet_link, reading, remember, stale
from handlers.turn import Button, Memory, Outcome, Part, PicturePart, Reply, TextPart, Turn
from handlers.walk import back, forward, position
from handlers.words import bullets, say
from knowledge.fold import folded, phrase_in
from knowledge.model import Guide, Step, Trouble
from knowledge.picture import version

_NEARLY = 0.8  # of the message is the trouble's own words


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`g:<guide>` begins, `go:<guide>` begins at the first step or resumes, `s:<verb>:<step>[:<next>]` moves."""
    value = turn.incoming.button or ""
    guides = tools.content.guides
    if value.startswith("g:") and value[2:] in guides:
        return offer(turn, tools, guides[value[2:]])
    if value.startswith("go:") and value[3:] in guides:
        return show(turn, tools, guides[value[3:]], InGuide(value[3:]))
    if value.startswith("s:"):
        return _move(turn, tools, value)
    return None


def offer(turn: Turn, tools: Tools, guide: Guide) -> Reply:
    """What to have at hand before the first step; an unfinished walk through this guide can be taken up again."""
    paused = turn.memory.paused
    unfinished = resume(turn, tools) if paused and paused.guide == guide.id and paused.answers else None
    if unfinished:
        return unfinished
    parts = [
        say(tools, "guide_before", name=guide.name, minutes=guide.before.minutes),
        stale(turn.now.date(), tools, guide),
        bullets([item.text for item in guide.before.have]),
        say(tools, "guide_neighbour", text=guide.before.neighbour),
        footer(tools, guide, guide.before.have[0].source),
    ]
    buttons = (
        Button(say(tools, "button_guide_start"), f"go:{guide.id}"),
        Button(say(tools, "button_menu"), "cmd:bat-dau"),
    )
    memory = remember(turn, guide.topic)
    return Reply(
        Outcome.ANSWERED,
        (*(TextPart(part) for part in parts if part), *leaflet_link(turn, tools, guide.id)),
        buttons,
        Idle(),
        memory,
        reading=reading(None, guide.topic),
    )


def show(turn: Turn, tools: Tools, guide: Guide, walk: InGuide, first: str = "") -> Reply:
    """The current step with its buttons, or the end of the guide."""
    here = position(guide, walk.answers)
    if here.step is None:
        return _done(turn, tools, guide)
    step = here.step
    lines = [first, say(tools, "guide_step", number=here.number, title=step.title), step.text]
    lines.append(say(tools, "guide_press", label=step.press) if step.press else "")
    lines.append(step.tip or "")
    parts: tuple[Part, ...] = (*_picture(tools, guide, step), *(TextPart(line) for line in lines if line))
    walk = InGuide(guide.id, (*here.kept, *here.later))
    memory = replace(remember(turn, guide.topic), paused=walk)
    return Reply(
        Outcome.GUIDE_STEP,
        parts,
        _buttons(tools, step, here.number),
        walk,
        memory,
        reading=reading(None, guide.topic),
    )


def _picture(tools: Tools, guide: Guide, step: Step) -> tuple[PicturePart, ...]:
    """The ward's own picture of this step, else its drawn screen, else nothing."""
    own = tools.content.pictures.get(f"{guide.id}/{step.id}")
    if own:
        return (PicturePart(f"/pictures/{guide.id}/{own.name}?v={own.version}", _alt(tools, step)),)
    if step.screen is None:
        return ()
    url = f"/pictures/{guide.id}/{step.id}.svg?v={version(step.screen)}"
    return (PicturePart(url, _alt(tools, step)),)


def _alt(tools: Tools, step: Step) -> str:
    """What the picture shows, for whoever does not see it."""
    tapped = step.screen.tapped if step.screen else ()
    if step.screen is None or not tapped:
        return say(tools, "guide_picture", title=step.title)
    known = {"title": step.title, "screen": step.screen.title}
    labels = ", ".join(f"“{item.label}”" for item in tapped)
    if tapped[0].kind in ("field", "code"):
        return say(tools, "guide_picture_type", labels=labels, **known)
    return say(tools, "guide_picture_press", labels=labels, **known)


def _buttons(tools: Tools, step: Step, number: int) -> tuple[Button, ...]:
    if step.ask:
        ways = [Button(option.label, f"s:to:{step.id}:{option.next}"[:64]) for option in step.ask]
    else:
        last = "button_guide_finish" if step.end else "button_guide_next"
        ways = [Button(say(tools, last), f"s:ok:{step.id}")]
    ways.append(Button(say(tools, "button_guide_trouble"), f"s:loi:{step.id}"))
    if number > 1:
        ways.append(Button(say(tools, "button_guide_back"), f"s:lui:{step.id}"))
    ways.append(Button(say(tools, "button_guide_stop"), f"s:dung:{step.id}"))
    return tuple(ways)


def _done(turn: Turn, tools: Tools, guide: Guide) -> Reply:
    memory = replace(remember(turn, guide.topic), paused=None)
    near = [tools.content.guides[key] for key in guide.related if key in tools.content.guides]
    buttons = [Button(item.everyday, f"g:{item.id}") for item in near]
    parts = (TextPart(say(tools, "guide_done_title", name=guide.name)), TextPart(guide.done))
    return Reply(
        Outcome.GUIDE_DONE,
        parts,
        (*buttons, Button(say(tools, "button_menu"), "cmd:bat-dau")),
        Idle(),
        memory,
        reading=reading(None, guide.topic),
    )


def _move(turn: Turn, tools: Tools, value: str) -> Reply | None:
    walk = turn.state if isinstance(turn.state, InGuide) else turn.memory.paused
    if walk is None or walk.guide not in tools.content.guides:
        return _nothing(turn, tools)
    guide = tools.content.guides[walk.guide]
    here = position(guide, walk.answers)
    _, verb, step_id, *rest = [*value.split(":"), "", ""]
    if verb == "lai":
        return show(turn, tools, guide, InGuide(guide.id), say(tools, "guide_restarted"))
    if verb == "tiep":
        return show(turn, tools, guide, walk)
    if verb == "thoi":
        memory: Memory = replace(turn.memory, paused=None)
        return Reply(Outcome.DONE, (TextPart(say(tools, "kept")),), state=Idle(), memory=memory)
    if here.step is None or here.step.id != step_id:
        return show(turn, tools, guide, walk)  # an old button: show where they are
    match verb:
        case "ok" if not here.step.ask:
            return show(turn, tools, guide, forward(guide, walk, "ok"))
        case "to":
            chosen = [option.next for option in here.step.ask or () if option.next.startswith(rest[0])]
            return show(turn, tools, guide, forward(guide, walk, chosen[0]) if chosen else walk)
        case "lui":
            first = say(tools, "guide_first_step") if not here.kept else ""
            return show(turn, tools, guide, back(guide, walk), first)
        case "dung":
            return _stopped(turn, tools, guide, walk)
        case "loi":
            return _troubles(turn, tools, guide, here.step)
        case "go":
            return _fix(turn, tools, guide, here.step, rest[0])
    return show(turn, tools, guide, walk)


def _stopped(turn: Turn, tools: Tools, guide: Guide, walk: InGuide) -> Reply:
    buttons = (
        Button(say(tools, "button_guide_resume"), f"s:tiep:{guide.id}"),
        Button(say(tools, "button_menu"), "cmd:bat-dau"),
    )
    memory = replace(turn.memory, paused=walk)
    text = say(tools, "guide_stopped")
    return Reply(Outcome.DONE, (TextPart(text),), buttons, Idle(), memory, reading=reading(None, guide.topic))


def resume(turn: Turn, tools: Tools) -> Reply | None:
    """“Anh/chị đang làm dở bước 3, làm tiếp không?”; None when nothing was left unfinished."""
    walk = turn.memory.paused
    if walk is None or walk.guide not in tools.content.guides:
        return None
    guide = tools.content.guides[walk.guide]
    here = position(guide, walk.answers)
    if here.step is None:
        return None
    text = say(tools, "guide_resume", name=guide.name, number=here.number)
    buttons = (
        Button(say(tools, "button_guide_resume"), f"s:tiep:{guide.id}"),
        Button(say(tools, "button_guide_restart"), f"s:lai:{guide.id}"),
        Button(say(tools, "button_guide_drop"), f"s:thoi:{guide.id}"),
    )
    return Reply(Outcome.ASKED_BACK, (TextPart(text),), buttons, Idle(), reading=reading(None, guide.topic))


def _nothing(turn: Turn, tools: Tools) -> Reply:
    buttons = (Button(say(tools, "button_menu"), "cmd:bat-dau"),)
    return Reply(Outcome.DONE, (TextPart(say(tools, "guide_nothing_paused")),), buttons, Idle())


def _troubles(turn: Turn, tools: Tools, guide: Guide, step: Step) -> Reply:
    person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
    again = Button(say(tools, "button_guide_resume"), f"s:tiep:{step.id}")
    known = tuple(Button(item.seen, f"s:go:{step.id}:{item.id}"[:64]) for item in step.troubles)
    text = say(tools, "guide_trouble_ask" if known else "guide_trouble_none")
    return Reply(Outcome.GUIDE_STEP, (TextPart(text),), (*known, again, person), reading=reading(None, guide.topic))


def _fix(turn: Turn, tools: Tools, guide: Guide, step: Step, key: str) -> Reply:
    found = [item for item in step.troubles if key and item.id.startswith(key)]
    return _fixed(turn, tools, guide, step, found[0]) if found else _troubles(turn, tools, guide, step)


def _fixed(turn: Turn, tools: Tools, guide: Guide, step: Step, trouble: Trouble) -> Reply:
    buttons = (
        Button(say(tools, "button_guide_resume"), f"s:tiep:{step.id}"),
        Button(say(tools, "button_guide_trouble"), f"s:loi:{step.id}"),
        Button(say(tools, "button_person"), "cmd:gap-nguoi"),
    )
    text = say(tools, "guide_trouble_fix", seen=trouble.seen, fix=trouble.fix)
    return Reply(Outcome.GUIDE_STEP, (TextPart(text),), buttons, reading=reading(None, guide.topic))


def text(turn: Turn, tools: Tools) -> Reply | None:
    """Inside a guide: words for next, back, stop; what is typed is looked for among the step's troubles first."""
    said = turn.incoming.text
    if _says(tools, "resume", said):
        return (_move(turn, tools, "s:tiep:") if isinstance(turn.state, InGuide) else resume(turn, tools)) or _nothing(
            turn, tools
        )
    if not isinstance(turn.state, InGuide) or turn.state.guide not in tools.content.guides:
        return None
    guide = tools.content.guides[turn.state.guide]
    step = position(guide, turn.state.answers).step
    if step is None:
        return None
    for name, verb in (("next", "ok"), ("back", "lui"), ("stop", "dung"), ("restart", "lai"), ("trouble", "loi")):
        if _says(tools, name, said):
            return _move(turn, tools, f"s:{verb}:{step.id}")
    found = _trouble(step, said)
    return _fixed(turn, tools, guide, step, found) if found else None


def known_trouble(turn: Turn, tools: Tools) -> bool:
    """Whether the message is, nearly word for word, a trouble of the step they are at ("mắt kém, tay run")."""
    if not isinstance(turn.state, InGuide) or turn.state.guide not in tools.content.guides:
        return False
    step = position(tools.content.guides[turn.state.guide], turn.state.answers).step
    said = folded(turn.incoming.text)
    return step is not None and any(
        phrase_in(phrase, said) and len(folded(phrase)) >= _NEARLY * len(said)
        for item in step.troubles
        for phrase in (item.seen, *item.phrasings)
    )


def _says(tools: Tools, name: str, said: str) -> bool:
    """Whether the whole message is one of the content's words for this."""
    return folded(said) in {folded(word) for word in tools.content.texts[f"words_{name}"].split(",")}


def _trouble(step: Step, said: str) -> Trouble | None:
    """The trouble one of whose phrasings stands in the message; the longest phrasing wins."""
    hits = [
        (len(phrase), item)
        for item in step.troubles
        for phrase in (item.seen, *item.phrasings)
        if phrase_in(phrase, said)
    ]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def waiting(turn: Turn, tools: Tools, reply: Reply) -> Reply:
    """A question answered in the middle of a guide: the guide waits at its step."""
    if not isinstance(turn.state, InGuide) or turn.state.guide not in tools.content.guides:
        return reply
    guide = tools.content.guides[turn.state.guide]
    here = position(guide, turn.state.answers)
    note = TextPart(say(tools, "guide_waits", number=here.number, name=guide.name))
    again = Button(say(tools, "button_guide_resume"), f"s:tiep:{guide.id}")
    memory = replace(reply.memory or turn.memory, paused=turn.state)
    return replace(reply, parts=(*reply.parts, note), buttons=(again, *reply.buttons), state=turn.state, memory=memory)
