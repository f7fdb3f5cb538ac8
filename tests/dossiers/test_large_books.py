"""Large Excel workbooks are read row by row; a damaged one is told, not tripped over."""

import random
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from bot.dossiers.importer import SheetReport, import_table
from bot.dossiers.sheets import UnreadableTable
from bot.dossiers.streamed import is_large
from bot.store.connect import open_store, upgrade
from bot.store.tables import DossierRow
from knowledge.dossier_tables import read_table_words
from knowledge.load import FOLDER

ROWS = 3000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten megabytes by long remarks: a title, a gap, two sheets, numbers and days as Excel keeps them."""
    chance = random.Random(3)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Một cửa")
    for row in (["DANH SÁCH HỒ SƠ"], [], ["STT", "Mã hồ sơ", "Trạng thái", "Ngày tiếp nhận", "Chủ hồ sơ", "Ghi chú"]):
        sheet.append(row)
    for number in range(ROWS):
        remark = "".join(chance.choices(string.ascii_letters + string.digits, k=5000))
        status, day = ("Đang xử lý", "Đã trả kết quả")[number % 2], datetime(2026, 11, 1 + number % 20, 8, 30)
        sheet.append(
            [number + 1, f"H24.12-2611{1 + number % 20:02d}-{number:04d}", status, day, "Nguyễn Văn A", remark]
        )
    book.create_sheet("Ghi chú").append(["Không phải hồ sơ"])
    path = tmp_path_factory.mktemp("large") / "lon.xlsx"
    book.save(path)
    return path


def take(path: Path, tmp_path: Path) -> list[SheetReport]:
    url = f"sqlite:///{tmp_path / 'large.sqlite3'}"
    upgrade(url)
    store = open_store(url)
    try:
        words, now = read_table_words(FOLDER), datetime(2026, 11, 27, tzinfo=UTC)
        reports = import_table(path, words, store, now, date(2026, 11, 27), lambda done, of: None)
        with store.read() as session:
            assert session.scalar(select(func.count()).select_from(DossierRow)) == ROWS
            row = session.get_one(DossierRow, "H24.12-261103-0002")
            assert (row.status, row.received_on) == ("in_progress", date(2026, 11, 3))
        return reports
    finally:
        store.close()


def test_a_large_workbook_is_read_like_a_small_one(large: Path, tmp_path: Path) -> None:
    assert is_large(large)
    first, second = take(large, tmp_path)
    assert first.layout is not None
    assert (first.name, first.layout.number, first.counts.new, first.bad) == ("Một cửa", 3, ROWS, 0)
    assert first.layout.private == ("Chủ hồ sơ",)
    assert not second.used


@pytest.mark.parametrize("damage", ["cut", "middle"])
def test_a_damaged_one_is_said_to_be_unreadable(large: Path, tmp_path: Path, damage: str) -> None:
    data = bytearray(large.read_bytes())
    if damage == "cut":
        del data[-500:]
    else:
        half = len(data) // 2
        data[half : half + 20_000] = bytes(20_000)
    path = tmp_path / "hong.xlsx"
    path.write_bytes(data)
    assert is_large(path)
    with pytest.raises(UnreadableTable, match=r"hong\.xlsx"):
        take(path, tmp_path)
