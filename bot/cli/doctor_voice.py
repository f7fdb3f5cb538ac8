"""What `causo doctor` says of voice messages."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.cli.finding import Finding
from bot.errors import SettingsError
from bot.settings import Settings
from bot.voice import Command, open_transcriber

_LOCAL = {"127.0.0.1", "localhost", "::1"}


def voice_findings(settings: Settings) -> Iterator[Finding]:
    """Whether they are turned to text, and by what."""
    try:
        transcriber = open_transcriber(settings)
    except SettingsError as error:
        yield Finding("wrong", str(error))
        return
    if transcriber is None:
        yield Finding("good", "voice messages: people are asked to type (CAUSO_TRANSCRIBE_URL is not set)")
    elif isinstance(transcriber, Command):
        program = transcriber.words[0]
        if shutil.which(program) is None:
            yield Finding("wrong", f"CAUSO_TRANSCRIBE_COMMAND: there is no program {program}")
        else:
            yield Finding("good", f"voice messages are turned to text by {program}")
    else:
        parts = urlsplit(settings.transcribe_url or "")
        if parts.scheme == "http" and parts.hostname not in _LOCAL:
            yield Finding("warning", "CAUSO_TRANSCRIBE_URL is not https: what people say can be heard on the way")
        yield Finding("good", f"voice messages are turned to text by {parts.hostname}")
