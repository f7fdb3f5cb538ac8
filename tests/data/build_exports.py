# ruff: noqa: E501
"""Builds the exports in `tests/data/dossiers/`: five layouts and encodings, as one-stop systems write them. Every name and
number in them is invented. Run `python -m tests.data.build_exports` to write them again."""

import csv
import io
import unicodedata
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from knowledge import legacy_text

FOLDER = Path(__file__).with_name("dossiers")


def _to_tcvn3(text: str) -> str:
    back = {ord(letter): ord(code) for code, letter in zip(legacy_text._TCVN3, legacy_text._LETTERS, strict=True)}
    upper = {ord(chr(letter).upper()): code for letter, code in back.items() if ord(chr(letter).upper()) not in back}
    return text.translate(upper | back)


def _to_vni(text: str) -> str:
    tones = {mark: code for code, mark in legacy_text._VNI_TONES.items()}
    shaped = {mark: code for code, mark in legacy_text._VNI_SHAPED.items()}
    alone = {letter: code for code, letter in legacy_text._VNI_ALONE.items()}
    out = []
    for char in unicodedata.normalize("NFC", text):
        low = char.lower()
        if low in alone:
            code = alone[low]
        else:
            letter, *marks = unicodedata.normalize("NFD", low)
            joined = "".join(sorted(marks, key=lambda mark: mark in tones))
            if "\u031b" in joined:  # the horn of ơ and ư
                code = alone[unicodedata.normalize("NFC", letter + "\u031b")] + tones.get(
                    joined.replace("\u031b", ""), ""
                )
            else:
                code = letter + (shaped.get(joined) or tones.get(joined, "")) if joined else letter
        out.append(code if char == low else code.upper())
    return "".join(out)


def igate_xlsx() -> None:
    """Title lines, a header of two lines with merged cells, real dates, two sheets and a sheet of totals."""
    book = Workbook()
    first = book.active
    assert first is not None
    for title, sheet, rows in (
        ("Hộ tịch", first, [("H24.12-261105-0007", "Đăng ký khai sinh", datetime(2026, 11, 5, 8, 30), datetime(2026, 11, 6), "Đã trả kết quả", "Trực tuyến", "Toàn trình"),
                            ("H24.12-261110-0011", "Đăng ký kết hôn", datetime(2026, 11, 10), datetime(2026, 11, 13), "Đang xử lý", "Trực tiếp", ""),
                            ("h24.12 - 261112 - 0003", "Đăng ký kết hôn", datetime(2026, 11, 12), datetime(2026, 11, 17), "Chờ bổ sung hồ sơ", "Trực tuyến", "Một phần")]),
        ("Đất đai", book.create_sheet(), [("H24.12-261101-0001", "Cấp đổi Giấy chứng nhận", datetime(2026, 11, 1), datetime(2026, 12, 1), "Chuyển thuế", "Bưu chính công ích", "")]),
    ):  # fmt: skip
        sheet.title = title
        sheet["A1"] = "UBND PHƯỜNG NGÔ QUYỀN"
        sheet["A3"] = "DANH SÁCH HỒ SƠ TIẾP NHẬN"
        sheet.merge_cells("A3:I3")
        heads = [
            "STT",
            "Mã hồ sơ",
            "Tên thủ tục",
            "Chủ hồ sơ",
            "Ngày",
            "",
            "Trạng thái hồ sơ",
            "Hình thức nộp",
            "Mức độ",
        ]
        for place, head in enumerate(heads, 1):
            sheet.cell(5, place, head or None)
            if head != "Ngày" and head:
                sheet.merge_cells(start_row=5, end_row=6, start_column=place, end_column=place)
        sheet.merge_cells("E5:F5")
        sheet["E6"], sheet["F6"] = "tiếp nhận", "hẹn trả"
        for line, (code, procedure, received, due, status, channel, level) in enumerate(rows, 7):
            cells = [line - 6, code, procedure, "Nguyễn Văn A", received, due, status, channel, level]
            for place, value in enumerate(cells, 1):
                sheet.cell(line, place, value)
        if title == "Hộ tịch":
            sheet.merge_cells("C8:C9")
    totals = book.create_sheet("Tổng hợp")
    totals.append(["Lĩnh vực", "Số lượng"])
    totals.append(["Hộ tịch", 3])
    book.save(FOLDER / "igate-hai-sheet.xlsx")


