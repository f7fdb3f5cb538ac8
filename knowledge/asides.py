"""FAQ entries that answer under a topic: whether a message asks for one of them rather than for the topic at large."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.search import Index
from knowledge.text import Words

_EXPLAINED = 0.7  # the share of the message's weight that the entry's phrasings must explain
_SAID = 0.6  # the share of one phrasing's weight that must have been said


@dataclass(frozen=True, slots=True)
class Aside:
    """An FAQ entry, the topic it answers under, and the words of its phrasings, each of them and together."""

    key: str
    topic: str
    phrasings: tuple[frozenset[str], ...]
    words: frozenset[str]


class Asides:
    """`entries` maps an entry's id to its topic and its phrasings; how rare a word is comes from the index."""

    def __init__(self, entries: Mapping[str, tuple[str, Sequence[Words]]], index: Index) -> None:
        self.index = index
        self.by_topic: dict[str, list[Aside]] = {}
        for key, (topic, phrasings) in entries.items():
            sets = tuple(frozenset(words.toneless) for words in phrasings)
            self.by_topic.setdefault(topic, []).append(Aside(key, topic, sets, frozenset().union(*sets)))

    def __call__(self, topic: str, words: Words) -> str | None:
        """The entry of this topic that the message asks for, or None."""
        said = frozenset(words.toneless)
        if len(said) < 2:
            return None
        best, found = 0.0, None
        for aside in self.by_topic.get(topic, ()):
            likeness = max(self._share(phrasing, said) for phrasing in aside.phrasings)
            if self._share(said, aside.words) >= _EXPLAINED and likeness >= max(_SAID, best):
                best, found = likeness, aside.key
        return found

    def _share(self, words: frozenset[str], among: frozenset[str]) -> float:
        """How much of the weight of `words` stands in `among`."""
        whole = sum(map(self.index.rarity, words))
        return sum(map(self.index.rarity, words & among)) / whole if whole else 0.0
