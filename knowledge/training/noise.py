"""Writing a clean sentence as phones produce it: without tones, in short forms, with keyboard leftovers, misspelt.

The share of each is as measured on messages of residents: 30 % stay clean, 28 % lose their tones, 18 % get short
forms, 12 % Telex or VNI leftovers, 8 % wrong letters, 4 % dialect.
"""

import random
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

from knowledge.fold import strip_tones
from knowledge.lexicon import Lexicon

_TELEX = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VNI = {"f": "2", "s": "1", "r": "3", "x": "4", "j": "5"}
_MARKS = {"\u0302": ("", "6"), "\u0306": ("w", "8"), "\u031b": ("w", "7")}
_NEXT_KEY = {
    "a": "sq", "s": "ad", "d": "sf", "e": "wr", "i": "uo", "o": "ip", "n": "bm", "m": "n", "t": "ry", "h": "gj",
    "g": "fh", "c": "xv", "u": "yi", "k": "jl", "l": "k",
}  # fmt: skip
_LONGEST_SHORT_FORM = 6
_SHORT, _WRAPPED = 16, 0.3


class Noise:
    """Makes noisy forms; `wraps` are words that `wrapped` puts before and after short sentences."""

    def __init__(self, lexicon: Lexicon, wraps: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())) -> None:
        self.short = _reversed({key: full for key, full in lexicon.teencode.items() if len(key) <= _LONGEST_SHORT_FORM})
        self.dialect = _reversed(lexicon.dialect)
        self.before, self.after = wraps

    def wrapped(self, text: str, chance: random.Random) -> str:
        """Now and then a short text gets a polite frame, which may ask for something else."""
        if len(text.split()) < _SHORT and chance.random() < _WRAPPED:
            return f"{chance.choice(self.before)} {text} {chance.choice(self.after)}"
        return text

    def __call__(self, text: str, chance: random.Random) -> str:
        """One noisy form of the text."""
        words = unicodedata.normalize("NFC", text).lower().split()
        if len(words) > 6 and chance.random() < 0.3:
            words = [word for word in words if chance.random() > 0.1]
        kind = chance.random()
        if kind < 0.3:
            return " ".join(words)
        if kind < 0.58:
            return strip_tones(" ".join(words))
        if kind < 0.76:
            shortened = self._shortened(words, chance)
            return strip_tones(shortened) if chance.random() < 0.35 else shortened
        if kind < 0.88:
            share, vni = chance.choice((0.2, 0.5, 1.0)), chance.random() < 0.3
            return " ".join(typed(word, vni) if chance.random() < share else word for word in words)
        if kind < 0.96:
            wrong = " ".join(_misspelt(word, chance) if chance.random() < 0.2 else word for word in words)
            return strip_tones(wrong) if chance.random() < 0.3 else wrong
        return " ".join(
            chance.choice(self.dialect[word]) if word in self.dialect and chance.random() < 0.7 else word
            for word in words
        )

    def _shortened(self, words: list[str], chance: random.Random) -> str:
        found, at = [], 0
        while at < len(words):
            for count in (4, 3, 2, 1):
                phrase = " ".join(words[at : at + count])
                if at + count <= len(words) and phrase in self.short and chance.random() < 0.6:
                    found.append(chance.choice(self.short[phrase]))
                    at += count
                    break
            else:
                found.append(words[at])
                at += 1
        return " ".join(found)


def typed(word: str, vni: bool = False) -> str:
    """The keys of Telex (or VNI) for a word, as a switched-off keyboard leaves them."""
    found = tone = ""
    for letter in unicodedata.normalize("NFD", word.replace("đ", "d9" if vni else "dd")):
        if letter in _TELEX:
            tone = _TELEX[letter]
        elif letter in _MARKS:
            telex, number = _MARKS[letter]
            found += number if vni else telex or found[-1:]
        else:
            found += letter
    return found + (_VNI[tone] if vni and tone else tone)


def _misspelt(word: str, chance: random.Random) -> str:
    if len(word) < 3:
        return word
    at, kind = chance.randrange(len(word)), chance.random()
    if kind < 0.4:
        return word[:at] + word[at + 1 :]
    if kind < 0.65 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.8:
        return word[:at] + word[at] + word[at:]
    return word[:at] + chance.choice(_NEXT_KEY.get(word[at], "a")) + word[at + 1 :]


def _reversed(table: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for short, full in table.items():
        if short != full:
            found[full].append(short)
    return dict(found)
