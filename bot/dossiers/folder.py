"""The folder where a one-stop system, or an officer, puts its tables: what is ready, whose turn it is, where it goes.

A file is claimed by moving it into `working/` and locking it there; the lock ends with the process, so what a crash
left behind is found by its lock being free. Afterwards it is in `done/` or `failed/`, a report beside it.
"""

import fcntl
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

MAPPING = "mapping.yaml"  # what columns mean, beside the tables
_WORKING, _DONE, _FAILED = "working", "done", "failed"
_CLAIMED = re.compile(r"[0-9a-f]{8}\.(\d)\.(.+)")
_BEING_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".filepart")
_QUIET = 3  # looks in a row at which a file was the same before it counts as whole
_EMPTY_QUIET = 30  # a copy may begin with an empty file
_LONGEST = 180  # bytes of a name that are kept, so that what is put before it fits too

Signature = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is ours until it is given away. `attempt` counts from 1; `signature` is its size and time then."""

    path: Path
    name: str
    attempt: int
    signature: Signature
    lock: BinaryIO


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: dict[str, tuple[Signature, int]] = {}

    def prepare(self) -> None:
        """Makes it and its parts. Raises OSError."""
        for name in (_WORKING, _DONE, _FAILED):
            (self.path / name).mkdir(parents=True, exist_ok=True)

    def mapping(self) -> Path | None:
        path = self.path / MAPPING
        return path if path.is_file() else None

    def claims(self) -> Iterator[Claim]:
        """What a crash left behind, then what is whole, the oldest first. Raises OSError."""
        for path in sorted((self.path / _WORKING).iterdir()):
            if (found := _CLAIMED.fullmatch(path.name)) and (claim := _locked(path, int(found[1]), found[2])):
                yield _again(claim)
        for path in self._whole():
            target = self.path / _WORKING / f"{secrets.token_hex(4)}.1.{_short(path.name)}"
            try:
                path.rename(target)
            except FileNotFoundError:
                continue  # another process was faster
            if claim := _locked(target, 1, path.name):
                yield claim

    def _whole(self) -> list[Path]:
        """The files that did not change for some looks."""
        now: dict[str, tuple[Signature, int]] = {}
        whole: list[Path] = []
        for path in self.path.iterdir():
            if path.name == MAPPING or path.name.startswith((".", "~$")) or path.suffix.lower() in _BEING_WRITTEN:
                continue
            try:
                signature = signature_of(path)
            except FileNotFoundError:
                continue
            if not path.is_file():
                continue
            before, times = self._seen.get(path.name, (None, 0))
            times = times + 1 if before == signature else 1
            now[path.name] = (signature, times)
            if times >= (_QUIET if signature[0] else _EMPTY_QUIET):
                whole.append(path)
        self._seen = now
        return sorted(whole, key=lambda path: now[path.name][0][1])

    def finish(self, claim: Claim, good: bool, report: str, at: datetime) -> Path:
        """Moves the file to where it belongs and writes the report beside it; where it is now."""
        to = self.path / (_DONE if good else _FAILED)
        for number in range(1, 1000):
            stamp = f"{at:%Y%m%d-%H%M%S}" + (f"-{number}" if number > 1 else "")
            target = to / f"{stamp} {_short(claim.name)}"
            try:
                # The mark at the beginning and the line ends are for old Windows, which wards still have.
                with target.with_name(f"{target.name}.txt").open("x", encoding="utf-8-sig", newline="\r\n") as file:
                    file.write(report)
            except FileExistsError:
                continue
            claim.path.rename(target)
            claim.lock.close()
            return target
        raise FileExistsError(to)

    def give_back(self, claim: Claim) -> None:
        """Puts the file back as if it had just arrived, under another name where one of its name came meanwhile."""
        target, number = self.path / claim.name, 1
        while target.exists():
            number += 1
            target = self.path / f"{number} {_short(claim.name)}"
        claim.path.rename(target)
        claim.lock.close()


def signature_of(path: Path) -> Signature:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _locked(path: Path, attempt: int, name: str) -> Claim | None:
    """The claim on a file in `working/`; None if another has it, or has moved it meanwhile."""
    try:
        lock = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return Claim(path, name, attempt, signature_of(path), lock)
    except (BlockingIOError, FileNotFoundError):
        lock.close()
        return None


def _again(claim: Claim) -> Claim:
    """The same claim, counted once more."""
    attempt = min(claim.attempt + 1, 9)
    path = claim.path.with_name(f"{claim.path.name[:8]}.{attempt}.{_short(claim.name)}")
    claim.path.rename(path)
    return Claim(path, claim.name, attempt, claim.signature, claim.lock)


def _short(name: str) -> str:
    """The name within a length that leaves room; its ending stays."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return name.encode()[:_LONGEST].decode(errors="ignore")
    room = _LONGEST - len(suffix.encode()) - 1
    return (
        f"{stem.encode()[:room].decode(errors='ignore')}.{suffix}"
        if room > 0
        else name.encode()[:_LONGEST].decode(errors="ignore")
    )
