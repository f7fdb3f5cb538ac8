"""What docs/vi/sua-noi-dung.md tells an officer to do works as it is written there."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.check import check
from knowledge.load import FOLDER, read

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/vi/sua-noi-dung.md").read_text(encoding="utf-8")
EXAMPLES = [
    re.sub(r"(?m)^   (?=  )", "", block).rstrip() for block in re.findall(r"```yaml\n(.*?) *```", GUIDE, re.DOTALL)
]
FILE = "procedures/dang-ky-tam-tru.yaml"
ON = date(2026, 11, 24)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("messages*", "lexicon"))
    return copy


def edit(folder: Path, change: Callable[[str], str]) -> list[str]:
    path = folder / FILE
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return [str(problem) for problem in check(folder, ON)[1] if problem.file == FILE]


def test_the_fee_is_corrected_as_shown(folder: Path) -> None:
    old, new, source, *_ = EXAMPLES
    assert old in (folder / FILE).read_text(encoding="utf-8")
    assert edit(folder, lambda text: text.replace(old, new).replace("sources:\n", f"sources:\n{source}\n")) == []
    fees = [
        fee
        for fee in read(folder)[0].procedures["dang-ky-tam-tru"].fees
        if fee.what == "Đăng ký tạm trú" and fee.way == "desk"
    ]
    amounts = {day: [fee.amount for fee in fees if fee.covers(day)] for day in (date(2027, 1, 31), date(2027, 2, 1))}
    assert amounts == {date(2027, 1, 31): [15000], date(2027, 2, 1): [20000]}


def test_a_phrasing_is_added_as_shown(folder: Path) -> None:
    assert edit(folder, lambda text: text.replace("phrasings:\n", f"phrasings:\n{EXAMPLES[3]}\n")) == []


def test_a_picture_is_changed_and_replaced_as_shown(folder: Path) -> None:
    guide = folder / "guides/vneid-muc-2.yaml"
    text = guide.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if "screen:" in line and "Gửi yêu cầu" in line)
    guide.write_text(text.replace(old, f"    {EXAMPLES[4].strip()}"), encoding="utf-8")
    photo = re.search(r"`(pictures/[^`]+)`", GUIDE)
    assert photo
    (folder / photo[1]).parent.mkdir(parents=True)
    (folder / photo[1]).write_bytes(b"\xff\xd8\xff")
    content, problems = check(folder, ON)
    assert [str(problem) for problem in problems if problem.file.startswith(("guides/vneid-muc-2", "pictures"))] == []
    assert content.pictures["vneid-muc-2/bam-kich-hoat"].path == photo[1]


def test_the_error_shown_is_the_one_the_check_gives(folder: Path) -> None:
    (problem,) = edit(folder, lambda text: text.replace("amount: 15000", "amount: 15.000", 1))
    shown = re.search(r"^    (procedures/dang-ky-tam-tru\.yaml:.*)$", GUIDE, re.MULTILINE)
    assert shown
    assert re.sub(r":\d+:", ":", problem) == re.sub(r":\d+:", ":", shown[1])


def test_a_topic_is_drafted_as_shown(folder: Path) -> None:
    command = re.search(r"`causo (new procedure [^`]+)`", GUIDE)
    assert command
    done = CliRunner().invoke(app, [*command[1].split(), "--folder", str(folder)])
    assert done.exit_code == 0, done.output
    assert "# cần điền" in (folder / "procedures/tro-giup-phap-ly.yaml").read_text(encoding="utf-8")


def test_the_report_is_written_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = re.search(r"`causo (check --report [^`]+)`", GUIDE)
    assert command
    CliRunner().invoke(app, [*command[1].split(), "--on", str(ON)])
    assert (tmp_path / "bao-cao.html").exists()


def test_every_command_and_path_it_names_exists() -> None:
    known = CliRunner().invoke(app, ["--help"]).output
    for name in re.findall(r"`causo (\w+)", GUIDE):
        assert re.search(rf"\b{name}\b", known), name
    for path in re.findall(r"`(knowledge/[^`]+)`", GUIDE):
        assert (ROOT / path).exists(), path
