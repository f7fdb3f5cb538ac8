"""What the content holds and what will need work: for whoever keeps it true."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from knowledge.facts import dated, facts
from knowledge.load import Content
from knowledge.model import Benefit, Confidence, Dated, Fee, Procedure
from knowledge.place import Place

AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the overview: a group of topics or a kind of file, and its facts by confidence."""

    key: str  # a group of topics, or "guides", "faq", "places"
    items: int
    facts: Counter[Confidence]


@dataclass(frozen=True, slots=True, order=True)
class Expiry:
    """A day on which something stops being certain: a review, or the end of an amount."""

    on: date
    what: Literal["review", "fee", "benefit", "change"]
    file: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What one file lacks or doubts; `about` is a field or a thing to supply."""

    file: str
    name: str
    about: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    on: date
    counts: tuple[Count, ...]
    catalogue: int
    catalogue_on: str
    expiring: tuple[Expiry, ...]
    to_supply: tuple[Gap, ...]
    ask_desk: tuple[Gap, ...]
    conflicts: tuple[Gap, ...]
    unknowns: tuple[Gap, ...]

    @property
    def topics(self) -> int:
        return sum(
            count.items for count in self.counts if count.key not in ("guides", "faq", "places", "units", "dossiers")
        )

    @property
    def facts(self) -> Counter[Confidence]:
        return sum((count.facts for count in self.counts), Counter[Confidence]())


def report(content: Content, on: date) -> Report:
    """The state of the content on the day `on`; what expires is looked for 90 days ahead."""
    kinds: dict[str, list[Dated]] = {}
    gaps: dict[str, list[Gap]] = {"to_supply": [], "ask_desk": [], "conflict": [], "unknown": []}
    expiring: list[Expiry] = []
    for sub, key, item in dated(content):
        kinds.setdefault(item.group if isinstance(item, Procedure) else sub, []).append(item)
        file, name = content.files[f"{sub}/{key}"], name_of(item)
        expiring += _expiring(item, file, name, on)
        for what in getattr(item, "to_supply", ()):
            gaps["to_supply"].append(Gap(file, name, what))
        for text in getattr(item, "ask_desk", ()):
            gaps["ask_desk"].append(Gap(file, name, "", text))
        for note in () if isinstance(item, Place) else getattr(item, "notes", ()):
            gaps[note.kind].append(Gap(file, name, note.about, note.text))
    return Report(
        on,
        tuple(_count(key, items) for key, items in kinds.items()),
        len(content.catalogue),
        content.catalogue_on,
        tuple(sorted(expiring)),
        tuple(gaps["to_supply"]),
        tuple(gaps["ask_desk"]),
        tuple(gaps["conflict"]),
        tuple(gaps["unknown"]),
    )


def name_of(item: Dated) -> str:
    """What people call it: the everyday name, the question or the place."""
    return str(getattr(item, "everyday", None) or getattr(item, "question", None) or getattr(item, "name", ""))


def _count(key: str, items: list[Dated]) -> Count:
    sure = Counter(fact.confidence or item.confidence for item in items for _, fact in facts(item))
    return Count(key, len(items), sure)


def _expiring(item: Dated, file: str, name: str, on: date) -> Iterator[Expiry]:
    if item.review_by <= on + AHEAD:
        yield Expiry(item.review_by, "review", file, name, "")
    for _, fact in facts(item):
        if isinstance(fact, Fee | Benefit) and fact.to and on <= fact.to <= on + AHEAD:
            yield Expiry(fact.to, "fee" if isinstance(fact, Fee) else "benefit", file, name, fact.what)
    for change in getattr(item, "changes", ()):
        if len(change.on) == len("2027-03-01") and on < date.fromisoformat(change.on) <= on + AHEAD:
            yield Expiry(date.fromisoformat(change.on), "change", file, name, change.text)
