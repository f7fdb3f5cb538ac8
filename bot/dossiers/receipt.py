"""What stands in a photo: the QR or bar code of a receipt, read on this machine. The photo itself goes no further, but
to a helper while somebody is with one."""

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

import structlog
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from handlers.turn import Incoming, Photographed
from knowledge.dossier_codes import find_codes
from knowledge.personal import find_personal

LARGEST = 12_000_000  # bytes of a photo; phones take 3 to 8 MB
_MOST_PIXELS = 60_000_000
_SIDE = 2400  # pixels of the longer side that are looked at
_MOST_CODES = 3
_SHOWN_SIDE, _SHOWN_QUALITY = 1600, 82  # of what a helper gets to see: small writing on a screen can still be read
_log = structlog.get_logger()


def codes_in(data: bytes, today: date) -> Photographed:
    """What stands in the QR and bar codes of the picture. A citizen card's QR says that it is one, and nothing else."""
    picture = _opened(data)
    if picture is None:
        return Photographed(readable=False)
    found: list[str] = []
    for text in _texts(picture.convert("L")):
        codes = [code.text for code in find_codes(text, today) if code.kind == "dossier"]
        if not codes and any(item.kind != "phone" for item in find_personal(text.replace("|", " | "))):
            return Photographed(card=True)
        found += codes
    return Photographed(tuple(dict.fromkeys(found))[:_MOST_CODES], jpeg=_shown(picture))


def _opened(data: bytes) -> Image.Image | None:
    """Upright, not larger than is worth looking at; None for what is no picture, or a trap of one."""
    if len(data) > LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return None
                picture.draft("RGB", (_SIDE, _SIDE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None
    upright.thumbnail((_SIDE, _SIDE))
    return upright


def _shown(picture: Image.Image) -> bytes:
    """As JPEG, written anew, so that nothing of the camera's data comes along."""
    small = picture.copy()
    small.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=_SHOWN_QUALITY, optimize=True)
    return written.getvalue()


def _texts(picture: Image.Image) -> list[str]:
    """As it is, then with more contrast: a photo of paper in the evening."""
    found = zxingcpp.read_barcodes(picture) or zxingcpp.read_barcodes(ImageOps.autocontrast(picture, cutoff=5))
    return [code.text for code in found]


class ReceiptReader:
    """Reads the photo of a message ahead of its turn; `fetch` gives the bytes of a photo, or None, by channel."""

    def __init__(self, fetch: Mapping[str, Callable[[str], bytes | None]], clock: Callable[[], datetime]) -> None:
        self._fetch, self._clock = fetch, clock

    def ahead(self, incoming: Incoming) -> Incoming:
        """The message with what was read in its photo."""
        fetch = self._fetch.get(incoming.channel)
        if not incoming.photo or incoming.seen is not None or fetch is None:
            return incoming
        data = fetch(incoming.photo)
        seen = codes_in(data, self._clock().date()) if data else Photographed(readable=False)
        _log.info("photo_read", channel=incoming.channel, codes=len(seen.codes), readable=seen.readable)
        return replace(incoming, seen=seen)
