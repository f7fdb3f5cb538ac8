"""What `causo check` says: Vietnamese for a ward officer, and still something when its own words are broken."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.check import check
from knowledge.load import FOLDER, load
from knowledge.wording import Wording, said

ON = date(2026, 11, 24)
KHAI_SINH = "procedures/dang-ky-khai-sinh.yaml"
NGO_QUYEN = "places/phuong-ngo-quyen.yaml"
SAID = re.compile(r'said\(\s*"([a-z_]+)"((?:, \w+=)?[^\n]*)')


@pytest.fixture
def with_change(folder: Path) -> Callable[[str, str, str], list[str]]:
    def changed(file: str, old: str, new: str) -> list[str]:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return [str(problem) for problem in check(folder, ON)[1] if problem.level == "error"]

    return changed


def test_every_sentence_the_check_says_exists() -> None:
    texts = load().texts
    modules = [*Path(FOLDER.parent).glob("*.py"), *Path(FOLDER.parents[1] / "bot/cli").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    keys = set(re.findall(r'"((?:check|show)_[a-z_]+)"', code)) - {"check_type_"}
    assert keys
    assert {key for key in keys if key not in texts} == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (KHAI_SINH, "group: ho-tich", "group:", "group: đang để trống"),
        (KHAI_SINH, "group: ho-tich", "group: Hộ tịch", "group: chỉ dùng chữ thường không dấu"),
        (KHAI_SINH, "checked_on: 2026-11-22", "checked_on: 22/11/2026", "checked_on: phải là một ngày có thật"),
        (KHAI_SINH, "checked_on: 2026-11-22", "checked_on: 2026-02-30", "checked_on: phải là một ngày có thật"),
        (KHAI_SINH, "amount: 8000", "amount: 8.000", "amount: phải là số, chỉ gồm chữ số"),
        (KHAI_SINH, "amount: 8000", "amount: tám nghìn", "amount: phải là số, chỉ gồm chữ số"),
        (KHAI_SINH, "amount: 8000", "amount: -8000", "amount: số nhỏ quá"),
        (KHAI_SINH, "confidence: high", "confidence: chắc", "chỉ ghi một trong các chữ: high, medium, low"),
        (KHAI_SINH, 'code: "1.001193"', 'code: "1001193"', "code: ghi dạng 1.001193"),
        (KHAI_SINH, "date: 2026-07, url", "date: 7/2026, url", "date: ghi dạng 2026-11-22, 2026-11 hoặc 2026"),
        (KHAI_SINH, 'url: "https://', 'url: "http://', "url: phải là địa chỉ bắt đầu bằng https://"),
        (KHAI_SINH, "related: [", "related: khai-tu\nguides: [", "guides: ô này viết hai lần"),
        (KHAI_SINH, "source: [tt281]", "source: tt281", "source: phải là danh sách"),
        (KHAI_SINH, "source: [tt281]", "source: []", "source: cần ít nhất 1 dòng, mới có 0"),
        (KHAI_SINH, "everyday: Làm", "everyday: L\nbỏ: Làm", "everyday: ngắn quá"),
        (KHAI_SINH, "summary:\n", "summary: x\nsummarỳ:\n", "summary: phải gồm các ô"),
        (KHAI_SINH, "label: Chưa quá 60 ngày", f"label: {'a' * 41}", "label: dài quá, nhiều nhất 40 chữ cái"),
        (
            NGO_QUYEN,
            "to_supply: [",
            "hours: [{days: [mon], opens: 7g30, closes: 11:30, source: [bao]}]\nto_supply: [",
            "opens: phải là giờ",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_the_commonest_mistakes_are_told_in_plain_words(
    with_change: Callable[[str, str, str], list[str]], file: str, old: str, new: str, expected: str
) -> None:
    problems = with_change(file, old, new)
    assert any(expected in problem for problem in problems), problems
    assert all(re.match(r"[\w/.-]+:\d+: \S+: ", problem) for problem in problems), problems


def test_no_english_of_the_libraries_reaches_the_officer(with_change: Callable[[str, str, str], list[str]]) -> None:
    (problem,) = [line for line in with_change(KHAI_SINH, "group: ho-tich", "group: [ho-tich") if KHAI_SINH in line]
    assert "máy không đọc tiếp được từ chỗ này" in problem


def test_broken_words_fall_back_to_the_installed_ones_and_then_to_the_key(tmp_path: Path) -> None:
    assert Wording(tmp_path)(said("check_needs_why")) == "giấy không phải mang nữa thì phải nói vì sao"
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/check.yaml").write_text("check_no_case: hỏng {x\ncheck_needs_why: lời riêng", encoding="utf-8")
    words = Wording(tmp_path)
    assert words(said("check_needs_why")) == "lời riêng"
    assert words(said("check_no_case", key="thuong")) == "no case thuong"
    assert words(said("check_new_rule", day="24/11/2026")) == "new rule 24/11/2026"


def test_the_file_with_the_words_may_itself_be_what_is_broken(
    with_change: Callable[[str, str, str], list[str]],
) -> None:
    problems = with_change("texts/check.yaml", "check_marker:", "check_marker: [")
    assert any(problem.startswith("texts/check.yaml:") and "máy không đọc" in problem for problem in problems), problems


def test_the_command_speaks_vietnamese() -> None:
    done = CliRunner().invoke(app, ["check", "--on", "2026-12-15"])
    assert "Nhắc: procedures/" in done.stdout
    assert "gần tới ngày 31/12/2026" in done.stdout
    assert "tính đến ngày 15/12/2026: " in done.stdout
    unknown = CliRunner().invoke(app, ["show", "khai-sinh"])
    assert unknown.exit_code == 1
    assert "Có phải: dang-ky-khai-sinh" in unknown.stderr
