"""Which parts of a topic a message asks for, and which of its words do not help to find the topic."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.lexicon import Lexicon
from knowledge.model import Facet

_QUESTION = r"(?:gi|nao|chi|nhung gi|ra sao|the nao|nhu the nao)"
_SAID, _ALSO, _MOST = 0.2, 0.2, 3  # worth of a pattern; least for a second facet; how many at most
_BETWEEN = r"(?: [a-z0-9]+){0,4}?"


@dataclass(frozen=True, slots=True)
class Asked:
    """`facets` by importance (the one asked for last comes first). `topical` marks the words that help to find the
    topic; `naming` marks those that are in no question for a facet at all."""

    facets: tuple[Facet, ...]
    topical: tuple[bool, ...]
    naming: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    facet: Facet
    pattern: re.Pattern[str]
    hide: bool


class FacetReader:
    """Finds the facets in the words of a message."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.rules = tuple(
            _Rule(Facet(str(rule["facet"])), _whole_words(rule["patterns"]), bool(rule.get("hide", False)))
            for rule in lexicon.facets
        )
        self.fillers = _whole_words(lexicon.facet_fillers)
        self.not_where = lexicon.not_where

    def __call__(self, toned: Sequence[str], toneless: Sequence[str]) -> Asked:
        words = [f"{plain}_" if word in self.not_where else plain for word, plain in zip(toned, toneless, strict=True)]
        line = " ".join(words)
        hidden = [False] * len(line)
        asking = [False] * len(line)
        hits: list[tuple[int, int, Facet]] = []
        for rank, rule in enumerate(self.rules):
            ends = []
            for match in rule.pattern.finditer(line):
                if match.start() == match.end() or any(hidden[match.start() : match.end()]):
                    continue
                ends.append(match.end())
                asking[match.start() : match.end()] = [True] * (match.end() - match.start())
                if rule.hide:
                    hidden[match.start() : match.end()] = [True] * (match.end() - match.start())
            if ends:
                hits.append((ends[-1], -rank, rule.facet))
        for match in self.fillers.finditer(line):
            hidden[match.start() : match.end()] = [True] * (match.end() - match.start())
        hits.sort(reverse=True)
        either = [one or other for one, other in zip(asking, hidden, strict=True)]
        return Asked(tuple(dict.fromkeys(hit[2] for hit in hits)), _by_word(words, hidden), _by_word(words, either))


def chosen(said: Sequence[Facet], likely: Mapping[Facet, float], bare: bool = False) -> tuple[Facet, ...]:
    """What to show first: what the encoder finds likely, with the patterns that were found (`said`) counting too.

    `bare`: the message has no words but those of the patterns ("mat tien khong"), and then they decide.
    """
    if bare and said:
        likely = {facet: value for facet, value in likely.items() if facet is not Facet.OVERVIEW}
    weights = {facet: value + (_SAID if facet in said else 0.0) for facet, value in likely.items()}
    order = sorted(weights, key=lambda facet: -weights[facet])
    picked = [facet for place, facet in enumerate(order[:_MOST]) if place == 0 or weights[facet] >= _ALSO]
    return () if picked[0] is Facet.OVERVIEW else tuple(facet for facet in picked if facet is not Facet.OVERVIEW)


def _by_word(words: Sequence[str], hidden: Sequence[bool]) -> tuple[bool, ...]:
    topical, at = [], 0
    for word in words:
        topical.append(not all(hidden[at : at + len(word)]))
        at += len(word) + 1
    return tuple(topical)


@lru_cache
def _macros(pattern: str) -> str:
    return pattern.replace("«Q»", _QUESTION).replace("«W»", _BETWEEN)


def _whole_words(patterns: object) -> re.Pattern[str]:
    assert isinstance(patterns, list | tuple)
    return re.compile(rf"(?<![a-z0-9_])(?:{'|'.join(_macros(str(item)) for item in patterns)})(?![a-z0-9_])")
