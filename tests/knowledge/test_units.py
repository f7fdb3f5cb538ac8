"""Old units and what became of them: the data against the resolutions, and the reading of questions."""

import pytest

from knowledge.load import load
from knowledge.unit_mentions import unit_words
from knowledge.unit_names import bare_name, comparable, toned
from knowledge.unit_question import Ask, Question, read_question, unknown_name
from knowledge.units import Level, Unit, Units

UNITS = Units()


def read(text: str) -> Question:
    found = read_question(text, UNITS, unit_words())
    assert found is not None, text
    return found


def into(text: str) -> list[str]:
    """The new units of the one unit a message means."""
    found = read(text).found
    assert len(found) == 1, found
    return [new.name for new in UNITS.into(found[0])]


# As the resolutions of 16 June 2025 say (1669, 1679, 1656, 1685, 1666, 1671, 1681), and shared/facts/two_tier.md.
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("phường Cầu Tre", ["phường Ngô Quyền"]),
        ("phường Máy Chai", ["phường Ngô Quyền"]),
        ("phường Vạn Mỹ", ["phường Ngô Quyền"]),
        ("phường Hà Phong", ["phường Hà Tu"]),
        ("xã Nam Hà, huyện Tiền Hải", ["xã Nam Tiền Hải"]),
        ("phường Đông Khê, quận Ngô Quyền", ["phường Gia Viên", "phường Ngô Quyền"]),
        ("phường Bến Nghé", ["phường Sài Gòn"]),
        ("phường Hàng Trống", ["phường Cửa Nam", "phường Hoàn Kiếm"]),
        ("xã Đặng Xá", ["xã Thuận An"]),
        ("phường 15, quận Gò Vấp", ["phường An Hội Đông"]),
        ("phường 2, thành phố Bảo Lộc", ["phường 2 Bảo Lộc"]),
        ("xã Suối Tọ", ["xã Suối Tọ"]),
        ("huyện Bạch Long Vĩ", ["đặc khu Bạch Long Vĩ"]),
        ("huyện Cát Hải", ["đặc khu Cát Hải"]),
    ],
)
def test_real_mergers_are_as_the_resolutions_say(old: str, new: list[str]) -> None:
    assert sorted(into(f"{old} giờ thuộc đâu")) == new


def test_every_province_has_as_many_units_as_its_resolution_says() -> None:
    facts = load().units
    assert facts is not None
    units = {unit for name in UNITS._table.named for unit in UNITS.named(name)}
    counted = {
        item.name: sum(unit.level is Level.NEW_WARD and unit.province == item.name for unit in units)
        for item in facts.provinces
    }
    assert counted == {item.name: item.units for item in facts.provinces}
    assert sum(counted.values()) == 3321
    assert sorted(UNITS.provinces()) == sorted(counted)
    by_level = {level: sum(unit.level is level for unit in units) for level in Level}
    assert by_level[Level.PROVINCE] == 63
    assert by_level[Level.DISTRICT] == 696
    assert len({unit.id for unit in units}) == len(units)


def test_a_centre_lies_in_one_of_the_provinces_that_were_merged() -> None:
    facts = load().units
    assert facts is not None
    for item in facts.provinces:
        merged = UNITS.merged(item.name)
        assert (item.centre is None) == (len(merged) == 1)
        assert item.centre is None or item.centre.at in merged


def test_the_two_wards_of_the_seeds_agree_with_the_units() -> None:
    places = load().places
    for key in ("phuong-ngo-quyen", "phuong-ha-tu"):
        place = places[key]
        new = next(
            unit
            for unit in UNITS.named(comparable(bare_name(place.name)))
            if unit.name == place.name.lower()[0] + place.name[1:]
            and unit.level is Level.NEW_WARD
            and comparable(places[place.province or ""].name) == comparable(unit.province)
        )
        assert {item.name.lower() for item in place.formerly} == {old.name.lower() for old in UNITS.of(new)}
        for old in UNITS.of(new):
            divided = len(UNITS.into(old)) > 1
            assert divided == next(item.part for item in place.formerly if item.name.lower() == old.name.lower())


