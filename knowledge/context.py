"""Whether a message goes on with the topic spoken of or turns to another: measures of how it reads by itself."""

import math
from collections.abc import Collection

from knowledge.reading import Read, Turning

# Kinds of written messages (content/messages/none): words that only continue what was spoken of, or go back.
CONTINUING, GOING_BACK = ("hoi-tiep", "chung-chung"), "quay-lai"
_FLOOR = 1e-3  # a probability below this says no more than this one
_LONG = 12  # words; a longer message is no longer than this


def turning(read: Read, topic: str, close: Collection[str], length: int) -> Turning:
    """`topic` was spoken of; `close` are the topics its content names as near; `length` in words.

    Only for readings of the encoder: `read.likelihood` must not be empty.
    """
    rest = {key: value for key, value in read.likelihood.items() if key != topic and not key.startswith("faq:")}
    other = max(rest, key=lambda key: rest[key])
    generic = sum(read.kinds.get(kind, 0.0) for kind in CONTINUING)
    back = read.kinds.get(GOING_BACK, 0.0)
    elsewhere = sum(read.kinds.values()) - generic - back
    measures = (
        *(_log(value) for value in (read.likelihood.get(topic, 0.0), rest[other], generic, back, elsewhere)),
        _log(1 - rest[other]),
        float(other in close),
        min(length, _LONG) / _LONG,
    )
    return Turning(other, rest[other] / (sum(rest.values()) or 1.0), measures)


def _log(value: float) -> float:
    return math.log(max(value, 0.0) + _FLOOR)
