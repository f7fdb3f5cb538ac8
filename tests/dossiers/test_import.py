"""Importing what one-stop systems export: five layouts and encodings, twice, in part, with faults."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from openpyxl import Workbook
from sqlalchemy import select, text
from typer.testing import CliRunner

from bot.cli import app
from bot.dossiers.importer import SheetReport, import_table
from bot.dossiers.table import TableDossiers, load_sample
from bot.store.connect import Store, open_store, upgrade
from bot.store.tables import DossierRow
from handlers.ports import Status
from knowledge.dossier_tables import read_table_words
from knowledge.legacy_text import _LETTERS, tcvn3, vni
from knowledge.load import FOLDER, read
from tests.conftest import KEY
from tests.data.build_exports import _to_tcvn3, _to_vni

EXPORTS = Path(__file__).parents[1] / "data" / "dossiers"
AS_OF = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
TODAY = date(2026, 11, 24)
WORDS = read_table_words(FOLDER)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


def take(store: Store, name: str | Path, as_of: datetime = AS_OF) -> list[SheetReport]:
    return import_table(EXPORTS / name, WORDS, store, as_of, TODAY, lambda done, of: None, KEY)


def rows(store: Store) -> dict[str, DossierRow]:
    with store.read() as session:
        return {row.code: row for row in session.scalars(select(DossierRow))}


def values(store: Store) -> list[tuple[object, ...]]:
    with store.read() as session:
        return [tuple(row) for row in session.execute(select(*DossierRow.__table__.columns).order_by(DossierRow.code))]


@pytest.mark.parametrize(
    ("name", "encoding", "expected"),
    [
        (
            "igate-hai-sheet.xlsx",
            "unicode",
            {
                "H24.12-261105-0007": ("returned", "Đăng ký khai sinh", "2026-11-05", "2026-11-06"),
                "H24.12-261110-0011": ("in_progress", "Đăng ký kết hôn", "2026-11-10", "2026-11-13"),
                "H24.12-261112-0003": ("supplement", "Đăng ký kết hôn", "2026-11-12", "2026-11-17"),
                "H24.12-261101-0001": ("unknown", "Cấp đổi Giấy chứng nhận", "2026-11-01", "2026-12-01"),
            },
        ),
        (
            "dat-dai.xlsx",
            "unicode",
            {
                "000.00.12.H24-261102-0004": ("in_progress", "", "2026-11-02", "2026-12-02"),
                "000.00.12.H24-261003-0002": ("ready", "", "2026-10-03", "2026-10-25"),
                "000.00.12.H24-261015-0009": ("supplement", "", "2026-10-15", "2026-11-30"),
            },
        ),
        (
            "mot-cua-tcvn3.csv",
            "tcvn3",
            {
                "H49.22-261117-0007": ("in_progress", "Cấp giấy phép xây dựng", "2026-11-17", "2026-11-27"),
                "H49.22-261118-0008": ("returned", "Đăng ký khai tử", "2026-11-18", "2026-11-18"),
                "H49.22-261119-0009": ("unknown", "Xác nhận tình trạng hôn nhân", "2026-11-19", "2026-11-25"),
            },
        ),
        (
            "mot-cua-vni.csv",
            "vni",
            {
                "H49.22-261117-0007": ("in_progress", "Cấp giấy phép xây dựng", "2026-11-17", "2026-11-27"),
                "H49.22-261118-0008": ("returned", "Đăng ký khai tử", "2026-11-18", "2026-11-18"),
                "H49.22-261119-0009": ("unknown", "Xác nhận tình trạng hôn nhân", "2026-11-19", "2026-11-25"),
            },
        ),
        (
            "cong-utf16.csv",
            "utf-16",
            {
                "G22.99.08-261103-896048": ("received", "Liên thông khai sinh", "2026-11-03", "2026-11-10"),
                "G01.899.909-260916-890028": ("not_accepted", "Đăng ký thường trú", "2026-09-16", "2026-09-23"),
            },
        ),
    ],
)
def test_an_export_is_imported_without_a_mapping_file(
    store: Store, name: str, encoding: str, expected: dict[str, tuple[str, ...]]
) -> None:
    reports = take(store, name)
    assert reports[0].encoding == encoding
    found = {
        row.code: (row.status, row.procedure, str(row.received_on), str(row.due_on)) for row in rows(store).values()
    }
    assert found == expected


def test_importing_again_changes_nothing(store: Store) -> None:
    names = sorted(path.name for path in EXPORTS.iterdir())
    for name in names:
        take(store, name)
    before = values(store)
    again = [report for name in names for report in take(store, name)]
    assert values(store) == before
    assert sum(report.counts.new + report.counts.changed for report in again) == 0
    assert len(before) == 12


def test_what_belongs_to_people_is_not_kept(store: Store, database_url: str) -> None:
    for path in sorted(EXPORTS.iterdir()):
        take(store, path.name)
    kept = repr(values(store))
    for private in ("Nguyễn", "Trần", "Phạm", "Vũ Thị", "912345678", "031088012345", "Lê Lai", "Lê C"):
        assert private not in kept
    owners = {code: row.owner for code, row in rows(store).items() if row.proofs}
    assert owners["000.00.12.H24-261102-0004"] == "T. T. B."
    assert owners["H49.22-261117-0007"] == "V. T. F."


def test_no_name_and_no_number_is_in_the_bytes_of_the_database_file(tmp_path: Path) -> None:
    """Not even in pages that are free again, or in the log of what was written."""
    url = f"sqlite:///{tmp_path / 'bytes.sqlite3'}"
    upgrade(url)
    store = open_store(url)
    for path in sorted(EXPORTS.iterdir()):
        take(store, path.name)
    written = b"".join(file.read_bytes() for file in tmp_path.glob("bytes.sqlite3*"))
    store.close()
    written += b"".join(file.read_bytes() for file in tmp_path.glob("bytes.sqlite3*"))
    assert "Đăng ký biến động".encode() in written, "what is kept is found this way"
    for private in ("Nguyễn Văn", "Trần Thị", "Phạm D", "Vũ Thị", "912345678", "031088012345", "Lê Lai"):
        assert private.encode() not in written


def test_a_bad_row_is_told_with_number_and_reason_and_the_good_ones_are_kept(store: Store) -> None:
    (report,) = take(store, "dat-dai.xlsx")
    assert [(row.number, row.why) for row in report.bad_rows] == [(9, "import_bad_code"), (10, "import_bad_received")]
    assert report.counts.new == 3
    assert {row.field for row in rows(store).values()} == {"Cấp Giấy chứng nhận lần đầu", "Đăng ký biến động"}


def test_an_unknown_status_is_kept_word_for_word_and_reported(store: Store) -> None:
    (report,) = take(store, "mot-cua-tcvn3.csv")
    assert report.unknown_statuses == {"Chờ ký số": 1}
    assert rows(store)["H49.22-261119-0009"].status_words == "Chờ ký số"


def test_a_column_of_free_text_for_statuses_does_not_fill_the_memory(store: Store, tmp_path: Path) -> None:
    lines = [f"H24.12-261101-{number:04d},Ghi chú riêng {number}" for number in range(300)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["Mã hồ sơ,Trạng thái", *lines]), encoding="utf-8")
    (report,) = take(store, path)
    assert len(report.unknown_statuses) == 200
    assert rows(store)["H24.12-261101-0299"].status_words == "Ghi chú riêng 299"


def test_channel_level_result_and_digitising_are_read(store: Store) -> None:
    for name in ("igate-hai-sheet.xlsx", "mot-cua-tcvn3.csv", "cong-utf16.csv"):
        take(store, name)
    found = rows(store)
    assert (found["H24.12-261105-0007"].channel, found["H24.12-261105-0007"].level) == ("online", "full")
    assert (found["H24.12-261110-0011"].channel, found["H24.12-261110-0011"].level) == ("desk", None)
    assert (found["G01.899.909-260916-890028"].channel, found["G01.899.909-260916-890028"].level) == (
        "online",
        "partial",
    )
    assert (found["G22.99.08-261103-896048"].channel, found["G22.99.08-261103-896048"].level) == ("online", "full")
    assert (found["H49.22-261118-0008"].result, found["H49.22-261118-0008"].digitised) == ("post", True)
    assert found["H49.22-261119-0009"].digitised is False


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(("Mã hồ sơ,Thủ tục,Trạng thái,Ngày tiếp nhận,Ngày cập nhật", *lines)), encoding="utf-8")
    return path


def test_a_later_export_moves_a_dossier_and_deletes_none(store: Store, tmp_path: Path) -> None:
    take(
        store,
        write(
            tmp_path / "1.csv",
            "H24.12-261101-0001,A,Đang xử lý,1/11/2026,",
            "H24.12-261101-0002,B,Mới đăng ký,1/11/2026,",
        ),
    )
    take(
        store,
        write(tmp_path / "2.csv", "H24.12-261101-0001,A,Đã xử lý xong,1/11/2026,"),
        datetime(2026, 11, 25, 2, tzinfo=UTC),
    )
    found = rows(store)
    assert (found["H24.12-261101-0001"].status, found["H24.12-261101-0001"].status_since) == (
        "ready",
        date(2026, 11, 25),
    )
    assert found["H24.12-261101-0002"].status == "sent"
    (report,) = take(store, tmp_path / "1.csv")  # an old file again
    assert report.counts.older >= 1
    assert rows(store)["H24.12-261101-0001"].status == "ready"


def test_of_a_code_that_comes_twice_the_later_update_stays(store: Store, tmp_path: Path) -> None:
    lines = (
        "H24.12-261101-0001,A,Đã trả kết quả,1/11/2026,5/11/2026",
        "H24.12-261101-0001,A,Đang xử lý,1/11/2026,2/11/2026",
    )
    take(store, write(tmp_path / "1.csv", *lines))
    assert rows(store)["H24.12-261101-0001"].status == "returned"


def test_the_sample_goes_when_real_dossiers_come(store: Store) -> None:
    with store.write() as session:
        load_sample(session, TODAY)
    take(store, "cong-utf16.csv")
    assert len(rows(store)) == 2


def test_by_code_alone_the_note_is_not_given(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "1.csv"
    path.write_text(
        "Mã hồ sơ;Tình trạng;Yêu cầu bổ sung\nH24.12-261101-0001;Chờ bổ sung;thiếu giấy chứng sinh, gọi 0912345678\n",
        encoding="utf-8",
    )
    take(store, path)
    assert rows(store)["H24.12-261101-0001"].note == "thiếu giấy chứng sinh, gọi …"
    with store.read() as session:
        dossier = TableDossiers(session).find("H24.12-261101-0001")
    assert dossier
    assert (dossier.status, dossier.note) == (Status.SUPPLEMENT, None)


def test_the_version_before_can_still_write_dossiers(store: Store) -> None:
    old = (
        "INSERT INTO dossier (code, procedure, status, status_words, as_of) "
        "VALUES ('X', 'p', 'sent', 'w', '2026-11-24 00:00:00')"
    )
    with store.write() as session:
        session.execute(text(old))
    assert rows(store)["X"].level is None


def test_memory_does_not_grow_with_the_table(store: Store, tmp_path: Path) -> None:
    lines = (
        f"H24.12-26{1 + n // 28 % 10:02}{1 + n % 28:02}-{n:05},Đăng ký khai sinh,Đang xử lý,01/11/2026,"
        for n in range(12_000)
    )
    path = write(tmp_path / "big.csv", *lines)
    tracemalloc.start()
    (report,) = take(store, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.counts.new == 12_000
    assert peak < 12_000_000


def test_an_import_that_broke_off_goes_on_when_run_again(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "1.csv", *(f"H24.12-261101-{n:04},A,Đang xử lý,1/11/2026," for n in range(1200)))

    def power_cut(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_table(path, WORDS, store, AS_OF, TODAY, power_cut)
    assert len(rows(store)) == 500
    (report,) = take(store, path)
    assert (report.counts.new, report.counts.same) == (700, 500)


def workbook(path: Path, lines: list[list[object]], before: int = 0) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(before):
        sheet.append(["Báo cáo", None, "phường Ngô Quyền"])
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


@pytest.mark.parametrize("before", [0, 1, 12, 40])
def test_the_header_is_found_wherever_it_stands(store: Store, tmp_path: Path, before: int) -> None:
    lines: list[list[object]] = [[None, "Trạng thái", "Mã hồ sơ"], [None, "Đang xử lý", "H24.12-261101-0001"]]
    (report,) = take(store, workbook(tmp_path / "1.xlsx", lines, before))
    assert report.layout
    assert (report.layout.number, report.counts.new) == (before + 1, 1)


def test_a_workbook_with_text_in_an_old_font_is_read(store: Store, tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["Mã hồ sơ", "Thủ tục", "Tình trạng"],
        ["H24.12-261101-0001", "Đăng ký khai sinh", "Chờ bổ sung"],
    ]
    for name, old in (("tcvn3", _to_tcvn3), ("vni", _to_vni)):
        written = [[old(str(cell)) for cell in line] for line in lines]
        (report,) = take(store, workbook(tmp_path / f"{name}.xlsx", written))  # type: ignore[arg-type]
        assert report.encoding == name
        assert rows(store)["H24.12-261101-0001"].procedure == "Đăng ký khai sinh"


def test_a_column_that_a_table_lacks_is_not_taken_away(store: Store, tmp_path: Path) -> None:
    take(store, "mot-cua-tcvn3.csv")
    path = tmp_path / "1.csv"
    path.write_text("Mã hồ sơ,Trạng thái\nH49.22-261117-0007,Đã trả kết quả\n", encoding="utf-8")
    take(store, path)
    row = rows(store)["H49.22-261117-0007"]
    assert (row.status, row.procedure, row.field) == ("returned", "Cấp giấy phép xây dựng", "Xây dựng")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CAUSO_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.sqlite3'}")
    return CliRunner()


def test_the_command_says_what_it_understood(command: CliRunner) -> None:
    done = command.invoke(app, ["import", "dossiers", str(EXPORTS / "mot-cua-tcvn3.csv")])
    assert done.exit_code == 0, done.output
    for said in (
        "bảng mã tcvn3",
        "mã hồ sơ ← “Số biên nhận”",
        "không giữ, vì là thông tin cá nhân: Họ và tên, Điện thoại",
        "3 mới",
        "trạng thái lạ, để nguyên chữ: “Chờ ký số”",
    ):
        assert said in done.output


def test_a_mapping_is_asked_for_only_what_was_not_recognised(command: CliRunner, tmp_path: Path) -> None:
    table = tmp_path / "la.csv"
    table.write_text("Phiếu,Thủ tục,Ngày nhận,Bước\nH24.12-261101-0001,Khai sinh,1/11/2026,Ký xong\n", encoding="utf-8")
    asked = command.invoke(app, ["import", "dossiers", str(table)])
    assert asked.exit_code == 1
    assert "chưa nhận ra" in asked.output.lower()
    assert "code:" in asked.output
    assert "status:" in asked.output
    assert "received:" not in asked.output
    mapping = tmp_path / "m.yaml"
    mapping.write_text("columns: {code: Phiếu, status: Bước}\nstatuses: {Ký xong: ready}\n", encoding="utf-8")
    done = command.invoke(app, ["import", "dossiers", str(table), "--mapping", str(mapping)])
    assert done.exit_code == 0, done.output
    assert "1 mới" in done.output


def test_a_file_that_is_no_table_is_said_to_be_none(command: CliRunner, tmp_path: Path) -> None:
    broken = tmp_path / "hong.xlsx"
    broken.write_bytes(b"not a workbook")
    done = command.invoke(app, ["import", "dossiers", str(broken)])
    assert done.exit_code == 1
    assert "hong.xlsx" in done.output


def test_the_ten_statuses_are_those_of_the_program_and_no_spelling_is_two_of_them() -> None:
    spelt = [word for words in _statuses().values() for word in words]
    assert set(_statuses()) == set(Status) - {Status.UNKNOWN}
    assert len({WORDS.status(word) for word in spelt}) == 10
    assert all(WORDS.status(word) == status for status, words in _statuses().items() for word in words)


def _statuses() -> dict[str, list[str]]:
    data: dict[str, dict[str, list[str]]] = yaml.safe_load((FOLDER / "dossiers/statuses.yaml").read_text("utf-8"))
    return data["statuses"]


@pytest.mark.parametrize("letter", _LETTERS)
def test_every_letter_of_the_old_encodings_is_read(letter: str) -> None:
    assert tcvn3(_to_tcvn3(letter)) == letter
    assert vni(_to_vni(f"l{letter}m")) == f"l{letter}m"


def test_a_spelling_under_two_statuses_is_told_by_the_check(tmp_path: Path) -> None:
    (tmp_path / "dossiers").mkdir()
    for name in ("columns.yaml", "statuses.yaml"):
        text = (FOLDER / "dossiers" / name).read_text(encoding="utf-8")
        (tmp_path / "dossiers" / name).write_text(text.replace("  pay: [", "  pay: [Đang XỬ LÝ, "), encoding="utf-8")
    _, problems = read(tmp_path)
    assert [(item.file, item.field) for item in problems] == [("dossiers/statuses.yaml", "statuses.pay.0")]
