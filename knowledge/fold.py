"""Comparing words as people type them: without case, tones and punctuation."""

import unicodedata


def folded(text: str) -> str:
    """Lower case, toneless, single spaces; two texts that fold alike are the same words."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


def phrase_in(phrase: str, text: str) -> bool:
    """Whether the words of `phrase` stand in `text` one after the other."""
    return f" {folded(phrase)} " in f" {folded(text)} "
