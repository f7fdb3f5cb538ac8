"""The portal's pages as catalogue records, from pages as the portal writes them."""

import json
from pathlib import Path

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


def test_other_levels_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    assert read(tmp_path, cap_thuc_hien="Cấp tỉnh")[0] == []
    assert len(read_portal(tmp_path, codes=["1.004194"]).records) == 1


def test_a_page_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    records, _, problems = read(tmp_path)
    assert len(records) == 1
    assert problems == ("b.json: JSONDecodeError",)
