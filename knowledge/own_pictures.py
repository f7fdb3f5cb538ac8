"""Photographs a ward puts in place of a drawn screen: `content/pictures/<guide>/<step>.png` or `.jpg`."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge.model import Guide, Model
from knowledge.problems import Problems
from knowledge.wording import said

FOLDER = Path("pictures")
LARGEST = 300_000  # bytes; residents load it over 3G
_BEGINNINGS: Mapping[str, bytes] = {".png": b"\x89PNG", ".jpg": b"\xff\xd8\xff"}


class OwnPicture(BaseModel):
    """`path` is relative to the content; `version` changes with the file."""

    model_config = ConfigDict(frozen=True)

    path: str
    version: str

    @property
    def name(self) -> str:
        return Path(self.path).name


def paths(folder: Path) -> list[Path]:
    """Every file among the photographs."""
    return sorted(path for path in (folder / FOLDER).rglob("*") if path.is_file() and path.name != "README.md")


def read_pictures(folder: Path, guides: Mapping[str, Model], problems: Problems) -> dict[str, OwnPicture]:
    """The photographs by "<guide>/<step>"; each must belong to a step, be what its name says, and be light."""
    found: dict[str, OwnPicture] = {}
    for path in paths(folder):
        guide, data = guides.get(path.parent.name), path.read_bytes()
        steps = {step.id for step in guide.steps} if isinstance(guide, Guide) else set()
        if path.stem not in steps:
            problems.add(path, (), said("check_picture_no_step", step=path.stem, guide=path.parent.name), line=1)
        elif path.suffix not in _BEGINNINGS or not data.startswith(_BEGINNINGS[path.suffix]):
            problems.add(path, (), said("check_picture_kind"), line=1)
        elif len(data) > LARGEST:
            problems.add(path, (), said("check_picture_large", kilobytes=LARGEST // 1000), line=1)
        else:
            own = OwnPicture(path=str(path.relative_to(folder)), version=sha256(data).hexdigest()[:10])
            found[f"{path.parent.name}/{path.stem}"] = own
    return found
