"""What is wrong with the content: where it stands, in which field, and what to do, in words for an editor."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from knowledge.source_lines import Where, line_of
from knowledge.wording import Said, Wording

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with the content. A `warning` does not stop it from being used."""

    file: str
    line: int
    field: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class ContentError(Exception):
    """The content cannot be used; `problems` says all that is wrong."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Problems:
    """Collects what is wrong with one folder of content."""

    folder: Path
    words: Wording
    found: list[Problem] = field(default_factory=list)

    def add(self, path: Path, where: Where, what: Said, level: Level = "error", line: int | None = None) -> None:
        """`what` is wrong at `where` in the file at `path`; `line` where the file cannot be searched for it."""
        name = ".".join(map(str, where)) or "file"
        at = line_of(path, where) if line is None else line
        self.found.append(Problem(str(path.relative_to(self.folder)), at, name, self.words(what), level))


def problems_of(folder: Path) -> Problems:
    """An empty collection, with the words of this folder."""
    return Problems(folder, Wording(folder))
