"""A watched folder: whole files are imported once, moved with a report, and taken up again after a crash."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import build
from bot.dossiers.folder import MAPPING
from bot.dossiers.watch import FolderWatch, watch_folder
from bot.errors import SettingsError
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import Store, open_store, upgrade
from bot.store.tables import DossierRow
from tests.conftest import KEY, NOW

EXPORTS = Path(__file__).parents[1] / "data" / "dossiers"
LOOKS = 3  # until a file counts as whole
HEAD = "Mã hồ sơ,Tên thủ tục,Trạng thái\n"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ho-so").mkdir()
    return tmp_path / "ho-so"


@pytest.fixture
def watch(folder: Path, store: Store, library: Library) -> FolderWatch:
    return watch_folder(folder, store, library, lambda: NOW)


def looks(watch: FolderWatch, times: int = LOOKS) -> int:
    return sum(watch.look() for _ in range(times))


def codes(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(DossierRow.code).order_by(DossierRow.code)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def put(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_a_table_is_imported_and_moved_with_a_report(watch: FolderWatch, folder: Path, store: Store) -> None:
    (folder / "dat-dai.xlsx").write_bytes((EXPORTS / "dat-dai.xlsx").read_bytes())
    put(folder, "tháng 11.csv", "H24.12-261120-0071,Đăng ký khai sinh,Đang xử lý")
    assert looks(watch) == 2
    assert names(folder / "done") == [
        "20261125-090000 dat-dai.xlsx",
        "20261125-090000 dat-dai.xlsx.txt",
        "20261125-090000 tháng 11.csv",
        "20261125-090000 tháng 11.csv.txt",
    ]
    assert names(folder) == ["done", "failed", "working"]
    assert names(folder / "working") == []
    assert len(codes(store)) == 4
    report = (folder / "done" / "20261125-090000 dat-dai.xlsx.txt").read_bytes()
    assert report.startswith("\ufeffCầu Số đọc tệp dat-dai.xlsx lúc 09:00 25/11/2026.\r\n".encode())
    told = report.decode("utf-8-sig")
    assert "3 mới" in told
    assert "hàng 9: không đọc ra mã hồ sơ" in told
    assert "Nguyễn" not in told


def test_the_figures_are_of_when_the_file_was_written(watch: FolderWatch, folder: Path, store: Store) -> None:
    path = put(folder, "a.csv", "H24.12-261120-0071,Đăng ký khai sinh,Đang xử lý")
    written = datetime(2026, 11, 24, 7, 30, tzinfo=NOW.tzinfo)
    os.utime(path, (written.timestamp(), written.timestamp()))
    looks(watch)
    with store.read() as session:
        assert session.scalars(select(DossierRow.as_of)).one() == written


def test_the_older_of_two_files_goes_first(watch: FolderWatch, folder: Path, store: Store) -> None:
    for name, status, hour in (("a.csv", "Đã trả kết quả", 9), ("b.csv", "Đang xử lý", 7)):
        when = NOW.replace(hour=hour).timestamp()
        os.utime(put(folder, name, f"H24.12-261120-0071,Đăng ký khai sinh,{status}"), (when, when))
    looks(watch)
    with store.read() as session:
        assert session.scalars(select(DossierRow.status)).one() == "returned"


def test_a_file_that_is_still_growing_waits(watch: FolderWatch, folder: Path, store: Store) -> None:
    path = put(folder, "a.csv")
    for number in range(1, 6):
        assert looks(watch, 2) == 0
        with path.open("a", encoding="utf-8") as file:
            file.write(f"H24.12-261120-000{number},Đăng ký khai sinh,Đang xử lý\n")
    assert looks(watch) == 1
    assert len(codes(store)) == 5


def test_what_is_no_finished_file_is_left_alone(watch: FolderWatch, folder: Path) -> None:
    for name in (".an.csv", "~$bang.xlsx", "bang.xlsx.part", "tai-ve.CRDOWNLOAD"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "rong.csv").touch()
    (folder / "thu-muc").mkdir()
    before = names(folder)
    assert looks(watch, 6) == 0
    assert set(before) <= set(names(folder))


def test_what_cannot_be_read_goes_to_failed_and_says_what_to_do(watch: FolderWatch, folder: Path, store: Store) -> None:
    (folder / "anh.xlsx").write_bytes(b"\x89PNG no table at all")
    (folder / "la.csv").write_text("Cột A,Cột B\n1,2\n", encoding="utf-8")
    (folder / "thieu.csv").write_text("Mã hồ sơ,Chủ hồ sơ,Bước\nH24.12-261120-0071,Lê A,Ký xong\n", encoding="utf-8")
    (folder / "trong.csv").write_bytes(b"\xff" * 300)
    (folder / "dai.csv").write_text(HEAD + "H24.12-261120-0071," + "x" * 1_100_000 + ",Đang xử lý\n", encoding="utf-8")
    assert looks(watch) == 5
    assert names(folder / "done") == []
    reports = {path.name[16:]: path.read_text("utf-8-sig") for path in (folder / "failed").glob("*.txt")}
    assert set(reports) == {"anh.xlsx.txt", "la.csv.txt", "thieu.csv.txt", "trong.csv.txt", "dai.csv.txt"}
    assert "Không mở được tệp này" in reports["anh.xlsx.txt"]
    assert "anh.xlsx" in reports["anh.xlsx.txt"].splitlines()[-1]
    assert "không thấy hàng tiêu đề" in reports["la.csv.txt"]
    assert "Chưa nhận ra cột nào là trạng thái" in reports["thieu.csv.txt"]
    assert "mapping.yaml" in reports["thieu.csv.txt"]
    assert "Lê A" not in reports["thieu.csv.txt"]
    assert codes(store) == []


def test_a_mapping_beside_the_tables_is_used_and_its_faults_are_told(
    watch: FolderWatch, folder: Path, store: Store
) -> None:
    table = "Phiếu,Bước\nH24.12-261120-0071,Ký xong\n"
    (folder / MAPPING).write_text("columns: {code: Phiếu, stautus: Bước}\n", encoding="utf-8")
    (folder / "a.csv").write_text(table, encoding="utf-8")
    looks(watch)
    (report,) = (folder / "failed").glob("*.txt")
    assert "mapping.yaml:1" in report.read_text("utf-8-sig")
    (folder / MAPPING).write_text(
        "columns: {code: Phiếu, status: Bước}\nstatuses: {Ký xong: ready}\n", encoding="utf-8"
    )
    (folder / "a.csv").write_text(table, encoding="utf-8")
    looks(watch)
    assert codes(store) == ["H24.12-261120-0071"]
    assert (folder / MAPPING).exists()


def test_two_files_of_one_name_in_one_second_are_both_kept(watch: FolderWatch, folder: Path) -> None:
    for number in (1, 2):
        put(folder, "a.csv", f"H24.12-261120-000{number},Đăng ký khai sinh,Đang xử lý")
        looks(watch)
    assert names(folder / "done") == [
        "20261125-090000 a.csv",
        "20261125-090000 a.csv.txt",
        "20261125-090000-2 a.csv",
        "20261125-090000-2 a.csv.txt",
    ]


def test_a_very_long_name_is_shortened_and_keeps_its_ending(watch: FolderWatch, folder: Path) -> None:
    put(folder, "ờ" * 80 + ".csv", "H24.12-261120-0071,Đăng ký khai sinh,Đang xử lý")
    assert looks(watch) == 1
    assert [name[-4:] for name in names(folder / "done")] == [".csv", ".txt"]


def test_a_database_that_is_away_puts_the_file_back(folder: Path, library: Library, tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite3").mkdir()
    away = open_store(f"sqlite:///{tmp_path / 'folder.sqlite3'}")
    watch = watch_folder(folder, away, library, lambda: NOW)
    put(folder, "a.csv", "H24.12-261120-0071,Đăng ký khai sinh,Đang xử lý")
    assert looks(watch, 9) == 0
    assert "a.csv" in names(folder)
    assert names(folder / "failed") == []
    away.close()


def test_a_folder_that_goes_away_and_comes_back_is_watched_again(
    watch: FolderWatch, folder: Path, store: Store, tmp_path: Path
) -> None:
    folder.rmdir()
    folder.write_text("a drive that is not there", encoding="utf-8")
    assert looks(watch) == 0
    folder.unlink()
    folder.mkdir()
    put(folder, "a.csv", "H24.12-261120-0071,Đăng ký khai sinh,Đang xử lý")
    assert looks(watch) == 1


def test_a_folder_that_can_be_none_stops_the_start(store: Store, library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="CAUSO_DOSSIER_FOLDER"):
        watch_folder(tmp_path / "file", store, library, lambda: NOW)


def test_many_watchers_import_every_file_once(folder: Path, store: Store, library: Library) -> None:
    for number in range(24):
        put(folder, f"{number}.csv", f"H24.12-261120-00{number:02},Đăng ký khai sinh,Đang xử lý")
    counts: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        watch = watch_folder(folder, store, library, lambda: NOW)
        start.wait()
        counts.append(looks(watch, 6))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 24
    reports = [path.read_text("utf-8-sig") for path in (folder / "done").glob("*.txt")]
    assert len(reports) == 24
    assert all("1 mới" in report for report in reports)
    assert len(codes(store)) == 24


WATCHING = """
import sys
from pathlib import Path
from bot.dossiers.watch import watch_folder
from bot.library import Library
from bot.store.connect import open_store
from tests.conftest import NOW
watch = watch_folder(Path(sys.argv[1]), open_store(sys.argv[2]), Library(), lambda: NOW)
for _ in range(4):
    watch.look()
