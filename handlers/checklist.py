"""The papers to bring as a list to tick: paper by paper in the chat, to send to the family, to print."""

from dataclasses import replace

from handlers.ports import Tools
from handlers.states import Idle
from handlers.topic import footer, leaflet_link, reading, remember, stale, title
from handlers.turn import Button, Memory, Outcome, Part, Reply, TextPart, Ticks, Turn
from handlers.words import say, says
from knowledge.model import Document, Facet, Procedure

BEGIN = "ds:"
_TICK = "tk:"
_SEND, _END = "ds-gui", "ds-xong"
HAND_OVER = "ds-ma"  # answered in handlers/codes.py
_SELF_CHECK = "tu-kiem-tra-ho-so"  # the guide that looks for what dossiers are sent back for


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`ds:<topic>` shows the list, `tk:<number>` ticks or unticks, `ds-gui` gives it as plain text, `ds-xong` ends."""
    value = turn.incoming.button or ""
    if value.startswith(BEGIN):
        topic = tools.content.procedures.get(value.removeprefix(BEGIN))
        return show(turn, tools, topic) if topic else None
    open_list = _open(turn, tools)
    if open_list is None:
        return None
    if value.startswith(_TICK):
        return _ticked(turn, tools, open_list, value.removeprefix(_TICK))
    if value == _SEND:
        return _to_send(turn, tools, open_list)
    return _ended(turn, tools, open_list) if value == _END else None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """“Danh sách giấy tờ”: the list that is being ticked, else that of the topic spoken of."""
    if not says(tools, "checklist", turn.incoming.text):
        return None
    topic = _open(turn, tools) or tools.content.procedures.get(turn.memory.topic or "")
    return show(turn, tools, topic) if topic else None


def _open(turn: Turn, tools: Tools) -> Procedure | None:
    ticks = turn.memory.ticks
    return tools.content.procedures.get(ticks.topic) if ticks else None


def papers(topic: Procedure, case: str | None) -> tuple[Document, ...]:
    """What has to be brought, for everybody or for this case; while the case is not known, what any case may need."""
    return tuple(
        item
        for item in topic.documents
        if item.action != "not_needed" and (not item.cases or case is None or case in item.cases)
    )


def show(turn: Turn, tools: Tools, topic: Procedure) -> Reply:
    """The list with its ticks; a list begun before is taken up where it was left."""
    memory = remember(turn, topic.id)
    kept = memory.ticks if memory.ticks and memory.ticks.topic == topic.id else Ticks(topic.id)
    return _shown(turn, tools, topic, replace(memory, ticks=kept))


def _shown(turn: Turn, tools: Tools, topic: Procedure, memory: Memory) -> Reply:
    assert memory.ticks
    wanted = papers(topic, memory.case)
    done = memory.ticks.done
    lines = [_line(tools, topic, item, memory.case, item.name in done, number) for number, item in enumerate(wanted, 1)]
    left = sum(item.name not in done for item in wanted if memory.case or not item.cases)
    last = say(tools, "checklist_left", left=left) if left else say(tools, "checklist_all")
    heads = (title(tools, topic), stale(turn.now.date(), tools, topic), say(tools, "checklist_intro"))
    buttons = [_tick(tools, number, item, item.name in done) for number, item in enumerate(wanted)]
    if topic.cases and memory.case is None:
        buttons.append(Button(say(tools, "button_cases"), f"c:{topic.id}"))
    buttons += [Button(say(tools, "button_checklist_send"), _SEND), Button(say(tools, "button_checklist_end"), _END)]
    parts = (*heads, "\n".join(lines), last, footer(tools, topic, topic.summary.source))
    return Reply(
        Outcome.CHECKLIST,
        tuple(TextPart(part) for part in parts if part),
        tuple(buttons),
        Idle(),
        memory,
        reading=reading(None, topic.id, (Facet.DOCUMENTS,)),
    )


def _line(tools: Tools, topic: Procedure, item: Document, case: str | None, done: bool, number: int) -> str:
    name = say(tools, "with_note", text=item.name, note=item.note.rstrip(".")) if item.note else item.name
    if item.cases and case is None and topic.cases:
        titles = " / ".join(found.title for found in topic.cases.list if found.id in item.cases)
        name = say(tools, "for_case", case=titles[:1].lower() + titles[1:], text=name)
    return say(tools, "checklist_done" if done else "checklist_open", number=number, text=name)


def _tick(tools: Tools, number: int, item: Document, done: bool) -> Button:
    return Button(
        say(tools, "button_checklist_untick" if done else "button_checklist_tick", name=item.name), f"{_TICK}{number}"
    )


def _ticked(turn: Turn, tools: Tools, topic: Procedure, number: str) -> Reply:
    memory = remember(turn, topic.id)
    assert memory.ticks
    wanted = papers(topic, memory.case)
    if number.isdigit() and int(number) < len(wanted):
        name, done = wanted[int(number)].name, memory.ticks.done
        changed = tuple(item for item in done if item != name) if name in done else (*done, name)
        memory = replace(memory, ticks=Ticks(topic.id, changed))
    return _shown(turn, tools, topic, memory)


def _to_send(turn: Turn, tools: Tools, topic: Procedure) -> Reply:
    """The list as one message to copy or pass on, with the link that opens this topic, and the sheet to print."""
    done = turn.memory.ticks.done if turn.memory.ticks else ()
    case = turn.memory.case
    whole = as_text(tools, topic, case, done)
    parts: tuple[Part, ...] = (TextPart(whole), TextPart(say(tools, "checklist_send_how")))
    back = Button(say(tools, "button_checklist_back"), f"{BEGIN}{topic.id}")
    buttons = (back, Button(say(tools, "button_checklist_code"), HAND_OVER)) if tools.codes else (back,)
    memory = remember(turn, topic.id)
    shown = reading(None, topic.id, (Facet.DOCUMENTS,))
    return Reply(
        Outcome.CHECKLIST, (*parts, *leaflet_link(turn, tools, topic.id)), buttons, Idle(), memory, reading=shown
    )


def as_text(tools: Tools, topic: Procedure, case: str | None = None, done: tuple[str, ...] = ()) -> str:
    """The list as one text, with the link that opens the topic."""
    wanted = enumerate(papers(topic, case), 1)
    lines = [_line(tools, topic, item, case, item.name in done, number) for number, item in wanted]
    link = say(tools, "checklist_link", link=f"{tools.public_url}/m/{topic.id}") if tools.public_url else ""
    return "\n".join([say(tools, "checklist_send_title", name=topic.everyday), *lines, link]).strip()


def _ended(turn: Turn, tools: Tools, topic: Procedure) -> Reply:
    """Thanks, and what comes next: where to go, or the steps."""
    memory = remember(turn, topic.id)
    done = turn.memory.ticks.done if turn.memory.ticks else ()
    wanted = [item for item in papers(topic, memory.case) if memory.case or not item.cases]
    left = [item for item in wanted if item.name not in done]
    if not left:
        memory = replace(memory, ticks=None)
    text = say(tools, "checklist_ended_left", left=len(left)) if left else say(tools, "checklist_ended")
    buttons = tuple(
        Button(say(tools, f"facet_{facet}"), f"t:{topic.id}:{facet}") for facet in (Facet.WHERE, Facet.STEPS)
    )
    check = tools.content.guides.get(_SELF_CHECK)
    if check:
        buttons = (Button(check.everyday, f"g:{check.id}"), *buttons)
    return Reply(Outcome.DONE, (TextPart(text),), buttons, Idle(), memory, reading=reading(None, topic.id))


def waiting(turn: Turn, tools: Tools, reply: Reply) -> Reply:
    """After a question in between, the way back to the list that is being ticked."""
    topic = _open(turn, tools)
    memory = reply.memory or turn.memory
    if (
        topic is None
        or memory.ticks is None
        or memory.topic != topic.id
        or any(item.value == f"{BEGIN}{topic.id}" for item in reply.buttons)
    ):
        return reply
    back = Button(say(tools, "button_checklist_back"), f"{BEGIN}{topic.id}")
    return replace(reply, buttons=(back, *reply.buttons))
