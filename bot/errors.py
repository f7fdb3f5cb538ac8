"""The exception tree. Each class says who acts and whether to try again.

CausoError
├── SettingsError        the operator: a setting is wrong, the start stops with one line
├── StoreAway            nobody yet: the database cannot be reached; webhooks answer 503, platforms retry
├── SourceAway           nobody yet: the one-stop system does not answer; residents are told so, it is asked again later
├── NotUnderstood        nobody: a wire message we will never understand; acknowledged and dropped
└── DeliveryError        a message could not be delivered
    ├── RetryLater       the outbox: try again, after `after` seconds if the platform said so
    │   └── NotNow       the operator, soon: the platform takes nothing more from us for now; all of it waits, none dies
    ├── WindowClosed     the resident: nothing may be sent until they write again; the message waits for that
    └── Undeliverable    the operator: will never work (blocked, chat gone, refused); dead-lettered with `reason`
"""


class CausoError(Exception):
    """Anything this program raises on purpose."""


class SettingsError(CausoError):
    """A setting is missing or wrong; the text says which and what to do."""


class StoreAway(CausoError):
    """The database cannot be reached now."""


class SourceAway(CausoError):
    """A source of dossiers did not answer, or not in a way that can be read. `reason` is a word for the log; `again`
    says whether asking once more at once may help."""

    def __init__(self, reason: str, again: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.again = reason, again


class NotUnderstood(CausoError):
    """A message from a platform that has no meaning for us."""


class DeliveryError(CausoError):
    """A reply did not reach the platform."""


class RetryLater(DeliveryError):
    """Try again; `after` is the wait the platform asked for, in seconds."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.after = reason, after


class NotNow(RetryLater):
    """The platform takes nothing from us, whoever it is for (a plan used up): the whole platform rests for `after`
    seconds, and it does not count as a try of this message."""

    def __init__(self, reason: str, after: float) -> None:
        super().__init__(reason, after)
        self.rest = after


class WindowClosed(DeliveryError):
    """The platform takes nothing for this chat until its resident writes again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Undeliverable(DeliveryError):
    """Trying again cannot help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
