"""Everything the README says is run: its commands, its settings, its files, its interface."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.strip().splitlines()]


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("causo ") and line != "causo chat"])
def test_the_commands_work_as_written(command: str) -> None:
    words = command.removeprefix("causo ")
    words = f"{words} --on 2026-11-24" if words == "check" else words  # the day is fixed, facts expire
    done = subprocess.run(
        f"{sys.executable} -m bot {words}",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_terminal_chat_answers() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        cwd=ROOT,
        input="đăng ký kết hôn\n1\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Đăng ký kết hôn" in done.stdout


def test_the_two_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in COMMANDS:
        if command.startswith("make "):
            assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_the_server_starts_says_where_it_is_and_stops(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "CAUSO_PORT": "0",
        "CAUSO_DATABASE_URL": f"sqlite:///{tmp_path / 'readme.sqlite3'}",
        "CAUSO_PLACE": "phuong-ngo-quyen",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--sample"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        said = ""
        while "ready: " not in said:
            line = server.stdout.readline()
            assert line, said
            said += line
        assert "Sample dossiers" in said
        address = re.search(r"http://\S+", said)
        assert address
        assert "Phường Ngô Quyền" in httpx.get(address.group()).text
        assert httpx.get(f"{address.group()}/healthz").status_code == 200
        assert httpx.get(f"{address.group()}/readyz").status_code == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0
    finally:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()


def test_every_setting_named_exists_and_every_setting_is_named() -> None:
    for name in re.findall(r"`CAUSO_([A-Z_]+)`", README):
        assert name.lower() in Settings.model_fields, name
    for name in Settings.model_fields:
        if not name.startswith("zalo_") and name != "cache_dir":
            assert f"CAUSO_{name.upper()}" in README, name


def test_every_link_and_folder_is_there() -> None:
    for link in re.findall(r"\]\(([^)h][^)]*)\)", README):
        assert (ROOT / link).exists(), link
    for folder in re.findall(r"^\| `([a-z/]+)` \|", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder


def test_the_example_line_is_of_the_documented_shape() -> None:
    example = json.loads(next(block for kind, block in BLOCKS if kind == "json"))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--jsonl"],
        cwd=ROOT,
        input='{"q": "làm khai sinh cho bé cần giấy tờ gì"}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(done.stdout)
    assert list(line) == list(example)
    assert (line["outcome"], line["id"], line["facets"]) == (example["outcome"], example["id"], example["facets"])


def test_correcting_a_fee_fails_and_passes_exactly_one_check(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "content"
    shutil.copytree(ROOT / "knowledge/content", folder)
    file = folder / "procedures/dang-ky-tam-tru.yaml"
    good = file.read_text(encoding="utf-8")
    broken = good.replace(
        "amount: 15000, per: lần, way: desk, from: 2023-02-05",
        "amount: 15000, per: lần, way: desk, from: 2023-02-05, to: 2025-12-31",
        1,
    )
    assert broken != good
    file.write_text(broken, encoding="utf-8")
    command = [sys.executable, "-m", "bot", "check", "--on", "2026-11-24", "--folder", str(folder)]
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    (problem,) = [line for line in failed.stderr.splitlines() if line.strip()]
    assert re.match(r"procedures/dang-ky-tam-tru\.yaml:\d+: fees\.\d+\.to: ngày 24/11/2026 không có mức", problem)
    file.write_text(good, encoding="utf-8")
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_a_running_library_keeps_the_last_good_version(tmp_path: Path) -> None:
    import shutil

    from bot.library import Library

    folder = tmp_path / "content"
    shutil.copytree(ROOT / "knowledge/content", folder, ignore=shutil.ignore_patterns("messages"))
    library = Library(folder)
    file = folder / "procedures/dang-ky-tam-tru.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good + "\nlạ: 1\n", encoding="utf-8")
    assert not library.reload()
    assert "dang-ky-tam-tru" in library.current.content.procedures
    assert library.problems == ("procedures/dang-ky-tam-tru.yaml:" + library.problems[0].split(":", 1)[1],)
    file.write_text(good.replace("everyday: Đăng ký tạm trú khi ở trọ", "everyday: Khai tạm trú"), encoding="utf-8")
    time.sleep(0.01)
    assert library.reload()
    assert library.current.content.procedures["dang-ky-tam-tru"].everyday == "Khai tạm trú"
