"""Vietnamese text in the encodings from before Unicode: TCVN3 (ABC), VNI and Windows-1258, read as Latin-1 bytes."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping

from knowledge.fold import folded

# Letter by letter in step. TCVN3 has one code for both cases of a letter with a tone; fonts made the difference.
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_VNI_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT, _CUP = "\u0302", "\u0306"
# A mark that carries the shape of the vowel and its tone.
_VNI_SHAPED = {
    **{"â": _HAT, "à": _HAT + "\u0300", "á": _HAT + "\u0301", "å": _HAT + "\u0309", "ã": _HAT + "\u0303"},
    **{"ä": _HAT + "\u0323", "ê": _CUP, "è": _CUP + "\u0300", "é": _CUP + "\u0301", "ú": _CUP + "\u0309"},
    **{"ü": _CUP + "\u0303", "ë": _CUP + "\u0323"},
}
_VNI_ALONE = {"ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ"}

Reading = Callable[[str], str]


def tcvn3(text: str) -> str:
    return text.translate(_FROM_TCVN3)


def vni(text: str) -> str:
    """A vowel and the mark after it are one letter; marks keep the case of their letter."""
    out: list[str] = []
    for char in text:
        low = char.lower()
        mark = _VNI_TONES.get(low) or _VNI_SHAPED.get(low)
        before = unicodedata.normalize("NFD", out[-1])[0].lower() if out else ""
        if mark and before in "aeouy" and before and _fits(before, low, out[-1]):
            out[-1] = unicodedata.normalize("NFC", out[-1] + mark)
        elif low in _VNI_ALONE:
            letter = _VNI_ALONE[low]
            out.append(letter.upper() if char != low else letter)
        else:
            out.append(char)
    return "".join(out)


def _fits(before: str, mark: str, letter: str) -> bool:
    """Whether this mark may stand after this letter: shapes only on a, e, o; tones also on ơ and ư."""
    if mark in _VNI_TONES:
        return True
    return before in ("aeo" if mark in "âàáåãä" else "a") and letter.lower() in "aeo"


def windows_1258(text: str) -> str:
    try:
        return unicodedata.normalize("NFC", text.encode("latin-1").decode("cp1258"))
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def as_it_is(text: str) -> str:
    return unicodedata.normalize("NFC", text)


READINGS: Mapping[str, Reading] = {"unicode": as_it_is, "windows-1258": windows_1258, "tcvn3": tcvn3, "vni": vni}


def best_reading(cells: Iterable[str], known: Collection[str]) -> str:
    """The name of the reading under which most cells are among the known (folded) words; at a tie the first."""
    texts = [cell for cell in cells if cell]
    hits = {name: sum(folded(read(text)) in known for text in texts) for name, read in READINGS.items()}
    return max(hits, key=lambda name: hits[name])


_FROM_TCVN3 = str.maketrans(_TCVN3, _LETTERS)
