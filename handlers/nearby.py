"""The nearest one-stop desk to where a person is. Where that is is used for this one answer and never kept."""

from dataclasses import replace
from math import asin, cos, radians, sin, sqrt

from handlers.overlay import place_of
from handlers.place import shown, which
from handlers.ports import Tools
from handlers.turn import Location, Outcome, Reply, TextPart, Turn
from handlers.words import say
from knowledge.place import Place, Position

_EARTH = 6371.0  # km, the mean radius
_FAR = 50.0  # km; beyond it no ward we know is near


def nearest(turn: Turn, tools: Tools, here: Location) -> Reply:
    """The nearest ward whose desk has a known position; else the ward in use, and that the distance is not known."""
    known = [
        (kilometres(here, item.office.position), item)
        for item in tools.content.places.values()
        if item.kind == "ward" and item.office and item.office.position
    ]
    if known:
        distance, place = min(known, key=lambda found: (found[0], found[1].id))
        if distance <= _FAR:
            return _first(shown(turn, tools, place), say(tools, "nearby", place=place.name, far=_far(tools, distance)))
        return _asks(turn, tools)
    usual: Place | None = place_of(turn, tools)
    return _first(shown(turn, tools, usual), say(tools, "nearby_unknown")) if usual else _asks(turn, tools)


def kilometres(here: Location, there: Position) -> float:
    """The distance as the crow flies (haversine)."""
    up, across = radians(there.latitude - here.latitude), radians(there.longitude - here.longitude)
    chord = sin(up / 2) ** 2 + cos(radians(here.latitude)) * cos(radians(there.latitude)) * sin(across / 2) ** 2
    return 2 * _EARTH * asin(sqrt(chord))


def _far(tools: Tools, distance: float) -> str:
    if distance < 1:
        return say(tools, "nearby_metres", metres=max(100, round(distance * 10) * 100))
    return say(tools, "nearby_kilometres", kilometres=f"{distance:.1f}".replace(".", ","))


def _asks(turn: Turn, tools: Tools) -> Reply:
    return _first(which(turn, tools), say(tools, "location_received"))


def _first(reply: Reply, text: str) -> Reply:
    """With this sentence in front; what was asked about stays what it was."""
    outcome = reply.outcome if reply.outcome is Outcome.ASKED_BACK else Outcome.PLACE_SHOWN
    return replace(reply, outcome=outcome, parts=(TextPart(text), *reply.parts))
