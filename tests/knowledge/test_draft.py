"""`causo new procedure CODE`: a draft from the catalogue that the check does not let pass until it is filled in."""

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from knowledge.check import check
from knowledge.draft import slug
from knowledge.load import load, read
from knowledge.source_lines import parse

ON = date(2026, 11, 24)
CODE = "9.000001"
RECORD = """
- code: "9.000001"
  name: Thủ tục cấp giấy thử "một" (cấp xã)
  field: Thử
  level: Cấp xã
  authority: Ủy ban nhân dân cấp xã
  deadline: 3 ngày làm việc
  fee: 50.000 đồng
  documents:
  - Tờ khai
  - 'Ảnh: 2 tấm'
  link: https://dichvucong.gov.vn/thu-tuc-hanh-chinh/thu
- code: "9.000002"
  name: Việc trống
  field: Thử
  level: Cấp xã
"""
FILLED = {
    "group": "khac",
    "everyday": "Xin giấy thử",
    "tells_apart": "Chỉ để thử.",
    "checked_on": "2026-11-22",
    "review_by": "2027-02-22",
    "confidence": "high",
    "text": "Ra phường xin giấy thử.",
    "action": "hand_in",
    "what": "Lệ phí",
    "from": "2026-01-01",
    "phrasings": "".join(f"\n  - câu thử số {word} nhé" for word in "a b c d e f g h i k".split()),
}


@pytest.fixture(autouse=True)
def records(folder: Path) -> None:
    (folder / "catalogue/thu.yaml").write_text(f"on: 2026-07\nrecords:{RECORD}", encoding="utf-8")


def new(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["new", "procedure", *arguments, "--folder", str(folder)])


def errors(folder: Path) -> list[str]:
    return [str(problem) for problem in check(folder, ON)[1] if problem.file == "procedures/thu.yaml"]


def test_the_draft_holds_what_the_portal_says_and_says_what_to_do_next(folder: Path) -> None:
    done = new(folder, CODE)
    assert done.exit_code == 0, done.output
    assert "procedures/cap-giay-thu-mot.yaml" in done.output
    assert "causo show cap-giay-thu-mot" in done.output
    text = (folder / "procedures/cap-giay-thu-mot.yaml").read_text(encoding="utf-8")
    assert f"({text.count('# cần điền:')} chỗ)" in done.output
    draft = parse(text)
    assert isinstance(draft, dict)
    assert draft["name"] == 'Thủ tục cấp giấy thử "một" (cấp xã)'
    assert draft["codes"] == [{"code": CODE, "source": ["dvc"]}]
    assert draft["authority"][0]["text"] == "Ủy ban nhân dân cấp xã"
    assert [paper["name"] for paper in draft["documents"]] == ["Tờ khai", "Ảnh: 2 tấm"]
    assert (draft["deadlines"][0]["amount"], draft["deadlines"][0]["unit"]) == (3, "working_days")
    assert draft["fees"][0]["amount"] == 50000
    assert draft["sources"]["dvc"]["date"] == "2026-07"
    assert draft["sources"]["dvc"]["url"] == "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/thu"


@pytest.mark.parametrize("code", [CODE, "9.000002"])
def test_the_check_names_exactly_what_is_still_missing(folder: Path, code: str) -> None:
    assert new(folder, code, "--id", "thu").exit_code == 0
    lines = (folder / "procedures/thu.yaml").read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if "# cần điền:" in line]
    found = errors(folder)
    assert [int(problem.split(":")[1]) for problem in found] == marked
    assert all("còn chữ “cần điền”" in problem for problem in found)
    fields = [problem.split(": ")[1] for problem in found]
    assert {"group", "everyday", "summary.text", "filing.0.text", "fees.0.from", "phrasings"} <= set(fields)


def test_a_filled_draft_passes_and_a_marker_that_is_left_does_not(folder: Path) -> None:
    new(folder, CODE, "--id", "thu")
    file = folder / "procedures/thu.yaml"
    text = file.read_text(encoding="utf-8")
    kept = re.sub(r"(\w+):  # cần điền", lambda found: f"{found[1]}: {FILLED[found[1]]}  # cần điền", text)
    file.write_text(kept, encoding="utf-8")
    assert len(errors(folder)) == text.count("# cần điền:")
    file.write_text(re.sub(r"  # cần điền.*", "", kept), encoding="utf-8")
    assert errors(folder) == []
    assert read(folder)[0].procedures["thu"].fees[0].amount == 50000


def test_it_overwrites_nothing_and_repeats_no_topic(folder: Path) -> None:
    assert new(folder, CODE, "--id", "thu").exit_code == 0
    before = (folder / "procedures/thu.yaml").read_bytes()
    again = new(folder, CODE, "--id", "thu")
    assert again.exit_code == 1
    assert "không ghi đè" in again.stderr
    assert (folder / "procedures/thu.yaml").read_bytes() == before
    for arguments, said in [
        (["1.001193"], "đã nằm trong việc “dang-ky-khai-sinh”"),
        (["9.999999"], "Danh mục không có mã 9.999999"),
        (["9.000002", "--id", "Việc Mới"], "chưa dùng làm tên tệp được"),
        (["9.000002", "--id", "../x"], "chưa dùng làm tên tệp được"),
        (["9.000002", "--id", "vneid-la-gi"], "đã là tên"),
    ]:
        refused = new(folder, *arguments)
        assert refused.exit_code == 1
        assert said in refused.stderr, refused.stderr


def test_a_second_draft_can_be_made_while_the_first_is_unfinished(folder: Path) -> None:
    assert new(folder, CODE).exit_code == 0
    assert new(folder, "9.000002").exit_code == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Thủ tục đăng ký lại kết hôn", "dang-ky-lai-ket-hon"),
        ("Cấp lại thẻ căn cước (thực hiện tại cấp tỉnh)", "cap-lai-the-can-cuoc"),
        ("Đăng ký biến động đối với trường hợp đổi tên; giảm diện tích", "dang-ky-bien-dong-doi-voi-truong-hop"),
    ],
)
def test_an_id_is_made_from_the_name(name: str, expected: str) -> None:
    assert slug(name, load().texts) == expected


def test_every_record_of_the_catalogue_can_be_drafted() -> None:
    from knowledge.draft import draft

    content = load()
    for record in content.catalogue.values():
        data = parse(draft(record, "thu", content.catalogue_on, content.texts))
        assert isinstance(data, dict)
        assert data["name"] == record.name
        assert slug(record.name, content.texts)
