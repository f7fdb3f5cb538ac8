"""A phone screen as a guide step shows it: what stands on it from top to bottom, and what to tap."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Title = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class Item(BaseModel):
    """One thing on the screen. `tap` is true for the one thing to tap; where there are several, 1, 2, 3 in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["text", "field", "button", "link", "choice", "photo", "code", "note"]
    label: Label
    value: Label | None = None  # what stands in a field or a code
    tap: bool | Annotated[int, Field(ge=1, le=8)] = False

    @property
    def order(self) -> int:
        """Its place in the order of tapping, from 1; 0 when it is not tapped."""
        return int(self.tap)


class Screen(BaseModel):
    """`app` decides the look: the VNeID app, a page of the portal, the phone itself, or a sheet of paper."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    app: Literal["vneid", "portal", "phone", "paper"]
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=8)]

    @property
    def tapped(self) -> tuple[Item, ...]:
        """What to tap, in order."""
        return tuple(sorted((item for item in self.items if item.order), key=lambda item: item.order))