@pytest.mark.parametrize(
    ("said", "name", "district"),
    [
        ("phuong cau tre gio thuoc dau", "phường Cầu Tre", "quận Ngô Quyền"),
        ("p. Cầu Tre, q. Ngô Quyền nay là phường nào", "phường Cầu Tre", "quận Ngô Quyền"),
        ("cau tre sap nhap vao dau", "phường Cầu Tre", "quận Ngô Quyền"),
        ("p12 quận tân bình đổi tên thành gì", "phường 12", "quận Tân Bình"),
        ("phường 01 quận 3 tphcm giờ là phường nào", "phường 1", "quận 3"),
        ("xã Mĩ Đức huyện An Lão Hải Phòng giờ thuộc đâu", "xã Mỹ Đức", "huyện An Lão"),
        ("xã Hoà Bình, Vĩnh Bảo nay thuộc xã nào", "xã Hòa Bình", "huyện Vĩnh Bảo"),
        ("xã M'Drắk, huyện Krông Năng giờ thuộc đâu", "", ""),
    ],
)
def test_a_ward_is_found_however_it_is_written(said: str, name: str, district: str) -> None:
    found = read_question(said, UNITS, unit_words())
    if not name:
        assert found is None or found.found[0].level is not Level.WARD
        return
    assert found is not None
    assert found.ask is Ask.MOVED
    assert [(unit.name, unit.district) for unit in found.found] == [(name, district)]


def test_a_district_may_be_called_by_what_it_was_before() -> None:
    assert [unit.name for unit in read("huyện Thủy Nguyên bây giờ là gì").found] == ["thành phố Thủy Nguyên"]
    assert [unit.name for unit in read("quận 9 giờ ra sao").found] == ["thành phố Thủ Đức"]


def test_a_bare_name_means_the_highest_unit_of_that_name() -> None:
    assert [unit.name for unit in read("Hòa Bình sáp nhập vào đâu").found] == ["tỉnh Hòa Bình"]
    assert [unit.name for unit in read("thành phố Hòa Bình giờ là gì").found] == ["thành phố Hòa Bình"]


def test_the_same_name_in_several_places_is_narrowed_by_district_or_province() -> None:
    assert len(read("xã Tân Lập giờ thuộc đâu").found) == 22
    assert len(read("xã Tân Lập Thái Bình giờ thuộc đâu").found) == 1
    assert len(read("xa tan lap huyen vu thu").found) == 1
    several = read("phường 1 thành phố Hồ Chí Minh giờ thuộc đâu").found
    assert {unit.province for unit in several} == {"thành phố Hồ Chí Minh"}


def test_tones_tell_names_apart_when_they_are_typed() -> None:
    names = {unit.name for unit in read("xa thanh an gio thuoc dau").found}
    assert {"xã Thanh An", "xã Thạnh An"} <= names
    assert {unit.name for unit in read("xã Thạnh An giờ thuộc đâu").found} == {"xã Thạnh An"}


def test_a_new_ward_is_meant_when_it_is_asked_what_it_is_made_of() -> None:
    found = read("phường Ngô Quyền, Hải Phòng gồm những phường nào")
    assert found.ask is Ask.MADE_OF
    assert found.found == (Unit(Level.NEW_WARD, "phường Ngô Quyền", "", "thành phố Hải Phòng"),)


@pytest.mark.parametrize(
    "said",
    [
        "làm khai sinh ở phường Cầu Tre",
        "tạm trú tại xã Tân Lập cần giấy gì",
        "công an phường Máy Chai ở đâu làm căn cước",
    ],
)
def test_another_question_that_names_a_ward_is_seen_to_be_another(said: str) -> None:
    found = read(said)
    assert found.rest > 0


@pytest.mark.parametrize("said", ["bảo trợ xã hội", "ra xã làm giấy", "mấy giờ phường làm việc", "sổ ở xã vẫn còn", ""])
def test_ordinary_words_are_no_places(said: str) -> None:
    found = read_question(said, UNITS, unit_words())
    assert found is None or found.misspelled


def test_a_place_nobody_knows_is_named_back() -> None:
    assert unknown_name("phường Lạc Viên cũ nay thuộc phường nào", unit_words()) == "phường lạc viên"
    assert unknown_name("phường nào giờ làm khai sinh", unit_words()) == ""
    assert unknown_name("công ty sáp nhập vào đâu", unit_words()) == ""


def test_names_compare_without_tones_and_with_one_i() -> None:
    assert comparable("Mỹ Đức") == comparable("Mĩ Đức")
    assert comparable("Quy Nhơn") == comparable("Qui Nhơn")
    assert comparable("Thủy") != comparable("Thủi")
    assert toned("Hoà An") == toned("Hòa An") != toned("Hoa An")
    assert bare_name("thị trấn Núi Đèo") == "Núi Đèo"
