"""How the tables of one-stop systems name columns, values and statuses: `dossiers/columns.yaml`, `statuses.yaml`."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field, StringConstraints
from rapidfuzz import fuzz, process

from knowledge.files import validated
from knowledge.fold import folded
from knowledge.model import Model
from knowledge.problems import ContentError, Problems, problems_of
from knowledge.wording import said

Column = Literal[
    "code", "procedure", "field", "status", "received", "due", "completed", "updated",
    "channel", "level", "result", "holder", "note", "digitised",
]  # fmt: skip
Status = Literal[
    "sent", "received", "not_accepted", "in_progress", "supplement",
    "pay", "withdrawn", "stopped", "ready", "returned",
]  # fmt: skip
Channel = Literal["desk", "online", "post"]
Level = Literal["partial", "full"]
Answer = Literal["yes", "no"]
_Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_Words: TypeAlias = tuple[_Word, ...]
K = TypeVar("K", bound=str)
_folded = lru_cache(maxsize=4096)(folded)  # a million rows say the same few words
_ALIKE = 90  # two names of a column that differ by a letter


class Values(Model):
    channel: dict[Channel, _Words]
    level: dict[Level, _Words]
    result: dict[Channel, _Words]
    digitised: dict[Answer, _Words]


class Columns(Model):
    columns: dict[Column, Annotated[_Words, Field(min_length=1)]]
    personal: _Words
    proof: _Words
    owner: _Words
    idle: _Words
    values: Values
    foot: _Words


class Statuses(Model):
    statuses: dict[Status, Annotated[_Words, Field(min_length=1)]]


class Own(Model):
    """What a ward says of its own table: `columns` by our name, `statuses` by theirs."""

    columns: dict[Column, _Word] = Field(default_factory=dict)
    statuses: dict[_Word, Status] = Field(default_factory=dict)


class TableWords:
    """Recognises names of columns and spellings of values."""

    def __init__(self, columns: Columns, statuses: Statuses, own: Own | None = None) -> None:
        own = own or Own()
        self.columns: dict[str, Column] = _turned(columns.columns) | {
            folded(name): column for column, name in own.columns.items()
        }
        self._own = frozenset(folded(name) for name in own.columns.values())
        self._own_columns = frozenset(own.columns)
        self._statuses: dict[str, Status] = _turned(statuses.statuses) | {
            folded(words): status for words, status in own.statuses.items()
        }
        self._channels, self._levels = _turned(columns.values.channel), _turned(columns.values.level)
        self._results, self._answers = _turned(columns.values.result), _turned(columns.values.digitised)
        self.personal = frozenset(map(folded, columns.personal))
        self.proof = frozenset(map(folded, columns.proof))
        self.owner = frozenset(map(folded, columns.owner))
        self.idle = frozenset(map(folded, columns.idle))
        self.foot = frozenset(map(folded, columns.foot))

    def column(self, name: str) -> Column | None:
        """The column of this name, one letter more or less forgiven. A column that the ward named is only that one."""
        key = folded(name)
        found = self.columns.get(key)
        if found is None and len(key) > 5 and key not in self.personal | self.idle:
            near = process.extractOne(key, self._long, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            found = self.columns[str(near[0])] if near else None
        return None if found in self._own_columns and key not in self._own else found

    @cached_property
    def _long(self) -> list[str]:
        return [name for name in self.columns if len(name) > 5]

    def status(self, words: str) -> Status | None:
        return self._statuses.get(_folded(words))

    def channel(self, words: str) -> Channel | None:
        return self._channels.get(_folded(words)) or _inside(words, self._channels)

    def level(self, words: str) -> Level | None:
        return self._levels.get(_folded(words)) or _inside(words, self._levels)

    def result(self, words: str) -> Channel | None:
        return self._results.get(_folded(words)) or _inside(words, self._results)

    def digitised(self, words: str) -> bool | None:
        answer = self._answers.get(_folded(words))
        return None if answer is None else answer == "yes"


def _turned(words: Mapping[K, tuple[str, ...]]) -> dict[str, K]:
    return {folded(word): key for key, several in words.items() for word in several}


def _inside(words: str, known: Mapping[str, K]) -> K | None:
    """The longest known spelling among other words, as in a cell that says channel and level at once."""
    if not words:
        return None
    text = f" {_folded(words)} "
    inside = [name for name in known if len(name) > 2 and f" {name} " in text]
    return known[max(inside, key=len)] if inside else None


COLUMNS, STATUSES = Path("dossiers/columns.yaml"), Path("dossiers/statuses.yaml")


def check_table_words(folder: Path, problems: Problems) -> tuple[Columns, Statuses] | None:
    """Both files; None when one is missing or wrong, and `problems` says all that is wrong with them."""
    if not ((folder / COLUMNS).exists() and (folder / STATUSES).exists()):
        return None
    before = len(problems.found)
    columns = validated(folder / COLUMNS, Columns, problems)
    statuses = validated(folder / STATUSES, Statuses, problems)
    if isinstance(columns, Columns):
        _no_word_twice(folder / COLUMNS, "columns", columns.columns, problems)
    if isinstance(statuses, Statuses):
        _no_word_twice(folder / STATUSES, "statuses", statuses.statuses, problems)
    if isinstance(columns, Columns) and isinstance(statuses, Statuses) and len(problems.found) == before:
        return columns, statuses
    return None


def _no_word_twice(path: Path, name: str, words: Mapping[K, tuple[str, ...]], problems: Problems) -> None:
    """One spelling means one thing."""
    seen: dict[str, K] = {}
    for key, several in words.items():
        for index, word in enumerate(several):
            if seen.setdefault(folded(word), key) != key:
                problems.add(path, (name, key, index), said("check_listed_twice", code=word))


def read_table_words(folder: Path, mapping: Path | None = None) -> TableWords:
    """The words of the content and of a ward's own mapping file. Raises `ContentError` with all that is wrong."""
    theirs = problems_of(mapping.parent) if mapping else None
    own = validated(mapping, Own, theirs) if mapping and theirs else None
    if theirs and theirs.found:
        raise ContentError(tuple(theirs.found))
    return table_words(folder, own if isinstance(own, Own) else None)


def table_words(folder: Path, own: Own | None = None) -> TableWords:
    """The words of the content and what a ward adds to them. Raises `ContentError` with all that is wrong."""
    problems = problems_of(folder)
    words = check_table_words(folder, problems)
    if words is None:
        raise ContentError(tuple(problems.found))
    return TableWords(*words, own)
