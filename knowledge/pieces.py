"""Cutting a normalised message into the encoder's word pieces: the likeliest way, by the pieces' log-probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_START = "\u2581"  # stands before the first piece of a word
_PREFIX = "query: "  # the encoder was made to read messages behind this word
_WORST = 10.0  # how much worse than the rarest piece an unknown letter is


@dataclass(frozen=True, slots=True)
class Special:
    """Places of the pieces that are not text."""

    begin: int
    pad: int
    end: int
    unknown: int


@dataclass(slots=True)
class Pieces:
    """`scores` maps a piece to its place in the encoder's table and its log-probability."""

    scores: Mapping[str, tuple[int, float]]
    special: Special
    _longest: int = 0
    _floor: float = 0.0
    _seen: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._longest = max(map(len, self.scores))
        self._floor = min(score for _, score in self.scores.values()) - _WORST

    def __call__(self, text: str, most: int = 96) -> list[int]:
        """The places of the pieces of a text, at most `most`, with the marks for begin and end."""
        found = [self.special.begin]
        for word in f"{_PREFIX}{text}".split():
            found += self._word(f"{_START}{word}")
        return [*found[: most - 1], self.special.end]

    def _word(self, word: str) -> list[int]:
        kept = self._seen.get(word)
        if kept is None:
            kept = self._cut(word)
            if len(self._seen) < 50_000:
                self._seen[word] = kept
        return kept

    def _cut(self, word: str) -> list[int]:
        best = [0.0, *[float("-inf")] * len(word)]
        came: list[tuple[int, int]] = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            if best[start] == float("-inf"):
                continue
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                hit = self.scores.get(word[start:end])
                place, score = hit or (self.special.unknown, self._floor)
                if (hit or end == start + 1) and best[start] + score > best[end]:
                    best[end], came[end] = best[start] + score, (start, place)
        places: list[int] = []
        end = len(word)
        while end > 0:
            end, place = came[end]
            places.append(place)
        return places[::-1]


def pieces_from(names: Sequence[str], scores: Sequence[float], special: Special) -> Pieces:
    """From parallel lists in the order of the encoder's table."""
    apart = {special.begin, special.pad, special.end, special.unknown}
    pairs = enumerate(zip(names, scores, strict=True))
    return Pieces({name: (place, score) for place, (name, score) in pairs if place not in apart}, special)
