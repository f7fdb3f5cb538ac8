"""What a switched-off Vietnamese keyboard leaves behind: `ddawng kys` (Telex), `d9a8ng ky1` (VNI)."""

import re
from functools import lru_cache

from knowledge.syllables import is_syllable

_DOUBLES = (("uwow", "uo"), ("uow", "uo"), ("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"))
_TONE_KEY = re.compile(r"[sfrxj]")


@lru_cache(30_000)
def typed_syllable(word: str) -> str | None:
    """The toneless syllable that Telex or VNI keys spell, or None if they spell none."""
    if re.fullmatch(r"[a-z]+[1-9][a-z1-9]*", word):
        letters = re.sub(r"\d", "", word)
        return letters if len(letters) > 1 and is_syllable(letters) else None
    if not re.fullmatch(r"[a-z]{3,}", word):
        return None
    for candidate in _spellings(word):
        if candidate != word and is_syllable(candidate):
            return candidate
    return None


def _spellings(word: str) -> list[str]:
    joined = word
    for keys, letter in _DOUBLES:
        joined = joined.replace(keys, letter)
    forms = [joined, joined.replace("w", "u"), joined.replace("w", "")]
    without_tone = [form[: key.start()] + form[key.end() :] for form in forms for key in _TONE_KEY.finditer(form, 1)]
    return [*forms, *without_tone]
