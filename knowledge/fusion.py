"""Three readings of one message joined: the encoder's, the linear model's, and the lexical index's.

The encoder leads; the weights of the others are those that did best on held-out messages. Each is put on one scale (its
distance from its own mean over the topics).
"""

from dataclasses import dataclass

import numpy as np

from knowledge.encoder import Encoder
from knowledge.linear import Linear
from knowledge.model import Facet
from knowledge.search import Index, Vector
from knowledge.text import Words

NONE = "none:"  # begins a label of messages that belong to no topic; what follows is their kind
_LINEAR, _LEXICAL = 0.7, 0.2


@dataclass(frozen=True, slots=True)
class Joined:
    """For the trained topics, in the order of `Fusion.ids`: the joint scores and each reading of its own.

    `encoder` holds log-probabilities; `kinds` the probability of each kind of no topic by the encoder, `linear_none`
    the linear model's best score for any of them; `asked` the probability of each facet.
    """

    scores: Vector
    encoder: Vector
    linear: Vector
    lexical: Vector
    kinds: dict[str, float]
    linear_none: float
    asked: dict[Facet, float]

    @property
    def none(self) -> float:
        """The probability that no topic is meant."""
        return sum(self.kinds.values())


class Fusion:
    """Joins the readings for the topics that were trained and are still in the index (`ids`)."""

    def __init__(self, encoder: Encoder, linear: Linear, index: Index) -> None:
        self.encoder, self.linear = encoder, linear
        in_index = {key: place for place, key in enumerate(index.ids)}
        in_linear = {key: place for place, key in enumerate(linear.labels)}
        in_encoder = {key: place for place, key in enumerate(encoder.labels)}
        self.ids = tuple(key for key in encoder.labels if key in in_index and key in in_linear)
        self._encoder = np.array([in_encoder[key] for key in self.ids])
        self._linear = np.array([in_linear[key] for key in self.ids])
        self.entries = np.array([in_index[key] for key in self.ids])
        self._none = np.array([place for key, place in in_linear.items() if key.startswith(NONE)], dtype=np.int64)
        self._kinds = {
            key.removeprefix(NONE): place for place, key in enumerate(encoder.labels) if key.startswith(NONE)
        }

    def __call__(self, words: Words, lexical: Vector, fillers: frozenset[str]) -> Joined:
        """`lexical` are the scores of the whole index."""
        said, asked = self.encoder(words.text)
        encoder = said[self._encoder]
        weighed = self.linear(words, fillers)
        linear = weighed[self._linear]
        own = lexical[self.entries]
        scores = _scaled(encoder) + _LINEAR * _scaled(linear) + _LEXICAL * _scaled(own)
        kinds = {kind: float(np.exp(said[place])) for kind, place in self._kinds.items()}
        none = float(weighed[self._none].max()) if len(self._none) else 0.0
        return Joined(scores, encoder, linear, _scaled(own), kinds, none, asked)


def _scaled(values: Vector) -> Vector:
    found: Vector = (values - values.mean()) / (values.std() + 1e-6)
    return found
