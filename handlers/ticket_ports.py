"""What handlers may do with tickets: the resident's side and the member's. Both work in the turn's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

TicketOutcome = Literal["done", "explained", "visit", "office", "unreached", "withdrawn"]


PICTURES = "/phieu-anh/"  # begins the address of a picture sent between the two; it is not for everybody


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody who asks for a person is told: by when an answer comes, and whether somebody is there now."""

    by: datetime
    now: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ticket's story, masked. `who` is the member's name; None: the resident. `draft` is what became of
    one, by the number `entry`. `picture` is the number of the one sent with it."""

    at: datetime
    kind: str
    text: str
    who: str | None = None
    entry: int = 0
    draft: str | None = None
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as a member sees it: what it is about, never who the resident is."""

    id: int
    state: Literal["open", "claimed", "closed"]
    area: str | None
    topic: str | None
    step: str | None
    why: str
    opened_at: datetime
    due_at: datetime
    holder: str | None = None
    mine: bool = False
    number: str | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A colleague or a khu phố, to choose from."""

    id: int
    name: str


class ResidentDesk(Protocol):
    """The desk as the resident of this conversation meets it."""

    def open_ticket(self, why: str, topic: str | None, step: str | None) -> Promise | None:
        """Open a ticket, or find the one that is open. None where no team was set up."""
        ...

    def areas(self) -> Sequence[Named]:
        """The khu phố to choose from while the ticket's is not known; empty once it is."""
        ...

    def choose_area(self, area: int) -> Promise | None:
        """The resident's khu phố: whoever is on duty there is asked. None when there is no open ticket."""
        ...

    def tell(self, text: str, jpeg: bytes = b"") -> bool:
        """The resident's words, and a picture, for who holds the ticket; False when there is no open one."""
        ...

    def leave_number(self, number: str) -> bool:
        """A number to call, kept sealed until the ticket is closed."""
        ...

    def share_history(self) -> None:
        """The resident lets the helper read what was said before, masked."""
        ...

    def withdraw(self) -> None:
        """The resident needs nobody any more."""
        ...


class MemberDesk(Protocol):
    """The desk as the member of this conversation works it. False or None: somebody was faster, or it is closed."""

    def waiting(self) -> Sequence[TicketView]:
        """Open ones that are for this member, the oldest first."""
        ...

    def mine(self) -> Sequence[TicketView]:
        """Those the member holds."""
        ...

    def view(self, ticket: int) -> TicketView | None:
        """One the member may see, with its story."""
        ...

    def claim(self, ticket: int) -> TicketView | None: ...

    def say(self, ticket: int, text: str, jpeg: bytes = b"") -> bool:
        """Words, and a picture, for the resident."""
        ...

    def note(self, ticket: int, text: str) -> bool:
        """For colleagues only."""
        ...

    def draft(self, ticket: int, text: str) -> bool:
        """Words that an officer approves before the resident gets them; False when no officer can be reached."""
        ...

    def decide(self, entry: int, approved: bool) -> bool:
        """An officer's word on a draft: once only."""
        ...

    def colleagues(self, ticket: int) -> Sequence[Named]:
        """To whom it can be passed on."""
        ...

    def pass_on(self, ticket: int, colleague: int) -> bool: ...

    def close(self, ticket: int, outcome: TicketOutcome) -> bool: ...
