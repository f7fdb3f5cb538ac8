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
class Kind:
    """The likeliest kind of a message that belongs to no topic ("toa-an", "khan-cap-chay"), and its probability."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Read:
    """`matches` best first. `confidence` is that of the first; `facets` in the order they matter, empty if none asked.

    `about_topic` says whether the words name a topic by themselves (False for "thế lệ phí bao nhiêu"), so that a
    follow-up stays with the topic spoken of. Where the encoder reads, `kind` is known, `likelihood` has the
    probability of every topic, and `follows_up`, `goes_back` those of words that only continue what was spoken of or
    return to something earlier. `aside` is the FAQ entry that answers the message under its first topic.
    """

    matches: tuple[Match, ...]
    facets: tuple[Facet, ...]
    confidence: float
    about_topic: bool
    kind: Kind | None = None
    likelihood: Mapping[str, float] = field(default_factory=dict)
    follows_up: float = 0.0
    goes_back: float = 0.0
    aside: str | None = None


class Reader(Protocol):
    def read(self, text: str) -> Read:
        """Read one message of a resident, in milliseconds, without network."""
        ...
