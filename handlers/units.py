"""An old ward, district or province: what it is now, where its centre is, and which one is meant if several are."""

from dataclasses import replace

from handlers.ports import Tools
from handlers.states import AskingUnit
from handlers.topics import LIKELY
from handlers.turn import Outcome, Reply, TextPart, Turn
from handlers.unit_reply import desk_of, home_of, reply_on, shown, sources, unknown
from handlers.unit_words import note
from knowledge.fold import folded
from knowledge.unit_mentions import unit_words
from knowledge.unit_names import bare_name
from knowledge.unit_question import Ask, Question, read_question, unknown_name
from knowledge.units import Level

_MOST_OTHER_WORDS = 3  # more than these beside the place and the question make it another question


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`u:<id>` one unit, `u:?<words>` a narrower question, `u:src:<number>` the sources for a new province."""
    value = turn.incoming.button or ""
    if not value.startswith("u:") or tools.content.units is None:
        return None
    if value.startswith("u:src:"):
        return sources(turn, tools, value.removeprefix("u:src:"))
    if value.startswith("u:?"):
        asked = read_question(value.removeprefix("u:?"), tools.units, unit_words())
        return reply_on(turn, tools, asked) if asked else None
    unit = tools.units.by_id(value.removeprefix("u:"))
    return shown(turn, tools, unit) if unit else None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """A question what became of a place, the bare name of one, or the district or province after we asked for it."""
    if tools.content.units is None or not turn.incoming.text:
        return None
    if isinstance(turn.state, AskingUnit):
        narrower = read_question(f"{turn.state.asked}, {turn.incoming.text}", tools.units, unit_words())
        if narrower and narrower.narrowed and narrower.rest == 0:
            return reply_on(turn, tools, narrower)
    asked = read_question(turn.incoming.text, tools.units, unit_words())
    if asked:
        return reply_on(turn, tools, asked) if _is_ours(turn, tools, asked) else None
    name = unknown_name(turn.incoming.text, unit_words())
    return unknown(turn, tools, name) if name else None


def with_note(turn: Turn, tools: Tools, reply: Reply) -> Reply:
    """An answer to a question that names an old ward tells what the ward is now, if that is certain."""
    if reply.outcome is not Outcome.ANSWERED or tools.content.units is None or not turn.incoming.text:
        return reply
    asked = read_question(turn.incoming.text, tools.units, unit_words())
    if asked is None or not asked.kind_said or len(asked.found) != 1:
        return reply
    unit = asked.found[0]
    near = asked.narrowed or folded(tools.units.new_province(unit)) == folded(home_of(turn, tools))
    if asked.misspelled or not (near or bare_name(unit.name) in turn.incoming.text):
        return reply  # in small letters many ordinary words are names somewhere in the country
    line = note(tools, unit)
    return replace(reply, parts=(*reply.parts, TextPart(line))) if line else reply


def _is_ours(turn: Turn, tools: Tools, asked: Question) -> bool:
    if asked.misspelled and (asked.rest or asked.ask is Ask.NOTHING):
        return False
    if asked.rest == 0:
        return asked.ask is not Ask.NOTHING or (asked.kind_said and not _known(tools, asked))
    if asked.ask is Ask.NOTHING or not asked.kind_said:
        return False
    return asked.rest <= _MOST_OTHER_WORDS and tools.reader.read(turn.incoming.text).confidence < LIKELY


def _known(tools: Tools, asked: Question) -> bool:
    """A ward whose desk we know is shown by its place when only its name is said."""
    units = [new for unit in asked.found for new in (tools.units.into(unit) or (unit,))]
    return len(units) == 1 and units[0].level is Level.NEW_WARD and desk_of(tools, units[0]) is not None
