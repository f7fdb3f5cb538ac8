"""The knowledge in use: loaded once, loaded again when a file changes; a broken edit keeps the last good version."""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from watchfiles import awatch

from knowledge.intents import Intent, build_intents
from knowledge.load import FOLDER, Content, ContentError, load
from knowledge.reading import Reader
from knowledge.understand import build_reader

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One consistent version: the content and what reads messages against it."""

    content: Content
    reader: Reader
    intent: Callable[[str], Intent | None]


class Library:
    """`current` is always a whole, good version; it is replaced at once, never changed."""

    def __init__(self, folder: Path = FOLDER, cache: Path | None = None) -> None:
        self.folder, self.cache = folder, cache
        self.current = self._read()
        self.problems: tuple[str, ...] = ()

    def _read(self) -> Knowledge:
        content = load(self.folder, self.cache)
        reader = build_reader(content)
        return Knowledge(content, reader, build_intents(content, reader.read))

    def reload(self) -> bool:
        """Whether a new version is in use now; if not, `problems` says why and the last good one stays."""
        try:
            self.current = self._read()
        except ContentError as error:
            self.problems = tuple(map(str, error.problems))
            _log.error("content_broken", problems=self.problems[:20], in_use="last good version")
            return False
        self.problems = ()
        _log.info("content_loaded", topics=len(self.current.content.procedures))
        return True

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a YAML file or a picture changes, until `stop`."""
        async for changes in awatch(self.folder, stop_event=stop, recursive=True):
            if any(path.endswith((".yaml", ".png", ".jpg")) for _, path in changes):
                await asyncio.to_thread(self.reload)
                set_aside()


def set_aside() -> None:
    """Keeps what is there now out of the garbage collector's walks: the content never goes, and each walk through all
    of it stopped everybody for a fifth of a second, several times a minute."""
    gc.unfreeze()  # of a version before
    gc.collect()
    gc.freeze()
