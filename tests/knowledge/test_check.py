"""The check: every rule shown by breaking a copy of the real content in one place."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.check import check
from knowledge.load import FOLDER, load

ON = date(2026, 11, 24)
KHAI_SINH = "procedures/dang-ky-khai-sinh.yaml"
VNEID = "guides/vneid-muc-2.yaml"
NGO_QUYEN = "places/phuong-ngo-quyen.yaml"
OTHERS = "catalogue/other-levels.yaml"


def test_the_content_is_in_order() -> None:
    _, problems = check(FOLDER, ON)
    assert [str(problem) for problem in problems if problem.level == "error"] == []


@pytest.fixture
def broken(folder: Path) -> Callable[..., list[str]]:
    def with_change(file: str, old: str, new: str, on: date = ON) -> list[str]:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return [str(problem) for problem in check(folder, on)[1] if problem.level == "error"]

    return with_change


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (KHAI_SINH, "group: ho-tich", "group: ho-tich\nlạ: 1", "không có ô nào tên như vậy"),
        (KHAI_SINH, "checked_on: 2026-11-22\n", "", "checked_on: thiếu ô này"),
        (KHAI_SINH, "source: [tt281]", "source: [khong-co]", "chưa có nguồn khong-co"),
        (
            KHAI_SINH,
            "action: hand_in, note",
            "action: mang, note",
            "action: chỉ ghi một trong các chữ: hand_in, show, not_needed",
        ),
        (
            KHAI_SINH,
            "action: not_needed, why: Cán bộ tra được trong cơ sở dữ liệu quốc gia về dân cư.",
            "action: not_needed",
            "phải nói vì sao",
        ),
        (
            KHAI_SINH,
            "{label: Quá 60 ngày rồi, case: qua-60-ngay}",
            "{label: Quá 60 ngày rồi, case: thuong}",
            "không nút nào dẫn tới trường hợp này",
        ),
        (
            KHAI_SINH,
            "{label: Chưa quá 60 ngày, next: cha-me}",
            "{label: Chưa quá 60 ngày, next: trong-han}",
            "đi một vòng",
        ),
        (KHAI_SINH, "cases: [mang-thai-ho], source", "cases: [khong-co], source", "không có trường hợp “khong-co”"),
        (
            KHAI_SINH,
            "amount: 8000, per: bản, from: 2017-01-01",
            "amount: 8000, per: bản, from: 2027-01-01",
            "không có mức nào cho “Bản sao giấy khai sinh”",
        ),
        (KHAI_SINH, "confidence: low, source: [kn]", "source: [kn]", "phải ghi confidence: low"),
        (KHAI_SINH, "  - em bé chưa có giấy tờ gì hết", "  - làm giấy kết hôn", "cũng là cách hỏi của dang-ky-ket-hon"),
        (KHAI_SINH, "related: [lien-thong-khai-sinh", "related: [khong-co", "không có “khong-co”"),
        (KHAI_SINH, "group: ho-tich", "group: khong-co", "không có nhóm “khong-co”"),
        (KHAI_SINH, "id: dang-ky-khai-sinh", "id: dang-ky-khai-tu", "phải trùng tên tệp, “dang-ky-khai-sinh”"),
        (KHAI_SINH, "group: ho-tich", "group: ho-tich\ngroup: khac", "viết hai lần"),
        (KHAI_SINH, "group: ho-tich", "group: [ho-tich", "máy không đọc tiếp được"),
        (VNEID, "next: lam-the-cung-luc", "next: khong-co", "mà không có bước đó"),
        (
            VNEID,
            "{label: Sim của người khác, next: doi-sim}",
            "{label: Sim của người khác, next: da-co-tin-nhan}",
            "đi một vòng",
        ),
        (
            VNEID,
            "{label: Máy không cài được, next: may-khong-cai-duoc}",
            "{label: Máy không cài được, next: bam-kich-hoat}",
            "không bước nào dẫn tới đây",
        ),
        (VNEID, "label: Cài đặt, tap: true", "label: Cài đặt", "giống ô press"),
        (VNEID, "label: Cài đặt, tap: true", "label: Cài đặt, tap: 2", "theo thứ tự bấm"),
        (VNEID, "{kind: text, label: VNeID}", "{kind: text, label: VNeID, tap: true}", "theo thứ tự bấm"),
        (VNEID, "title: Kho ứng dụng", f"title: {'dài ' * 11}", "dài quá"),
        (VNEID, "topic: dinh-danh-muc-2", "topic: khong-co", "không có việc “khong-co”"),
        (NGO_QUYEN, "province: hai-phong", "province: khong-co", "không có nơi “khong-co”"),
        (OTHERS, 'code: "1.001456"', 'code: "9.999999"', "chưa có trong danh mục"),
        (OTHERS, 'code: "1.001456"', 'code: "1.001471"', "1.001471 ghi hai lần"),
        (OTHERS, 'code: "1.001456"', 'code: "1.001471"', "danh sách này không ghi"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_it_finds_what_is_wrong_and_says_where(
    broken: Callable[..., list[str]], file: str, old: str, new: str, expected: str
) -> None:
    problems = broken(file, old, new)
    assert any(expected in problem for problem in problems), problems
    assert all(problem.split(":")[1].isdigit() for problem in problems)
    assert any(problem.startswith(file) for problem in problems)


def test_all_problems_are_told_at_once(broken: Callable[..., list[str]]) -> None:
    broken(KHAI_SINH, "group: ho-tich", "group: ho-tich\nlạ: 1")
    problems = broken(VNEID, "next: lam-the-cung-luc", "next: khong-co")
    assert {problem.split(":")[0] for problem in problems} >= {KHAI_SINH, VNEID}


def test_a_day_that_has_passed_is_an_error_and_one_that_is_near_a_warning() -> None:
    _, later = check(FOLDER, date(2028, 1, 1))
    assert any("đã quá ngày" in problem.message for problem in later)
    _, before = check(FOLDER, date(2026, 12, 15))
    assert [problem.level for problem in before if "gần tới ngày" in problem.message][:1] == ["warning"]


def test_what_was_read_once_is_read_from_the_cache(tmp_path: Path) -> None:
    first = load(cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    assert load(cache=tmp_path) == first
    assert kept.stat().st_size > 10_000
