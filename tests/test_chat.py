"""`causo chat` in a real terminal, and with its output going elsewhere."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "bot", "chat"]


def in_terminal(*typed: str, seconds: float = 60) -> str:
    """What the terminal was sent; each text is typed when the prompt stands there."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLUMNS": "100",
        "CAUSO_PUBLIC_URL": "https://hoi.example.vn",
    }
    process = subprocess.Popen(COMMAND, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said, waiting, end = b"", [*typed, ""], time.monotonic() + seconds
    prompts = 0
    try:
        while time.monotonic() < end:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # the other side is closed
                    break
                if not piece:
                    break
                said += piece
            if waiting and said.count("›".encode()) > prompts:
                prompts += 1
                os.write(ours, f"{waiting.pop(0)}\n".encode())
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return said.decode()


def test_a_terminal_shows_bold_lists_numbers_and_pictures() -> None:
    said = in_terminal("làm vneid mức 2 cần giấy tờ gì", "1", "1")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said)
    assert "\x1b[1m" in said
    assert "**" not in plain
    assert "• " in plain
    assert re.search(r"^  1\. \S", plain, re.MULTILINE)
    assert "https://hoi.example.vn/pictures/" in plain


def test_elsewhere_it_is_plain() -> None:
    done = subprocess.run(
        COMMAND, cwd=ROOT, input="làm khai sinh cho bé cần giấy tờ gì\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "**" not in done.stdout
    assert "Giấy chứng sinh" in done.stdout
