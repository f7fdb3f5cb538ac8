"""Watching a folder for tables of dossiers: whatever is put there is imported by itself, one file at a time."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.bell import IMPORTED, Bell
from bot.dossiers.folder import Claim, Folder, signature_of
from bot.dossiers.importer import SheetReport, Watch, import_table
from bot.dossiers.told import told
from bot.errors import CausoError, SettingsError, StoreAway
from bot.library import Library
from bot.store.connect import Store
from knowledge.dossier_tables import read_table_words
from knowledge.load import ContentError

_SECONDS = 2  # between two looks; looking works on network drives too, where nobody tells of changes
_MOST_ATTEMPTS = 3  # at a file during which the process ended
_log = structlog.get_logger()

Take = Callable[[Path, Path | None, datetime, Watch], list[SheetReport]]


class _Stopped(CausoError):
    """The program is being stopped in the middle of a file."""


class FolderWatch:
    """`take(file, mapping, as_of, watch)` imports one file; `texts` are those of the reports."""

    def __init__(
        self,
        path: Path,
        take: Take,
        texts: Callable[[], Mapping[str, str]],
        clock: Callable[[], datetime],
        seconds: float = _SECONDS,
    ) -> None:
        self.folder, self._take, self._texts, self._clock, self._seconds = Folder(path), take, texts, clock, seconds
        self._away = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is being imported then is put back and begun again next time."""
        while not stop.is_set():
            await asyncio.to_thread(self.look, stop.is_set)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._seconds)

    def look(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Imports what is ready; how many files. A folder that is away is looked at again the next time."""
        count = 0
        try:
            self.folder.prepare()
            for claim in self.folder.claims():
                count += self._import(claim, stopped)
                if stopped():
                    break
        except OSError as error:
            if not self._away:
                _log.error("dossier_folder_away", reason=error.strerror)
            self._away = True
        else:
            self._away = False
        return count

    def _import(self, claim: Claim, stopped: Callable[[], bool]) -> bool:
        """Whether the file was dealt with; if not it waits for the next time."""

        def watch(done: int, of: int) -> None:
            if stopped():
                raise _Stopped

        texts = self._texts()
        if claim.attempt > _MOST_ATTEMPTS:
            return self._finish(claim, False, [texts["folder_tried"]])
        as_of = datetime.fromtimestamp(claim.signature[1] // 1_000_000_000, UTC)
        try:
            reports = self._take(claim.path, self.folder.mapping(), as_of, watch)
        except (StoreAway, _Stopped) as error:
            _log.warning("dossier_file_put_back", reason=type(error).__name__)
            self.folder.give_back(claim)
            return False
        except ContentError as error:
            return self._finish(claim, False, [texts["folder_bad_mapping"], *map(str, error.problems)])
        except CausoError as error:
            return self._finish(
                claim, False, [texts["folder_unreadable"], str(error).replace(claim.path.name, claim.name)]
            )
        if signature_of(claim.path) != claim.signature:
            self.folder.give_back(claim)  # it was still being written
            return False
        lines = list(told(claim.name, reports, texts))
        used = any(report.used for report in reports)
        if not used:
            lines.append(texts["folder_mapping"])
        rows = sum(report.rows for report in reports)
        counts = [report.counts for report in reports]
        _log.info(
            "dossier_file_imported" if used else "dossier_file_failed",
            rows=rows,
            new=sum(count.new for count in counts),
            changed=sum(count.changed for count in counts),
            bad=sum(report.bad for report in reports),
        )
        return self._finish(claim, used, lines)

    def _finish(self, claim: Claim, good: bool, lines: list[str]) -> bool:
        at = self._clock()
        head = self._texts()["folder_report"].format(file=claim.name, when=f"{at:%H:%M %d/%m/%Y}")
        self.folder.finish(claim, good, "\n".join([head, "", *lines, ""]), at)
        return True


def watch_folder(
    path: Path,
    store: Store,
    library: Library,
    clock: Callable[[], datetime],
    key: str | None = None,
    bell: Bell | None = None,
) -> FolderWatch:
    """The watch on a folder that imports into `store`; `key` locks whose a dossier is, `bell` rings after an import.

    Raises `SettingsError` where there can be no such folder.
    """
    if path.exists() and not path.is_dir():
        raise SettingsError(f"CAUSO_DOSSIER_FOLDER: {path} is not a folder")

    def take(file: Path, mapping: Path | None, as_of: datetime, watch: Watch) -> list[SheetReport]:
        words = read_table_words(library.folder, mapping)
        reports = import_table(file, words, store, as_of, clock().date(), watch, key)
        if bell:
            bell.ring(*IMPORTED)
        return reports

    return FolderWatch(path, take, lambda: library.current.content.texts, clock)
