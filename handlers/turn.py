"""The narrow waist: what a channel hands in, what a handler gives back. Frozen values only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from handlers.effects import Effect


class Outcome(StrEnum):
    """How a turn ended. A closed list and a public interface (`causo ask --jsonl`)."""

    ANSWERED = "answered"
    GUIDE_STEP = "guide_step"
    GUIDE_DONE = "guide_done"
    CHECKLIST = "checklist"
    DOSSIER_SHOWN = "dossier_shown"
    PLACE_SHOWN = "place_shown"
    ASKED_BACK = "asked_back"
    NO_ANSWER = "no_answer"
    OUT_OF_SCOPE = "out_of_scope"
    GREETING = "greeting"
    SMALLTALK = "smalltalk"
    DOSSIER_UNKNOWN = "dossier_unknown"
    HANDED_OVER = "handed_over"
    WITH_HELPER = "with_helper"
    REFUSED = "refused"
    EMERGENCY = "emergency"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Location:
    latitude: float
    longitude: float


Other = Literal["sticker", "voice", "document", "contact", "unsupported"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a resident. `chat` and `message_id` are the platform's own, as text; `sent_at` is aware UTC.

    `button` is the value of a tapped button. `photo` is the platform's file reference, never the picture itself.
    `other` names a kind of message that has no text we could read. `place` is the ward of the page it came from.
    """

    channel: str
    chat: str
    message_id: str
    sent_at: datetime
    text: str = ""
    button: str | None = None
    photo: str | None = None
    location: Location | None = None
    other: Other | None = None
    edited: bool = False
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """`value` comes back in `Incoming.button`; at most 64 bytes, Telegram's limit for callback data."""

    label: str
    value: str


# --- What a conversation is in the middle of -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Idle:
    kind: Literal["idle"] = "idle"


@dataclass(frozen=True, slots=True)
class Choosing:
    """One question was asked back; `options` are the ids that were offered."""

    options: tuple[str, ...]
    kind: Literal["choosing"] = "choosing"


@dataclass(frozen=True, slots=True)
class InGuide:
    """Inside a guide. Only answers are kept: `answers` is (step id, "ok" or the chosen next step); the current
    step is derived by replaying them, so that an edited guide strands nobody."""

    guide: str
    answers: tuple[tuple[str, str], ...] = ()
    kind: Literal["in_guide"] = "in_guide"


@dataclass(frozen=True, slots=True)
class InCases:
    """Being asked which case of a topic is theirs."""

    topic: str
    answers: tuple[tuple[str, str], ...] = ()
    kind: Literal["in_cases"] = "in_cases"


@dataclass(frozen=True, slots=True)
class AskingDossier:
    """A dossier code is awaited, or a yes to the codes `offered`."""

    offered: tuple[str, ...] = ()
    kind: Literal["asking_dossier"] = "asking_dossier"


@dataclass(frozen=True, slots=True)
class AskingUnit:
    """Several places bear the name `asked`; a district or province is awaited."""

    asked: str
    kind: Literal["asking_unit"] = "asking_unit"


@dataclass(frozen=True, slots=True)
class WithHelper:
    kind: Literal["with_helper"] = "with_helper"


@dataclass(frozen=True, slots=True)
class LeavingNumber:
    """With a helper who is not there yet; a phone number to call is awaited."""

    kind: Literal["leaving_number"] = "leaving_number"


@dataclass(frozen=True, slots=True)
class Bridging:
    """A member of the team holds `ticket`: what they write goes to its resident (`message`), to colleagues only
    (`note`), or to an officer to be approved first (`draft`)."""

    ticket: int
    writing: Literal["message", "note", "draft"] = "message"
    kind: Literal["bridging"] = "bridging"


State = Idle | Choosing | InGuide | InCases | AskingDossier | AskingUnit | WithHelper | LeavingNumber | Bridging


@dataclass(frozen=True, slots=True)
class Ticks:
    """A list of papers being ticked: the topic, and the names of the papers that are there."""

    topic: str
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Helping:
    """A member of the team sits beside a neighbour: since when, last touched when, what is recorded when it ends.
    `agreed`: the neighbour heard what is recorded and said yes. `step` is where they stand in `guide`."""

    began: datetime
    last: datetime
    age: str | None = None
    area: int | None = None
    agreed: bool = False
    topic: str | None = None
    guide: str | None = None
    step: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered between turns beside the state: the topic spoken of, the one before, an unfinished guide, a
    list being ticked, and the buttons last offered, so that their words or their number choose them in a channel
    without buttons."""

    topic: str | None = None
    topic_at: datetime | None = None
    case: str | None = None
    previous: str | None = None
    paused: InGuide | None = None
    offered: tuple[Button, ...] = ()
    misses: int = 0
    greeted: bool = False
    ticks: Ticks | None = None
    helping: Helping | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person chose to keep: their ward."""

    place: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    incoming: Incoming
    state: State
    memory: Memory
    profile: Profile
    now: datetime


# --- What is given back ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextPart:
    """Light markup only: `**bold**`, lines beginning with `- `, bare links. A channel translates or strips it."""

    text: str


@dataclass(frozen=True, slots=True)
class PicturePart:
    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class FilePart:
    url: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkPart:
    url: str
    label: str


Part = TextPart | PicturePart | FilePart | LinkPart


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """How the message was understood; `confidence` is the probability that `topic` is what was meant."""

    topic: str | None = None
    facets: tuple[str, ...] = ()
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """`state`, `memory` and `profile` replace the conversation's; None keeps what was."""

    outcome: Outcome
    parts: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()
    state: State | None = None
    memory: Memory | None = None
    profile: Profile | None = None
    effects: tuple[Effect, ...] = ()
    reading: Reading = field(default_factory=Reading)
