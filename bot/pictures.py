"""The pictures of guide steps: a ward's own where there is one, else drawn from the step, made once and kept."""

import contextlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import resvg_py
from PIL import Image

from knowledge import picture, timeline
from knowledge.load import Content
from knowledge.screen import Screen

MEDIA: Final = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
_SHARPNESS = 2  # a phone's screen has two or three dots where a page counts one
_COLOURS = 64
_FAMILY = "Be Vietnam Pro"


@dataclass(frozen=True, slots=True)
class Made:
    """`version` changes whenever the picture does."""

    data: bytes
    media: str
    version: str


class Pictures:
    """By guide and file name, such as `nhap-otp.png`; `folder` is the content's, `cache` is written to."""

    def __init__(self, content: Callable[[], Content], folder: Path, cache: Path) -> None:
        self.content, self.folder, self.cache = content, folder, cache / "pictures"

    def find(self, guide: str, name: str) -> Made | None:
        """The picture, or None when there is no such step, or it has none of this kind."""
        step, _, kind = name.partition(".")
        own = self.content().pictures.get(f"{guide}/{step}")
        if own and own.name == name:
            with contextlib.suppress(FileNotFoundError):  # taken away since the content was read
                return Made((self.folder / own.path).read_bytes(), MEDIA[kind], own.version)
        screen = self._screen(guide, step)
        if screen is None or kind not in ("svg", "png"):
            return None
        version = picture.version(screen)
        path = self.cache / guide / f"{step}.{version}.{kind}"
        return Made(_kept(path) or _keep(path, _draw(screen, kind)), MEDIA[kind], version)

    def timeline(self, name: str) -> Made | None:
        """How far a dossier is, by the name of its picture, or None when it is none."""
        stem, _, kind = name.partition(".")
        line = timeline.timeline_of(stem)
        if line is None or kind not in ("svg", "png"):
            return None
        texts = self.content().texts
        drawing = timeline.svg(line, texts)
        data = drawing.encode() if kind == "svg" else png(drawing)
        return Made(data, MEDIA[kind], timeline.version(line, texts))

    def photo(self, url: str) -> bytes | None:
        """For chat apps, which know no SVG: the picture at one of our addresses as PNG or JPEG."""
        _, kind, guide, name, *_ = [*url.partition("?")[0].split("/"), "", "", ""]
        if kind == "tien-do":
            made = self.timeline(guide.replace(".svg", ".png"))
        else:
            made = self.find(guide, name.replace(".svg", ".png"))
        return made.data if made else None

    def _screen(self, guide: str, step: str) -> Screen | None:
        found = self.content().guides.get(guide)
        return next((item.screen for item in found.steps if item.id == step), None) if found else None


def png(svg: str) -> bytes:
    """The drawing as PNG, twice as large, in few colours, with the packaged font and no other."""
    fonts = files("fontpkg_be_vietnam_pro") / "files"
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(fonts / f"BeVietnamPro-{weight}.ttf") for weight in ("Regular", "SemiBold")],
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
        zoom=_SHARPNESS,
    )
    with Image.open(io.BytesIO(drawn)) as image:
        few = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    written = io.BytesIO()
    few.save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw(screen: Screen, kind: str) -> bytes:
    drawing = picture.svg(screen)
    return drawing.encode() if kind == "svg" else png(drawing)


def _kept(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _keep(path: Path, data: bytes) -> bytes:
    """Written beside and moved, so that nobody reads half of it; a full or locked disk costs time, not the picture."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{path.name.split('.')[0]}.*{path.suffix}"):
            old.unlink(missing_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.part")
        fresh.write_bytes(data)
        fresh.replace(path)
    return data
