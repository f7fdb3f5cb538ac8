"""Which place of before 1 July 2025, or of today, a message names, and whether it asks what became of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from knowledge.unit_facts import UnitWords
from knowledge.unit_mentions import Mention, bare, line_of_words, spelled_as, tokens, with_kind
from knowledge.unit_names import DISTRICT_KINDS, PROVINCE_KINDS, WARD_KINDS, has_tones, kind_of
from knowledge.units import Level, Unit, Units

# A city or a province that is not known is no unit of before; it is something else.
_LOCAL_KINDS = (WARD_KINDS | DISTRICT_KINDS) - {"thanh pho"}
_LONGEST_UNKNOWN = 4


class Ask(Enum):
    """What is asked of the place: nothing, what it is now, what it was before."""

    NOTHING = auto()
    MOVED = auto()
    MADE_OF = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """`found` are the units that may be meant, one if it is clear; `said` is the place as it was written.

    `kind_said` tells whether it was called a ward, district or province; `rest` counts the words that belong neither
    to the place nor to the question; `narrowed` tells whether a district or province was named beside it, and
    `misspelled` whether the name was written with tones that are not its own.
    """

    found: tuple[Unit, ...]
    said: str
    ask: Ask
    kind_said: bool
    rest: int
    narrowed: bool
    misspelled: bool


def read_question(text: str, units: Units, words: UnitWords) -> Question | None:
    """None when no unit is named. Costs well under a millisecond once the units are read."""
    plain, spelled = tokens(text, words)
    mentions = with_kind(plain, spelled, units, words)
    ask = _ask(line_of_words(plain, mentions), words)
    if not mentions and ask is not Ask.NOTHING:
        mentions = with_kind(plain, spelled, units, words, lenient=True)
    mentions = sorted([*mentions, *bare(plain, spelled, units, mentions)], key=lambda item: item.start)
    subject = _subject(mentions)
    if subject is None:
        return None
    line = line_of_words(plain, mentions)
    ask = ask if ask is not Ask.NOTHING else _ask(line, words)
    exact = has_tones(text)
    found = _candidates(subject, units, exact, ask)
    others = [item for item in mentions if item is not subject]
    narrowed = False
    for other in others:
        was = tuple(unit for unit in found if _was_in(unit, other, units, exact))
        kept = was or tuple(unit for unit in found if _is_in(unit, other, units))
        narrowed = narrowed or bool(kept)
        found = kept or found
    if subject.kind:
        found = tuple(unit for unit in found if kind_of(unit.name) == subject.kind) or found
    else:
        highest = max((unit.level for unit in found), default=Level.WARD)
        found = tuple(unit for unit in found if unit.level in ({highest} if highest > Level.WARD else set(Level)))
    if not found:
        return None
    said = " ".join(spelled[subject.start : subject.end])
    misspelled = has_tones(subject.said) and not any(spelled_as(unit, subject) for unit in found)
    return Question(found, said, ask, bool(subject.kind), _rest(line, words), narrowed, misspelled)


def unknown_name(text: str, words: UnitWords) -> str:
    """The name, with its kind, of a place we do not know when nothing but its whereabouts is asked; else empty."""
    plain, spelled = tokens(text, words)
    line = " ".join(plain)
    if _ask(line, words) is not Ask.MOVED:
        return ""
    for pattern in _patterns(words.moved):
        line = pattern.sub(lambda found: " ".join("@" * len(found[0].split())), line)
    left = [index for index, word in enumerate(line.split()) if word != "@" and word not in words.idle]
    if not left or len(left) > _LONGEST_UNKNOWN or left[-1] - left[0] >= len(left):
        return ""
    for size in (2, 1):
        if left[0] >= size and " ".join(plain[left[0] - size : left[0]]) in _LOCAL_KINDS:
            return " ".join(spelled[left[0] - size : left[-1] + 1])
    return ""


def _subject(mentions: Sequence[Mention]) -> Mention | None:
    """What is asked about: the smallest of the places called by their kind, else the first place named."""
    for kinds in (WARD_KINDS, DISTRICT_KINDS, PROVINCE_KINDS):
        for mention in mentions:
            if mention.kind in kinds:
                return mention
    return mentions[0] if mentions else None


def _ask(line: str, words: UnitWords) -> Ask:
    before, now = (any(pattern.search(line) for pattern in _patterns(items)) for items in (words.made_of, words.moved))
    return Ask.MADE_OF if before else Ask.MOVED if now else Ask.NOTHING


@lru_cache
def _patterns(items: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<!\w)(?:{item})(?!\w)") for item in items)


def _rest(line: str, words: UnitWords) -> int:
    for pattern in (*_patterns(words.made_of), *_patterns(words.moved)):
        line = pattern.sub(" @ ", line)
    idle = {*words.idle, "@"}
    return sum(word not in idle for word in line.split())


def _candidates(subject: Mention, units: Units, exact: bool, ask: Ask) -> tuple[Unit, ...]:
    """The units of this name; of a new ward and an old one of the same name in it, the old one."""
    found = tuple(unit for unit in units.named(subject.key) if unit.level in subject.levels())
    if exact:
        same = tuple(unit for unit in found if spelled_as(unit, subject))
        found = same if same or not subject.kind else found
    new = tuple(unit for unit in found if unit.level is Level.NEW_WARD)
    old = tuple(unit for unit in found if unit.level is not Level.NEW_WARD)
    if ask is Ask.MADE_OF:
        return new or old
    so_called = {unit.level for unit in found if kind_of(unit.name) == subject.kind}
    if ask is Ask.MOVED and old and so_called != {Level.NEW_WARD}:
        return old
    covered = {into for unit in old for into in units.into(unit)}
    return (*old, *(unit for unit in new if unit not in covered))


def _was_in(unit: Unit, other: Mention, units: Units, exact: bool) -> bool:
    """Whether the unit lay in the other place on 30 June 2025."""
    places = [place for place in units.named(other.key) if place.level in other.levels()]
    spelled = [place for place in places if spelled_as(place, other)] if exact else []
    return any(
        place.name in (unit.province, unit.name)
        if place.level is Level.PROVINCE
        else place.level is Level.DISTRICT and (place.name, place.province) == (unit.district, unit.province)
        for place in spelled or places
    )


def _is_in(unit: Unit, other: Mention, units: Units) -> bool:
    """Whether the other place is the province the unit lies in now."""
    places = [place.name for place in units.named(other.key) if place.level in other.levels()]
    return units.new_province(unit) in places
