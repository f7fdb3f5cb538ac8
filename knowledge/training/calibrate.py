"""Fit the confidence anew on the written messages: `python -m knowledge.training.calibrate`.

A message of a topic that has no file yet counts as one without an answer, unless a catalogue record takes it: whether
that is right nobody wrote down.
"""

import json
from pathlib import Path

import numpy as np

from knowledge.confidence import FILE, fit, measures
from knowledge.load import FOLDER, Content, load
from knowledge.source_lines import parse
from knowledge.understand import TopicReader, build_reader


def messages(folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Every written message with the id of its topic ("none" for those that have none)."""
    found: list[tuple[str, str]] = []
    for path in sorted((folder / "messages").glob("*.yaml")):
        styles = parse(path.read_text(encoding="utf-8"))
        assert isinstance(styles, dict)
        found += [(str(text), path.stem) for texts in styles.values() for text in texts]
    return found


def named(content: Content) -> list[tuple[str, str]]:
    """The topics' own names: short messages that should be sure. Several times, since there are few of them."""
    pairs = [(name, key) for key, topic in content.procedures.items() for name in (topic.name, topic.everyday)]
    return pairs * 5


def calibrate(reader: TopicReader, written: list[tuple[str, str]]) -> dict[str, object]:
    """The numbers `knowledge.confidence` keeps."""
    rows, right, gaps = [], [], []
    for text, topic in written:
        words = reader.normalise(text)
        if not words.toned:
            continue
        asked = reader.facets(words.toned, words.toneless)
        scores = reader.index.scores(words, asked.topical)
        order = [int(place) for place in np.argsort(-scores, kind="stable")[:5]]
        best = reader.index.ids[order[0]]
        if topic not in reader.index.ids and best.startswith("tthc:"):
            continue
        rows.append(measures(reader.index, words, asked.topical, scores, order))
        right.append(best == topic)
        if topic in reader.index.ids and not right[-1]:
            gaps.append(float(scores[order[0]] - scores[reader.index.ids.index(topic)]))
    mean, spread, weights, bias = fit(np.array(rows), np.array(right, dtype=float))
    return {
        "mean": mean,
        "spread": spread,
        "weights": weights,
        "bias": bias,
        "temperature": float(np.median(gaps)) if gaps else 5.0,
    }


def main() -> None:
    """Fit on the content as it is and write `knowledge/trained/confidence.json`."""
    content = load()
    numbers = calibrate(build_reader(content), [*messages(), *named(content)])
    rounded = json.loads(json.dumps(numbers), parse_float=lambda text: round(float(text), 5))
    FILE.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {FILE}")


if __name__ == "__main__":
    main()
