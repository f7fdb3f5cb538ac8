"""Reading what was typed: one spelling for many, word by word, so that it can be compared with the topics."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.fold import strip_tones
from knowledge.lexicon import Lexicon
from knowledge.syllables import bare, is_syllable
from knowledge.telex import typed_syllable

_LINK = re.compile(r"https?://\S+|www\.\S+")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}\b")  # held down at the end; “cccd” is a word
_WORD = re.compile(r"[^\W_]+")
_JOINED_WORDS_FROM = 6


@dataclass(frozen=True, slots=True)
class Words:
    """`toned` and `toneless` run in parallel; `added` are toneless words that synonyms bring in."""

    toned: tuple[str, ...]
    toneless: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.toned)


class Normaliser:
    """Reads messages; `vocabulary` is how often each toneless word stands in the topics, to repair spelling by."""

    def __init__(self, lexicon: Lexicon, vocabulary: Mapping[str, int]) -> None:
        self.lexicon = lexicon
        self.vocabulary = dict(vocabulary)
        self._known = sorted(word for word in vocabulary if len(word) > 1)
        self._synonyms = [
            (f" {' '.join(map(bare, key.split()))} ", tuple(map(bare, value.split())))
            for key, value in lexicon.synonyms.items()
        ]
        heard = "|".join(map(re.escape, sorted(lexicon.homophones, key=len, reverse=True)))
        self._heard = re.compile(rf"(?<!\w)(?:{heard})(?!\w)")
        self._repaired = lru_cache(20_000)(self._repair)

    def __call__(self, text: str) -> Words:
        """The words of a message in one spelling."""
        toned: list[str] = []
        line = " ".join(words_of(text))
        raw = self._heard.sub(lambda found: self.lexicon.homophones[found[0]], line).split()
        for index, word in enumerate(raw):
            toned += self._full(word, raw, index)
        toneless = tuple(map(bare, toned))
        line = f" {' '.join(toneless)} "
        added = tuple(word for key, more in self._synonyms if key in line for word in more)
        return Words(tuple(toned), toneless, added)

    def _full(self, word: str, raw: list[str], index: int) -> list[str]:
        """One typed word as the words it stands for."""
        special = _by_company(word, raw, index)
        if special:
            return special
        for table in (self.lexicon.teencode, self.lexicon.dialect):
            if word in table:
                return table[word].split()
        plain = bare(word)
        if plain in self.vocabulary or plain.isdigit() or is_syllable(plain):
            return [word]
        return list(self._repaired(plain)) or [word]

    def _repair(self, plain: str) -> tuple[str, ...]:
        """Keyboard leftovers, words run together, one or two wrong letters; empty if nothing fits."""
        typed = typed_syllable(plain)
        if typed:
            return (typed,)
        return self._parted(plain) or self._nearest(plain)

    def _parted(self, plain: str) -> tuple[str, ...]:
        """`khaisinh` as khai, sinh: the fewest known syllables that spell it."""
        if len(plain) < _JOINED_WORDS_FROM:
            return ()
        best: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(1, len(plain) + 1):
            for start in range(max(0, end - 7), end):
                piece = plain[start:end]
                if start in best and len(piece) > 1 and piece in self.vocabulary and is_syllable(piece):
                    way = (*best[start], piece)
                    if end not in best or len(way) < len(best[end]):
                        best[end] = way
        found = best.get(len(plain), ())
        return found if len(found) <= 4 else ()

    def _nearest(self, plain: str) -> tuple[str, ...]:
        if len(plain) < 3:
            return ()
        for distance in (1, 2) if len(plain) >= 7 else (1,):
            near = process.extract(plain, self._known, scorer=OSA.distance, score_cutoff=distance, limit=12)
            if near:
                best = max(near, key=lambda hit: (-hit[1], len(hit[0]) >= len(plain), self.vocabulary[hit[0]]))
                return (str(best[0]),)
        return ()


def words_of(text: str) -> list[str]:
    """Lower-case words of NFC text without links; letters held down are one letter."""
    text = _LINK.sub(" ", unicodedata.normalize("NFC", text).lower())
    return _WORD.findall(_REPEATED.sub(r"\1", text))


def _by_company(word: str, raw: list[str], index: int) -> list[str]:
    """Short forms whose meaning hangs on their neighbours: hk, ck, dk, v, mk."""
    before = strip_tones(raw[index - 1]) if index else ""
    after = strip_tones(raw[index + 1]) if index + 1 < len(raw) else ""
    match word:
        case "hk" if before in ("dc", "duoc", "co"):
            return ["không"]
        case "ck" if not {"phi", "tien", "le"} & {strip_tones(other) for other in raw}:
            return ["chồng"]
        case "dk" if before and after and before not in ("co", "ko", "k"):
            return ["đăng", "ký"]
        case "v" if after in ("ck", "chong"):
            return ["vợ"]
        case "mk" | "pass" if before in ("quen", "doi", "lai", "nho", "sai", "reset"):
            return ["mật", "khẩu"]
    return []