def land_office_xlsx() -> None:
    """The land office's header in capitals; serial numbers for dates; no procedure; headings between the rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([])
    sheet.append(["MÃ HỒ SƠ", "CHỦ SỬ DỤNG", "SỐ ĐIỆN THOẠI", "CCCD", "ĐỊA CHỈ", "XÃ PHƯỜNG", "NGÀY TIẾP NHẬN", "NGÀY HẸN TRẢ", "NGÀY HOÀN THÀNH", "TRẠNG THÁI", "NGƯỜI XỬ LÝ"])  # fmt: skip
    sheet.append(["Cấp Giấy chứng nhận lần đầu"])
    sheet.append(["000.00.12.H24-261102-0004", "Trần Thị B", 912345678, "031088012345", "Lê Lai", "Ngô Quyền", 46328, 46358, None, "Đang thụ lý", "Lê C"])  # fmt: skip
    sheet.append(["000.00.12.H24-261003-0002", "Trần Thị B", 912345678, "031088012345", "Lê Lai", "Ngô Quyền", 46298.354, 46320, "01/11/2026", "Đã có kết quả", "Lê C"])  # fmt: skip
    sheet.append(["MÃ HỒ SƠ", "CHỦ SỬ DỤNG", "SỐ ĐIỆN THOẠI", "CCCD", "ĐỊA CHỈ", "XÃ PHƯỜNG", "NGÀY TIẾP NHẬN", "NGÀY HẸN TRẢ", "NGÀY HOÀN THÀNH", "TRẠNG THÁI", "NGƯỜI XỬ LÝ"])  # fmt: skip
    sheet.append(["Đăng ký biến động"])
    sheet.append(["000.00.12.H24-261015-0009", "Phạm D", None, None, None, "Ngô Quyền", "15/10/26", "30-11-2026", None, "Yêu cầu bổ sung", "Lê C"])  # fmt: skip
    sheet.append(["không rõ", "Phạm E", None, None, None, "Ngô Quyền", "15/10/26", "30-11-2026", None, "Đang xử lý", "Lê C"])  # fmt: skip
    sheet.append(["000.00.12.H24-261016-0010", "Phạm E", None, None, None, "Ngô Quyền", "hôm qua", "30-11-2026", None, "Đang xử lý", "Lê C"])  # fmt: skip
    sheet.append(["Tổng cộng: 5 hồ sơ"])
    book.save(FOLDER / "dat-dai.xlsx")


ROWS = [
    ["STT", "Số biên nhận", "Thủ tục hành chính", "Lĩnh vực", "Họ và tên", "Điện thoại", "Ngày nhận", "Ngày hẹn", "Ngày trả", "Tình trạng", "Hình thức trả kết quả", "Số hóa"],
    ["1", "H49.22-261117-0007", "Cấp giấy phép xây dựng", "Xây dựng", "Vũ Thị F", "0912345678", "17/11/2026 08:05", "27/11/2026", "", "Đang thẩm định", "Trực tiếp", "Đã số hóa"],
    ["2", "H49.22-261118-0008", "Đăng ký khai tử", "Hộ tịch", "Vũ Thị F", "0912345678", "08:05 18/11/2026", "18/11/2026", "18/11/2026", "Đã trả kết quả", "Bưu chính công ích", "Tái sử dụng"],
    ["3", "H49.22-261119-0009", "Xác nhận tình trạng hôn nhân", "Hộ tịch", "Vũ Thị F", "0912345678", "ngày 19 tháng 11 năm 2026", "25.11.2026", "", "Chờ ký số", "Trực tiếp", "Chưa số hóa"],
    ["", "", "", "Người lập biểu", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def _text(rows: list[list[str]], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def texts() -> None:
    """The same list from an old system, in TCVN3 with semicolons and in VNI with tabs; a newer one in UTF-16."""
    (FOLDER / "mot-cua-tcvn3.csv").write_bytes(_to_tcvn3(_text(ROWS, ";")).encode("latin-1"))
    vni = [["Danh sách hồ sơ đang giải quyết"], [], *([row[1], row[2], row[6], row[7], row[9]] for row in ROWS[:4])]
    (FOLDER / "mot-cua-vni.csv").write_bytes(_to_vni(_text(vni, "\t")).encode("latin-1"))
    portal = [
        ["dossierNo", "procedureName", "sectorName", "dossierStatusName", "acceptedDate", "appointmentDate", "lastModifiedDate", "overDueByUser", "applyMethod"],
        ["G22.99.08-261103-896048", "Liên thông khai sinh", "Hộ tịch", "Mới đăng ký", "03/11/2026 21:15", "10/11/2026 17:00", "2026-11-03T21:15:00", "0", "Trực tuyến mức độ 4"],
        ["G22.99.08-261103-896048", "Liên thông khai sinh", "Hộ tịch", "Được tiếp nhận", "03/11/2026 21:15", "10/11/2026 17:00", "2026-11-04T08:00:00", "0", "Trực tuyến mức độ 4"],
        ["G01.899.909-260916-890028", "Đăng ký thường trú", "Cư trú", "Từ chối chuyên ngành", "16/09/2026 9:00", "23/09/2026", "2026-09-20 10:00", "1", "Trực tuyến một phần"],
    ]  # fmt: skip
    (FOLDER / "cong-utf16.csv").write_bytes(_text(portal, ",").encode("utf-16"))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    igate_xlsx()
    land_office_xlsx()
    texts()
