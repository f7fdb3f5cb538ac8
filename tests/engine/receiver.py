"""A platform made of one file: what is sent is appended to it, one line each, flushed before `send` returns."""

import json
import os
from pathlib import Path

from bot.channels.contract import Limits, Outgoing, Pace
from handlers.turn import TextPart


class FileChannel:
    """Delivers into a file that several processes may append to."""

    name = "file"
    limits = Limits(text=1000, buttons=0)
    pace = Pace(per_second=10_000, chat_seconds=0)

    def __init__(self, path: Path) -> None:
        self.path = path

    async def send(self, chat: str, message: Outgoing) -> None:
        assert isinstance(message.part, TextPart)
        line = json.dumps([chat, message.part.text]) + "\n"
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line.encode())
        os.close(handle)
