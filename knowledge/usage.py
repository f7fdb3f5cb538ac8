"""How the topics' texts write and join words: to give tones back to what was typed without, and to keep words whole."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from knowledge.fold import strip_tones
from knowledge.syllables import bare
from knowledge.text import words_of

_JOINED = 0.14  # from this share on of the uses of both (their geometric mean), two syllables are one word
_SEEN = 3
_TONED = 0.2  # with fewer words that have tones, a message was typed without


class Usage:
    """Learns from these texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._pairs: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
        for text in texts:
            words = words_of(text)
            for word in words:
                self._words[bare(word)][word] += 1
            for first, second in pairwise(words):
                self._pairs[bare(first), bare(second)][first, second] += 1

    def joined(self, first: str, second: str) -> bool:
        """Whether two syllables mostly stand together, as in `hộ khẩu`: one word, though one looks like a filler."""
        together = self._pairs.get((bare(first), bare(second)), Counter())[first, second]
        if not together:
            return False
        apart = self._words[bare(first)][first] * self._words[bare(second)][second]
        return together >= _SEEN and together >= _JOINED * math.sqrt(apart)

    def toned(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words with tones, as they are mostly written beside their neighbours. Where others have tones, a word is
        only changed beside another one without: `con` and `ra` are right as they stand."""
        plain = [strip_tones(word) == word for word in words]
        typed_without = len(words) - sum(plain) <= _TONED * len(words)
        return tuple(
            self._toned(words, place, plain if not typed_without else ()) if plain[place] else word
            for place, word in enumerate(words)
        )

    def _toned(self, words: Sequence[str], place: int, plain: Sequence[bool]) -> str:
        word, votes = bare(words[place]), Counter[str]()
        for step in (-1, 1):
            if 0 <= place + step < len(words) and (not plain or plain[place + step]):
                other = bare(words[place + step])
                for pair, count in self._pairs.get((other, word) if step < 0 else (word, other), {}).items():
                    votes[pair[step < 0]] += count
        known = votes or (None if plain else self._words.get(word))
        return known.most_common(1)[0][0] if known else words[place]
