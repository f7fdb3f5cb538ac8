"""Fit the confidence on held-out messages: `content/messages-held-out/`, whose writers wrote nothing that trains.

Whether a message stays with the topic spoken of is fitted on `content/messages-in-context/` and on held-out messages
after their own topic and after another.
"""

import json
from pathlib import Path

import numpy as np

from knowledge.confidence import FILE, joined_measures, lexical_measures
from knowledge.context import turning
from knowledge.fusion import NONE
from knowledge.load import Content
from knowledge.training.context_corpus import in_context
from knowledge.training.corpus import Example
from knowledge.understand import TopicReader, known_texts

_PLACES = 5


def calibrate(content: Content, examples: list[Example], trained: Path) -> None:
    """Write the numbers into `trained`, beside the encoder and the linear model they belong to."""
    reader = TopicReader(known_texts(content), trained)
    lexical, joined = _Sample(), _Sample()
    for example in examples:
        words = reader.normalise(example.text)
        if not words.toned:
            continue
        asked = reader.facets(words.toned, words.toneless)
        scores = reader.index.scores(words, asked.topical)
        order = [int(place) for place in np.argsort(-scores, kind="stable")[:_PLACES]]
        # Whether a bare title answers a message of no topic nobody wrote down.
        if not (example.label.startswith(NONE) and reader.index.ids[order[0]].startswith("tthc:")):
            measures = lexical_measures(reader.index, words, asked.topical, scores, order)
            lexical.add(measures, scores, order, reader.index.ids, example.label)
        if reader.fusion:
            found = reader.fusion(words, scores, reader.index.fillers)
            order = [int(place) for place in np.argsort(-found.scores, kind="stable")[:_PLACES]]
            evidence = reader.index.evidence(int(reader.fusion.entries[order[0]]), words, asked.topical)
            measures = joined_measures(found, order, evidence, len(words.toneless))
            joined.add(measures, found.scores, order, reader.fusion.ids, example.label)
    numbers = {"lexical": lexical.fit(), "joined": joined.fit(), "context": context_fit(content, examples, reader)}
    rounded = json.loads(json.dumps(numbers), parse_float=lambda text: round(float(text), 5))
    (trained / FILE).write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")


class _Sample:
    """Measures of many messages, whether the best candidate was right, and how far the right one lay behind."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []
        self.right: list[bool] = []
        self.gaps: list[float] = []

    def add(
        self, row: tuple[float, ...], scores: np.ndarray, order: list[int], ids: tuple[str, ...], label: str
    ) -> None:
        self.rows.append(row)
        self.right.append(ids[order[0]] == label)
        if label in ids and not self.right[-1]:
            self.gaps.append(float(scores[order[0]] - scores[ids.index(label)]))

    def fit(self) -> dict[str, object]:
        mean, spread, weights, bias = logistic(np.array(self.rows), np.array(self.right, dtype=float))
        temperature = float(np.median(self.gaps)) if self.gaps else 5.0
        return {"mean": mean, "spread": spread, "weights": weights, "bias": bias, "temperature": temperature}


def context_fit(content: Content, examples: list[Example], reader: TopicReader) -> dict[str, object]:
    """Whether a message stays with the topic spoken of, from messages in context."""
    rows, stays, weights = [], [], []
    for said in in_context(content, examples):
        read = reader.read(said.text)
        procedure = content.procedures[said.spoken_of]
        found = turning(read, said.spoken_of, procedure.related, len(said.text.split()))
        if said.topic in (said.spoken_of, found.other):
            rows.append(found.measures)
            stays.append(float(said.topic == said.spoken_of))
            weights.append(said.weight)
    mean, spread, fitted, bias = logistic(np.array(rows), np.array(stays), np.array(weights))
    return {"mean": mean, "spread": spread, "weights": fitted, "bias": bias, "temperature": 1.0}


def logistic(
    rows: np.ndarray, right: np.ndarray, counts: np.ndarray | None = None, steps: int = 4000
) -> tuple[list[float], list[float], list[float], float]:
    """Mean, spread, weights and bias of a logistic regression by gradient descent; `rows` n×f, `right` n of 0 and 1,
    `counts` how much each row counts."""
    if not len(rows):
        return [], [], [], 0.0
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    x = (rows - mean) / spread
    weights, bias = np.zeros(x.shape[1]), 0.0
    share = np.ones(len(right)) / len(right) if counts is None else counts / counts.sum()
    for _ in range(steps):
        wrong = (1 / (1 + np.exp(-(x @ weights + bias))) - right) * share
        weights -= 0.3 * (x.T @ wrong + 1e-3 * weights)
        bias -= 0.3 * float(wrong.sum())
    return mean.tolist(), spread.tolist(), weights.tolist(), bias
