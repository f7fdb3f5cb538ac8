"""What a handler may use: the knowledge, the reading of messages, and dossiers. All synchronous, no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol

from handlers.news_ports import News
from handlers.ticket_ports import MemberDesk, Named, ResidentDesk
from knowledge.intents import Intent
from knowledge.load import Content
from knowledge.reading import Reader
from knowledge.units import Units


class Status(StrEnum):
    """The ten official statuses of a dossier (TRANGTHAIHOSO of the national synchronisation list), and unknown."""

    SENT = "sent"
    RECEIVED = "received"
    NOT_ACCEPTED = "not_accepted"
    IN_PROGRESS = "in_progress"
    SUPPLEMENT = "supplement"
    PAY = "pay"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    READY = "ready"
    RETURNED = "returned"
    UNKNOWN = "unknown"


FINISHED = frozenset({Status.WITHDRAWN, Status.NOT_ACCEPTED, Status.READY, Status.RETURNED, Status.STOPPED})


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of one dossier. `status_words` are the source system's own; `as_of` is when it was read.

    `note`, what the office wrote that is missing or wrong, is None unless whoever asks proved whose the dossier is;
    everything else may be shown by code alone. `holder` is a unit, never an officer.
    """

    code: str
    procedure: str
    status: Status
    status_words: str
    received_on: date | None
    due_on: date | None
    as_of: datetime
    status_since: date | None = None
    holder: str | None = None
    note: str | None = None

    @property
    def finished(self) -> bool:
        """Whether the office has nothing more to do by its appointment."""
        return self.status in FINISHED


class Dossiers(Protocol):
    def find(self, code: str) -> Dossier | None:
        """The dossier of this normalised code, or None."""
        ...

    def away(self, code: str) -> bool:
        """Whether a system that may know this code, or something newer of it, could not be asked just now."""
        ...


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a six-character code was given out for; `chat` is the conversation that asked for it, None: the staff."""

    kind: str
    payload: str
    chat: int | None = None


@dataclass(frozen=True, slots=True)
class Private:
    """What only who a dossier belongs to may see: initials, and what the office wrote that is missing or wrong."""

    owner: str | None
    note: str | None


class Owners(Protocol):
    """Whose a dossier is. Nothing of it tells a dossier that is not known from one of which no number is known."""

    def proved(self, code: str) -> Private | None:
        """What this chat may see, since it gave the right digits not long ago."""
        ...

    def prove(self, code: str, digits: str) -> tuple[Private | None, int]:
        """Try four digits: what may be seen now, or None and how many tries are left (0: an hour's rest)."""
        ...


@dataclass(frozen=True, slots=True)
class Followed:
    """A dossier that this person follows, and the name they gave it."""

    code: str
    nickname: str | None = None


class Follows(Protocol):
    """What the person of this chat follows."""

    def all(self) -> Sequence[Followed]:
        """In the order in which they began."""
        ...

    def add(self, dossier: Dossier, told: Sequence[str]) -> bool:
        """Follow it from here on, with what they know already; False when they follow as many as one may."""
        ...

    def rename(self, code: str, nickname: str) -> None: ...

    def drop(self, code: str) -> bool:
        """Stop following; False if it was not followed."""
        ...

    def person(self) -> str:
        """The random id that this person's chats share; made when first asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept of a person: the text that says so, with its values; `details` stand in a copy alone."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    details: Sequence[str] = ()


class MyData(Protocol):
    """What is kept of the person of this chat, in all their joined chats."""

    def kept(self) -> Sequence[Kept]: ...

    def copy(self) -> str:
        """All of it as one text."""
        ...

    def link(self, minutes: int) -> str:
        """An address where that text can be fetched for so many minutes; empty if the page has no address."""
        ...


class Codes(Protocol):
    def issue(self, kind: str, payload: str, minutes: int) -> str:
        """A fresh code that does `kind` with `payload`, once, for so many minutes."""
        ...

    def redeem(self, text: str) -> Redeemed | None:
        """What the code in `text` was given out for; it works no more afterwards. None: wrong, used, or run out."""
        ...


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Whose chat this is, when it is one of the team's. `area` is their khu phố; None: the whole ward."""

    id: int
    name: str
    role: Literal["member", "lead", "officer", "operator"]
    area: int | None = None
    areas: tuple[Named, ...] = ()  # of the ward


@dataclass(frozen=True, slots=True)
class Tools:
    content: Content
    reader: Reader
    intent: Callable[[str], Intent | None]
    dossiers: Dossiers
    default_place: str | None = None
    public_url: str = ""
    other_addresses: Sequence[str] = ()
    private_chat: str = ""  # where to write to the bot alone, from a group
    units: Units = field(default_factory=Units)  # read when first asked for
    codes: Codes | None = None
    owners: Owners | None = None
    follows: Follows | None = None
    my_data: MyData | None = None
    news: News | None = None
    kept_days: int = 0  # after so many days without a word everything is deleted; 0: never by itself
    chat: int | None = None  # the number of this conversation
    may_look_up: Callable[[str], bool] = lambda code: True
    desk: ResidentDesk | None = None
    member: StaffMember | None = None
    tickets: MemberDesk | None = None  # of `member`
    report: Callable[[Literal["day", "week", "month", "half"]], str] | None = None  # of `member`
