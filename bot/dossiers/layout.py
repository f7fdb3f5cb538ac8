"""What the columns of a sheet mean: its header row, wherever it stands and however many lines it has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from bot.dossiers.cells import text_of
from bot.dossiers.sheets import Row, Sheet
from knowledge.dossier_tables import Column, TableWords
from knowledge.fold import folded

_LOOKED_AT = 60
_FEWEST = 2  # columns that make a header
_NEEDED: tuple[Column, ...] = ("code", "status")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column is; `number` is the row of the header; `private` and `unknown` are names that are not kept.
    `proofs` are the places of numbers of people, `owner` that of whose it is: see `bot.dossiers.identity`."""

    number: int
    columns: Mapping[Column, int]
    names: tuple[str, ...]
    private: tuple[str, ...]
    unknown: tuple[str, ...]
    proofs: tuple[int, ...] = ()
    owner: int | None = None

    @property
    def missing(self) -> tuple[Column, ...]:
        """What cannot be done without and was not recognised."""
        return tuple(column for column in _NEEDED if column not in self.columns)


@dataclass(frozen=True, slots=True)
class Found:
    """The sheet's layout, None where it has no header, and its rows after the header with their numbers."""

    layout: Layout | None
    rows: Iterator[tuple[int, Row]]


def find_layout(sheet: Sheet, words: TableWords) -> Found:
    """Looks for the header among the first rows."""
    rows = enumerate(sheet.rows, 1)
    head = [pair for _, pair in zip(range(_LOOKED_AT), rows, strict=False)]
    best: tuple[tuple[int, int], int, Layout] | None = None  # what was recognised, index after the header, layout
    for index, (number, row) in enumerate(head):
        one = _layout(number, tuple(map(text_of, row)), words)
        below = head[index + 1][1] if index + 1 < len(head) and any(map(text_of, row)) else []
        two = _layout(number, _joined(row, below), words)
        for after, layout in ((index + 1, one), (index + 2, two)):
            if layout and (best is None or _worth(layout) > best[0]):
                best = (_worth(layout), after, layout)
        if best and best[1] <= index and not best[2].missing:
            break  # the rows after a header are its dossiers
    if best is None:
        return Found(None, iter(()))
    return Found(best[2], chain(head[best[1] :], rows))


def _worth(layout: Layout) -> tuple[int, int]:
    return -len(layout.missing), len(layout.columns)


def _joined(upper: Row, lower: Row) -> tuple[str, ...]:
    """Two lines of a header as one: a merged name stands in both, a group's name goes before its parts."""
    pairs = zip(map(text_of, upper), map(text_of, lower), strict=False)
    return tuple(first if first == second or not second else f"{first} {second}".strip() for first, second in pairs)


def _layout(number: int, names: tuple[str, ...], words: TableWords) -> Layout | None:
    columns: dict[Column, int] = {}
    private: list[str] = []
    unknown: list[str] = []
    for place, name in enumerate(names):
        column = words.column(name) if name else None
        if column and column not in columns:
            columns[column] = place
        elif folded(name) in words.personal:
            private.append(name)
        elif name and folded(name) not in words.idle:
            unknown.append(name)
    if len(columns) + len(private) < _FEWEST:
        return None
    proofs = tuple(place for place, name in enumerate(names) if folded(name) in words.proof)
    owner = next((place for place, name in enumerate(names) if folded(name) in words.owner), None)
    return Layout(number, columns, names, tuple(private), tuple(unknown), proofs, owner)
