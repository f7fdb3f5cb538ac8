"""What the outbox asks of a channel, and the one form in which messages wait in it."""

from dataclasses import dataclass
from typing import Protocol

from handlers.turn import Button, Part


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message of a platform can hold; counts are characters of NFC text. 0 buttons: they become numbers.
    `caption`: how long a text may be to stand under a picture, in the same message; 0: never."""

    text: int
    buttons: int
    button_label: int = 40
    pictures: bool = True
    caption: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform may be written to: over all, and to one chat (seconds between two messages)."""

    per_second: float
    chat_seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How many messages a platform's plan lets us send; None: no such limit."""

    per_month: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as the platform will get it: already split and fitted, still in light markup. `replaces` is the
    platform's id of a message of ours whose place it takes, where that still can be done."""

    part: Part
    buttons: tuple[Button, ...] = ()
    caption: str = ""  # under a picture
    replaces: str = ""


class Channel(Protocol):
    """One platform. `send` raises `RetryLater`, `WindowClosed` or `Undeliverable`; anything else is a bug of ours."""

    name: str
    limits: Limits
    pace: Pace

    async def send(self, chat: str, message: Outgoing) -> None: ...
