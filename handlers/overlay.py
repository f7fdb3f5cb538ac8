"""What a ward or province adds to a national answer: office, hours, phones, fees. Ward over province over nation."""

from handlers.ports import Tools
from handlers.turn import Turn
from handlers.words import bullets, day, say
from knowledge.model import Fee, Procedure
from knowledge.place import Phone, Place

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def place_of(turn: Turn, tools: Tools) -> Place | None:
    """The resident's own ward, else that of the page they came from, else the one this bot runs for."""
    for key in (turn.profile.place, turn.incoming.place, tools.default_place):
        if key and key in tools.content.places:
            return tools.content.places[key]
    return None


def layers(tools: Tools, place: Place | None) -> tuple[Place, ...]:
    """The place and the province above it, nearest first."""
    if place is None:
        return ()
    above = tools.content.places.get(place.province) if place.province else None
    return (place, above) if above else (place,)


def local_fees(tools: Tools, topic: Procedure, place: Place | None) -> tuple[Fee, ...]:
    """The topic's fees, each replaced by the nearest local fee for the same thing."""
    local: dict[str, list[Fee]] = {}
    for layer in layers(tools, place):
        fees = [fee for fee in layer.fees if fee.procedure == topic.id]
        for what in {fee.what for fee in fees} - set(local):
            local[what] = [fee for fee in fees if fee.what == what]
    kept = [fee for fee in topic.fees if fee.what not in local]
    return (*kept, *(fee for fees in local.values() for fee in fees))


def phone_of(tools: Tools, place: Place | None) -> Phone | None:
    """The number to call first: the desk's, then the hotline, nearest place first."""
    for layer in layers(tools, place):
        for what in ("desk", "hotline", "community_team"):
            for phone in layer.phones:
                if phone.what == what:
                    return phone
    return None


def office_lines(tools: Tools, place: Place | None) -> str:
    """Address, hours and phones of the ward, or whom to call while the ward has not supplied them; empty if unknown."""
    if place is None:
        return ""
    lines: list[str] = []
    if place.office:
        lines.append(say(tools, "place_address", office=place.office.name, address=place.office.address))
        if place.office.map:
            lines.append(say(tools, "place_map", url=place.office.map))
        if place.office.note:
            lines.append(place.office.note)
    if place.hours:
        lines.extend(_hours(tools, place))
    else:
        call = place.call_instead.text if place.call_instead else say(tools, "no_answer_whom")
        lines.append(say(tools, "place_hours_unknown", call=call))
    for phone in place.phones:
        text = say(tools, f"place_phone_{phone.what}", number=phone.number)
        lines.append(f"{text} ({phone.note})" if phone.note else text)
    lines.extend(note.text for note in place.notes)
    return f"{say(tools, 'heading_local', place=place.name)}\n{bullets(lines)}"


def _hours(tools: Tools, place: Place) -> list[str]:
    lines = []
    for item in place.hours:
        spans = [say(tools, f"day_{name}") for name in item.days]
        order = [_DAYS.index(name) for name in item.days]
        running = order == list(range(order[0], order[0] + len(order))) and len(order) > 2
        days = say(tools, "days_range", first=spans[0], last=spans[-1]) if running else ", ".join(spans)
        text = say(tools, "place_hours", days=days, opens=f"{item.opens:%H:%M}", closes=f"{item.closes:%H:%M}")
        lines.append(f"{text} ({item.note})" if item.note else text)
    lines.extend(f"{day(item.on)}: {item.note}" for item in place.hours_exceptions)
    return lines
