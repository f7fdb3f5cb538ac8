"""What is said of the reorganisation of 1 July 2025 beside the units themselves, with sources: `units/facts.yaml`."""

from typing import Annotated

from pydantic import Field

from knowledge.fields import Slug, Text
from knowledge.model import Dated, Fact, Model, Sourced


class Centre(Sourced):
    """The old province in which the new one has its administrative centre."""

    at: Text


class NewProvince(Sourced):
    """One of the 34; `units` is how many communes, wards and special zones its resolution leaves it with."""

    name: Text
    units: Annotated[int, Field(gt=0, strict=True)]
    centre: Centre | None = None


class UnitFacts(Dated):
    id: Slug
    name: Text
    no_district: Fact
    exact: Fact  # how to be sure of an address where an old unit was divided
    provinces: tuple[NewProvince, ...]

    def province(self, name: str) -> NewProvince | None:
        """The facts on the new province of this name."""
        return next((item for item in self.provinces if item.name == name), None)


class UnitWords(Model):
    """How places are spoken of and asked about, toneless; patterns see “@” where a place is named."""

    short: dict[str, str]
    names: dict[str, str]
    moved: tuple[str, ...]
    made_of: tuple[str, ...]
    idle: tuple[str, ...]
