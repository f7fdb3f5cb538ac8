"""Where a message names places: the kind, if it is said, and the name as it compares and as it is spelled."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.load import FOLDER
from knowledge.source_lines import parse
from knowledge.unit_facts import UnitWords
from knowledge.unit_names import DISTRICT_KINDS, PROVINCE_KINDS, WARD_KINDS, bare_name, comparable, kind_of, toned
from knowledge.units import Level, Unit, Units

_LONGEST_NAME = 6
_NUMBERED = re.compile(r"^([pqf])(\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named by the words from `start` to before `end`."""

    start: int
    end: int
    kind: str  # empty where only the name is said
    key: str
    said: str

    def levels(self) -> set[Level]:
        if self.kind in WARD_KINDS:
            return {Level.WARD, Level.NEW_WARD}
        found = {Level.DISTRICT} if self.kind in DISTRICT_KINDS else set()
        return found | ({Level.PROVINCE} if self.kind in PROVINCE_KINDS else set()) if self.kind else set(Level)


@lru_cache
def unit_words(folder: Path = FOLDER) -> UnitWords:
    """The words of this content folder."""
    return UnitWords.model_validate(parse((folder / "lexicon/units.yaml").read_text(encoding="utf-8")))


def tokens(text: str, words: UnitWords) -> tuple[list[str], list[str]]:
    """The words as they compare and as they are spelled, side by side; short names are written out."""
    spelled = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())
    plain = [comparable(word).strip() for word in spelled]
    pairs: list[tuple[str, str]] = []
    for one, other in zip(plain, spelled, strict=True):
        numbered = _NUMBERED.match(one)
        pairs += [(part, part) for part in numbered.groups()] if numbered else [(one, other)]
    line = [one for one, _ in pairs]
    index = 0
    while index < len(line):
        for size in (4, 3, 2, 1):
            full = words.names.get(" ".join(line[index : index + size]))
            if full:
                pairs[index : index + size] = [(part, part) for part in full.split()]
                line = [one for one, _ in pairs]
                index += len(full.split()) - 1
                break
        index += 1
    return [one for one, _ in pairs if one], [other for one, other in pairs if one]


def with_kind(
    plain: list[str], spelled: list[str], units: Units, words: UnitWords, lenient: bool = False
) -> list[Mention]:
    """Places called ward, district or province; `lenient` takes names of one syllable without their tones too."""
    found: list[Mention] = []
    index = 0
    while index < len(plain):
        mention = _at(index, plain, spelled, units, words, lenient)
        if mention:
            found.append(mention)
            index = mention.end
        else:
            index += 1
    return found


def _at(
    index: int, plain: list[str], spelled: list[str], units: Units, words: UnitWords, lenient: bool
) -> Mention | None:
    """The longest name that follows a kind at this word."""
    for size in (2, 1):
        kind = " ".join(plain[index : index + size])
        kind = words.short.get(kind, kind) if size == 1 else kind
        if kind not in WARD_KINDS | DISTRICT_KINDS | PROVINCE_KINDS:
            continue
        start = index + size
        for end in range(min(len(plain), start + _LONGEST_NAME), start, -1):
            mention = Mention(index, end, kind, " ".join(plain[start:end]), " ".join(spelled[start:end]))
            named = [unit for unit in units.named(mention.key) if unit.level in mention.levels()]
            if end - start == 1 and not mention.key.isdigit():  # one syllable is too easily an ordinary word
                named = [unit for unit in named if kind_of(unit.name) == kind]
                named = named if lenient else [unit for unit in named if spelled_as(unit, mention)]
            if named:
                return mention
    return None


def bare(plain: list[str], spelled: list[str], units: Units, taken: Sequence[Mention]) -> list[Mention]:
    """Names without a kind in what is left; of one word only provinces."""
    used = {index for mention in taken for index in range(mention.start, mention.end)}
    found: list[Mention] = []
    index = 0
    while index < len(plain):
        limit = min((place for place in used if place >= index), default=len(plain))
        for end in range(min(limit, index + _LONGEST_NAME), index, -1):
            key = " ".join(plain[index:end])
            if any(end - index > 1 or unit.level is Level.PROVINCE for unit in units.named(key)):
                found.append(Mention(index, end, "", key, " ".join(spelled[index:end])))
                index = end - 1
                break
        index += 1
    return found


def line_of_words(plain: Sequence[str], mentions: Sequence[Mention]) -> str:
    """The message with “@” for each run of places."""
    starts = {mention.start: mention.end for mention in mentions}
    parts: list[str] = []
    index = 0
    while index < len(plain):
        if index in starts:
            if parts[-1:] != ["@"]:
                parts.append("@")
            index = starts[index]
        else:
            parts.append(plain[index])
            index += 1
    return " ".join(parts)


def spelled_as(unit: Unit, mention: Mention) -> bool:
    """Whether the name was written with the tones it has."""
    return toned(bare_name(unit.name)) == toned(mention.said)
