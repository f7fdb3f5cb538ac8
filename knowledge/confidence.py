"""How sure the ranking is: logistic regression on a few features of the scores, fitted offline on written messages."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.search import Index, Vector
from knowledge.text import Words

FILE = Path(__file__).parent / "trained" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Confidence:
    """The fitted numbers: a feature's mean, spread and weight; `temperature` shares the rest among the runners-up."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    temperature: float

    @classmethod
    def kept(cls, file: Path = FILE) -> "Confidence":
        """The numbers of the last fit."""
        data = json.loads(file.read_text(encoding="utf-8"))
        mean, spread, weights = (tuple(map(float, data[key])) for key in ("mean", "spread", "weights"))
        return cls(mean, spread, weights, float(data["bias"]), float(data["temperature"]))

    def of(
        self, index: Index, words: Words, topical: Sequence[bool], scores: Vector, order: Sequence[int]
    ) -> tuple[float, ...]:
        """A probability for each of `order`, best first; together at most 1."""
        x = measures(index, words, topical, scores, order)
        z = self.bias + sum(
            weight * (value - mean) / spread
            for value, mean, spread, weight in zip(x, self.mean, self.spread, self.weights, strict=True)
        )
        first = 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))
        rest = [math.exp((float(scores[place]) - float(scores[order[0]])) / self.temperature) for place in order[1:]]
        share = (1 - first) / max(sum(rest), 1.0)
        return (first, *(min(first, weight * share) for weight in rest))


def measures(
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


def _three(scores: Vector, order: Sequence[int]) -> tuple[float, float, float]:
    best = [float(scores[place]) for place in order[:3]]
    best += [0.0] * (3 - len(best))
    return best[0], best[1], best[2]


def fit(rows: np.ndarray, right: np.ndarray, steps: int = 4000) -> tuple[list[float], list[float], list[float], float]:
    """Mean, spread, weights and bias of a logistic regression by gradient descent; `rows` n×f, `right` n of 0 and 1."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    x = (rows - mean) / spread
    weights, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        wrong = 1 / (1 + np.exp(-(x @ weights + bias))) - right
        weights -= 0.3 * (x.T @ wrong / len(right) + 1e-3 * weights)
        bias -= 0.3 * float(wrong.mean())
    return mean.tolist(), spread.tolist(), weights.tolist(), bias
