"""Where the ward's desk is and when it is open; choosing a ward."""

from dataclasses import replace

from handlers.overlay import layers, office_lines, place_of
from handlers.ports import Tools
from handlers.states import Idle
from handlers.topic import reading, remember, stale
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import day, say
from knowledge.fold import folded, phrase_in
from knowledge.model import Facet
from knowledge.place import Place

OFFICE, TEAM = "gio-lam-viec-dia-diem", "to-cong-nghe-so"


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`p:<place>` chooses a ward, `p:noi-nay` shows the one in use."""
    value = turn.incoming.button or ""
    if not value.startswith("p:"):
        return None
    chosen = tools.content.places.get(value[2:])
    if chosen:
        return shown(turn, tools, chosen, chosen=True)
    here = place_of(turn, tools)
    return shown(turn, tools, here) if here else which(turn, tools)


def text(turn: Turn, tools: Tools) -> Reply | None:
    """A message that is little more than the name of a ward we know, old or new."""
    said = turn.incoming.text
    if len(said.split()) > 8:
        return None
    for place in tools.content.places.values():
        names = [place.name, *(item.name for item in place.formerly if not item.part)]
        if place.kind == "ward" and any(phrase_in(name, said) for name in names):
            words = len(folded(said).split()) - max(
                len(folded(name).split()) for name in names if phrase_in(name, said)
            )
            if words <= 3:
                return shown(turn, tools, place, chosen=True)
    return None


def shown(turn: Turn, tools: Tools, place: Place, chosen: bool = False) -> Reply:
    """The ward's address, hours and phones, with its old names and the date of the facts."""
    former = ", ".join(item.name for item in place.formerly)
    texts = [
        stale(turn.now.date(), tools, place),
        office_lines(tools, place),
        say(tools, "place_formerly", names=former) if former else "",
        *(office_lines(tools, above) for above in layers(tools, place)[1:] if above.phones or above.office),
        say(tools, "footer", source=next(iter(place.sources.values())).title, checked=day(place.checked_on)),
    ]
    others = [item for item in tools.content.places.values() if item.kind == "ward" and item.id != place.id]
    buttons = [Button(item.name, f"p:{item.id}") for item in others[:3]]
    return Reply(
        Outcome.PLACE_SHOWN,
        tuple(TextPart(text) for text in texts if text),
        (*buttons, Button(say(tools, "button_menu"), "cmd:bat-dau")),
        Idle(),
        remember(turn, OFFICE) if OFFICE in tools.content.procedures else turn.memory,
        replace(turn.profile, place=place.id) if chosen else None,
        reading=reading(None, OFFICE, (Facet.WHERE,)),
    )


def which(turn: Turn, tools: Tools) -> Reply:
    """Asks for the ward; what is known nationally is said all the same."""
    wards = [item for item in tools.content.places.values() if item.kind == "ward"]
    buttons = tuple(Button(item.name, f"p:{item.id}") for item in wards[:6])
    parts = (TextPart(say(tools, "place_which")), TextPart(say(tools, "place_other")))
    return Reply(Outcome.ASKED_BACK, parts, buttons, Idle(), reading=reading(None, OFFICE))


def with_office(turn: Turn, tools: Tools, reply: Reply) -> Reply:
    """An answer on opening hours or the community team gets this ward's own facts in front."""
    here = place_of(turn, tools)
    if reply.reading.topic not in (OFFICE, TEAM) or here is None or reply.outcome is not Outcome.ANSWERED:
        return reply
    own = TextPart(office_lines(tools, here))
    return replace(reply, outcome=Outcome.PLACE_SHOWN, parts=(reply.parts[0], own, *reply.parts[1:]))
