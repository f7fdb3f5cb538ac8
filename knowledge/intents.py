"""Messages that are not about a topic: danger, secrets, greetings, abuse, attempts to redirect the bot.

The patterns are content (`lexicon/intents.yaml`). Danger comes first; a question about papers is never danger.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from knowledge.fold import folded
from knowledge.lexicon import lexicon
from knowledge.load import Content
from knowledge.reading import Read
from knowledge.syllables import bare, is_syllable
from knowledge.text import Normaliser, words_of


class Intent(StrEnum):
    """What a message is when it is not about a topic; the values are the tables' names, in order of precedence."""

    SELF_HARM = "self_harm"
    CHILD = "child"
    FIRE = "fire"
    MEDICAL = "medical"
    CRIME = "crime"
    SECRET = "secret"  # noqa: S105  the name of a table
    INJECTION = "injection"
    PERSON = "person"
    WHO = "who"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    SPAM = "spam"
    ABUSE = "abuse"
    OUT_OF_SCOPE = "out_of_scope"
    GIBBERISH = "gibberish"
    ELSEWHERE = "elsewhere"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True)
class _Rule:
    intent: Intent
    whole: re.Pattern[str] | None
    part: re.Pattern[str] | None
    toned: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    most_words: int


# From this probability on what the encoder takes a message for is believed, when no topic is likely. Danger is believed
# whatever the topic, since missing it costs most; while it is not certain the words of `unless` still speak against it.
_DANGER = frozenset({Intent.SELF_HARM, Intent.CHILD, Intent.FIRE, Intent.MEDICAL, Intent.CRIME})
_BELIEVED, _DANGER_BELIEVED, _DANGER_CERTAIN, _TOPIC_LIKELY = 0.25, 0.3, 0.5, 0.6


def build_intents(
    content: Content, read: Callable[[str], Read] = lambda text: Read((), (), 0.0, False)
) -> Callable[[str], Intent | None]:
    """A function from a message to its intent, or None when it is to be read as a question.

    `read` tells what the encoder takes a message for that belongs to no topic; the patterns come first.
    """
    table = lexicon()
    rules = [
        _Rule(
            intent,
            _pattern(table.intents[intent], "whole"),
            _pattern(table.intents[intent], "part"),
            _pattern(table.intents[intent], "toned"),
            _pattern(table.intents[intent], "unless"),
            int((*table.intents[intent].get("most_words", ()), "1000")[0]),
        )
        for intent in Intent
        if intent in table.intents
    ]
    normalise = Normaliser(table, {})
    meant = {name: intent for intent in Intent for name in table.intents.get(intent, {}).get("kinds", ())}
    known = {bare(word) for item in content.procedures.values() for text in item.phrasings for word in words_of(text)}
    known |= set(table.fillers) | set(table.teencode)

    def intent(text: str) -> Intent | None:
        raw = words_of(text)
        lines = (" ".join(normalise(text).toneless), " ".join(map(bare, folded(text).split())), folded(text))
        for rule in rules:
            if len(raw) <= rule.most_words and any(_fits(rule, line, " ".join(raw)) for line in lines):
                return rule.intent
        found = read(text)
        sums: dict[Intent, float] = {}
        for name, probability in found.kinds.items():
            if name in meant:
                sums[meant[name]] = sums.get(meant[name], 0.0) + probability
        gibberish = Intent.GIBBERISH if _gibberish(text, known) else None
        meaning = _believed(sums, found.confidence)
        if meaning in _DANGER and sums[meaning] < _DANGER_CERTAIN:
            against = next((rule.unless for rule in rules if rule.intent is meaning), None)
            meaning = None if against and any(against.search(line) for line in lines) else meaning
        return meaning or gibberish

    return lru_cache(256)(intent)  # several handlers look at one message


def _believed(sums: Mapping[Intent, float], confidence: float) -> Intent | None:
    danger = {intent: value for intent, value in sums.items() if intent in _DANGER}
    best = max(sums, key=lambda intent: sums[intent], default=None)
    if best and sum(danger.values()) >= max(_DANGER_BELIEVED, 0.0 if best in _DANGER else sums[best]):
        return max(danger, key=lambda intent: danger[intent])
    return best if best and sums[best] >= _BELIEVED and confidence < _TOPIC_LIKELY else None


def _fits(rule: _Rule, line: str, toned: str) -> bool:
    if rule.unless and rule.unless.search(line):
        return False
    if rule.whole and rule.whole.fullmatch(line):
        return True
    return bool((rule.part and rule.part.search(line)) or (rule.toned and rule.toned.search(toned)))


def _gibberish(text: str, known: set[str]) -> bool:
    """Whether nothing in the message could be a word: no syllable, no known short form, no number."""
    words = [bare(word) for word in words_of(text)]
    if not words:
        return False
    readable = [word for word in words if word in known or (is_syllable(word) and len(word) > 1) or word.isdigit()]
    return not readable and not any(
        is_syllable(part) for word in words for part in (word[:-1], word.rstrip("sfrxj0123456789"))
    )


def _pattern(kinds: Mapping[str, tuple[str, ...]], kind: str) -> re.Pattern[str] | None:
    items = kinds.get(kind)
    if not items:
        return None
    joined = "|".join(items)
    return re.compile(joined if kind == "whole" else rf"(?<!\w)(?:{joined})(?!\w)")
