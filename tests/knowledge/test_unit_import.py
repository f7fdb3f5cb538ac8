"""`causo import units`: the mapping, what the resolutions say otherwise, and what does not fit."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.load import FOLDER
from knowledge.unit_import import read_corrections
from knowledge.units import FILE, Level, Unit, Units

HANOI, SON_LA = "Thành Phố Hà Nội", "Tỉnh Sơn La"


def ward(new: str, province: str, *old: tuple[str, str]) -> dict[str, object]:
    olds = [
        {"old_ward_id": "1", "old_ward_name": name, "old_district_name": district, "old_province_name": province}
        for name, district in old
    ]
    return {"new_ward_name": new, "new_province_name": province, "old_wards": olds}


def mapping() -> dict[str, object]:
    provinces = {
        name: {"new_province_name": name, "old_provinces": [{"old_province_name": name}]} for name in (HANOI, SON_LA)
    }
    wards = [
        ward("Xã Thuận An", HANOI, ("Xã Đặng Xá", "Huyện Gia Lâm"), ("Xã Lệ Chi", "Huyện Gia Lâm")),
        ward("Xã Gia Lâm", HANOI, ("Xã Đặng Xá", "Huyện Gia Lâm"), ("Thị Trấn Trâu Quỳ", "Huyện Gia Lâm")),
        ward("Xã Phù Yên", SON_LA, ("Xã Huy Hạ", "Huyện Phù Yên")),
    ]
    return {"metadata": {"title": "x"}, "provinces": provinces, "wards": {str(n): w for n, w in enumerate(wards)}}


CORRECTIONS = """
add:
  "xã Lệ Chi, huyện Gia Lâm, thành phố Hà Nội": [xã Gia Lâm]
remove:
  "xã Đặng Xá, huyện Gia Lâm, thành phố Hà Nội": [xã Gia Lâm]
new:
  - {name: xã Suối Tọ, province: tỉnh Sơn La, district: "huyện Phù Yên, tỉnh Sơn La", communes: [xã Suối Tọ]}
  - {name: đặc khu Đảo, province: thành phố Hà Nội, district: "huyện Đảo, thành phố Hà Nội"}
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    source, content = tmp_path / "source", tmp_path / "content"
    source.mkdir()
    (content / "units").mkdir(parents=True)
    (source / "new_to_old.json").write_text(json.dumps(mapping()), encoding="utf-8")
    (source / "LICENSE").write_text("MIT License", encoding="utf-8")
    (content / "units/corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    return source, content


def run(source: Path, content: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["import", "units", str(source), "--out", str(content)])
    return result.exit_code, result.output


def test_it_writes_the_mapping_as_the_resolutions_correct_it(folders: tuple[Path, Path]) -> None:
    source, content = folders
    code, said = run(source, content)
    assert code == 0
    assert "2 provinces, 2 old provinces, 3 old districts, 5 new wards, 5 old wards, 1 old wards divided" in said
    assert "does not fit" not in said
    units = Units(content)
    gone = Unit(Level.WARD, "xã Đặng Xá", "huyện Gia Lâm", "thành phố Hà Nội")
    assert [new.name for new in units.into(gone)] == ["xã Thuận An"]
    divided = Unit(Level.WARD, "xã Lệ Chi", "huyện Gia Lâm", "thành phố Hà Nội")
    assert [new.name for new in units.into(divided)] == ["xã Gia Lâm", "xã Thuận An"]
    island = Unit(Level.DISTRICT, "huyện Đảo", "", "thành phố Hà Nội")
    assert [new.name for new in units.into(island)] == ["đặc khu Đảo"]
    assert (content / "units/LICENSE").read_text(encoding="utf-8") == "MIT License"
    first = (content / FILE).read_text(encoding="utf-8")
    assert run(source, content)[0] == 0
    assert (content / FILE).read_text(encoding="utf-8") == first


def test_a_correction_that_does_not_fit_is_reported(folders: tuple[Path, Path]) -> None:
    source, content = folders
    wrong = CORRECTIONS.replace("xã Lệ Chi", "xã Không Có")
    (content / "units/corrections.yaml").write_text(wrong, encoding="utf-8")
    code, said = run(source, content)
    assert code == 0
    assert "does not fit: xã Không Có, huyện Gia Lâm, thành phố Hà Nội: xã Gia Lâm: not in the mapping" in said


@pytest.mark.parametrize("text", ["[]", "{", '{"wards": {}}'])
def test_what_is_no_mapping_is_refused_in_a_line(folders: tuple[Path, Path], text: str) -> None:
    source, content = folders
    (source / "new_to_old.json").write_text(text, encoding="utf-8")
    code, said = run(source, content)
    assert code == 1
    assert "new_to_old.json is not a mapping" in said
    assert not (content / FILE).exists()


def test_the_corrections_are_in_the_file_that_is_used() -> None:
    units, corrections = Units(), read_corrections(FOLDER)
    for items, there in ((corrections.add, True), (corrections.remove, False)):
        for full, names in items.items():
            name, district, province = full.split(", ")
            into = [new.name for new in units.into(Unit(Level.WARD, name, district, province))]
            assert into, full
            assert all((new in into) is there for new in names), full
