"""Voice messages: through Telegram at the wire, by a real endpoint and a real program. Nothing of them stays."""

import asyncio
import shlex
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiogram import types
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import voice
from bot.app import App, build, channels, take
from bot.channels.telegram_parse import parse
from bot.cli.doctor_voice import voice_findings
from bot.errors import SettingsError
from bot.library import Library
from bot.logs import set_up_logs
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.tables import Inbox
from bot.voice import Command, Endpoint, Failed, VoiceReader, kind_of
from handlers.turn import Incoming
from tests.conftest import KEY, NOW
from tests.doubles.telegram import BOT, TOKEN, Telegram, serving

AUDIO = b"OggS-spoken-by-ba-tu" * 40
BIRTH = "làm khai sinh cho bé cần giấy tờ gì"
WRITES = """
import pathlib, sys
file = pathlib.Path(sys.argv[-1])
assert file.read_bytes().startswith(b"OggS") and file.suffix == ".ogg"
pathlib.Path(sys.argv[1]).write_text(str(file))
print(sys.argv[2])
"""


class Recogniser:
    """A little endpoint as OpenAI's; `said` is what it hears in everything."""

    def __init__(self) -> None:
        self.url, self.said, self.status, self.waits = "", BIRTH, 200, 0.0
        self.asked: list[dict[str, Any]] = []

    async def hear(self, request: Request) -> Response:
        async with request.form() as form:
            file = form["file"]
            assert isinstance(file, UploadFile)
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            self.asked.append(
                {
                    **fields,
                    "name": file.filename,
                    "audio": await file.read(),
                    "key": request.headers.get("authorization"),
                }
            )
        await asyncio.sleep(self.waits)
        return JSONResponse({"text": self.said, "usage": {"seconds": 3}}, self.status)


@pytest.fixture
def recogniser() -> Iterator[Recogniser]:
    made = Recogniser()
    with serving(Starlette(routes=[Route("/v1/audio/transcriptions", made.hear, methods=["POST"])])) as url:
        made.url = f"{url}/v1"
        yield made


@pytest.fixture
def double() -> Iterator[Telegram]:
    with Telegram().running() as made:
        made.files["spoken"] = AUDIO
        yield made


Start = Callable[..., App]


@pytest.fixture
async def start(double: Telegram, database_url: str, library: Library) -> AsyncIterator[Start]:
    made: list[App] = []

    def begin(**more: object) -> App:
        given: dict[str, Any] = {"database_url": database_url, "secret_key": KEY, "place": "phuong-ngo-quyen"}
        given |= {"telegram_token": TOKEN, "telegram_api_url": double.url, **more}
        made.append(build(Settings(**given), library))
        return made[-1]

    yield begin
    for app in made:
        assert app.telegram is not None
        await app.telegram.close()
        app.store.close()


def spoken(double: Telegram, **more: Any) -> dict[str, Any]:
    recording = types.Voice(file_id="spoken", file_unique_id="u", duration=more.pop("duration", 4))
    return double.person_writes(None, voice=recording, **more)


async def hears(app: App, double: Telegram, update: object) -> str:
    """What is answered to this update."""
    assert app.telegram is not None
    app.telegram.user_name = BOT.username or ""
    before = len(double.sent)
    await app.telegram.receive(update, take(app))
    stop = asyncio.Event()
    stop.set()
    await Outbox(app.store, channels(app), app.bell).run(stop)
    return "\n".join(text for _, text, _ in double.sent[before:])


def kept(app: App) -> list[str | None]:
    with app.store.read() as session:
        return list(session.scalars(select(Inbox.text).order_by(Inbox.id)))


