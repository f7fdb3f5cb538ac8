"""The narrow waist: what a channel hands in, what a handler gives back. Frozen values only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from handlers.effects import Effect
from handlers.states import InGuide, State


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
class Photographed:
    """What this machine read in a photo, which is not kept: the dossier codes in its QR and bar codes, or that it is a
    card of a person, or that it could not be opened. `jpeg`: the photo made smaller, without where and when it was
    taken, for a helper to look at; empty for a card."""

    codes: tuple[str, ...] = ()
    card: bool = False
    readable: bool = True
    jpeg: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a resident. `chat` and `message_id` are the platform's own, as text; `sent_at` is aware UTC.

    `button` is the value of a tapped button. `photo` is the platform's file reference, never the picture itself.
    `other` names a kind of message that has no text we could read. `place` is the ward of the page it came from,
    `network` a keyed hash of the address it came from, where that is known. `seen` is what was read in the photo.
    `tapped` is the platform's id of our message whose button it was, `voice` its file reference of a voice message,
    `heard` what was understood of that, masked. `group`: others read along.
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
    network: str | None = None
    seen: Photographed | None = None
    tapped: str | None = None
    voice: str | None = None
    heard: str | None = None
    group: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """`value` comes back in `Incoming.button`; at most 64 bytes, Telegram's limit for callback data. `extra`: left out
    where a platform has no room for all buttons of a reply."""

    label: str
    value: str
    extra: bool = False


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
    informed: str | None = None  # which notice of what is kept was told
    rated: tuple[str, ...] = ()  # topics for which it was asked whether the answer helped


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
    """Light markup only: `**bold**`, lines beginning with `- `, bare links. A channel translates or strips it.
    `asks_contact`: the title of a request for a phone number, where the platform can let people share theirs."""

    text: str
    asks_contact: str = ""


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
    """`state`, `memory` and `profile` replace the conversation's; None keeps what was. `hides`: of the message nothing
    is kept, not even masked, since a password may be in it. `in_place`: where the platform can, the reply takes the
    place of the message whose button was tapped."""

    outcome: Outcome
    parts: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()
    state: State | None = None
    memory: Memory | None = None
    profile: Profile | None = None
    effects: tuple[Effect, ...] = ()
    reading: Reading = field(default_factory=Reading)
    hides: bool = False
    in_place: bool = False
