"""What a conversation is in the middle of."""

from dataclasses import dataclass
from typing import Literal


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
class AskingDigits:
    """The last four digits of a number on the dossier `code` are awaited."""

    code: str
    kind: Literal["asking_digits"] = "asking_digits"


@dataclass(frozen=True, slots=True)
class AskingNickname:
    """A name to remember the followed dossier `code` by is awaited."""

    code: str
    kind: Literal["asking_nickname"] = "asking_nickname"


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


State = (
    Idle
    | Choosing
    | InGuide
    | InCases
    | AskingDossier
    | AskingDigits
    | AskingNickname
    | AskingUnit
    | WithHelper
    | LeavingNumber
    | Bridging
)
