"""What residents said that is worth learning from: each text once, its names hidden, without what is no question."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.store.misread import Misread
from knowledge.fold import folded
from knowledge.intents import Intent, build_intents
from knowledge.load import Content
from knowledge.names import hidden
from knowledge.understand import TopicReader, known_texts
from knowledge.usage import Usage
from knowledge.worded import Worded, worded

QUESTIONS = (None, Intent.OUT_OF_SCOPE, Intent.ELSEWHERE)  # the rest is danger, secrets, insults, spam and small talk


@dataclass(frozen=True, slots=True)
class Heard:
    """The same words, however often: one text of them, masked."""

    text: str
    words: Worded
    messages: tuple[Misread, ...]


def heard(found: Sequence[Misread], content: Content, reader: TopicReader, usage: Usage) -> list[Heard]:
    """In the order of `found`. Danger, insults and greetings are left out by their words (the reader has looked at
    them once already), and so are taps on a button, whose words are ours."""
    intent = build_intents(content)
    ours = {folded(words) for words in _our_words(content)}
    same: dict[str, list[Misread]] = defaultdict(list)
    for message in found:
        same[folded(hidden(message.text))].append(message)
    kept = []
    for key, messages in same.items():
        first = messages[0].text
        words = worded(hidden(first), reader, usage)
        if key not in ours and words.said and intent(first) in QUESTIONS:
            kept.append(Heard(hidden(first), words, tuple(messages)))
    return kept


def _our_words(content: Content) -> Iterator[str]:
    """Names and phrasings of the topics, our own sentences, and what stands on the buttons of cases and guides."""
    yield from content.texts.values()
    for lines in known_texts(content).values():
        yield from lines
    for topic in content.procedures.values():
        yield from (option.label for asked in (topic.cases.ask if topic.cases else ()) for option in asked.options)
    for guide in content.guides.values():
        yield guide.everyday
        yield from (option.label for step in guide.steps for option in step.ask or ())
