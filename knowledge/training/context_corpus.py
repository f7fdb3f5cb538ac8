"""Messages after a topic was spoken of: written ones, and held-out messages after their own topic and after another."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.load import FOLDER, Content
from knowledge.training.corpus import Example

_WRITTEN, _TURNED, _SHORT, _OWN, _GENERIC = 3.0, 0.5, 1.0, 0.2, 0.4  # how much a message of each sort counts
_OF_EACH = 3  # held-out messages of a topic
_CONTINUING = "none:hoi-tiep"


@dataclass(frozen=True, slots=True)
class InContext:
    """`text` was said after `spoken_of` and is about `topic`; `weight` is how much it counts in a fit."""

    spoken_of: str
    topic: str
    text: str
    weight: float


def written_in_context(folder: Path = FOLDER) -> Iterator[InContext]:
    """What was written down as said after a topic."""
    for path in sorted((folder / "messages-in-context").glob("*.yaml")):
        for spoken_of, topics in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for topic, texts in topics.items():
                yield from (InContext(spoken_of, topic, text, _WRITTEN) for text in texts)


def in_context(content: Content, examples: list[Example], folder: Path = FOLDER) -> Iterator[InContext]:
    """Everything to fit on, always in the same order."""
    yield from written_in_context(folder)
    ids = sorted(content.procedures)
    by_label: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_label[example.label].append(example.text)
    for place, topic in enumerate(ids):
        near = [key for key in content.procedures[topic].related if key in content.procedures]
        for number, text in enumerate(by_label[topic][:_OF_EACH]):
            yield InContext(topic, topic, text, _OWN)
            far = ids[(place * 7 + number * 31 + 1) % len(ids)]
            before = near[number % len(near)] if near and number % 2 else far
            if before != topic:
                yield InContext(before, topic, text, _TURNED)
        for number, text in enumerate(sorted(by_label[topic], key=len)[:_OF_EACH]):
            before = ids[(place * 11 + number * 17 + 5) % len(ids)]
            if before != topic:
                yield InContext(before, topic, text, _SHORT)
    for number, text in enumerate(by_label[_CONTINUING]):
        topic = ids[number * 13 % len(ids)]
        yield InContext(topic, topic, text, _GENERIC)
