"""`causo ask --jsonl` is a public interface: the lines other programs read."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEYS = ["q", "chat", "outcome", "id", "facet", "facets", "confidence", "candidates", "text", "buttons"]
FACETS = set("tong-quan giay-to le-phi thoi-han noi-nop nop-online dieu-kien mau-don muc-huong cac-buoc su-co".split())


def run(*arguments: str, given: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    import os

    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=ROOT, input=given, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def lines(*given: object) -> list[dict[str, object]]:
    text = "".join((item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)) + "\n" for item in given)
    done = run("ask", "--jsonl", given=text)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_has_exactly_the_documented_keys() -> None:
    (line,) = lines({"q": "làm khai sinh cho bé cần giấy tờ gì và hết bao nhiêu tiền"})
    assert list(line) == KEYS
    assert line["outcome"] == "answered"
    assert line["id"] == "dang-ky-khai-sinh"
    assert set(line["facets"]) == {"giay-to", "le-phi"}  # type: ignore[call-overload]
    assert set(line["facets"]) <= FACETS  # type: ignore[call-overload]
    assert line["facet"] == line["facets"][0]  # type: ignore[index]
    assert "**" not in str(line["text"])
    assert "\n\n" in str(line["text"])
    assert line["chat"] is None


def test_lines_of_one_chat_are_one_conversation_and_others_are_strangers() -> None:
    first, second, stranger = lines(
        {"q": "đăng ký kết hôn", "chat": "a"},
        {"q": "lệ phí bao nhiêu", "chat": "a"},
        {"q": "lệ phí bao nhiêu", "chat": "b"},
    )
    assert (first["id"], second["id"], stranger["id"]) == ("dang-ky-ket-hon", "dang-ky-ket-hon", None)


def test_a_button_may_be_answered_by_its_label_or_its_value() -> None:
    first, by_label = lines({"q": "đăng ký kết hôn", "chat": "a"}, {"q": "Tốn bao nhiêu tiền", "chat": "a"})
    values = {button["label"]: button["value"] for button in first["buttons"]}  # type: ignore[attr-defined]
    _, by_value = lines({"q": "đăng ký kết hôn", "chat": "a"}, {"q": values["Tốn bao nhiêu tiền"], "chat": "a"})
    assert by_label["text"] == by_value["text"]
    assert by_label["facet"] == "le-phi"


def test_a_bad_line_is_told_and_does_not_stop_the_rest() -> None:
    found = lines("hỏng", {"x": 1}, {"q": 5}, "[]", {"q": "chào em"})
    assert [line.get("line") for line in found[:4]] == [1, 2, 3, 4]
    assert all(set(line) == {"error", "line"} for line in found[:4])
    assert found[4]["outcome"] == "greeting"


def test_one_question_is_answered_in_plain_words() -> None:
    done = run("ask", "mất căn cước làm lại ở đâu")
    assert done.returncode == 0
    assert "Công an phường" in done.stdout
    assert "**" not in done.stdout


def test_a_wrong_setting_stops_with_one_clear_line() -> None:
    done = run("db", "upgrade", CAUSO_PORT="eight")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "CAUSO_PORT" in done.stderr


def test_a_ward_that_does_not_exist_stops_the_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    done = run("run", CAUSO_PLACE="phuong-khong-co", CAUSO_DATABASE_URL=url)
    assert done.returncode == 2
    assert "phuong-ngo-quyen" in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(f"sqlite:///{tmp_path / 'from-file.sqlite3'}\n")
    assert run("db", "upgrade", CAUSO_DATABASE_URL_FILE=str(file)).returncode == 0
    assert (tmp_path / "from-file.sqlite3").exists()
