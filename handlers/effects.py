"""What a reply asks to be done in the same transaction: values, carried out by the engine."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Delete everything kept of this chat."""

    kind: Literal["forget_me"] = "forget_me"


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Somebody of the ward should take over; `why` is a topic id or a short reason, never the resident's words."""

    why: str
    kind: Literal["call_person"] = "call_person"


@dataclass(frozen=True, slots=True)
class JoinStaff:
    """From now on this chat is that of a member of the team."""

    staff: int
    kind: Literal["join_staff"] = "join_staff"


@dataclass(frozen=True, slots=True)
class RecordHelp:
    """A neighbour was helped face to face; everything that is kept of it."""

    area: int | None
    age: str | None
    topic: str | None
    guide: str | None
    stuck: str | None
    outcome: str | None
    minutes: int
    began: datetime
    kind: Literal["record_help"] = "record_help"


@dataclass(frozen=True, slots=True)
class MoveHere:
    """This chat goes on with the conversation `chat` (its number), and is the same person's from now on."""

    chat: int
    kind: Literal["move_here"] = "move_here"


@dataclass(frozen=True, slots=True)
class Informed:
    """This chat was told what is kept of it; `version` is that of the text."""

    version: str
    kind: Literal["informed"] = "informed"


@dataclass(frozen=True, slots=True)
class Rate:
    """An opinion on the answer to one facet of a topic; it takes the place of an earlier one. `reason` is an id."""

    topic: str
    facet: str
    useful: bool
    reason: str | None = None
    kind: Literal["rate"] = "rate"


Effect = Informed | Rate | ForgetMe | CallPerson | JoinStaff | RecordHelp | MoveHere
