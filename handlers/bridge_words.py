"""A ticket put into words for the member who may take it: what it is about, never who asks."""

from collections.abc import Sequence

from handlers.ports import Tools
from handlers.states import Bridging
from handlers.ticket_ports import PICTURES, Line, TicketView
from handlers.topic import about
from handlers.turn import Button, Outcome, Part, PicturePart, Reply, TextPart
from handlers.words import bullets, say

_LINES = 12  # of the story that are shown in a chat
_PICTURES = 3  # of them


def about_ticket(tools: Tools, ticket: TicketView) -> str:
    """One line: number, khu phố, what it is about, since when."""
    where = ticket.area or say(tools, "bridge_no_area")
    line = say(tools, "bridge_line", number=ticket.id, area=where, about=subject(tools, ticket))
    return f"{line} {say(tools, 'bridge_since', time=f'{ticket.opened_at:%H:%M %d/%m}')}"


def subject(tools: Tools, ticket: TicketView) -> str:
    """The topic and the step of a guide somebody is stuck at, in everyday words."""
    known = (*tools.content.procedures, *(f"faq:{key}" for key in tools.content.faqs), *tools.content.catalogue)
    what = about(tools, ticket.topic) if ticket.topic in known else say(tools, "bridge_any")
    name, _, at = (ticket.step or "").partition("/")
    guide = tools.content.guides.get(name)
    step = next((item for item in guide.steps if item.id == at), None) if guide else None
    if guide and step:
        return say(tools, "bridge_stuck", about=what, guide=guide.everyday, step=step.title)
    return what


def listed(tools: Tools, key: str, tickets: Sequence[TicketView]) -> str:
    return f"{say(tools, key)}\n{bullets([about_ticket(tools, one) for one in tickets])}" if tickets else ""


def opened(tools: Tools, ticket: TicketView) -> Reply:
    """The ticket with its story, and what can be done; from now on the member's words go to the resident."""
    texts = [f"**{about_ticket(tools, ticket)}**"]
    if ticket.number:
        texts.append(say(tools, "bridge_number", number=ticket.number))
    if ticket.lines:
        texts.append("\n".join(_line(tools, line) for line in ticket.lines[-_LINES:]))
    numbers = [line.picture for line in ticket.lines[-_LINES:] if line.picture is not None][-_PICTURES:]
    shown = [PicturePart(f"{PICTURES}{number}", say(tools, "ticket_picture")) for number in numbers]
    parts: tuple[Part, ...] = (*map(TextPart, texts), *shown, TextPart(say(tools, "bridge_how")))
    return Reply(Outcome.WITH_HELPER, parts, ways(tools), Bridging(ticket.id))


def ways(tools: Tools) -> tuple[Button, ...]:
    """What a member can do inside a ticket."""
    names = {"dong": "close", "mau": "prepared", "duyet": "draft", "ghi": "note", "chuyen": "pass_on", "roi": "leave"}
    return tuple(Button(say(tools, f"button_bridge_{name}"), f"ve:{verb}") for verb, name in names.items())


def _line(tools: Tools, line: Line) -> str:
    who = line.who or say(tools, "bridge_resident")
    key = "bridge_said_note" if line.kind in ("note", "draft") else "bridge_said"
    return say(tools, key, time=f"{line.at:%H:%M}", who=who, text=line.text)
