"""Names of places as they compare: without tones, with one spelling of i and y, the kind apart from the name."""

import re
import unicodedata
from functools import lru_cache

from knowledge.fold import strip_tones

WARD_KINDS = frozenset({"phuong", "xa", "thi tran", "dac khu"})
DISTRICT_KINDS = frozenset({"quan", "huyen", "thi xa", "thanh pho"})
PROVINCE_KINDS = frozenset({"tinh", "thanh pho"})
_KINDS = WARD_KINDS | DISTRICT_KINDS | PROVINCE_KINDS
# “Mỹ” and “Mĩ”, “Quy” and “Qui” are one name; “Tây” and “Tai” are not.
_LONG_I = re.compile(r"(?<=[bcdghklmnpqrstvx])(u?)y\b")
_ZERO = re.compile(r"\b0+(?=\d)")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


class _Toneless(dict[int, str]):
    """A table for `str.translate` that fills itself: much quicker on a whole file than letter by letter."""

    def __missing__(self, code: int) -> str:
        self[code] = strip_tones(chr(code))
        return self[code]


_PLAIN = _Toneless()


def comparable(text: str, keep: str = "") -> str:
    """Lower case, without tones, words apart by one space; of other characters only those in `keep` stay."""
    spaced = re.sub(rf"[^a-z0-9{re.escape(keep)}]+", " ", text.lower().translate(_PLAIN))
    return _ZERO.sub("", _LONG_I.sub(_one_i, spaced))


def _one_i(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1]
    return f"{found[1]}i" if not found[1] or before == "q" else found[0]


def split_kind(name: str) -> tuple[str, str]:
    """“phuong cau tre” as (“phuong”, “cau tre”); the kind is empty if there is none."""
    first, _, rest = name.strip().partition(" ")
    if first in _KINDS and rest:
        return first, rest
    second, _, others = rest.partition(" ")
    kind = f"{first} {second}"
    return (kind, others) if kind in _KINDS and others else ("", name.strip())


def kind_of(name: str) -> str:
    """The kind of a unit from its full name, without tones."""
    return split_kind(comparable(name))[0]


def bare_name(name: str) -> str:
    """The full name without its kind, as it is written: “Cầu Tre”."""
    words = name.split()
    return " ".join(words[len(kind_of(name).split()) :])


@lru_cache(4096)
def toned(text: str) -> str:
    """The words with their tones, wherever in the syllable the tone is written (“hoà” and “hòa” are one)."""
    words = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text.lower())):
        parts = unicodedata.normalize("NFD", word)
        words.append("".join(c for c in parts if c not in _TONES) + "".join(c for c in parts if c in _TONES))
    return " ".join(words)


def has_tones(text: str) -> bool:
    return strip_tones(text) != unicodedata.normalize("NFC", text)
