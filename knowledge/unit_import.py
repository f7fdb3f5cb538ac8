"""Makes `units/old-to-new.txt` of a mapping from new units to old ones and of what the resolutions say otherwise."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.fields import Text
from knowledge.files import validated
from knowledge.model import Model
from knowledge.problems import ContentError, problems_of

CORRECTIONS = Path("units/corrections.yaml")
_KINDS = ("Thành Phố", "Thị Trấn", "Thị Xã", "Đặc Khu", "Trung Tâm", "Tỉnh", "Quận", "Huyện", "Phường", "Xã")


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _OldWard(_Read):
    old_ward_name: str
    old_district_name: str
    old_province_name: str


class _NewWard(_Read):
    new_ward_name: str
    new_province_name: str
    old_wards: tuple[_OldWard, ...]


class _OldProvince(_Read):
    old_province_name: str


class _NewProvince(_Read):
    new_province_name: str
    old_provinces: tuple[_OldProvince, ...]


class _Mapping(_Read):
    provinces: dict[str, _NewProvince]
    wards: dict[str, _NewWard]


class NewUnit(Model):
    """A new unit the mapping lacks; `communes` are old ones of `district`, none where the district had none."""

    name: Text
    province: Text
    district: Text
    communes: tuple[Text, ...] = ()


class Corrections(Model):
    """Old units as “commune, district, province”, each with new units that it also, or does not, lie in."""

    add: dict[Text, tuple[Text, ...]]
    remove: dict[Text, tuple[Text, ...]]
    new: tuple[NewUnit, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """The text of the file, what it holds, and what did not fit."""

    text: str
    counts: dict[str, int]
    units_of: dict[str, int]  # new units of each new province
    problems: tuple[str, ...]


_Row = tuple[str, str, str, str]  # new province, “district, old province”, new unit, old unit (may be empty)


def read_corrections(content: Path) -> Corrections:
    """What the resolutions say otherwise. Raises `ContentError`."""
    problems = problems_of(content)
    found = validated(content / CORRECTIONS, Corrections, problems)
    if not isinstance(found, Corrections):
        raise ContentError(tuple(problems.found))
    return found


def import_units(file: Path, corrections: Corrections) -> Imported:
    """The mapping in `file`, corrected. Raises `ValueError` if it is none."""
    try:
        mapping = _Mapping.model_validate_json(file.read_bytes())
    except (ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} is not a mapping of new units to old ones: {error}") from None
    provinces = {
        _plain(item.new_province_name): tuple(_plain(old.old_province_name) for old in item.old_provinces)
        for item in mapping.provinces.values()
    }
    rows = dict.fromkeys(_rows(mapping))
    problems = _correct(rows, corrections, {old: new for new, olds in provinces.items() for old in olds})
    return Imported(_written(provinces, rows), _counts(provinces, rows), _units_of(rows), tuple(problems))


def _rows(mapping: _Mapping) -> Iterable[_Row]:
    for new in mapping.wards.values():
        for old in new.old_wards:
            district = f"{_plain(old.old_district_name)}, {_plain(old.old_province_name)}"
            yield _plain(new.new_province_name), district, _plain(new.new_ward_name), _plain(old.old_ward_name)


def _correct(rows: dict[_Row, None], corrections: Corrections, new_province: dict[str, str]) -> list[str]:
    problems = []
    old_units = {(district, old) for _, district, _, old in rows}
    new_units = {(province, new) for province, _, new, _ in rows}
    for add, items in ((True, corrections.add), (False, corrections.remove)):
        for full, names in items.items():
            old, _, district = full.partition(", ")
            province = new_province.get(district.rpartition(", ")[2], "")
            for name in names:
                row = (province, district, name, old)
                fits = (district, old) in old_units and (province, name) in new_units
                if not fits or (row in rows) is add:
                    problems.append(f"{full}: {name}: {'already there' if fits and add else 'not in the mapping'}")
                elif add:
                    rows[row] = None
                else:
                    del rows[row]
    for unit in corrections.new:
        if (unit.province, unit.name) in new_units:
            problems.append(f"{unit.name}, {unit.province}: already there")
        for commune in unit.communes or ("",):
            rows[unit.province, unit.district, unit.name, commune] = None
    return problems


def _written(provinces: dict[str, tuple[str, ...]], rows: Iterable[_Row]) -> str:
    lines = ["# Written by `causo import units`; not edited by hand. Licence of the mapping: LICENSE beside this file."]
    above = ("", "")
    by_line: dict[tuple[str, str, str], list[str]] = {}
    for province, district, new, old in sorted(rows):
        by_line.setdefault((province, district, new), []).append(old)
    for (province, district, new), olds in by_line.items():
        if province != above[0]:
            lines.append(f"## {province}: {'; '.join(provinces[province])}")
        if (province, district) != above:
            lines.append(f"# {district}")
        above = (province, district)
        lines.append(f"{new}: {'; '.join(olds)}".rstrip())
    return "\n".join(lines) + "\n"


def _counts(provinces: dict[str, tuple[str, ...]], rows: Iterable[_Row]) -> dict[str, int]:
    into = Counter((district, old) for _, district, _, old in rows if old)
    return {
        "provinces": len(provinces),
        "old provinces": sum(map(len, provinces.values())),
        "old districts": len({district for _, district, _, _ in rows}),
        "new wards": sum(_units_of(rows).values()),
        "old wards": len(into),
        "old wards divided": sum(count > 1 for count in into.values()),
    }


def _units_of(rows: Iterable[_Row]) -> dict[str, int]:
    return Counter(province for province, _ in {(province, new) for province, _, new, _ in rows})


def _plain(name: str) -> str:
    """“Thành Phố Hải Phòng” as it stands in a sentence: “thành phố Hải Phòng”."""
    name = " ".join(name.split())
    kind = next((kind for kind in _KINDS if name.startswith(f"{kind} ")), "")
    return kind.lower() + name[len(kind) :]
