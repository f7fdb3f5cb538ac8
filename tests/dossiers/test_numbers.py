"""The numbers that wards report, from a table as the ward exports it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.dossier_numbers import share
from bot.dossiers.importer import import_table
from bot.dossiers.numbers import count
from bot.store.connect import Store, open_store
from knowledge.dossier_tables import read_table_words
from knowledge.load import FOLDER

FIRST, LAST = date(2022, 1, 1), date(2022, 6, 30)


def half_year(path: Path) -> Path:
    """The first half of 2022 in Cầu Tre: 1,805 received, 274 of them online, 219 at level 3 and 55 at level 4."""
    ways = [("Trực tuyến", "Mức độ 3")] * 219 + [("Trực tuyến", "Mức độ 4")] * 55 + [("Trực tiếp", "")] * 1531
    heads = "Mã hồ sơ,Lĩnh vực,Ngày tiếp nhận,Ngày hẹn trả,Ngày trả,Trạng thái,"
    heads += "Hình thức nộp,Mức độ,Hình thức trả kết quả,Số hóa"
    lines = [heads]
    for number, (channel, level) in enumerate(ways):
        received = FIRST + timedelta(days=number % 181)
        due = received + timedelta(days=3)
        returned = due + timedelta(days=2 if number % 100 == 0 else -1)
        code = f"000.00.38.H24-{received:%y%m%d}-{number:04}"
        name = "Chứng thực" if number % 3 else "Hộ tịch"
        by = "Bưu chính công ích" if number % 10 == 0 else "Trực tiếp"
        days = f"{received:%d/%m/%Y},{due:%d/%m/%Y},{returned:%d/%m/%Y}"
        lines.append(f"{code},{name},{days},Đã trả kết quả,{channel},{level},{by},Đã số hóa")
    lines.append("000.00.38.H24-220701-0001,Hộ tịch,01/07/2022,04/07/2022,,Đang xử lý,Trực tuyến,Mức độ 4,,")
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def test_the_numbers_of_the_first_half_of_2022(store: Store, tmp_path: Path) -> None:
    words = read_table_words(FOLDER)
    now = datetime(2022, 7, 1, tzinfo=UTC)
    (report,) = import_table(half_year(tmp_path / "a.csv"), words, store, now, now.date(), lambda done, of: None)
    assert (report.counts.new, report.bad) == (1806, 0)
    with store.read() as session:
        found = count(session, FIRST, LAST, date(2022, 7, 31))
        july = count(session, date(2022, 7, 1), date(2022, 7, 31), date(2022, 7, 31))
    assert found.received == 1805
    assert found.channel == {"online": 274, "desk": 1531}
    assert found.level == {"partial": 219, "full": 55}
    assert (share(219, 274), share(55, 274)) == ("79,9 %", "20,1 %")
    assert found.timing == {"late": 19, "on_time": 1786}
    assert found.result["post"] == 181
    assert found.digitised == {"yes": 1805}
    assert {name: of.received for name, of in found.fields.items()} == {"Hộ tịch": 602, "Chứng thực": 1203}
    assert july.timing == {"overdue": 1}


def test_the_command_prints_and_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSO_DATABASE_URL", f"sqlite:///{tmp_path / 'a.sqlite3'}")
    monkeypatch.setenv("COLUMNS", "160")
    run = CliRunner().invoke
    assert run(app, ["import", "dossiers", str(half_year(tmp_path / "a.csv"))]).exit_code == 0
    period = ["--from", "2022-01-01", "--to", "2022-06-30"]
    done = run(app, ["report", "dossiers", *period, "--xlsx", str(tmp_path / "so-lieu.xlsx")])
    assert done.exit_code == 0, done.output
    for said in ("01/01/2022", "30/06/2022", "1.805", "274", "219", "79,9 %", "55", "20,1 %", "Chứng thực", "1.203"):
        assert said in done.output
    book = load_workbook(tmp_path / "so-lieu.xlsx")
    overview = {row[0]: row[1:] for row in book["Tổng hợp"].iter_rows(min_row=2, values_only=True)}
    assert overview["Tiếp nhận"][0] == 1805
    assert overview["Trực tuyến một phần (mức độ 3 trước đây)"] == (219, 0.799)
    assert overview["Trực tuyến toàn trình (mức độ 4 trước đây)"] == (55, 0.201)
    assert [row[0].value for row in book["Lĩnh vực"].iter_rows(min_row=2)] == ["Chứng thực", "Hộ tịch"]


def test_a_period_that_ends_before_it_begins_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSO_DATABASE_URL", f"sqlite:///{tmp_path / 'a.sqlite3'}")
    done = CliRunner().invoke(app, ["report", "dossiers", "--from", "2022-06-30", "--to", "2022-01-01"])
    assert done.exit_code == 2


def test_an_empty_period_has_no_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSO_DATABASE_URL", f"sqlite:///{tmp_path / 'a.sqlite3'}")
    done = CliRunner().invoke(app, ["report", "dossiers", "--from", "2022-01-01", "--to", "2022-06-30"])
    assert done.exit_code == 0, done.output
    assert "%" not in done.output
