"""`causo learn`: what was not understood becomes a phrasing only when an editor says so."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from bot.clock import now
from bot.redact import redact
from bot.store.connect import open_store, upgrade
from bot.store.tables import Conversation, Inbox
from knowledge.load import FOLDER, load
from tests.conftest import Person

ROOT = Path(__file__).parents[1]
TOPIC = "phan-anh-kien-nghi"
FILE = f"procedures/{TOPIC}.yaml"
LOUD = (
    "ai cho mượn loa kẹo kéo hát karaoke tới khuya",
    "loa kẹo kéo hát karaoke ồn quá, anh Tuấn số 0912345678 xử lý giùm",
    "hat karaoke loa keo keo ca dem khong ngu duoc",
)
PHRASING = "loa kẹo kéo hát khuya"
BALLOONS = "thả bóng bay khinh khí cầu dịp lễ xin ai"


class Ward:
    """A database with messages, content that may be written to, and an editor."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url

    def keeps(self, *texts: str, chat: str = "chat-cua-ba-tu") -> None:
        """Messages of one chat that were not answered, as the engine keeps them."""
        store = open_store(self.url)
        with store.write() as session:
            talk = Conversation(channel="telegram", chat=chat, state="{}", seq=0, last_at=now())
            session.add(talk)
            session.flush()
            kept = {"channel": "telegram", "conversation_id": talk.id, "received_at": now(), "outcome": "no_answer"}
            for seq, text in enumerate(texts):
                session.add(Inbox(**kept, message_id=f"{chat}:{seq}", seq=seq, text=redact(text)))
        store.close()

    def learn(self, *arguments: str) -> Result:
        """`causo learn ...` where nobody sits at a terminal."""
        return CliRunner().invoke(app, ["learn", *arguments, "--folder", str(self.folder)])

    def groups(self, *arguments: str) -> list[dict[str, object]]:
        done = self.learn("--json", *arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    def types(self, *lines: str) -> str:
        """What `causo learn` shows to an editor at a terminal who types these lines."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "learn", "--folder", str(self.folder)],
            cwd=ROOT,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        os.write(ours, "".join(f"{line}\n" for line in lines).encode())
        shown = process.communicate(timeout=120)[0].decode()
        os.close(ours)
        os.close(theirs)
        assert process.returncode == 0, shown
        return shown


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ward:
    folder, url = tmp_path / "content", f"sqlite:///{tmp_path / 'talk.sqlite3'}"
    for name in ("procedures", "faq", "texts"):
        shutil.copytree(FOLDER / name, folder / name)
    monkeypatch.setenv("CAUSO_DATABASE_URL", url)
    upgrade(url)
    return Ward(folder, url)


def test_like_messages_come_together_with_their_count_and_what_they_share(ward: Ward) -> None:
    ward.keeps(*LOUD, BALLOONS)
    first, second = ward.groups()
    assert (first["count"], second["count"]) == (3, 1)
    assert {"loa", "kéo", "hát"} <= set(first["shared"])  # type: ignore[call-overload]
    assert second["examples"] == [BALLOONS]
    assert first["why"] == {"no_answer": 3}
    for topic in first["topics"]:  # type: ignore[attr-defined]
        assert topic["phrasing"] is None or 3 <= len(topic["phrasing"].split()) <= 8
    assert len(ward.groups("--limit", "1")) == 1
    assert ward.groups("--since", "2999-01-01") == []


def test_nobody_is_named_and_no_chat_is_told(ward: Ward) -> None:
    ward.keeps(*LOUD)
    for done in (ward.learn("--json"), ward.learn("--list"), ward.learn()):
        assert "loa kẹo kéo hát karaoke ồn quá, anh … số … xử lý giùm" in done.stdout
        assert not re.search(r"Tuấn|0912345678|chat-cua-ba-tu|telegram", done.stdout)


def test_danger_secrets_and_insults_are_never_shown(ward: Ward) -> None:
    ward.keeps("cứu với nhà tôi đang cháy lớn", "mã otp của tôi là 123456", "đồ ngu, bot ngu như bò")
    assert ward.groups() == []


def test_what_is_accepted_is_written_and_does_not_come_again(ward: Ward) -> None:
    ward.keeps(*LOUD, BALLOONS)
    before = (ward.folder / FILE).read_text(encoding="utf-8").splitlines()
    done = ward.learn("accept", TOPIC, PHRASING)
    assert done.exit_code == 0, done.output
    assert FILE in done.stdout
    after = (ward.folder / FILE).read_text(encoding="utf-8").splitlines()
    after.remove(f"  - {PHRASING}")
    assert after == before
    assert load(ward.folder).procedures[TOPIC].phrasings[-1] == PHRASING
    ward.keeps(LOUD[0].upper(), chat="ong-nam")  # the same words again
    assert [group["examples"] for group in ward.groups()] == [[BALLOONS]]


def test_a_group_may_be_named_whose_words_the_phrasing_does_not_use(ward: Ward) -> None:
    ward.keeps(BALLOONS)
    number = str(ward.groups()[0]["group"])
    done = ward.learn("accept", TOPIC, "đốt đèn trời đêm rằm", "--group", number)
    assert done.exit_code == 0, done.output
    assert ward.groups() == []


@pytest.mark.parametrize(
    ("topic", "phrasing", "told"),
    [
        ("khong-co-viec-nay", PHRASING, "khong-co-viec-nay"),
        ("phan-anh", PHRASING, TOPIC),
        (TOPIC, "đăng ký kết hôn", "dang-ky-ket-hon"),
        (TOPIC, "loa của nguyễn gia bảo", ""),
        (TOPIC, "Chào buổi sáng, chúc phường một ngày tốt lành", "tests/questions"),
    ],
)
def test_what_may_not_be_learnt_is_refused_with_the_reason(ward: Ward, topic: str, phrasing: str, told: str) -> None:
    ward.keeps(*LOUD)
    before = (ward.folder / FILE).read_bytes()
    done = ward.learn("accept", topic, phrasing)
    assert done.exit_code == 1
    assert told in done.stderr.replace("\n", " ")
    assert (ward.folder / FILE).read_bytes() == before
    assert ward.groups()[0]["count"] == 3


def test_what_is_skipped_does_not_come_again(ward: Ward) -> None:
    ward.keeps(*LOUD, BALLOONS)
    number = str(ward.groups()[0]["group"])
    assert ward.learn("skip", number).exit_code == 0
    assert [group["examples"] for group in ward.groups()] == [[BALLOONS]]
    again = ward.learn("skip", number)
    assert again.exit_code == 1
    assert number in again.stderr


def test_a_no_in_a_real_conversation_is_learnt_from(person: Person, ward: Ward) -> None:
    said = "vợ chồng tôi muốn đăng ký kết hôn thì cần mang giấy tờ gì"
    assert person.says(said).reading.topic == "dang-ky-ket-hon"
    assert ward.groups() == []
    person.says("không phải")
    (group,) = ward.groups()
    assert (group["examples"], group["why"]) == ([said], {"not_this": 1})
    assert "dang-ky-ket-hon" not in [topic["id"] for topic in group["topics"]]  # type: ignore[attr-defined]


def test_an_editor_goes_through_the_groups_at_a_terminal(ward: Ward) -> None:
    ward.keeps(*LOUD, BALLOONS)
    shown = ward.types("khong-co", TOPIC, "đăng ký kết hôn", PHRASING, "b")
    assert "khong-co" in shown  # no such topic
    assert "dang-ky-ket-hon" in shown  # its phrasing
    assert f"  - {PHRASING}" in (ward.folder / FILE).read_text(encoding="utf-8").splitlines()
    assert ward.groups() == []


def test_an_editor_may_leave_a_group_for_later_or_stop(ward: Ward) -> None:
    ward.keeps(*LOUD, BALLOONS)
    ward.types("", "t")
    ward.types("1", "t", "t")
    assert [group["count"] for group in ward.groups()] == [3, 1]
