"""How well messages are read: every judging message taken through the whole program, and the figures over them.

Lines have three shapes: `{"q", "id", "alt", "facet", "style"}`, a dialogue `{"turns": [...]}`, and `{"q", "kind"}` for
a message that has no answer.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from handlers.turn import Outcome, Reply

ANSWERING = frozenset(
    {Outcome.ANSWERED, Outcome.GUIDE_STEP, Outcome.GUIDE_DONE, Outcome.CHECKLIST, Outcome.PLACE_SHOWN}
)
# How a message of each kind should end.
_ENDS: Mapping[str, frozenset[Outcome]] = {
    "khan-cap": frozenset({Outcome.EMERGENCY}),
    "thong-tin-ca-nhan": frozenset({Outcome.REFUSED}),
    "prompt-injection": frozenset({Outcome.REFUSED}),
    "gap-nguoi-that": frozenset({Outcome.HANDED_OVER}),
    "ma-ho-so": frozenset({Outcome.DOSSIER_SHOWN, Outcome.DOSSIER_UNKNOWN, Outcome.ASKED_BACK}),
    "chao-hoi": frozenset({Outcome.GREETING, Outcome.SMALLTALK}),
    "cam-on": frozenset({Outcome.SMALLTALK, Outcome.DONE}),
    "xuc-pham": frozenset({Outcome.SMALLTALK}),
    "spam": frozenset({Outcome.OUT_OF_SCOPE}),
}
_OVERVIEW = "tong-quan"
_SHOWN_FACETS = 3
_Z = 1.96

Ask = Callable[[str, str], Reply]  # a chat's name and what is said in it


class BadLine(ValueError):
    """A line of a judging file that has none of the three shapes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One message and what became of it; `wanted` is empty for a message without an answer."""

    question: str
    style: str
    wanted: tuple[str, ...]
    ranked: tuple[str, ...]
    outcome: Outcome
    confidence: float
    facet_wanted: tuple[str, ...]
    facets: tuple[str, ...]
    offered: tuple[str, ...]

    @property
    def first(self) -> bool:
        return bool(self.ranked) and self.ranked[0] in self.wanted

    @property
    def third(self) -> bool:
        return any(key in self.wanted for key in self.ranked[:3])

    @property
    def outright(self) -> bool:
        """Answered as a topic, with or without its neighbours beneath."""
        return self.outcome in ANSWERING


def judge(lines: Iterable[Mapping[str, object]], ask: Ask) -> Iterator[tuple[str, Verdict]]:
    """Each message with its group: "topics", "dialogues" or "none"."""
    for number, line in enumerate(lines, 1):
        chat = f"eval-{number}"
        turns = line.get("turns")
        if isinstance(turns, list):
            for turn in turns:
                yield "dialogues", _verdict(turn, ask, chat, "dialogue")
        elif "kind" in line:
            yield "none", _verdict(line, ask, chat, str(line["kind"]))
        elif "id" in line:
            yield "topics", _verdict(line, ask, chat, str(line.get("style", "")))
        else:
            raise BadLine(f"line {number} has neither id, turns nor kind")


def _verdict(line: Mapping[str, object], ask: Ask, chat: str, style: str) -> Verdict:
    question = str(line["q"])
    reply = ask(chat, question)
    about = reply.reading
    more = line.get("alt") or ()
    wanted = (str(line["id"]), *map(str, more if isinstance(more, list) else ())) if "id" in line else ()
    asked = line.get("facet") or ""
    facets = tuple(map(str, asked)) if isinstance(asked, list) else tuple(f for f in str(asked).split(",") if f)
    ranked = [candidate.id for candidate in about.candidates]
    if about.topic:
        ranked = [about.topic, *(key for key in ranked if key != about.topic)]
    offered = tuple(button.value.removeprefix("t:").split(":")[0] for button in reply.buttons)
    return Verdict(
        question, style, wanted, tuple(ranked), reply.outcome, about.confidence, facets, about.facets, offered
    )


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, as a percentage with the 95 % interval of Wilson."""

    hits: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 100.0
        p, n = self.hits / self.of, self.of
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n)) / (1 + _Z**2 / n)
        return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)

    def as_json(self) -> dict[str, object]:
        low, high = self.interval
        return {
            "percent": round(self.percent, 1), "from": round(low, 1), "to": round(high, 1),
            "hits": self.hits, "of": self.of,
        }  # fmt: skip


