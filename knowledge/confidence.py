"""How sure the ranking is: logistic regression on a few features of the scores, fitted offline on held-out messages.

One fit is for the lexical index alone, one for the joined readings, one for whether a message stays with the topic
spoken of (`knowledge.context`).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.fusion import Joined
from knowledge.search import Evidence, Index, Vector
from knowledge.text import Words

FOLDER = Path(__file__).parent / "trained"
FILE = "confidence.json"


@dataclass(frozen=True, slots=True)
class Fit:
    """A feature's mean, spread and weight; `temperature` shares what is left among the runners-up."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    temperature: float

    def first(self, measures: Sequence[float]) -> float:
        """The probability that the best candidate is right."""
        z = self.bias + sum(
            weight * (value - mean) / spread
            for value, mean, spread, weight in zip(measures, self.mean, self.spread, self.weights, strict=False)
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))

    def shared(self, measures: Sequence[float], scores: Sequence[float]) -> tuple[float, ...]:
        """A probability for each of the candidates with these scores, best first; together at most 1."""
        first = self.first(measures)
        rest = [math.exp((score - scores[0]) / self.temperature) for score in scores[1:]]
        share = (1 - first) / max(sum(rest), 1.0)
        return (first, *(min(first, weight * share) for weight in rest))


_UNFITTED = Fit((), (), (), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Confidence:
    lexical: Fit
    joined: Fit
    context: Fit | None = None

    @classmethod
    def kept(cls, folder: Path = FOLDER) -> "Confidence":
        """The numbers of the last fit; where there was none, nothing is ever sure."""
        if not (folder / FILE).exists():
            return cls(_UNFITTED, _UNFITTED)
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        context = _fit_of(data["context"]) if "context" in data else None
        return cls(_fit_of(data["lexical"]), _fit_of(data["joined"]), context)


def _fit_of(data: dict[str, list[float] | float]) -> Fit:
    parts = [data[name] for name in ("mean", "spread", "weights")]
    mean, spread, weights = (tuple(map(float, part)) for part in parts if isinstance(part, list))
    bias, temperature = data["bias"], data["temperature"]
    assert isinstance(bias, float | int)
    assert isinstance(temperature, float | int)
    return Fit(mean, spread, weights, float(bias), float(temperature))


def lexical_measures(
    index: Index, words: Words, topical: Sequence[bool], scores: Vector, order: Sequence[int]
) -> tuple[float, ...]:
    """What tells a good ranking from a lucky one: height, margins, and how much of the message the winner explains."""
    top, second, third = _three(scores, order)
    evidence = index.evidence(int(order[0]), words, topical)
    length = sum(topical) or len(topical)
    return (
        math.log1p(top),
        top / math.sqrt(length + 1),
        (top - second) / (top + 1e-6),
        (top - third) / (top + 1e-6),
        evidence.coverage,
        evidence.pairs,
        evidence.named,
        math.log1p(length),
    )


def joined_measures(joined: Joined, order: Sequence[int], evidence: Evidence, length: int) -> tuple[float, ...]:
    """The same for the joined readings: margins, whether the three agree, and whether the encoder sees no topic."""
    top, second, third = _three(joined.scores, order)
    best = int(order[0])
    agree = sum(int(np.argmax(part)) == best for part in (joined.encoder, joined.linear, joined.lexical))
    return (
        top - second,
        top - third,
        float(joined.encoder[best]),
        math.log(joined.none + 1e-4),
        float(joined.linear[best]),
        float(joined.linear[best]) - _best_other(joined.linear, best),
        float(joined.linear[best]) - joined.linear_none,
        float(joined.lexical[best]),
        float(joined.encoder[best]) - _best_other(joined.encoder, best),
        float(agree),
        evidence.coverage,
        evidence.named,
        math.log1p(length),
    )


def _best_other(values: Vector, best: int) -> float:
    return float(np.max(np.delete(values, best))) if len(values) > 1 else 0.0


def _three(scores: Vector, order: Sequence[int]) -> tuple[float, float, float]:
    best = [float(scores[place]) for place in order[:3]]
    best += [0.0] * (3 - len(best))
    return best[0], best[1], best[2]
