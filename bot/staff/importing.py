"""The list of members that a ward already has as Excel or CSV: whichever row is the header, columns by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from bot.dossiers.cells import text_of
from bot.dossiers.sheets import Row, open_table
from bot.errors import CausoError
from bot.staff import directory
from bot.store.staff_tables import Role
from knowledge.fold import folded

_COLUMNS = ("name", "area", "role", "skills", "languages")
_ROLES: tuple[Role, ...] = ("operator", "officer", "lead")  # asked in this order; else a member
_LONGEST = 80


class NoNames(CausoError):
    """The operator: no sheet of the file has a column of names."""


@dataclass(slots=True)
class StaffReport:
    """What became of the list. `skipped` says which rows were left out and why."""

    people: int = 0
    new: int = 0
    areas: int = 0
    skipped: list[str] = field(default_factory=list)


def import_staff(session: Session, path: Path, texts: Mapping[str, str]) -> StaffReport:
    """Add or change everybody in the list; nobody is removed. Raises `UnreadableTable` or `NoNames`.

    `texts` has the names of the columns (`words_staff_name` and so on) and of the roles (`words_role_lead`)."""
    heads = {name: _words(texts, f"words_staff_{name}") for name in _COLUMNS}
    report, seen, found = StaffReport(), set[str](), False
    before = {staff.name for staff in directory.everybody(session, gone=True)}
    for sheet in open_table(path, {word for words in heads.values() for word in words}):
        places: dict[str, int] = {}
        for number, row in enumerate(sheet.rows, 1):
            if not places:
                places = _header(row, heads)
                found = found or bool(places)
                continue
            given = {name: _cell(row, place) for name, place in places.items()}
            if not any(given.values()):
                continue
            name = given["name"]
            if not any(letter.isalpha() for letter in name) or folded(name) in seen:
                why = "no name" if folded(name) not in seen or not name else f"“{name}” stands there twice"
                report.skipped.append(f"row {number}: {why}")
                continue
            seen.add(folded(name))
            _add(session, given, texts)
            report.people += 1
    if not found:
        raise NoNames(f"{path.name}: no column is called {texts['words_staff_name']}")
    report.new = len({staff.name for staff in directory.everybody(session)} - before)
    report.areas = len(directory.areas(session))
    return report


def _add(session: Session, given: Mapping[str, str], texts: Mapping[str, str]) -> None:
    area = directory.add_area(session, given["area"][:_LONGEST]) if given.get("area") else None
    said = folded(given.get("role", ""))
    role = next((role for role in _ROLES if any(word in said for word in _words(texts, f"words_role_{role}"))), None)
    name = given["name"][:_LONGEST]
    directory.add_staff(session, name, role or "member", area, given.get("skills", ""), given.get("languages", ""))


def _header(row: Row, heads: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each column stands; empty when the row has no column of names."""
    cells = [folded(text_of(cell)) for cell in row]
    places = {name: cells.index(word) for name, words in heads.items() for word in words if word in cells}
    return places if "name" in places else {}


def _cell(row: Row, place: int) -> str:
    return " ".join(text_of(row[place]).split()) if place < len(row) else ""


def _words(texts: Mapping[str, str], key: str) -> list[str]:
    return [folded(word) for word in texts[key].split(",")]
