"""Other ways to find the topic of a message, each on the same texts: a name, and from texts a function that ranks ids.

All but `WRatio` get messages and texts through our normaliser, without tones; `WRatio` gets what was typed, as most
programs do it.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from knowledge.fold import folded
from knowledge.text import Normaliser
from knowledge.understand import TopicReader, normaliser

Texts = Mapping[str, Sequence[str]]
Rank = Callable[[str], list[str]]
_SHOWN = 3


def _toneless(texts: Texts) -> tuple[Normaliser, list[str], list[str]]:
    normalise = normaliser(texts)
    lines = [(key, " ".join(normalise(line).toneless)) for key, some in texts.items() for line in some]
    return normalise, [key for key, _ in lines], [line for _, line in lines]


def _first_of_each(ids: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(ids))[:_SHOWN]


def ours(texts: Texts) -> Rank:
    """Everything on: encoder, linear model and lexical index."""
    reader = TopicReader(texts)
    assert reader.fusion, "the trained files or onnxruntime are missing"
    return lambda text: [match.id for match in reader.read(text).matches[:_SHOWN]]


def ours_lexical(texts: Texts) -> Rank:
    """The lexical index alone."""
    reader = TopicReader(texts, None)
    return lambda text: [match.id for match in reader.read(text).matches[:_SHOWN]]


def wratio(texts: Texts) -> Rank:
    """rapidfuzz WRatio over names and phrasings."""
    from rapidfuzz import fuzz, process

    lines = [(key, line.lower()) for key, some in texts.items() for line in some]
    choices = [line for _, line in lines]

    def rank(text: str) -> list[str]:
        found = process.extract(text.lower(), choices, scorer=fuzz.WRatio, limit=40)
        return _first_of_each([lines[place][0] for _, _, place in found])

    return rank


def token_set_ratio(texts: Texts) -> Rank:
    """rapidfuzz token_set_ratio over normalised names and phrasings."""
    from rapidfuzz import fuzz, process

    normalise, ids, lines = _toneless(texts)

    def rank(text: str) -> list[str]:
        said = " ".join(normalise(text).toneless)
        found = process.extract(said, lines, scorer=fuzz.token_set_ratio, limit=40)
        return _first_of_each([ids[place] for _, _, place in found])

    return rank


def bm25s_ranks(texts: Texts) -> Rank:
    """bm25s, one document a topic."""
    import bm25s

    normalise = normaliser(texts)
    ids = list(texts)
    corpus = [[word for line in texts[key] for word in normalise(line).toneless] for key in ids]
    index = bm25s.BM25()
    index.index(corpus, show_progress=False)

    def rank(text: str) -> list[str]:
        words = list(normalise(text).toneless)
        known = [word for word in words if word in index.vocab_dict]
        if not known:
            return []
        found, _ = index.retrieve([known], k=min(_SHOWN, len(ids)), show_progress=False)
        return [ids[int(place)] for place in found[0]]

    return rank


def fts5(texts: Texts) -> Rank:
    """SQLite FTS5 with its own bm25, one row a topic."""
    normalise = normaliser(texts)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE topics USING fts5(id UNINDEXED, words)")
    rows = [(key, " ".join(word for line in some for word in normalise(line).toneless)) for key, some in texts.items()]
    connection.executemany("INSERT INTO topics VALUES (?, ?)", rows)

    def rank(text: str) -> list[str]:
        words = dict.fromkeys(normalise(text).toneless)
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in words)
        query = "SELECT id FROM topics WHERE topics MATCH ? ORDER BY bm25(topics) LIMIT 3"
        return [str(row[0]) for row in connection.execute(query, (asked,))]

    return rank


def tantivy_ranks(texts: Texts) -> Rank:
    """tantivy in memory, one document a topic."""
    import tantivy

    normalise = normaliser(texts)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=50_000_000, num_threads=1)
    for key, some in texts.items():
        words = " ".join(word for line in some for word in normalise(line).toneless)
        writer.add_document(tantivy.Document(id=key, words=words))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        words = " ".join(dict.fromkeys(normalise(text).toneless))
        if not words:
            return []
        query = index.parse_query(words, ["words"])
        return [str(searcher.doc(place)["id"][0]) for _, place in searcher.search(query, _SHOWN).hits]

    return rank


def scikit_learn(texts: Texts) -> Rank:
    """TF-IDF on words, pairs and letter groups with a linear support vector machine, on names and phrasings."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    normalise, ids, lines = _toneless(texts)
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    model = make_pipeline(make_union(words, letters), LinearSVC())
    model.fit(lines, ids)

    def rank(text: str) -> list[str]:
        scores = model.decision_function([folded(" ".join(normalise(text).toneless))])[0]
        return [str(model.classes_[place]) for place in np.argsort(-scores)[:_SHOWN]]

    return rank


PEERS: Mapping[str, Callable[[Texts], Rank]] = {
    "Cầu Số, everything on": ours,
    "Cầu Số, lexical index alone": ours_lexical,
    "rapidfuzz WRatio": wratio,
    "rapidfuzz token_set_ratio": token_set_ratio,
    "bm25s": bm25s_ranks,
    "SQLite FTS5": fts5,
    "tantivy": tantivy_ranks,
    "scikit-learn LinearSVC": scikit_learn,
}
