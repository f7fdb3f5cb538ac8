"""The replies on old and new units: what became of one, which of several is meant, and the sources."""

from collections import Counter
from dataclasses import replace

from handlers.overlay import layers, office_lines, place_of
from handlers.ports import Tools
from handlers.states import AskingUnit, Idle
from handlers.topic import footer, reading, stale, topic_button
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.unit_words import MOST_LISTED, sentences, where
from handlers.words import bullets, capital, day, partial_day, say
from knowledge.fold import folded
from knowledge.model import Facet
from knowledge.place import Place
from knowledge.unit_names import bare_name, kind_of
from knowledge.unit_question import Question
from knowledge.units import Level, Unit

_OFFICE, _WHY = "gio-lam-viec-dia-diem", "bo-cap-huyen"


def reply_on(turn: Turn, tools: Tools, asked: Question) -> Reply:
    """What became of the place, or which one is meant."""
    return shown(turn, tools, asked.found[0]) if len(asked.found) == 1 else which(turn, tools, asked)


def shown(turn: Turn, tools: Tools, unit: Unit) -> Reply:
    """What became of the unit, its new centre where there is one new unit, and where that stands."""
    facts = tools.content.units
    assert facts is not None
    province = facts.province(tools.units.new_province(unit))
    assert province is not None
    new = (unit,) if unit.level is Level.NEW_WARD else tools.units.into(unit)
    places = [place for ward in new for place in [desk_of(tools, ward)] if place]
    offices = [office_lines(tools, place) for place in places] if len(new) == 1 else []
    if len(new) == 1 and not offices:
        offices = [say(tools, "unit_office_unknown", new=new[0].name)]
    texts = [
        *sentences(tools, facts, unit),
        *offices,
        stale(turn.now.date(), tools, facts),
        footer(tools, facts, province.source[::-1] if unit.level is Level.PROVINCE else province.source),
    ]
    buttons = [Button(place.name, f"p:{place.id}") for place in places[:3]]
    buttons += [topic_button(tools, f"faq:{_WHY}")] if _WHY in tools.content.faqs else []
    number = facts.provinces.index(province)
    return Reply(
        Outcome.PLACE_SHOWN,
        tuple(TextPart(text) for text in texts if text),
        (*buttons, Button(say(tools, "button_sources"), f"u:src:{number}")),
        Idle(),
        replace(turn.memory, misses=0),
        reading=reading(None, _OFFICE, (Facet.WHERE,)),
    )


def which(turn: Turn, tools: Tools, asked: Question) -> Reply:
    """Which of several places is meant: one button each, or one for each province when there are many."""
    home = home_of(turn, tools)
    found = sorted(asked.found, key=lambda unit: folded(tools.units.new_province(unit)) != folded(home))
    names = {unit.name for unit in found}
    name = names.pop() if len(names) == 1 else _common_name(asked)
    alike = not names
    counted = Counter(unit.province or unit.name for unit in found)
    own = {unit.province for unit in found if folded(tools.units.new_province(unit)) == folded(home)}
    provinces = sorted(counted, key=lambda old: (old not in own, -counted[old]))
    if len(found) <= MOST_LISTED or len(provinces) == 1:
        buttons = [Button(_label(tools, unit, alike), f"u:{unit.id}") for unit in found]
        texts = [say(tools, "unit_which", count=len(found), said=name)]
    else:
        buttons = [Button(capital(old), f"u:?{folded(name)} {folded(old)}") for old in provinces[:MOST_LISTED]]
        listed = ", ".join(bare_name(old) for old in provinces)
        example = f"{found[0].name}, {where(tools, found[0])}"
        texts = [say(tools, "unit_which_many", count=len(found), said=name, provinces=listed, example=example)]
    return Reply(
        Outcome.ASKED_BACK,
        tuple(map(TextPart, texts)),
        tuple(buttons),
        AskingUnit(name),
        replace(turn.memory, misses=0),
        reading=reading(None, _OFFICE, (Facet.WHERE,)),
    )


def unknown(turn: Turn, tools: Tools, name: str) -> Reply:
    """An honest word on a place that was not there on 30 June 2025; merged earlier, or spelled otherwise."""
    buttons = (Button(say(tools, "button_person"), "cmd:gap-nguoi"),)
    memory = replace(turn.memory, misses=turn.memory.misses + 1)
    return Reply(
        Outcome.NO_ANSWER, (TextPart(say(tools, "unit_unknown", said=_as_name(name))),), buttons, Idle(), memory
    )


def home_of(turn: Turn, tools: Tools) -> str:
    """The name of the province of the resident's ward, or of the ward this runs for."""
    layer = layers(tools, place_of(turn, tools))
    return layer[-1].name if layer and layer[-1].kind == "province" else ""


def _common_name(asked: Question) -> str:
    """The name as it was asked for; without its kind if none of the places is of that kind."""
    said = _as_name(asked.said)
    alike = any(kind_of(unit.name) == kind_of(said) for unit in asked.found)
    return said if alike else bare_name(said)


def _as_name(said: str) -> str:
    """“phường cầu tre” as a name is written: “phường Cầu Tre”."""
    name = bare_name(said)
    return f"{said.removesuffix(name)}{name.title()}"


def _label(tools: Tools, unit: Unit, alike: bool) -> str:
    """The district and province alone where all have one name."""
    if unit.level is Level.NEW_WARD:
        return capital(say(tools, "unit_which_now", name=unit.name, province=unit.province))
    place = where(tools, unit)
    if not place:
        return capital(unit.name)
    key = "unit_which_old" if alike else "unit_which_old_name"
    return capital(say(tools, key, name=unit.name, where=place))


def desk_of(tools: Tools, new: Unit) -> Place | None:
    """What we know of a new ward's desk."""
    for place in tools.content.places.values():
        if place.kind == "ward" and place.province and folded(place.name) == folded(new.name):
            above = tools.content.places.get(place.province)
            if above and folded(above.name) == folded(new.province):
                return place
    return None


def sources(turn: Turn, tools: Tools, number: str) -> Reply | None:
    """The resolutions on the new province with this number, and the day all was last checked."""
    facts = tools.content.units
    if facts is None or not number.isdigit() or int(number) >= len(facts.provinces):
        return None
    province = facts.provinces[int(number)]
    keys = [*province.source, *(province.centre.source if province.centre else ()), *facts.no_district.source]
    lines = [
        say(tools, "unit_law", title=facts.sources[key].title, date=partial_day(facts.sources[key].date))
        for key in dict.fromkeys((*keys, *facts.exact.source))
    ]
    block = f"{say(tools, 'heading_sources')}\n{bullets(lines)}\n{say(tools, 'checked', checked=day(facts.checked_on))}"
    return Reply(Outcome.ANSWERED, (TextPart(block),), memory=turn.memory)
