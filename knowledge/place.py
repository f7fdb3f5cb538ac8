"""Provinces and wards: where the one-stop desk is, when it is open, whom to call, what is paid there instead."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field

from knowledge.fields import ProcedureCode, Slug, Text, Url
from knowledge.model import Dated, Fact, Fee, Model, Sourced

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Supply = Literal["address", "map", "hours", "hotline", "desk_phone", "community_team", "police", "fees"]


class Position(Sourced):
    """Where the desk is (WGS 84, degrees), for who sends where they are; from a source, such as the ward."""

    latitude: Annotated[float, Field(ge=8, le=24)]  # Vietnam with its islands
    longitude: Annotated[float, Field(ge=102, le=118)]


class Office(Sourced):
    """The public administration service centre (Trung tâm phục vụ hành chính công) of the unit."""

    name: Text
    address: Text
    map: Url | None = None
    position: Position | None = None
    note: Text | None = None


class Opening(Sourced):
    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    opens: time
    closes: time
    note: Text | None = None


class HoursException(Sourced):
    """A day on which the usual hours do not hold; without times the office is closed."""

    on: date
    opens: time | None = None
    closes: time | None = None
    note: Text


class Phone(Sourced):
    what: Literal["hotline", "desk", "community_team", "police"]
    number: Text
    note: Text | None = None


class LocalFee(Fee):
    """A fee set by the province or ward; replaces the national fee of `procedure` with the same `what`."""

    procedure: Slug


class Former(Sourced):
    """A unit before 1 July 2025 that is wholly or partly in this one."""

    name: Text
    part: bool = False


class Place(Dated):
    id: Slug
    kind: Literal["province", "ward"]
    name: Text
    code: Text
    province: Slug | None = None
    formerly: tuple[Former, ...] = ()
    office: Office | None = None
    hours: tuple[Opening, ...] = ()
    hours_exceptions: tuple[HoursException, ...] = ()
    phones: tuple[Phone, ...] = ()
    fees: tuple[LocalFee, ...] = ()
    notes: tuple[Fact, ...] = ()
    to_supply: tuple[Supply, ...] = ()
    call_instead: Fact | None = None


class CatalogueRecord(Model):
    """A procedure as the national portal listed it; thin, and always shown as the portal's of `on`."""

    code: Text
    name: Text
    field: Text
    level: Text
    authority: Text | None = None
    deadline: Text | None = None
    fee: Text | None = None
    documents: tuple[Text, ...] = ()
    link: Url | None = None


class Catalogue(Model):
    """One file of the catalogue; `on` is the month the portal was read."""

    on: Text
    records: tuple[CatalogueRecord, ...]


def of_commune(level: str) -> bool:
    """Whether the commune level takes part, by the portal's words for the levels."""
    return "xã" in level.lower()


class OtherLevel(Model):
    """A procedure that another level handles and residents ask a ward about nevertheless; `why` says why."""

    code: ProcedureCode
    name: Text
    why: Text


class OtherLevels(Model):
    """What the catalogue holds beside the procedures of the commune level."""

    codes: tuple[OtherLevel, ...]
