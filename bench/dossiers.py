"""How fast tables of dossiers are imported, in how much memory, and how fast a dossier is found afterwards.

`python -m bench.dossiers [--rows 1000000] [--database URL]...` writes a made-up table as a one-stop system exports it,
imports it with `causo import dossiers` in a process of its own, twice, and looks up codes. Each database must be empty;
without `--database` it is an SQLite file made for this. The figures go to `docs/dossiers.md`.
"""

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select

from bot.dossiers.table import TableDossiers
from bot.store.connect import Store, open_store, upgrade
from bot.store.tables import DossierRow

ROOT = Path(__file__).parents[1]
HEAD = (
    "Mã hồ sơ", "Tên thủ tục", "Lĩnh vực", "Chủ hồ sơ", "Số điện thoại", "CCCD", "Trạng thái", "Ngày tiếp nhận",
    "Ngày hẹn trả", "Ngày cập nhật", "Hình thức nộp", "Mức độ", "Đơn vị xử lý",
)  # fmt: skip
PROCEDURES = (
    "Đăng ký khai sinh",
    "Đăng ký kết hôn",
    "Cấp giấy phép xây dựng",
    "Chứng thực bản sao",
    "Đăng ký thường trú",
)
STATUSES = ("Đang xử lý", "Đã trả kết quả", "Chờ bổ sung hồ sơ", "Đã xử lý xong", "Mới đăng ký", "Chờ ký số")
LOOKUP_SECONDS = 10.0
FIRST_DAY = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Result:
    """`first` and `again` are rows per second; `peak` is in megabytes; `lookups` a second, `p99` in milliseconds."""

    database: str
    rows: int
    first: float
    again: float
    peak: float
    lookups: float
    p99: float


def code(number: int) -> str:
    """The code of the dossier of this number, 500 of them a day."""
    day = FIRST_DAY + timedelta(days=number // 500)
    return f"H24.{12 + number % 60}-{day:%y%m%d}-{number % 500:04d}"


def table(rows: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(7)
    for number in range(rows):
        received = FIRST_DAY + timedelta(days=number // 500)
        yield (
            code(number),
            chance.choice(PROCEDURES),
            "Hộ tịch",
            "Nguyễn Văn An",
            f"09{number % 10**8:08d}",
            f"0310{number % 10**8:08d}",
            chance.choice(STATUSES),
            f"{received:%d/%m/%Y} 08:15",
            f"{received + timedelta(days=5):%d/%m/%Y} 17:00",
            f"{received + timedelta(days=chance.randrange(6)):%d/%m/%Y %H:%M}",
            chance.choice(("Trực tiếp", "Trực tuyến", "Bưu chính công ích")),
            chance.choice(("Toàn trình", "Một phần", "")),
            "Bộ phận tư pháp - hộ tịch",
        )


def write_table(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(table(rows))


def imported(path: Path, url: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one import in a process of its own."""
    begin = time.perf_counter()
    environment = {"CAUSO_SECRET_KEY": "a key for the bench only", **os.environ, "CAUSO_DATABASE_URL": url}
    child = subprocess.Popen(
        [sys.executable, "-m", "bot", "import", "dossiers", str(path)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the import ended with {child.returncode}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def looked_up(store: Store, rows: int) -> tuple[float, float]:
    """Look-ups a second, one after the other, and the milliseconds in which 99 of 100 are done."""
    chance = random.Random(11)
    times: list[float] = []
    begin = time.perf_counter()
    while (now := time.perf_counter()) - begin < LOOKUP_SECONDS:
        wanted = code(chance.randrange(rows))
        with store.read() as session:
            if TableDossiers(session).find(wanted) is None:
                raise SystemExit(f"{wanted} was not imported")
        times.append(time.perf_counter() - now)
    times.sort()
    return len(times) / (time.perf_counter() - begin), times[len(times) * 99 // 100] * 1000


def measure(rows: int, url: str) -> Result:
    upgrade(url)
    store = open_store(url)
    with store.read() as session:
        if session.scalar(select(func.count()).select_from(DossierRow)):
            raise SystemExit(f"{make_url(url).render_as_string()} is not empty")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "danh-sach.csv"
        write_table(path, rows)
        first, peak = imported(path, url)
        again, peak_again = imported(path, url)
    with store.read() as session:
        kept = session.scalar(select(func.count()).select_from(DossierRow))
    if kept != rows:
        raise SystemExit(f"{kept} of {rows} rows were kept")
    lookups, p99 = looked_up(store, rows)
    store.close()
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[make_url(url).get_backend_name()]
    return Result(name, rows, rows / first, rows / again, max(peak, peak_again), lookups, p99)


def report(results: list[Result]) -> str:
    lines = [
        "# Importing and finding dossiers",
        "",
        "Written by `python -m bench.dossiers`. One CSV table of thirteen columns, imported twice by `causo import",
        f"dossiers` in a process of its own, on a machine with {os.cpu_count()} cores. Peak memory is of that process",
        "with everything it loads. Look-ups go one after the other in one process, each in a transaction of its own.",
        "",
        "| database | rows | rows a second | again | peak memory | look-ups a second | 99 of 100 within |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {item.database} | {item.rows:,} | {item.first:,.0f} | {item.again:,.0f} | {item.peak:,.0f} MB "
        f"| {item.lookups:,.0f} | {item.p99:.2f} ms |"
        for item in results
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--database", action="append", default=[], help="an empty one; may be given several times")
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "dossiers.md")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tenth = measure(given.rows // 10, f"sqlite:///{folder}/tenth.sqlite3")  # that memory does not grow with rows
        urls: list[str] = given.database or [f"sqlite:///{folder}/whole.sqlite3"]
        results = [tenth, *(measure(given.rows, url) for url in urls)]
    given.out.write_text(report(results), encoding="utf-8")
    print(report(results))


if __name__ == "__main__":
    main()
