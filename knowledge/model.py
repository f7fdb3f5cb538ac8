"""What the knowledge base is made of: frozen models of every YAML file under `content/`.

Unknown keys are rejected. Texts are Vietnamese, dates are ISO, amounts are whole đồng. A *fact* (anything a
resident could act on) names at least one key of its file's `sources`.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.fields import Amount, PartialDate, ProcedureCode, Slug, SourceKeys, Text, Url
from knowledge.screen import Screen


class Facet(StrEnum):
    """The part of a topic a resident can ask about."""

    OVERVIEW = "tong-quan"
    DOCUMENTS = "giay-to"
    FEES = "le-phi"
    DEADLINE = "thoi-han"
    WHERE = "noi-nop"
    ONLINE = "nop-online"
    CONDITIONS = "dieu-kien"
    FORMS = "mau-don"
    BENEFITS = "muc-huong"
    STEPS = "cac-buoc"
    PITFALLS = "su-co"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Source(Model):
    """Where a fact comes from. `advice` is experience without an official text; it never counts as official."""

    title: Text
    kind: Literal["law", "portal", "agency", "press", "advice"]
    date: PartialDate
    url: Url | None = None

    @property
    def official(self) -> bool:
        return self.kind in ("law", "portal", "agency")


class Sourced(Model):
    source: SourceKeys
    confidence: Confidence | None = None


class Fact(Sourced):
    """One sentence or two; `cases` limits it to these cases of the topic (empty: always true)."""

    text: Text
    cases: tuple[Slug, ...] = ()


class Code(Sourced):
    """A procedure code (mã thủ tục) of the national portal."""

    code: ProcedureCode
    note: Text | None = None


class Filing(Sourced):
    """One way to file: at the desk, online, by post, at home, by phone."""

    way: Literal["desk", "online", "post", "home", "phone"]
    text: Text
    level: Literal["full", "partial"] | None = None  # toàn trình / một phần; None: not known
    link: Url | None = None


class Document(Sourced):
    """A paper: handed in, only shown, or no longer needed (then `why` says why)."""

    name: Text
    action: Literal["hand_in", "show", "not_needed"]
    note: Text | None = None
    why: Text | None = None
    cases: tuple[Slug, ...] = ()


class Form(Sourced):
    name: Text
    note: Text | None = None
    link: Url | None = None


class Deadline(Sourced):
    """How long it takes; `amount` and `unit` where it can be counted, `text` always says it in words."""

    text: Text
    amount: Amount | None = None
    unit: Literal["working_days", "calendar_days", "working_hours", "hours", "months", "same_day"] | None = None
    cases: tuple[Slug, ...] = ()


class Fee(Sourced):
    """What is paid. `amount` in đồng, 0 is free; None means the amount is set elsewhere and `note` says by whom."""

    what: Text
    amount: Amount | None = None
    per: Text | None = None
    way: Literal["any", "desk", "online"] = "any"
    set_by: Literal["nation", "province"] = "nation"
    from_: date = Field(alias="from")
    to: date | None = None
    temporary: bool = False  # an exemption or discount that simply ends with `to`
    note: Text | None = None
    cases: tuple[Slug, ...] = ()

    def covers(self, day: date) -> bool:
        return self.from_ <= day and (self.to is None or day <= self.to)


class Benefit(Sourced):
    """What a person receives. `amount` in đồng per `per`."""

    what: Text
    amount: Amount | None = None
    per: Text | None = None
    note: Text | None = None
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    cases: tuple[Slug, ...] = ()


class Pitfall(Sourced):
    problem: Text
    fix: Text


class Change(Sourced):
    on: PartialDate
    text: Text


class Law(Model):
    text: Text
    link: Url | None = None


class Note(Model):
    """For the operator only: a conflict between sources or something not known."""

    kind: Literal["conflict", "unknown"]
    about: Text
    text: Text


class CaseOption(Model):
    label: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    next: Slug | None = None
    case: Slug | None = None


class CaseQuestion(Model):
    id: Slug
    text: Text
    options: Annotated[tuple[CaseOption, ...], Field(min_length=2, max_length=6)]


class Case(Fact):
    """A situation that changes the answer; `text` says what is different, `instead` names the topic it belongs to."""

    id: Slug
    title: Text
    instead: Slug | None = None


class Cases(Model):
    """Questions start at the first; an option leads to the next question or to a case. No rules beyond that."""

    ask: Annotated[tuple[CaseQuestion, ...], Field(min_length=1, max_length=4)]
    list: Annotated[tuple[Case, ...], Field(min_length=1)]


class Dated(Model):
    """What every checked file carries."""

    checked_on: date
    review_by: date
    confidence: Confidence
    sources: Annotated[dict[str, Source], Field(min_length=1)]


class Procedure(Dated):
    """One topic residents ask about, with everything the bot can say on it."""

    id: Slug
    group: Slug
    name: Text
    everyday: Text
    tells_apart: Text
    summary: Fact
    codes: tuple[Code, ...] = ()
    authority: tuple[Fact, ...] = ()
    filing: tuple[Filing, ...] = ()
    documents: tuple[Document, ...] = ()
    forms: tuple[Form, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    fees: tuple[Fee, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    conditions: tuple[Fact, ...] = ()
    cases: Cases | None = None
    steps: tuple[Fact, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()
    next_steps: tuple[Fact, ...] = ()
    changes: tuple[Change, ...] = ()
    legal_basis: tuple[Law, ...] = ()
    related: tuple[Slug, ...] = ()
    guides: tuple[Slug, ...] = ()
    ask_desk: tuple[Text, ...] = ()  # what is not known nationally: "hỏi bộ phận một cửa"
    notes: tuple[Note, ...] = ()
    phrasings: Annotated[tuple[Text, ...], Field(min_length=10)]


class Faq(Dated):
    """A question outside the procedures; with `topic` it answers under that topic's id."""

    id: Slug
    question: Text
    answer: Fact
    topic: Slug | None = None
    related: tuple[Slug, ...] = ()
    guides: tuple[Slug, ...] = ()
    links: tuple[Law, ...] = ()
    phrasings: Annotated[tuple[Text, ...], Field(min_length=5)]
    notes: tuple[Note, ...] = ()


class Trouble(Sourced):
    """Something known to go wrong at a step; `seen` is what the person sees or says."""

    id: Slug
    seen: Text
    fix: Text
    phrasings: tuple[Text, ...] = ()


class StepOption(Model):
    label: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    next: Slug


class Step(Fact):
    """One action. Without `ask` it leads to `next`, or to the following step; the last step ends the guide."""

    id: Slug
    title: Text
    press: Text | None = None  # the exact label to press
    screen: Screen | None = None  # drawn as the step's picture
    tip: Text | None = None
    ask: Annotated[tuple[StepOption, ...], Field(min_length=2, max_length=6)] | None = None
    next: Slug | None = None
    end: bool = False
    troubles: tuple[Trouble, ...] = ()


class Before(Model):
    """What to know before a guide starts."""

    have: Annotated[tuple[Fact, ...], Field(min_length=1)]
    minutes: Annotated[int, Field(gt=0, strict=True)]
    neighbour: Text


class Guide(Dated):
    id: Slug
    name: Text
    everyday: Text
    topic: Slug
    before: Before
    steps: Annotated[tuple[Step, ...], Field(min_length=2)]
    done: Text
    related: tuple[Slug, ...] = ()
    phrasings: tuple[Text, ...] = ()
    notes: tuple[Note, ...] = ()
