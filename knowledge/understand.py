"""From a message to ranked topics with calibrated confidence: what the handlers call the reader."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.confidence import Confidence
from knowledge.facets import FacetReader
from knowledge.lexicon import lexicon
from knowledge.load import Content
from knowledge.reading import Match, Read
from knowledge.search import Index
from knowledge.syllables import bare
from knowledge.text import Normaliser, Words, words_of

_CURATED = 1.25  # a curated topic against a bare catalogue title
_SHOWN = 5
_TITLE_SAID = 0.6  # from this share of its words on, a title counts as said


class TopicReader:
    """Reads messages against one version of the content."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        table = lexicon()
        vocabulary = Counter(bare(word) for lines in texts.values() for line in lines for word in words_of(line))
        self.normalise = Normaliser(table, vocabulary)
        self.facets = FacetReader(table)
        entries = {key: [self.normalise(line) for line in lines] for key, lines in texts.items()}
        prior = {key: _CURATED for key in texts if not key.startswith("tthc:")}
        self.index = Index(entries, prior, table.fillers)
        self.confidence = Confidence.kept()

    def read(self, text: str) -> Read:
        """See `knowledge.reading.Reader`."""
        words = self.normalise(text)
        if not words.toned:
            return Read((), (), 0.0, False)
        asked = self.facets(words.toned, words.toneless)
        scores = self.index.scores(words, asked.topical)
        order = [int(place) for place in np.argsort(-scores, kind="stable")[:_SHOWN]]
        if not order or scores[order[0]] <= 0:
            return Read((), asked.facets, 0.0, False)
        sure = self.confidence.of(self.index, words, asked.topical, scores, order)
        likely = sorted(
            (
                Match(self.index.ids[place], self._doubted(place, words, score))
                for place, score in zip(order, sure, strict=True)
            ),
            key=lambda match: -match.score,
        )
        return Read(tuple(likely), asked.facets, likely[0].score, self._names_topic(words, asked.naming))

    def _doubted(self, entry: int, words: Words, score: float) -> float:
        """A bare title is believed only as far as it was said: nobody wrote down how people ask for it."""
        if not self.index.ids[entry].startswith("tthc:"):
            return score
        return score * min(1.0, self.index.said(entry, words) / _TITLE_SAID)

    def _names_topic(self, words: Words, naming: Sequence[bool]) -> bool:
        """Whether enough of what is left after question words and fillers are words of some topic."""
        fillers = self.index.fillers
        left = [word for word, mark in zip(words.toneless, naming, strict=True) if mark and word not in fillers]
        known = [word for word in left if self.index.known(word)]
        return len(known) >= 2 or (len(left) == 1 and bool(known) and len(words.toneless) <= 2)


def build_reader(content: Content) -> TopicReader:
    """A reader over the topics' names and phrasings, the FAQ, and the titles of the catalogue."""
    texts: dict[str, list[str]] = {}
    for key, topic in content.procedures.items():
        texts[key] = [topic.name, topic.everyday, *topic.phrasings]
    for key, entry in content.faqs.items():
        lines = [entry.question, *entry.phrasings]
        if entry.topic in texts:
            texts[entry.topic] += lines
        else:
            texts[f"faq:{key}"] = lines
    curated = {code.code for topic in content.procedures.values() for code in topic.codes}
    for key, record in content.catalogue.items():
        if record.code not in curated:
            texts[key] = [record.name]
    return TopicReader(texts)
