"""What the trained files were made from, so that a content that has moved on is noticed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.encoder import FOLDER

MADE = "made.json"
PARTS = ("encoder", "linear", "confidence")  # what training makes


@dataclass(frozen=True, slots=True)
class Made:
    """How many messages, which labels, and a digest of both."""

    messages: int
    labels: tuple[str, ...]
    digest: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def kept(cls, folder: Path = FOLDER) -> "Made | None":
        """The record beside the trained files, or None where nothing was trained."""
        path = folder / MADE
        if not path.exists():
            return None
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(int(data["messages"]), tuple(data["labels"]), str(data["digest"]))

    def unknown(self, ids: set[str]) -> tuple[str, ...]:
        """Topics that training has not seen: they are found by their words alone."""
        return tuple(sorted(ids - set(self.labels)))

    def gone(self, ids: set[str]) -> tuple[str, ...]:
        """Trained topics that the content no longer has."""
        return tuple(sorted(key for key in self.labels if not key.startswith(("none:", "faq:")) and key not in ids))
