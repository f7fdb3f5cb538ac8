"""Hiding who and where in a message that somebody else will read: names, birthdays, houses, long numbers, addresses.

`bot.redact` masks numbers before a message is kept; this hides more of what was kept, before an editor sees it. The
words it goes by are content (`lexicon/names.yaml`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import cast

from knowledge.fold import strip_tones
from knowledge.load import FOLDER
from knowledge.source_lines import parse

_FILE = FOLDER / "lexicon/names.yaml"
_SHOUTED = 0.6  # from this share of capitals on, a capital says nothing
_CLAUSE = re.compile(r"[^.,;!?()\"“”\n…]+")
_WORD = re.compile(r"\w+")
_NUMBERS = re.compile(
    r"\S+@\S+\.\w+"
    r"|(?:https?://|www\.)\S+"
    r"|(?<!\w)\w*\d(?:[ .\-/]?\d){4,}\w*"  # five digits or more, however they are set apart
    r"|(?<!\w)(?=\w*\d)(?=\w*[^\W\d])\w{6,}(?!\w)"  # letters and digits mixed: a password, a code
    r"|(?<!\d)\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}(?!\d)"
)


def hidden(text: str) -> str:
    """The text with “…” for whatever may be a name, a birthday, an address or a number of somebody."""
    words = _WORD.findall(text)
    shouted = sum(word[0].isupper() for word in words) >= _SHOUTED * len(words) > 1
    spans = [match.span() for match in _NUMBERS.finditer(text)]
    for clause in _CLAUSE.finditer(text):
        found = list(_WORD.finditer(text, *clause.span()))
        spans += [(found[first].start(), found[last - 1].end()) for first, last in _names(found, shouted)]
    out: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            out += [text[at:start]] if start > at or not out else []
            out += ["…"] if start > at or not out or out[-1] != "…" else []
            at = end
    return "".join([*out, text[at:]])


def _names(found: Sequence[re.Match[str]], shouted: bool) -> Iterator[tuple[int, int]]:
    """Places in `found`, each first and one past the last."""
    said = [match[0].lower() for match in found]
    for place, word in enumerate(said):
        after = said[place + 1] if place + 1 < len(said) else ""
        if (word in _words("surnames") and after in _words("middles")) or word in _list("only_surnames"):
            yield place, _end(found, place + (2 if after in _words("middles") else 1))
        if word in _words("named"):
            start = next((n + 1 for n in range(place + 1, min(place + 4, len(said))) if said[n] in _words("is")), 0)
            if start and start < len(said) and said[start] not in _words("asking"):
                yield start, min(start + 4, len(said))
        if word in _words("numbered") and after[:1].isdigit():
            yield place + 1, _touching(found, place + 2)
        end = place
        while not shouted and end < len(found) and found[end][0].istitle():
            end += 1
        if end - place >= 2 or (end > place and place and said[place - 1] in _words("before")):
            yield place, end


def _end(found: Sequence[re.Match[str]], first: int) -> int:
    """One past the given name that begins at `first`: two words at most, both with a capital or both without."""
    capitals = [match[0][0].isupper() for match in found[first : first + 2]]
    return first + len(capitals) - (len(set(capitals)) > 1)


def _touching(found: Sequence[re.Match[str]], end: int) -> int:
    """`end`, moved on over what is joined to the word before it, as in 12/5."""
    while end < len(found) and found[end].string[found[end - 1].end() : found[end].start()] in ("/", "-"):
        end += 1
    return end


@lru_cache
def _table() -> Mapping[str, list[str]]:
    return cast(Mapping[str, list[str]], parse(_FILE.read_text(encoding="utf-8")))


@lru_cache
def _list(name: str) -> frozenset[str]:
    return frozenset(_table()[name])


@lru_cache
def _words(name: str) -> frozenset[str]:
    """The words of this list, as written and without tones."""
    return _list(name) | frozenset(map(strip_tones, _list(name)))
