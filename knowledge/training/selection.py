"""What training takes from the content beside its messages, and the name of what it was made from."""

import hashlib
import random

from knowledge.load import Content
from knowledge.syllables import bare
from knowledge.text import words_of
from knowledge.training.corpus import OTHER, Example, named, titles

_TITLES, _TITLE_WEIGHT = 700, 0.4
_NEAR_TOPIC = 0.55  # a title that shares more of its words with one topic may well be asked for as that topic


def digest(messages: list[Example]) -> str:
    """Names the messages that something was trained on."""
    return hashlib.sha256("\n".join(sorted(f"{e.label}\t{e.text}" for e in messages)).encode()).hexdigest()[:16]


def far_titles(content: Content) -> list[Example]:
    """Titles of procedures that are not topics and share few words with any topic: they teach what is none."""
    words: dict[str, set[str]] = {}
    for example in named(content):
        words.setdefault(example.label, set()).update(map(bare, words_of(example.text)))
    common = {word for word in set().union(*words.values()) if sum(word in some for some in words.values()) > 12}
    found = []
    for title in titles(content):
        own = set(map(bare, words_of(title))) - common
        if own and max(len(own & some) for some in words.values()) / len(own) < _NEAR_TOPIC:
            found.append(Example(title, OTHER, _TITLE_WEIGHT))
    random.Random(4).shuffle(found)  # noqa: S311  no secret
    return found[:_TITLES]
