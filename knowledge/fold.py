"""Comparing words as people type them: without case, tones and punctuation."""

import re
import unicodedata
from functools import lru_cache

_NO_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


@lru_cache(30_000)
def strip_tones(text: str) -> str:
    """The text without tone and vowel marks; đ becomes d. Case stays."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


@lru_cache(30_000)  # mostly the same few thousand phrases, and one message looked at by many handlers
def folded(text: str) -> str:
    """Lower case, toneless, single spaces; two texts that fold alike are the same words."""
    return _NO_LETTER_NOR_DIGIT.sub(" ", strip_tones(text.lower())).strip()


def phrase_in(phrase: str, text: str) -> bool:
    """Whether the words of `phrase` stand in `text` one after the other."""
    return f" {folded(phrase)} " in f" {folded(text)} "
