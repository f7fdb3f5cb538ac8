"""The small encoder at run time: what it makes of a normalised message, for each label it was trained on.

It is optional: without its files or without onnxruntime `Encoder.kept` gives None and the lexical index reads alone.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.model import Facet
from knowledge.pieces import Pieces, Special, pieces_from
from knowledge.search import Vector

FOLDER = Path(__file__).parent / "trained"
NET, TABLE = "encoder.onnx", "encoder.json"


@dataclass(frozen=True, slots=True)
class Encoder:
    """`labels` are topic ids, `faq:<id>`, and `none:<kind>` for messages that belong to no topic."""

    labels: tuple[str, ...]
    facets: tuple[Facet, ...]
    pieces: Pieces
    session: Any  # onnxruntime has no types

    @classmethod
    def kept(cls, folder: Path = FOLDER) -> "Encoder | None":
        """The trained encoder, or None where its files or onnxruntime are missing."""
        if not (folder / NET).exists() or not (folder / TABLE).exists():
            return None
        try:
            import onnxruntime
        except ImportError:
            return None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # A fixed arena grows with the longest message ever read; messages are short, memory is scarce.
        options.enable_cpu_mem_arena = False
        session = onnxruntime.InferenceSession(os.fspath(folder / NET), options, providers=["CPUExecutionProvider"])
        table = json.loads((folder / TABLE).read_text(encoding="utf-8"))
        pieces = pieces_from(table["pieces"], table["scores"], Special(*table["special"]))
        return cls(tuple(table["labels"]), tuple(map(Facet, table["facets"])), pieces, session)

    def __call__(self, text: str) -> tuple[Vector, dict[Facet, float]]:
        """For a normalised text (`Words.text`) log-probabilities of `labels`, and how likely each facet is asked."""
        ids = np.array([self.pieces(text)], dtype=np.int64)
        logits, asked = self.session.run(
            ["logits", "asked"], {"ids": ids, "mask": np.ones(ids.shape, dtype=np.float32)}
        )
        row: Vector = logits[0].astype(np.float32)
        row = row - row.max()
        row = row - np.float32(np.log(np.exp(row).sum()))
        likely = 1 / (1 + np.exp(-asked[0].astype(np.float64)))
        return row, dict(zip(self.facets, map(float, likely), strict=True))
