"""From the written messages to the linear model: support vectors over many noisy forms of each message."""

import random
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from knowledge.lexicon import lexicon
from knowledge.linear import Linear, prune, values
from knowledge.load import Content
from knowledge.training.corpus import Example, labels
from knowledge.training.noise import Noise
from knowledge.training.stages import Report
from knowledge.understand import build_normaliser

_FORMS = 5  # noisy forms of each message, the clean one among them
_LEAST = 3  # a feature that stands in fewer forms is left out
_KEPT = 900_000  # weights that are kept


def fit_linear(content: Content, messages: list[Example], more: list[Example], report: Report) -> Linear:
    """Fitted on `messages` in noisy forms and on `more` as they are, which count by their weight."""
    normalise = build_normaliser(content)
    table = lexicon()
    noise = Noise(table)
    chance = random.Random(3)  # noqa: S311  no secret
    names = labels(messages)
    place = {name: number for number, name in enumerate(names)}
    texts: list[tuple[str, str, float]] = []
    for example in messages:
        forms = {example.text, *(noise(example.text, chance) for _ in range(_FORMS - 1))}
        texts += [(form, example.label, example.weight) for form in sorted(forms)]
    texts += [(example.text, example.label, example.weight) for example in more if example.label in place]
    rows = []
    for number, (text, _, _) in enumerate(texts):
        rows.append(values(normalise(text), table.fillers))
        if number % 1000 == 0:
            report("linear", number, 2 * len(texts))
    seen = Counter(key for row in rows for key in row)
    hashes = np.array(sorted(key for key, count in seen.items() if count >= _LEAST), dtype=np.uint32)
    column = {int(key): number for number, key in enumerate(hashes)}
    rarity = np.array([np.log(len(rows) / seen[int(key)]) + 1 for key in hashes], dtype=np.float32)
    matrix = _matrix(rows, column, rarity)
    report("linear", len(texts), 2 * len(texts))
    model = LinearSVC(C=0.25, tol=1e-3, max_iter=600)
    model.fit(matrix, [place[label] for _, label, _ in texts], sample_weight=[weight for _, _, weight in texts])
    report("linear", 2 * len(texts), 2 * len(texts))
    return prune(names, hashes, rarity, model.coef_.astype(np.float32), model.intercept_, _KEPT)


def _matrix(rows: list[dict[int, float]], column: dict[int, int], rarity: np.ndarray) -> csr_matrix:
    data: list[np.ndarray] = []
    indices: list[np.ndarray] = []
    starts = [0]
    for row in rows:
        at = np.array(sorted(column[key] for key in row if key in column), dtype=np.int32)
        back = {column[key]: value for key, value in row.items() if key in column}
        size = np.array([back[int(place)] for place in at], dtype=np.float32) * rarity[at]
        data.append(size / max(float(np.sqrt((size**2).sum())), 1e-6))
        indices.append(at)
        starts.append(starts[-1] + len(at))
    return csr_matrix((np.concatenate(data), np.concatenate(indices), starts), shape=(len(rows), len(column)))
