"""What reading a message gives: ranked topics with calibrated confidence, and the facets asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from knowledge.model import Facet


@dataclass(frozen=True, slots=True)
class Match:
    """A topic id, "faq:<id>" or "tthc:<code>", and the probability that it is what was meant."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Read:
    """`matches` best first. `confidence` is that of the first; `facets` in the order they matter, empty if none asked.

    `about_topic` says whether the words name a topic by themselves (False for "thế lệ phí bao nhiêu"), so that a
    follow-up stays with the topic spoken of. Where the encoder reads, `likelihood` has the probability of every topic,
    and `kinds` that of every kind of message that belongs to none ("toa-an", "khan-cap-chay"). `aside` is the FAQ
    entry that answers the message under its first topic.
    """

    matches: tuple[Match, ...]
    facets: tuple[Facet, ...]
    confidence: float
    about_topic: bool
    likelihood: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, float] = field(default_factory=dict)
    aside: str | None = None


@dataclass(frozen=True, slots=True)
class Turning:
    """`other`: the topic it would turn to; `measures` as the fit takes them (see `knowledge.confidence.Fit`)."""

    other: str
    share: float  # of the probability of all topics but the one spoken of
    measures: tuple[float, ...]


class Reader(Protocol):
    def read(self, text: str) -> Read:
        """Read one message of a resident, in milliseconds, without network."""
        ...

    def stays(self, turning: Turning) -> float | None:
        """The probability that the message stays with the topic spoken of; None where nothing was fitted."""
        ...
