"""What reading a message gives: ranked topics with calibrated confidence, and the facets asked for."""

from dataclasses import dataclass
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
    follow-up stays with the topic spoken of.
    """

    matches: tuple[Match, ...]
    facets: tuple[Facet, ...]
    confidence: float
    about_topic: bool


class Reader(Protocol):
    def read(self, text: str) -> Read:
        """Read one message of a resident, in milliseconds, without network."""
        ...
