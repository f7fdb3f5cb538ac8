"""Adding a phrasing writes one line and touches nothing else, or nothing at all."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.library import Library
from knowledge.load import FOLDER, load
from knowledge.phrasings import Refused, add, fault, judging

ON = date(2026, 11, 24)
TOPIC = "dang-ky-tam-tru"
NEW = "chủ nhà trọ đòi giữ căn cước"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few files of the content: enough to add to, quick to check."""
    for name in ("procedures/dang-ky-tam-tru.yaml", "procedures/dang-ky-ket-hon.yaml", "faq/vneid-la-gi.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(FOLDER / name, tmp_path / name)
    shutil.copytree(FOLDER / "texts", tmp_path / "texts")
    return tmp_path


def added(folder: Path, phrasing: str, judged: frozenset[str] = frozenset(), key: str = TOPIC) -> str:
    return add(folder, load(folder), key, phrasing, judged, ON)


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / f"procedures/{TOPIC}.yaml"


def test_one_line_is_added_and_everything_else_stays(folder: Path, file: Path) -> None:
    before = file.read_text(encoding="utf-8").splitlines()
    assert added(folder, NEW) == f"procedures/{TOPIC}.yaml"
    after = file.read_text(encoding="utf-8").splitlines()
    place = after.index(f"  - {NEW}")
    assert [*after[:place], *after[place + 1 :]] == before
    assert load(folder).procedures[TOPIC].phrasings[-1] == NEW


def test_comments_line_ends_and_what_follows_are_kept(folder: Path, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    text = text.replace("phrasings:\n", "phrasings:  # lời bà con\n").rstrip("\n")
    tail = "  # câu cuối\n# hết phần cách hỏi\n\nbenefits: []\n"
    file.write_text((text + tail).replace("\n", "\r\n"), encoding="utf-8", newline="")
    added(folder, NEW)
    after = file.read_bytes().decode("utf-8")
    assert after == (text + f"  # câu cuối\n  - {NEW}\n# hết phần cách hỏi\n\nbenefits: []\n").replace("\n", "\r\n")


def test_a_last_line_that_does_not_end_is_ended(folder: Path, file: Path) -> None:
    text = file.read_text(encoding="utf-8").rstrip("\n")
    file.write_text(text, encoding="utf-8")
    added(folder, NEW)
    assert file.read_text(encoding="utf-8") == f"{text}\n  - {NEW}\n"


def test_what_yaml_would_misread_is_quoted(folder: Path) -> None:
    added(folder, "tạm trú: ai phải khai")
    assert load(folder).procedures[TOPIC].phrasings[-1] == "tạm trú: ai phải khai"


def test_an_faq_entry_learns_too(folder: Path) -> None:
    assert added(folder, "vneid để làm chi rứa", key="faq:vneid-la-gi") == "faq/vneid-la-gi.yaml"


@pytest.mark.parametrize(
    ("phrasing", "why"),
    [
        ("tạm trú", "learn_length"),
        ("một hai ba bốn năm sáu bảy tám chín mười mười một", "learn_length"),
        ("tạm trú cho nguyễn gia bảo", "learn_personal"),
        ("tạm trú số 0912345678 nhé", "learn_personal"),
        ("Làm giấy tạm trú!", "learn_there"),
        ("Dang ky ket hon", "learn_taken"),
        ("câu này dùng để chấm", "learn_judging"),
    ],
)
def test_what_may_not_be_learnt_is_refused(library: Library, phrasing: str, why: str) -> None:
    found = fault(library.current.content, TOPIC, phrasing, {"cau nay dung de cham"})
    assert found is not None
    assert found.key == why


def test_a_file_that_the_check_would_find_wrong_is_put_back(folder: Path, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(Refused) as refused:
        added(folder, "tạm trú # cần điền đơn nào")
    assert refused.value.why.key == "learn_check_failed"
    assert [problem.file for problem in refused.value.problems] == [f"procedures/{TOPIC}.yaml"]
    assert file.read_bytes() == before
    assert sorted(path.suffix for path in file.parent.iterdir() if path.suffix != ".yaml") == []


def test_a_list_in_brackets_is_left_to_the_editor(folder: Path, file: Path) -> None:
    text, _, lines = file.read_text(encoding="utf-8").partition("phrasings:\n")
    items = ", ".join(line.removeprefix("  - ") for line in lines.splitlines() if line.startswith("  - "))
    file.write_text(f"{text}phrasings: [{items}]\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        added(folder, NEW)
    assert refused.value.why.key == "learn_by_hand"


def test_every_judging_message_is_known(tmp_path: Path) -> None:
    turns = {"turns": [{"q": "Lệ phí bao nhiêu?"}, {"q": "nộp ở đâu"}]}
    given = "\n".join(json.dumps(line, ensure_ascii=False) for line in ({"q": "Làm khai sinh"}, turns))
    (tmp_path / "a.jsonl").write_text(given, encoding="utf-8")
    assert judging(tmp_path) == {"lam khai sinh", "le phi bao nhieu", "nop o dau", ""}
    assert len(judging()) > 1000
