"""What the content says of dossiers beside the sentences: who issues codes, where to look up post and dossiers."""

import re
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from knowledge.calendar import Calendar
from knowledge.fields import Slug, Text, Url
from knowledge.model import Dated, Sourced


class Agency(Sourced):
    """Whoever issues the codes that begin with `begins`."""

    begins: Annotated[str, StringConstraints(pattern=r"^[GH]\d{2}(\.\d{2,3})*$")]
    name: Text


class Tracking(Sourced):
    """Where a postal item is looked up; `link` has a place for its number."""

    carrier: Text
    link: Annotated[str, StringConstraints(pattern=r"^https://\S*\{code\}\S*$")]


class Lookup(Sourced):
    """The page where anybody looks up a dossier by its code."""

    portal: Text
    link: Url


class OddDay(Sourced):
    """A day that is off or worked although the usual calendar says otherwise."""

    on: date
    name: Text


class DossierFacts(Dated):
    id: Slug
    name: Text
    agencies: Annotated[tuple[Agency, ...], Field(min_length=1)]
    tracking: Tracking
    lookup: Lookup
    days_off: tuple[OddDay, ...] = ()
    days_worked: tuple[OddDay, ...] = ()

    @property
    def calendar(self) -> Calendar:
        """Working days, with the days this file adds."""
        return Calendar((item.on for item in self.days_off), (item.on for item in self.days_worked))

    def agency(self, code: str) -> Agency | None:
        """Who issued this code, by the longest beginning that is listed."""
        head = re.sub(r"^\d{3}\.\d{2}\.\d{2}\.", "", code.split("-")[0])
        fits = [agency for agency in self.agencies if f"{head}.".startswith(f"{agency.begins}.")]
        return max(fits, key=lambda agency: len(agency.begins), default=None)
