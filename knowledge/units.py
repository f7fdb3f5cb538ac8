"""The administrative units before 1 July 2025 and what each became: read from `units/old-to-new.txt` when first asked.

The file has a line `## <new province>: <old provinces>` for each province, below it `# <district>, <old province>`,
and below that `<new ward>: <old wards of this district>`, separated by `; `. An old ward on several lines was divided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from knowledge.load import FOLDER
from knowledge.unit_names import comparable, split_kind

FILE = Path("units/old-to-new.txt")


class Level(IntEnum):
    """What a unit is; of two units that share a name the higher is meant, unless the kind is said."""

    NEW_WARD = 0
    WARD = 1
    DISTRICT = 2
    PROVINCE = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit, with its kind in the name (“phường Cầu Tre”). A new ward has no district; its province is the new one.
    Every other unit is as of 30 June 2025."""

    level: Level
    name: str
    district: str = ""
    province: str = ""

    @property
    def id(self) -> str:
        """The same as long as the names are; fits a button."""
        full = f"{self.level:d}|{self.name}|{self.district}|{self.province}"
        return blake2b(full.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True, slots=True)
class _Table:
    named: Mapping[str, tuple[Unit, ...]]  # by the bare name as it compares
    into: Mapping[Unit, tuple[Unit, ...]]  # old wards and districts to new wards
    of: Mapping[Unit, tuple[Unit, ...]]  # new wards to old wards
    provinces: Mapping[str, tuple[str, ...]]  # new provinces to old ones


class Units:
    """Looks units up; nothing is read before the first look."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._file = folder / FILE

    @cached_property
    def _table(self) -> _Table:
        return _read(self._file.read_text(encoding="utf-8")) if self._file.exists() else _Table({}, {}, {}, {})

    @cached_property
    def _by_id(self) -> Mapping[str, Unit]:
        return {unit.id: unit for units in self._table.named.values() for unit in units}

    @cached_property
    def _new_province(self) -> Mapping[str, str]:
        return {old: new for new, olds in self._table.provinces.items() for old in olds}

    def __contains__(self, name: str) -> bool:
        return name in self._table.named

    def named(self, name: str) -> tuple[Unit, ...]:
        """All units of this bare name, compared as `comparable` does."""
        return self._table.named.get(name, ())

    def by_id(self, key: str) -> Unit | None:
        return self._by_id.get(key)

    def into(self, unit: Unit) -> tuple[Unit, ...]:
        """The new wards an old ward or district lies in now."""
        return self._table.into.get(unit, ())

    def of(self, new: Unit) -> tuple[Unit, ...]:
        """The old wards that are wholly or partly in a new one."""
        return self._table.of.get(new, ())

    def new_province(self, unit: Unit) -> str:
        """The name of the province a unit is in now."""
        if unit.level is Level.NEW_WARD:
            return unit.province
        return self._new_province[unit.name if unit.level is Level.PROVINCE else unit.province]

    def merged(self, new_province: str) -> tuple[str, ...]:
        """The old provinces a new one is made of."""
        return self._table.provinces[new_province]

    def provinces(self) -> Sequence[str]:
        """The names of the new provinces."""
        return tuple(self._table.provinces)


def _read(text: str) -> _Table:
    named: dict[str, dict[Unit, None]] = {}
    into: dict[Unit, dict[Unit, None]] = {}
    of: dict[Unit, dict[Unit, None]] = {}
    provinces: dict[str, tuple[str, ...]] = {}
    province = ""
    district = Unit(Level.DISTRICT, "")

    def known(unit: Unit, key: str) -> Unit:
        named.setdefault(split_kind(key)[1], {})[unit] = None
        return unit

    # One pass over the whole text is quicker than one for each name.
    for line, plain in zip(text.splitlines(), comparable(text, keep="#:;,\n").splitlines(), strict=True):
        if not line or line.startswith("# Written"):
            continue
        head, _, tail = line.partition(": ")
        key, _, keys = plain.partition(":")
        if line.startswith("## "):
            province = head.removeprefix("## ")
            provinces[province] = tuple(tail.split("; "))
            for name, name_key in zip(provinces[province], keys.split(";"), strict=True):
                known(Unit(Level.PROVINCE, name), name_key)
        elif line.startswith("# "):
            name, _, old_province = head.removeprefix("# ").rpartition(", ")
            district = known(Unit(Level.DISTRICT, name, "", old_province), key.removeprefix("#").partition(",")[0])
        else:
            new = known(Unit(Level.NEW_WARD, head.removesuffix(":"), "", province), key)
            into.setdefault(district, {})[new] = None
            of.setdefault(new, {})
            for name, name_key in zip(tail.split("; "), keys.split(";"), strict=True) if tail else ():
                old = known(Unit(Level.WARD, name, district.name, district.province), name_key)
                into.setdefault(old, {})[new] = None
                of[new][old] = None
    return _Table(
        {key: tuple(units) for key, units in named.items()},
        {key: tuple(units) for key, units in into.items()},
        {key: tuple(units) for key, units in of.items()},
        provinces,
    )