async def test_what_was_understood_is_shown_and_answered(
    start: Start, double: Telegram, recogniser: Recogniser
) -> None:
    app = start(transcribe_url=recogniser.url, transcribe_key="a-key-of-theirs", transcribe_model="phowhisper")
    answer = await hears(app, double, spoken(double))
    assert f"Em nghe được: “{BIRTH}”" in answer
    assert "Giấy chứng sinh" in answer
    (asked,) = recogniser.asked
    assert asked["audio"] == AUDIO
    assert (asked["name"], asked["model"], asked["language"]) == ("voice.ogg", "phowhisper", "vi")
    assert asked["key"] == "Bearer a-key-of-theirs"


async def test_a_number_in_speech_is_masked_and_treated_as_typed(
    start: Start, double: Telegram, recogniser: Recogniser
) -> None:
    app = start(transcribe_url=recogniser.url)
    recogniser.said = "tôi tên Tư căn cước 031090001234 làm khai sinh cho bé"
    answer = await hears(app, double, spoken(double))
    assert "031090001234" not in answer
    assert "031090001234" not in str(kept(app))
    recogniser.said = "gọi lại cho bà số 0912345678 nhé, đăng ký khai sinh cho bé"
    assert "0912345678" not in await hears(app, double, spoken(double))
    assert "0912345678" not in str(kept(app))


async def test_a_password_in_speech_is_neither_shown_nor_kept(
    start: Start, double: Telegram, recogniser: Recogniser, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs()
    app = start(transcribe_url=recogniser.url)
    recogniser.said = "mật khẩu vneid của tôi là HoaHong1950"
    answer = await hears(app, double, spoken(double))
    assert "mật khẩu" in answer.lower()
    assert "Em nghe được" not in answer
    assert "HoaHong1950" not in answer + str(kept(app))
    recogniser.said = BIRTH
    await hears(app, double, spoken(double))
    structlog.reset_defaults()
    logged = "".join(capsys.readouterr())
    assert "voice_read" in logged
    assert "HoaHong1950" not in logged
    assert "khai sinh" not in logged


@pytest.mark.parametrize("fault", ["empty", "silence", "error", "not json", "away", "gone", "large"])
async def test_what_is_not_understood_is_told_kindly(
    start: Start, double: Telegram, recogniser: Recogniser, fault: str
) -> None:
    app = start(transcribe_url="http://127.0.0.1:9" if fault == "away" else recogniser.url)
    recogniser.said = {"empty": "", "silence": " … "}.get(fault, BIRTH)
    recogniser.status = {"error": 500}.get(fault, 200)
    if fault == "not json":
        recogniser.said = None  # type: ignore[assignment]
    if fault == "gone":
        double.files.clear()
    if fault == "large":
        double.files["spoken"] = b"OggS" + bytes(voice.LARGEST_VOICE)
    answer = await hears(app, double, spoken(double))
    assert "Em chưa nghe được giọng nói" in answer
    assert "micro" in answer


async def test_without_a_recogniser_people_are_told_to_type(start: Start, double: Telegram) -> None:
    assert "micro" in await hears(start(), double, spoken(double))
    assert double.calls["getfile"] == 0


async def test_too_long_a_message_is_not_even_fetched(start: Start, double: Telegram, recogniser: Recogniser) -> None:
    app = start(transcribe_url=recogniser.url)
    assert "micro" in await hears(app, double, spoken(double, duration=voice.LONGEST_VOICE + 1))
    assert double.calls["getfile"] == 0


async def test_a_command_reads_a_file_that_is_gone_afterwards(start: Start, double: Telegram, tmp_path: Path) -> None:
    (tmp_path / "hear.py").write_text(WRITES)
    words = [sys.executable, str(tmp_path / "hear.py"), str(tmp_path / "where"), BIRTH]
    app = start(transcribe_command=shlex.join(words))
    assert "Giấy chứng sinh" in await hears(app, double, spoken(double))
    file = Path((tmp_path / "where").read_text())
    assert file.name == "voice.ogg"
    assert not file.parent.exists()


def test_a_command_gets_no_secrets_and_its_faults_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSO_SECRET_KEY", KEY)
    python = [sys.executable, "-c"]
    looks = "import os; print('found' if [n for n in os.environ if n.startswith('CAUSO_')] else 'none')"
    assert Command([*python, looks]).text(AUDIO, 5).strip() == "none"
    with pytest.raises(Failed, match="ended with 3"):
        Command([*python, "raise SystemExit(3)"]).text(AUDIO, 5)
    with pytest.raises(Failed, match="FileNotFoundError"):
        Command([str(tmp_path / "nothing")]).text(AUDIO, 5)


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    late = tmp_path / "late"
    child = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(late)!r}).touch()"
    parent = (
        f"import subprocess, sys, pathlib, time\npathlib.Path({str(tmp_path / 'file')!r}).write_text(sys.argv[-1])\n"
    )
    parent += f"subprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(9)"
    began = time.monotonic()
    with pytest.raises(Failed, match="too long"):
        Command([sys.executable, "-c", parent]).text(AUDIO, 0.7)
    assert time.monotonic() - began < 1.4
    assert not Path((tmp_path / "file").read_text()).parent.exists()
    time.sleep(1.5)
    assert not late.exists()


