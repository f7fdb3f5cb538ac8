"""Where the fields of a dossier are in what another system answers: a ward's YAML file, or what iGate says."""

from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

from pydantic import Field, StringConstraints, model_validator

from bot.dossiers import source
from bot.errors import SettingsError
from knowledge.dossier_tables import Own, Status, TableWords, table_words
from knowledge.files import validated
from knowledge.load import FOLDER, ContentError
from knowledge.model import Model
from knowledge.problems import problems_of

_Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Paths: TypeAlias = _Word | Annotated[tuple[_Word, ...], Field(min_length=1)]
_NEEDED: frozenset[source.Field] = frozenset({"code", "status"})
M = TypeVar("M", bound=Model)


def _needed(mapping: M, given: set[source.Field]) -> M:
    if missing := sorted(_NEEDED - given):
        raise ValueError(f"must say where to find: {', '.join(missing)}")
    return mapping


class JsonMapping(Model):
    """`query` is what is asked with, `{code}` standing for the code. `items` is where the list of dossiers is, empty
    where the answer is the dossier or the list itself. `fields` are paths such as `procedure.translate.0.name`; of
    several the first that has something is taken. `statuses` are spellings beside those of the content."""

    query: dict[_Word, str] = Field(default_factory=dict)
    items: str = ""
    fields: dict[source.Field, Paths]
    statuses: dict[_Word, Status] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_what_is_needed(self) -> "JsonMapping":
        return _needed(self, set(self.fields))

    def paths(self, name: source.Field) -> tuple[str, ...]:
        found = self.fields.get(name, ())
        return (found,) if isinstance(found, str) else found


class SqlMapping(Model):
    """A view or table, `schema.name` where it is not in the default schema, and the names of its columns."""

    view: _Word
    columns: dict[source.Field, _Word]
    statuses: dict[_Word, Status] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_what_is_needed(self) -> "SqlMapping":
        return _needed(self, set(self.columns))


# Seen in 2025 and 2026 in what public pages of VNPT iGate systems ask their service and read from its answer; the
# applicant's name, which it also sends, is not read. Names are a list by language, in newer versions a single object.
IGATE = JsonMapping(
    query={"page": "0", "size": "10", "spec": "slice", "code": "{code}"},
    items="content",
    fields={
        "code": "code",
        "procedure": ("procedure.translate.0.name", "procedure.translate.name", "procedure.name"),
        "status": (
            "statusCurrentTask",
            "dossierTaskStatus.name.0.name",
            "dossierTaskStatus.name",
            "dossierStatus.name.0.name",
            "dossierStatus.name",
        ),
        "received": ("acceptedDate", "appliedDate"),
        "due": "appointmentDate",
        "completed": "completedDate",
    },
)


def read_mapping(path: Path, model: type[M]) -> M:
    """The mapping in a file; raises `SettingsError` with one line that says what is wrong and where."""
    problems = problems_of(path.parent)
    try:
        found = validated(path, model, problems)
    except OSError as error:
        raise SettingsError(f"CAUSO_DOSSIER_MAPPING: cannot read {path}: {error.strerror}") from None
    if not isinstance(found, model):
        raise SettingsError(f"CAUSO_DOSSIER_MAPPING: {problems.found[0]}")
    return found


def words_for(statuses: dict[str, Status]) -> TableWords:
    """How the content spells statuses, and these beside. Raises `SettingsError`."""
    try:
        return table_words(FOLDER, Own(statuses=statuses))
    except ContentError as error:
        raise SettingsError(f"the content has errors: {error.problems[0]}; run `causo check`") from None
