"""The portal's pages as catalogue records, from pages as the portal writes them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge import load as load_module
from knowledge.place import of_commune
from knowledge.portal import read_portal

PAGE = {
    "ma_thu_tuc": "1.004194",
    "detail_url": "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x",
    "ten_thu_tuc": "Đăng ký tạm trú",
    "cap_thuc_hien": "Cấp xã",
    "linh_vuc": "Đăng ký, quản lý cư trú",
    "co_quan_co_tham_quyen": "Công an cấp Xã",
    "cach_thuc_thuc_hien": "Hình thức nộpThời gianPhí, lệ phíMô tảTrực tiếp3 Ngày làm việcMiễn phíNộp tại xã"
    "Trực tuyến3 Ngày làm việcMiễn phíQua Cổng",
    "thanh_phan_ho_so": "--Tên giấy tờMẫu đơn, tờ khaiSố lượng- Tờ khai CT01CT01.docx1 bản chính"
    "b) Giấy tờ chỗ ở0 bản chính,1 bản sao",
}


def read(folder: Path, **changes: str) -> tuple[list[dict[str, object]], dict[str, int], tuple[str, ...]]:
    (folder / "a.json").write_text(json.dumps({**PAGE, **changes}, ensure_ascii=False), encoding="utf-8")
    found = read_portal(folder)
    return [record.model_dump(exclude_defaults=True) for record in found.records], dict(found.unread), found.problems


def test_a_page_becomes_a_thin_record(tmp_path: Path) -> None:
    ((record,), unread, _) = read(tmp_path)
    assert record["deadline"] == "3 ngày làm việc"
    assert record["fee"] == "0 đồng"
    # The name of an attached form goes, with the letters it touches.
    assert record["documents"] == ("Tờ khai", "Giấy tờ chỗ ở")
    assert record["link"] == PAGE["detail_url"]
    assert sum(unread.values()) == 0


def test_different_times_are_told_apart_by_the_way_of_filing(tmp_path: Path) -> None:
    text = "Trực tiếp25 NgàyMiễn phíTrực tuyến15 NgàyMiễn phí"
    ((record,), _, _) = read(tmp_path, cach_thuc_thuc_hien=text)
    assert record["deadline"] == "trực tuyến 15 ngày; trực tiếp 25 ngày"


def test_a_fee_that_is_not_plain_is_left_out_and_counted(tmp_path: Path) -> None:
    text = "Trực tiếp3 Ngày làm việc15,000 Việt Nam ĐồngTrực tuyến3 Ngày làm việc7,000 Việt Nam Đồng"
    ((record,), unread, _) = read(tmp_path, cach_thuc_thuc_hien=text)
    assert "fee" not in record
    assert unread["fee"] == 1


@pytest.mark.parametrize(
    "fee",
    [
        "Miễn phí(Lệ phí cấp giấy phép lái xe: 135.000 đồng/lần)",
        "Miễn phí(Theo quy định của Luật phí và lệ phí)",
        "Miễn phí(Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định)",
        "2,000 Việt Nam Đồng(/trang)2.000 đồng/trang; từ trang thứ 3 thu 1.000 đồng/trang",
        "20 VNĐ(20.000 đ/tờ khai)",
    ],
)
def test_a_remark_that_takes_the_fee_back_leaves_it_out(tmp_path: Path, fee: str) -> None:
    ((record,), unread, _) = read(tmp_path, cach_thuc_thuc_hien=f"Trực tiếp3 Ngày làm việc{fee}")
    assert "fee" not in record
    assert unread["fee"] == 1


@pytest.mark.parametrize(
    ("fee", "expected"),
    [("Miễn phí(Không quy định.)", "0 đồng"), ("5,000 Việt Nam Đồng(5.000 đồng/giấy)", "5.000 đồng")],
)
def test_a_remark_that_agrees_leaves_the_fee(tmp_path: Path, fee: str, expected: str) -> None:
    ((record,), _, _) = read(tmp_path, cach_thuc_thuc_hien=f"Trực tiếp3 Ngày làm việc{fee}")
    assert record["fee"] == expected


def test_several_times_for_one_way_depend_on_the_case(tmp_path: Path) -> None:
    text = "Trực tiếp12 Ngày làm việcMiễn phíTrực tiếp2 Ngày làm việcMiễn phíTrực tiếp1 GiờMiễn phí"
    ((record,), _, _) = read(tmp_path, cach_thuc_thuc_hien=text)
    assert record["deadline"] == "1 giờ hoặc 2 hoặc 12 ngày làm việc, tùy trường hợp"


def test_a_code_that_is_asked_for_and_not_there_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(PAGE, ensure_ascii=False), encoding="utf-8")
    assert read_portal(tmp_path, codes=["1.999999"]).problems == ("1.999999: no such page",)


def test_the_command_adds_the_listed_codes_and_gives_the_same_again(tmp_path: Path) -> None:
    pages, out = tmp_path / "pages", tmp_path / "content"
    (out / "catalogue").mkdir(parents=True)
    pages.mkdir()
    for code, level in (("1.004194", "Cấp xã"), ("2.000001", "Cấp tỉnh"), ("2.000002", "Cấp bộ")):
        page = {**PAGE, "ma_thu_tuc": code, "cap_thuc_hien": level}
        (pages / f"{code}.json").write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    listed = out / "catalogue/other-levels.yaml"
    listed.write_text('codes:\n  - {code: "2.000001", name: Việc, why: Hay hỏi}\n', encoding="utf-8")
    command = ["import", "catalogue", str(pages), "--on", "2026-07", "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "1 of the commune level, 1 of others" in done.output
    first = (out / "catalogue/portal.yaml").read_bytes()
    assert CliRunner().invoke(app, command).exit_code == 0
    assert (out / "catalogue/portal.yaml").read_bytes() == first
    content, problems = load_module.read(out)
    assert problems == ()
    assert list(content.catalogue) == ["tthc:1.004194", "tthc:2.000001"]
    assert CliRunner().invoke(app, [*command[:4], "7/2026"]).exit_code == 2


def test_what_is_in_the_repository_is_what_the_list_says() -> None:
    content = load_module.load()
    others = {record.code for record in content.catalogue.values() if not of_commune(record.level)}
    assert others == {other.code for other in content.other_levels}
    assert len(content.catalogue) - len(others) == 588


def test_other_levels_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, cap_thuc_hien="Cấp tỉnh")[0] == []
    assert len(read_portal(tmp_path, codes=["1.004194"]).records) == 1


def test_a_page_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    records, _, problems = read(tmp_path)
    assert len(records) == 1
    assert problems == ("b.json: JSONDecodeError",)
