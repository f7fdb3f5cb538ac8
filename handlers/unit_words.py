"""What became of a place, in words: one ward, a divided one, a district, a province, a ward of today."""

from collections.abc import Sequence

from handlers.ports import Tools
from handlers.words import bullets, capital, say
from knowledge.unit_facts import UnitFacts
from knowledge.unit_names import bare_name, comparable, kind_of
from knowledge.units import Level, Unit

MOST_LISTED = 8


def where(tools: Tools, unit: Unit) -> str:
    """The district and province a unit was in, as they were called."""
    return ", ".join(name for name in (unit.district, unit.province) if name)


def sentences(tools: Tools, facts: UnitFacts, unit: Unit) -> list[str]:
    """What became of `unit`, and what follows from it."""
    match unit.level:
        case Level.PROVINCE:
            return _province(tools, facts, unit)
        case Level.DISTRICT:
            return [*_district(tools, unit), facts.no_district.text]
        case Level.WARD:
            return _ward(tools, facts, unit)
        case Level.NEW_WARD:
            return [_new(tools, unit)]


def note(tools: Tools, unit: Unit) -> str:
    """One line on an old ward that is now in another; empty where its name stayed or it was divided."""
    into = tools.units.into(unit)
    if unit.level is not Level.WARD or len(into) != 1 or _same_name(unit, into[0]):
        return ""
    return say(tools, "unit_note", old=capital(unit.name), new=into[0].name, province=into[0].province)


def _ward(tools: Tools, facts: UnitFacts, unit: Unit) -> list[str]:
    into = tools.units.into(unit)
    old = capital(say(tools, "unit_was", name=unit.name, where=where(tools, unit)))
    if len(into) > 1:
        parts = bullets([say(tools, "unit_part", new=new.name) for new in _own_first(unit, into)])
        divided = say(tools, "unit_divided", old=old, province=into[0].province, parts=parts)
        return [divided, say(tools, "unit_divided_where", exact=facts.exact.text)]
    new = into[0]
    others = [other for other in tools.units.of(new) if other != unit]
    values = {"old": old, "new": new.name, "province": new.province}
    if not _same_name(unit, new):
        return [say(tools, "unit_into" if others else "unit_kind", **values)]
    if others:
        return [say(tools, "unit_kept_name", **values, others=_pieces(tools, others))]
    return [say(tools, "unit_alone" if unit.name == new.name else "unit_kind", **values)]


def _new(tools: Tools, unit: Unit) -> str:
    old = tools.units.of(unit)
    if len(old) < 2 and all(other.name == unit.name for other in old):
        return say(tools, "unit_new_alone", new=capital(unit.name), province=unit.province)
    return say(tools, "unit_new", new=capital(unit.name), province=unit.province, others=_pieces(tools, old))


def _district(tools: Tools, unit: Unit) -> list[str]:
    into = tools.units.into(unit)
    old = capital(f"{unit.name} ({unit.province})")
    values = {"old": old, "province": into[0].province, "new": into[0].name}
    if len(into) == 1:
        return [say(tools, "unit_district_one", **values)]
    kind = unit.name[: len(unit.name) - len(bare_name(unit.name))].strip()
    parts = [new.name for new in into[:MOST_LISTED]]
    if len(into) > MOST_LISTED:
        parts.append(say(tools, "unit_district_more", count=len(into) - MOST_LISTED))
    example = next(other.name for other in tools.units.of(into[0]) if other.district == unit.name)
    return [
        say(tools, "unit_district", **values, kind=kind, count=len(into), parts=bullets(parts)),
        say(tools, "unit_district_ask", example=f"{example}, {unit.name}"),
    ]


def _province(tools: Tools, facts: UnitFacts, unit: Unit) -> list[str]:
    new = tools.units.new_province(unit)
    others = [name for name in tools.units.merged(new) if name != unit.name]
    known = facts.province(new)
    if others:
        key = "unit_province" if unit.name != new else "unit_province_kept_name"
        texts = [say(tools, key, old=unit.name, others=", ".join(others), new=new)]
    else:
        texts = [say(tools, "unit_province_kept", old=capital(unit.name))]
    if known and known.centre:
        key = "unit_province_centre_same" if known.centre.at == new else "unit_province_centre"
        texts.append(say(tools, key, new=new, at=known.centre.at))
    if known:
        texts.append(say(tools, "unit_province_count", new=new, count=known.units))
    return [" ".join(texts), facts.no_district.text]


def _pieces(tools: Tools, old: Sequence[Unit]) -> str:
    names = [say(tools, "unit_piece", name=unit.name) if len(tools.units.into(unit)) > 1 else unit.name for unit in old]
    if len(names) > MOST_LISTED:
        count = len(names) - MOST_LISTED
        return say(tools, "unit_and_more", names=", ".join(names[:MOST_LISTED]), count=count)
    return ", ".join(names)


def _same_name(unit: Unit, new: Unit) -> bool:
    return comparable(bare_name(unit.name)) == comparable(bare_name(new.name))


def _own_first(unit: Unit, into: Sequence[Unit]) -> list[Unit]:
    """The part that kept the name first."""
    return sorted(into, key=lambda new: (not _same_name(unit, new), kind_of(new.name), new.name))
