"""The lexical index: one entry for each topic, BM25 over syllables, pairs, toned words and letter groups.

Words of a topic's different phrasings add up in its one entry, which ranks better than an entry for each phrasing.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.fold import strip_tones
from knowledge.text import Words

# Weight of each channel: u toneless syllables, b their pairs, t toned syllables and pairs, c letter groups of 3 to 5.
_CHANNELS = {"u": 1.0, "b": 1.0, "t": 0.5, "c": 0.2}
_K1, _B = 1.2, 0.75
_MASKED = 0.33  # words that ask for a facet count a third
_TAIL, _TAIL_WEIGHT = 22, 1.5  # the question of a long story stands at its end

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well the best entry is supported by the words, for the confidence: the share of the words and of the pairs
    that it explains, and how long a name or phrasing of its own stands in the message word for word."""

    coverage: float
    pairs: float
    named: float


class Index:
    """Ranks entries (id to its texts) for the words of a message. `prior` favours curated topics over bare titles."""

    def __init__(
        self, entries: Mapping[str, Sequence[Words]], prior: Mapping[str, float], fillers: frozenset[str]
    ) -> None:
        self.ids = tuple(entries)
        self.fillers = fillers
        self.prior = np.array([prior.get(key, 1.0) for key in self.ids], dtype=np.float32)
        self.words = [{word for text in entries[key] for word in text.toneless} for key in self.ids]
        self.pairs = [
            {pair for text in entries[key] for pair in zip(text.toneless, text.toneless[1:], strict=False)}
            for key in self.ids
        ]
        self.lines = [[f" {' '.join(text.toneless)} " for text in entries[key]] for key in self.ids]
        counts = [self._count(entries[key]) for key in self.ids]
        self._df = Counter(word for words in self.words for word in words)
        self._postings = self._build(counts)

    def _count(self, texts: Sequence[Words]) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            for feature, _ in features(text, (1.0,) * len(text.toneless), self.fillers):
                counts[feature[0]][feature] += 1
        return counts

    def _build(self, counts: Sequence[Mapping[str, Counter[str]]]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        total = len(counts)
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for channel, weight in _CHANNELS.items():
            lengths = [sum(count[channel].values()) if channel in count else 0 for count in counts]
            average = max(sum(lengths) / total, 1e-9)
            df = Counter(feature for count in counts for feature in count.get(channel, ()))
            for entry, count in enumerate(counts):
                norm = _K1 * (1 - _B + _B * lengths[entry] / average)
                for feature, times in count.get(channel, {}).items():
                    rarity = math.log(1 + (total - df[feature] + 0.5) / (df[feature] + 0.5))
                    where, values = postings.setdefault(feature, ([], []))
                    where.append(entry)
                    values.append(weight * rarity * times * (_K1 + 1) / (times + norm))
        return {
            feature: (np.array(where, dtype=np.int32), np.array(values, dtype=np.float32))
            for feature, (where, values) in postings.items()
        }

    def scores(self, words: Words, topical: Sequence[bool]) -> Vector:
        """A score for each id, in the order of `ids`."""
        weights = [1.0 if mark else _MASKED for mark in topical] if any(topical) else [1.0] * len(topical)
        if len(weights) > _TAIL:
            cut = len(weights) - _TAIL
            weights = [weight * (_TAIL_WEIGHT if place >= cut else 1.0) for place, weight in enumerate(weights)]
        strongest: dict[str, float] = {}
        for feature, weight in features(words, weights, self.fillers):
            if feature in self._postings:
                strongest[feature] = max(strongest.get(feature, 0.0), weight)
        if not strongest:
            return np.zeros(len(self.ids), dtype=np.float32)
        postings = [self._postings[feature] for feature in strongest]
        places = np.concatenate([where for where, _ in postings])
        amounts = np.concatenate([values for _, values in postings])
        amounts *= np.repeat(np.array([*strongest.values()], dtype=np.float32), [len(where) for where, _ in postings])
        found: Vector = np.bincount(places, amounts, len(self.ids)).astype(np.float32)
        return found * self.prior

    def evidence(self, entry: int, words: Words, topical: Sequence[bool]) -> Evidence:
        """How much of what was said stands in this entry's texts, rare words counting more."""
        content = [
            word for word, mark in zip(words.toneless, topical, strict=True) if mark and word not in self.fillers
        ]
        content = content or list(words.toneless)
        known = sum(self.rarity(word) for word in content if word in self.words[entry])
        pairs = list(zip(words.toneless, words.toneless[1:], strict=False))
        shared = sum(pair in self.pairs[entry] for pair in pairs)
        line = f" {' '.join(words.toneless)} "
        named = max((text.count(" ") - 1 for text in self.lines[entry] if text in line), default=0)
        share = known / (sum(map(self.rarity, content)) + 1e-6)
        return Evidence(share, shared / len(pairs) if pairs else 0.0, math.log1p(named))

    def said(self, entry: int, words: Words) -> float:
        """The share of an entry's own words that were said, fillers aside: 1 when a whole title was."""
        own = self.words[entry] - self.fillers
        return len(own & {*words.toneless, *words.added}) / len(own) if own else 0.0

    def known(self, word: str) -> bool:
        """Whether any entry uses this toneless word."""
        return word in self._df

    def rarity(self, word: str) -> float:
        seen = self._df.get(word, 0)
        return math.log(1 + (len(self.ids) - seen + 0.5) / (seen + 0.5))


def features(words: Words, weights: Sequence[float], fillers: frozenset[str]) -> Iterator[tuple[str, float]]:
    """The weighted features of a text; the first letter names the channel."""
    toned, plain = words.toned, words.toneless
    marked = [strip_tones(word) != word for word in toned]
    for place, word in enumerate(plain):
        weight = weights[place]
        if word not in fillers:
            yield f"u{word}", weight
            if marked[place]:
                yield f"t{toned[place]}", weight
        if place + 1 < len(plain) and not (word in fillers and plain[place + 1] in fillers):
            both = min(weight, weights[place + 1])
            yield f"b{word}_{plain[place + 1]}", both
            if marked[place] or marked[place + 1]:
                yield f"t{toned[place]}_{toned[place + 1]}", both
    for place, word in enumerate(words.added):
        yield f"u{word}", 1.0
        if place + 1 < len(words.added):
            yield f"b{word}_{words.added[place + 1]}", 1.0
    yield from _letters([*zip(plain, weights, strict=True), *((word, 1.0) for word in words.added)])


def _letters(words: Sequence[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    line, weights = " ", [1.0]
    for word, weight in words:
        line += f"{word} "
        weights += [weight] * (len(word) + 1)
    for size in (3, 4, 5):
        for start in range(len(line) - size + 1):
            yield f"c{line[start : start + size]}", min(weights[start], weights[start + size - 1])