"""


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def count(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(DossierRow)) or 0


def killed_in_the_middle(folder: Path, database_url: str, store: Store) -> None:
    """A process that watches is killed after it wrote some rows."""
    before = count(store)
    child = subprocess.Popen([sys.executable, "-c", WATCHING, str(folder), database_url])
    try:
        until(lambda: count(store) > before or child.poll() is not None)
        assert child.poll() is None, "it was done before it could be killed"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def test_a_file_left_by_a_crash_is_taken_up_again_but_not_for_ever(
    folder: Path, store: Store, database_url: str, library: Library
) -> None:
    rows = [f"H24.12-2611{day:02}-{number:04},Việc,Đang xử lý" for day in range(1, 21) for number in range(1500)]
    put(folder, "to.csv", *rows)
    killed_in_the_middle(folder, database_url, store)
    (left,) = names(folder / "working")
    assert left.endswith(".1.to.csv")
    watch = watch_folder(folder, store, library, lambda: NOW)
    assert watch.look() == 1
    assert count(store) == 30_000
    assert names(folder / "working") == []
    (report,) = (folder / "done").glob("*.txt")
    assert "30000 hàng" in report.read_text("utf-8-sig")

    (folder / "working" / "0a1b2c3d.3.xau.csv").write_text(HEAD, encoding="utf-8")
    assert watch.look() == 1
    (report,) = (folder / "failed").glob("*.txt")
    assert "ba lần" in report.read_text("utf-8-sig")


async def test_stopping_in_the_middle_puts_the_file_back(folder: Path, tmp_path: Path, library: Library) -> None:
    url = f"sqlite:///{tmp_path / 'stop.sqlite3'}"
    upgrade(url)
    settings = Settings(database_url=url, secret_key=KEY, dossier_folder=folder)  # type: ignore[arg-type]
    app = build(settings, library, lambda: NOW)
    rows = [f"H24.12-2611{day:02}-{number:04},Việc,Đang xử lý" for day in range(1, 21) for number in range(1500)]
    put(folder, "to.csv", *rows)
    stop = asyncio.Event()
    (worker,) = [item for item in app.workers if isinstance(getattr(item, "__self__", None), FolderWatch)]
    watching = asyncio.create_task(worker(stop))  # type: ignore[arg-type]
    while count(app.store) == 0:
        await asyncio.sleep(0.01)
    stop.set()
    await watching
    assert 0 < count(app.store) < 30_000
    assert "to.csv" in names(folder)
    assert names(folder / "working") == []
    app.store.close()
