"""What can be learnt from messages that were not understood: like ones together, the likeliest topics, a phrasing.

Nothing is learnt here. An editor reads what `causo learn` shows and decides.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.heard import QUESTIONS, Heard, heard
from bot.store.misread import Misread
from handlers.topics import SURE
from knowledge.alike import alike, rarities
from knowledge.distil import distilled
from knowledge.intents import build_intents
from knowledge.load import Content
from knowledge.phrasings import fault, file_of
from knowledge.reading import Read
from knowledge.understand import build_reader, known_texts
from knowledge.usage import Usage
from knowledge.worded import Worded, worded

_READ = 5  # messages of a group that are read, and of which examples are shown
_EXAMPLES, _TOPICS, _SHARED = 3, 3, 5
_LIKELY = 0.03  # a topic less likely than this is not worth a line


@dataclass(frozen=True, slots=True)
class Likely:
    """A topic, or "faq:<id>", that the messages may be about; `phrasing` is what it could learn, or empty."""

    id: str
    name: str
    score: float
    phrasing: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Like messages. `examples` are masked; `group` is the number of the oldest message, to name the group by."""

    group: int
    messages: tuple[Misread, ...]
    examples: tuple[str, ...]
    shared: tuple[str, ...]
    topics: tuple[Likely, ...]


class Learner:
    """Looks at the messages `found` with one version of the content; `judged` may never be learnt."""

    def __init__(self, content: Content, found: Sequence[Misread], judged: Collection[str]) -> None:
        self.content, self.judged = content, judged
        self.reader = build_reader(content)
        self.usage = Usage(line for lines in known_texts(content).values() for line in lines)
        self.intent = build_intents(content, self.reader.read)
        said = heard(found, content, self.reader, self.usage)
        words = [item.words for item in said]
        self.rarity = rarities(words, self.reader)
        groups = [[said[place] for place in places] for places in alike(words, self.rarity)]
        self.groups = sorted(groups, key=lambda group: -sum(len(item.messages) for item in group))

    def lessons(self) -> Iterator[Lesson]:
        """The largest group first; a group that the reader understands by now is left out."""
        for group in self.groups:
            read = [item for item in group[:_READ] if self.intent(item.messages[0].text) in QUESTIONS]
            if not all(self._understood(item) for item in read):
                yield self._lesson(group, read)

    def group(self, number: int) -> list[Misread]:
        """The messages of the group that holds the message of this number; empty if none does."""
        groups = ([message for item in group for message in item.messages] for group in self.groups)
        return next((messages for messages in groups if any(message.id == number for message in messages)), [])

    def with_words(self, phrasing: str) -> list[Misread]:
        """The messages of every group in which one holds all words of a phrasing."""
        wanted = set(worded(phrasing, self.reader, self.usage).toneless)
        groups = [group for group in self.groups if any(wanted <= {*item.words.toneless} for item in group)]
        return [message for group in groups for item in group for message in item.messages]

    def _read(self, item: Heard) -> Read:
        return self.reader.read(item.messages[0].text)

    def _understood(self, item: Heard) -> bool:
        read = self._read(item)
        return read.confidence >= SURE and read.matches[0].id not in _denied(item)

    def _lesson(self, group: Sequence[Heard], read: Sequence[Heard]) -> Lesson:
        messages = tuple(message for item in group for message in item.messages)
        words = [item.words for item in read]
        examples = tuple(item.text for item in read[:_EXAMPLES])
        topics = tuple(self._likely(key, score, words) for key, score in self._topics(read))
        return Lesson(min(m.id for m in messages), messages, examples, self._shared(words), topics)

    def _topics(self, read: Sequence[Heard]) -> list[tuple[str, float]]:
        """What the messages may be about, without what they were taken for by mistake."""
        scores: dict[str, float] = defaultdict(float)
        for item in read:
            for match in self._read(item).matches:
                if match.id not in _denied(item) and file_of(self.content, match.id):
                    scores[match.id] += match.score / len(read)
        likely = [(key, score) for key, score in scores.items() if score >= _LIKELY]
        return sorted(likely, key=lambda pair: -pair[1])[:_TOPICS]

    def _likely(self, key: str, score: float, words: Sequence[Worded]) -> Likely:
        place = self.reader.index.ids.index(key)
        phrasing = " ".join(distilled(words, self.rarity, self.reader.index.words[place]))
        proposed = phrasing if phrasing and fault(self.content, key, phrasing, self.judged) is None else ""
        content = self.content
        name = content.procedures[key].everyday if key in content.procedures else content.faqs[key[4:]].question
        return Likely(key, name, round(score, 2), proposed)

    def _shared(self, words: Sequence[Worded]) -> tuple[str, ...]:
        """The rare words that most of the messages say, in the order and writing of the first."""
        if len(words) < 2:
            return ()
        first = words[0]
        counted = Counter(word for other in words for word in other.said)
        found = [
            toned
            for toned, plain, mark in zip(first.toned, first.toneless, first.marks, strict=True)
            if mark and counted[plain] * 2 > len(words)
        ]
        return tuple(dict.fromkeys(found))[:_SHARED]


def _denied(item: Heard) -> set[str | None]:
    return {message.topic for message in item.messages if message.why == "not_this"}