def share(found: Iterable[bool]) -> Share:
    """Counts."""
    marks = list(found)
    return Share(sum(marks), len(marks))


@dataclass(slots=True)
class Report:
    """All verdicts by group, and the figures over them."""

    topics: list[Verdict] = field(default_factory=list)
    dialogues: list[Verdict] = field(default_factory=list)
    none: list[Verdict] = field(default_factory=list)

    def add(self, group: str, verdict: Verdict) -> None:
        {"topics": self.topics, "dialogues": self.dialogues, "none": self.none}[group].append(verdict)

    def figures(self) -> dict[str, Share]:
        """By name, only those that have messages."""
        outright = [v for v in self.topics if v.outright]
        back = [v for v in self.topics if v.outcome is Outcome.ASKED_BACK]
        asked = [v for v in self.topics if v.facet_wanted and v.facet_wanted[0] != _OVERVIEW]
        found = {
            "top-1": share(v.first for v in self.topics),
            "top-3": share(v.third for v in self.topics),
            "answered outright": share(v.outright for v in self.topics),
            "right of these": share(v.first for v in outright),
            "asked back": share(v.outcome is Outcome.ASKED_BACK for v in self.topics),
            "right one among the choices": share(bool({*v.wanted} & {*v.offered}) for v in back),
            "facet among those shown": share(bool({*v.facet_wanted} & {*v.facets[:_SHOWN_FACETS]}) for v in asked),
            "dialogue turns": share(v.first for v in self.dialogues),
            "answered though none": share(v.outright for v in self.none),
        }
        return {name: value for name, value in found.items() if value.of}

    def by_style(self) -> dict[str, Share]:
        """Top-1 of each style; of each kind without an answer, how many ended as such a message should."""
        found = {style: share(v.first for v in some) for style, some in _grouped(self.topics).items()}
        kinds = {kind: share(map(_ended_well, some)) for kind, some in _grouped(self.none).items()}
        return {**found, **kinds}

    def reliability(self) -> list[tuple[str, Share]]:
        """How many first guesses were right, by how sure the program was."""
        edges = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
        rows = []
        for low, high in pairwise(edges):
            inside = [v for v in self.topics if low <= v.confidence < high]
            rows.append((f"{low:.2f} to {min(high, 1.0):.2f}", share(v.first for v in inside)))
        return rows

    def worst(self) -> list[Verdict]:
        """Wrong answers, the surest first; then first guesses that were wrong; then what was answered though none."""
        missed = [v for v in [*self.topics, *self.dialogues] if not v.first]
        missed.sort(key=lambda v: (not v.outright, -v.confidence))
        return [*missed, *(v for v in self.none if not _ended_well(v))]

    def pairs(self) -> list[tuple[str, str, int]]:
        """Wanted topic, the topic taken for it, and how often; the most frequent first."""
        missed = (v for v in [*self.topics, *self.dialogues] if v.ranked and not v.first)
        counted = Counter((v.wanted[0], v.ranked[0]) for v in missed)
        return [(wanted, got, count) for (wanted, got), count in counted.most_common()]


def _ended_well(verdict: Verdict) -> bool:
    ends = _ENDS.get(verdict.style)
    return verdict.outcome in ends if ends else not verdict.outright


def _grouped(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        found.setdefault(verdict.style, []).append(verdict)
    return dict(sorted(found.items()))
