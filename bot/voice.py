"""Voice messages to text, by whatever the operator set: an endpoint like OpenAI's, or a command of their own.

A webhook waits meanwhile, so fetching and reading together end within `SECONDS`, which is less than the eight that a
platform is kept waiting; what takes longer counts as not understood. Nothing of the audio or the text is kept here.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import httpx
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import SettingsError
from bot.redact import redact
from bot.settings import Settings
from handlers.turn import Incoming

SECONDS = 7.0  # for fetching and reading together
LONGEST_VOICE = 120  # seconds of speech
LARGEST_VOICE = 3_000_000  # bytes; two minutes of what phones send are well below
_AT_ONCE = 4  # more wait their turn, within their time
_MOST_TEXT = 1500  # characters that are taken of what was understood
_MEMORY = Path("/dev/shm")  # noqa: S108  memory, so that the audio is never on a disk
_KINDS = ((b"OggS", "ogg"), (b"RIFF", "wav"), (b"ID3", "mp3"), (b"#!AMR", "amr"), (b"fLaC", "flac"))
_log = structlog.get_logger()


class Failed(Exception):
    """There is no text. The text of the error is a word for the log."""


class Transcriber(Protocol):
    def text(self, audio: bytes, seconds: float) -> str:
        """What is said in it, within so many seconds. Raises `Failed`."""
        ...


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str


class Endpoint:
    """`POST {url}/audio/transcriptions`. https://platform.openai.com/docs/api-reference/audio/createTranscription"""

    def __init__(self, url: str, model: str, key: str | None) -> None:
        self.url, self.model = f"{url}/audio/transcriptions", model
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def text(self, audio: bytes, seconds: float) -> str:
        """Raises `Failed`."""
        file = {"file": (f"voice.{kind_of(audio)}", audio)}
        data = {"model": self.model, "language": "vi", "response_format": "json"}
        try:
            answer = httpx.post(self.url, files=file, data=data, headers=self.headers, timeout=seconds)
            answer.raise_for_status()
            return _Said.model_validate_json(answer.content).text
        except httpx.HTTPStatusError as error:
            raise Failed(f"HTTP {error.response.status_code}") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
            raise Failed(type(error).__name__) from None


class Command:
    """A program that gets the audio as a file, its last argument, and prints the text. It does not get our secrets."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def text(self, audio: bytes, seconds: float) -> str:
        """Raises `Failed`; what it began is killed with it when it takes too long."""
        memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUSO_")}
        with tempfile.TemporaryDirectory(prefix="causo-voice-", dir=memory, ignore_cleanup_errors=True) as folder:
            file = Path(folder) / f"voice.{kind_of(audio)}"
            try:
                file.write_bytes(audio)
                process = subprocess.Popen(  # noqa: S603  the operator's own words
                    [*self.words, str(file)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise Failed(type(error).__name__) from None
            with process:
                try:
                    out, _ = process.communicate(timeout=seconds)
                except subprocess.TimeoutExpired:
                    raise Failed("took too long") from None
                finally:
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise Failed(f"ended with {process.returncode}")
        return out.decode("utf-8", errors="replace")


class VoiceReader:
    """Reads the voice of a message ahead of its turn; `fetch` gives the bytes of a file, or None, by channel."""

    def __init__(
        self,
        transcriber: Transcriber,
        fetch: Mapping[str, Callable[[str], bytes | None]],
        seconds: float = SECONDS,
    ) -> None:
        self.transcriber, self.fetch, self.seconds = transcriber, fetch, seconds
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="voice")

    def ahead(self, incoming: Incoming) -> Incoming:
        """The message with what was understood as its text; as it was when nothing was, and then it is said so."""
        fetch = self.fetch.get(incoming.channel)
        if not incoming.voice or incoming.heard is not None or fetch is None:
            return incoming
        end = time.monotonic() + self.seconds
        reading: Future[str] = self._threads.submit(self._read, fetch, incoming.voice, end)
        try:
            said = reading.result(timeout=self.seconds)
        except TimeoutError:
            reading.cancel()
            _log.warning("voice_not_read", channel=incoming.channel, why="took too long")
            return incoming
        except Failed as error:
            _log.warning("voice_not_read", channel=incoming.channel, why=str(error))
            return incoming
        _log.info("voice_read", channel=incoming.channel, characters=len(said))
        return replace(incoming, text=said, heard=redact(said), other=None)

    def _read(self, fetch: Callable[[str], bytes | None], reference: str, end: float) -> str:
        audio = fetch(reference)
        if not audio:
            raise Failed("no file")
        if len(audio) > LARGEST_VOICE:
            raise Failed("too large")
        left = end - time.monotonic()
        if left <= 0:
            raise Failed("took too long")
        said = " ".join(_bare(self.transcriber.text(audio, left)).split())[:_MOST_TEXT]
        if not any(character.isalnum() for character in said):
            raise Failed("nothing said")
        return said


def open_voice(settings: Settings, fetch: Mapping[str, Callable[[str], bytes | None]]) -> VoiceReader | None:
    """None where nothing is set. Raises `SettingsError`."""
    transcriber = open_transcriber(settings)
    return VoiceReader(transcriber, fetch) if transcriber else None


def open_transcriber(settings: Settings) -> Transcriber | None:
    """None where nothing is set. Raises `SettingsError` where both are, or the command cannot be split into words."""
    url, command = settings.transcribe_url, settings.transcribe_command
    if url and command:
        raise SettingsError("CAUSO_TRANSCRIBE_COMMAND: set either it or CAUSO_TRANSCRIBE_URL, not both")
    if url:
        key = settings.transcribe_key
        return Endpoint(url, settings.transcribe_model, key.get_secret_value() if key else None)
    if not command:
        return None
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SettingsError(f"CAUSO_TRANSCRIBE_COMMAND: {error}") from None
    if not words:
        raise SettingsError("CAUSO_TRANSCRIBE_COMMAND: there is no program in it")
    return Command(words)


def kind_of(audio: bytes) -> str:
    """The ending that its first bytes ask for: recognisers go by the name."""
    for start, kind in _KINDS:
        if audio.startswith(start):
            return kind
    if audio[4:8] == b"ftyp":
        return "m4a"
    if audio[:1] == b"\xff" and audio[1:2] in (b"\xf1", b"\xf9"):
        return "aac"
    return "mp3" if audio[:1] == b"\xff" else "ogg"


def _bare(text: str) -> str:
    """NFC, without control and invisible characters, as what people type."""
    text = unicodedata.normalize("NFC", text)
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else " " for c in text)
