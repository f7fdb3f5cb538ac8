"""What a handler may do about announcements, for the person of one chat."""

from collections.abc import Sequence
from typing import Protocol

from handlers.ticket_ports import Named


class News(Protocol):
    """Who wants announcements, and about what."""

    def just_told(self) -> bool:
        """Whether the last thing that was written to this chat is an announcement."""
        ...

    def refuse(self) -> None:
        """No announcements any more."""
        ...

    def accept(self) -> None:
        """Announcements again."""
        ...

    def wish(self, about: str) -> None:
        """To hear also of "topic:<id>", or to be of "area:<id>", which takes the place of another khu phố."""
        ...

    def areas(self) -> Sequence[Named]:
        """The khu phố of the ward."""
        ...