def test_all_of_it_ends_in_time(recogniser: Recogniser) -> None:
    def slow(reference: str) -> bytes:
        time.sleep(0.3)
        return AUDIO

    recogniser.waits = 0.5
    reader = VoiceReader(Endpoint(recogniser.url, "m", None), {"telegram": slow}, seconds=0.4)
    message = Incoming("telegram", "7", "1", NOW, other="voice", voice="spoken")
    began = time.monotonic()
    assert reader.ahead(message) == message
    assert time.monotonic() - began < 0.6
    assert voice.SECONDS < 8


async def test_in_a_group_only_what_is_said_to_us_is_heard(
    start: Start, double: Telegram, recogniser: Recogniser
) -> None:
    app = start(transcribe_url=recogniser.url)
    group = types.Chat(id=-100, type="supergroup", title="Tổ")
    person = types.User(id=7, is_bot=False, first_name="Tư")
    assert await hears(app, double, spoken(double, chat_object=group, from_user=person)) == ""
    assert recogniser.asked == []
    ours = types.Message(message_id=5, date=NOW, chat=group, from_user=BOT, text="chào")
    update = spoken(double, chat_object=group, from_user=person, reply_to_message=ours)
    incoming = parse(update, BOT.username or "")
    assert incoming is not None
    assert incoming.group
    assert "Giấy chứng sinh" in await hears(app, double, update)


def test_both_settings_at_once_are_refused(library: Library, tmp_path: Path) -> None:
    for command, words in (("whisper", "not both"), ("'", "CAUSO_TRANSCRIBE_COMMAND"), (" ", "no program")):
        both = {"transcribe_url": "http://127.0.0.1:1"} if words == "not both" else {}
        settings = Settings(transcribe_command=command, **both)  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match=words):
            voice.open_voice(settings, {})
        assert [one.level for one in voice_findings(settings)] == ["wrong"]


def test_the_doctor_says_what_hears() -> None:
    def said(**more: object) -> list[tuple[str, str]]:
        return [(one.level, one.text) for one in voice_findings(Settings(**more))]  # type: ignore[arg-type]

    assert said()[0][0] == "good"
    assert said(transcribe_command=sys.executable)[0] == (
        "good",
        f"voice messages are turned to text by {sys.executable}",
    )
    assert said(transcribe_command="/nowhere/whisper --fast")[0][0] == "wrong"
    assert [level for level, _ in said(transcribe_url="http://other.example.vn")] == ["warning", "good"]
    assert [level for level, _ in said(transcribe_url="https://other.example.vn/v1")] == ["good"]


def test_the_file_is_called_what_it_is() -> None:
    found = {b"OggS": "ogg", b"RIFF": "wav", b"ID3": "mp3", b"\xff\xf1": "aac", b"\xff\xfb": "mp3", b"?": "ogg"}
    assert {start: kind_of(start) for start in found} == found
    assert kind_of(b"\0\0\0\x18ftypM4A ") == "m4a"
