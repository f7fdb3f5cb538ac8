"""Which words of a message say what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge.lexicon import lexicon
from knowledge.syllables import bare
from knowledge.text import words_of
from knowledge.understand import TopicReader
from knowledge.usage import Usage


@dataclass(frozen=True, slots=True)
class Worded:
    """A message's words in one spelling, with tones. `marks` tells those that say what it is about: neither fillers and
    politeness nor the question for a fee or a place. `said` are these and their pairs ("ho_khau"): what messages share.
    """

    toned: tuple[str, ...]
    toneless: tuple[str, ...]
    marks: tuple[bool, ...]
    said: frozenset[str]


def worded(text: str, reader: TopicReader, usage: Usage) -> Worded:
    """The words of one message."""
    words = reader.normalise(text)
    plain, fillers = words.toneless, reader.index.fillers
    framed = _framed(plain)
    topical = [mark and place not in framed for place, mark in enumerate(reader.facets(words.toned, plain).topical)]
    marks = [mark and word not in fillers and not word.isdigit() for word, mark in zip(plain, topical, strict=True)]
    toned = usage.toned(words.toned)
    for place, pair in enumerate(pairwise(toned)):
        if marks[place] != marks[place + 1] and usage.joined(*pair):
            marks[place] = marks[place + 1] = True
    said = {word for word, mark in zip(plain, marks, strict=True) if mark}
    for place, pair in enumerate(pairwise(plain)):
        if topical[place] and topical[place + 1] and (marks[place] or marks[place + 1]):
            said.add("_".join(pair))
    return Worded(toned, plain, tuple(marks), frozenset(said))


def _framed(plain: Sequence[str]) -> set[int]:
    """Places of what people put before and after any question ("cho em hoi", "can giay to gi")."""
    found: set[int] = set()
    for frame in _frames():
        for start in range(len(plain) - len(frame) + 1):
            if tuple(plain[start : start + len(frame)]) == frame:
                found.update(range(start, start + len(frame)))
    return found


@lru_cache
def _frames() -> frozenset[tuple[str, ...]]:
    texts = (text for lines in lexicon().wraps.values() for text in lines)
    return frozenset(tuple(map(bare, words_of(text))) for text in texts) - {()}
