"""The linear model at run time: for each label a sum of weights of the message's words, pairs and letter groups.

Only the largest weights are kept, as 8-bit numbers, so that it is small and needs nothing but numpy.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.search import Vector, features
from knowledge.text import Words

FOLDER = Path(__file__).parent / "trained"
FILE = "linear.npz"
_ARRAYS = ("hashes", "rarity", "start", "labels_of", "weights", "bias")


def values(words: Words, fillers: frozenset[str]) -> dict[int, float]:
    """The message's features by their hash, each as often as it stands there, damped."""
    found: dict[int, float] = {}
    for name, weight in features(words, (1.0,) * len(words.toneless), fillers):
        key = zlib.crc32(name.encode())
        found[key] = found.get(key, 0.0) + weight
    return {key: 1 + float(np.log(count)) for key, count in found.items()}


@dataclass(frozen=True, slots=True)
class Linear:
    """Features are sorted hashes; those of feature i are `labels_of[start[i]:start[i+1]]`, `weights` beside them."""

    labels: tuple[str, ...]
    hashes: np.ndarray
    rarity: np.ndarray
    start: np.ndarray
    labels_of: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    step: float  # one unit of `weights`

    @classmethod
    def kept(cls, folder: Path = FOLDER) -> "Linear | None":
        """The trained model, or None where it is missing."""
        if not (folder / FILE).exists():
            return None
        with np.load(folder / FILE, allow_pickle=False) as data:
            names = tuple(map(str, data["labels"]))
            hashes, rarity, start, labels_of, weights, bias = (data[name] for name in _ARRAYS)
            return cls(names, hashes, rarity, start, labels_of, weights, bias, float(data["step"]))

    def keep(self, folder: Path) -> None:
        """Write it into the folder."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez_compressed(folder / FILE, labels=np.array(self.labels), step=np.float32(self.step), **arrays)

    def __call__(self, words: Words, fillers: frozenset[str]) -> Vector:
        """A score for each of `labels`; above zero speaks for it."""
        found = values(words, fillers)
        keys = np.array(sorted(found), dtype=np.uint32)
        at = np.searchsorted(self.hashes, keys)
        known = (at < len(self.hashes)) & (self.hashes[np.minimum(at, len(self.hashes) - 1)] == keys)
        at = at[known]
        size = np.array([found[int(key)] for key in keys[known]], dtype=np.float32) * self.rarity[at]
        size /= max(float(np.sqrt((size**2).sum())), 1e-6)
        scores = self.bias.astype(np.float32).copy()
        for feature, much in zip(at, size, strict=True):
            part = slice(int(self.start[feature]), int(self.start[feature + 1]))
            scores[self.labels_of[part]] += self.weights[part].astype(np.float32) * (much * self.step)
        return scores


def prune(
    labels: Sequence[str], hashes: np.ndarray, rarity: np.ndarray, weights: np.ndarray, bias: np.ndarray, keep: int
) -> Linear:
    """The `keep` largest of `weights` (labels × features) as 8-bit numbers."""
    flat = np.abs(weights).ravel()
    least = np.partition(flat, -keep)[-keep] if keep < flat.size else 0.0
    step = float(flat.max()) / 127
    small = np.where(np.abs(weights) >= least, np.rint(weights / step), 0).astype(np.int8)
    used = np.flatnonzero(small.any(axis=0))
    order = used[np.argsort(hashes[used])]
    columns, rows = np.nonzero(small[:, order].T)
    start = np.searchsorted(columns, np.arange(len(order) + 1)).astype(np.int32)
    return Linear(
        tuple(labels),
        hashes[order].astype(np.uint32),
        rarity[order].astype(np.float32),
        start,
        rows.astype(np.uint8),
        small[:, order].T[columns, rows],
        bias.astype(np.float32),
        step,
    )
