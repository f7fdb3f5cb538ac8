"""From a message to ranked topics with calibrated confidence: what the handlers call the reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from knowledge.asides import Asides
from knowledge.confidence import Confidence, joined_measures, lexical_measures
from knowledge.encoder import FOLDER, Encoder
from knowledge.facets import FacetReader, chosen
from knowledge.fusion import Fusion, Joined
from knowledge.lexicon import lexicon
from knowledge.linear import Linear
from knowledge.load import Content
from knowledge.model import Facet
from knowledge.reading import Match, Read, Turning
from knowledge.search import Index, Vector
from knowledge.syllables import bare
from knowledge.text import Normaliser, Words, words_of

_CURATED = 1.25  # a curated topic against a bare catalogue title
_SHOWN = 5
_TITLE_SAID = 0.75  # from this share of its words on, a title counts as said


class TopicReader:
    """Reads messages against one version of the content; `trained` is the folder of what training made."""

    def __init__(
        self,
        texts: Mapping[str, Sequence[str]],
        trained: Path | None = FOLDER,
        asides: Mapping[str, tuple[str, Sequence[str]]] = MappingProxyType({}),
    ) -> None:
        table = lexicon()
        self.normalise = normaliser(texts)
        self.facets = FacetReader(table)
        entries = {key: [self.normalise(line) for line in lines] for key, lines in texts.items()}
        prior = {key: _CURATED for key in texts if not key.startswith("tthc:")}
        self.index = Index(entries, prior, table.fillers)
        self.confidence = Confidence.kept(trained or FOLDER)
        encoder = Encoder.kept(trained) if trained else None
        linear = Linear.kept(trained) if trained else None
        self.fusion = Fusion(encoder, linear, self.index) if encoder and linear else None
        spoken = {key: (topic, [self.normalise(line) for line in lines]) for key, (topic, lines) in asides.items()}
        self.asides = Asides(spoken, self.index)
        self.read = lru_cache(256)(self._read)  # several handlers look at one message

    def _read(self, text: str) -> Read:
        """See `knowledge.reading.Reader`."""
        words = self.normalise(text)
        if not words.toned:
            return Read((), (), 0.0, False)
        asked = self.facets(words.toned, words.toneless)
        scores = self.index.scores(words, asked.topical)
        found = self._lexical(words, asked.topical, scores)
        about_topic = self._names_topic(words, asked.naming)
        if self.fusion is None:
            return self._with_aside(words, _read(found, asked.facets, about_topic))
        joined = self.fusion(words, scores, self.index.fillers)
        trained = set(self.fusion.ids)
        every = self._joined(words, asked.topical, joined)
        found = every[:_SHOWN] + [match for match in found if match.id not in trained]
        whole = replace(
            _read(found, chosen(asked.facets, joined.asked, not any(asked.topical)), about_topic),
            likelihood={match.id: match.score for match in every},
            kinds=joined.kinds,
        )
        return self._with_aside(words, whole)

    def stays(self, turning: Turning) -> float | None:
        """See `knowledge.reading.Reader`."""
        fit = self.confidence.context
        return fit.first(turning.measures) if fit else None

    def _with_aside(self, words: Words, read: Read) -> Read:
        return replace(read, aside=self.asides(read.matches[0].id, words)) if read.matches else read

    def _lexical(self, words: Words, topical: Sequence[bool], scores: Vector) -> list[Match]:
        order = [int(place) for place in np.argsort(-scores, kind="stable")[:_SHOWN]]
        if not order or scores[order[0]] <= 0:
            return []
        measures = lexical_measures(self.index, words, topical, scores, order)
        sure = self.confidence.lexical.shared(measures, [float(scores[place]) for place in order])
        return [
            Match(self.index.ids[place], self._doubted(place, words, score))
            for place, score in zip(order, sure, strict=True)
        ]

    def _joined(self, words: Words, topical: Sequence[bool], joined: Joined) -> list[Match]:
        assert self.fusion
        order = [int(place) for place in np.argsort(-joined.scores, kind="stable")]
        evidence = self.index.evidence(int(self.fusion.entries[order[0]]), words, topical)
        measures = joined_measures(joined, order, evidence, len(words.toneless))
        sure = self.confidence.joined.shared(measures, [float(joined.scores[place]) for place in order])
        return [Match(self.fusion.ids[place], score) for place, score in zip(order, sure, strict=True)]

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


def _read(found: Sequence[Match], facets: tuple[Facet, ...], about_topic: bool) -> Read:
    likely = tuple(sorted(found, key=lambda match: -match.score)[:_SHOWN])
    return Read(likely, facets, likely[0].score if likely else 0.0, about_topic)


def build_reader(content: Content) -> TopicReader:
    """A reader over the topics' names and phrasings, the FAQ, and the titles of the catalogue."""
    asides = {key: (entry.topic, entry.phrasings) for key, entry in content.faqs.items() if entry.topic}
    return TopicReader(known_texts(content), asides=asides)


def build_normaliser(content: Content) -> Normaliser:
    """The reader's way of reading alone."""
    return normaliser(known_texts(content))


def normaliser(texts: Mapping[str, Sequence[str]]) -> Normaliser:
    """Repairs spelling by the words of these texts."""
    return Normaliser(lexicon(), Counter(bare(w) for lines in texts.values() for line in lines for w in words_of(line)))


def known_texts(content: Content) -> dict[str, list[str]]:
    """What each entry is called and how people ask for it."""
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
    return texts
