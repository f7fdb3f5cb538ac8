"""What is learnt from: written messages, phrasings, sentences of the topics, titles of other procedures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from knowledge.fusion import NONE
from knowledge.load import FOLDER, Content
from knowledge.source_lines import parse

OTHER = "none:thu-tuc-khac"  # a procedure outside the topics
_FACTS = (
    "summary conditions cases documents forms steps pitfalls benefits fees deadlines next_steps filing before".split()
)
_SKIPPED = {"id", "source", "confidence", "next", "case", "link", "from_", "to", "unit", "way", "action", "level"}


@dataclass(frozen=True, slots=True)
class Example:
    """A text as somebody would write it, the label it belongs to, how much it counts, and what it asks for if known."""

    text: str
    label: str
    weight: float = 1.0
    asks: tuple[str, ...] = ()


def written(folder: Path = FOLDER, sub: str = "messages") -> list[Example]:
    """Every written message. A file is named for its topic; files under `none/` for a kind of no topic.

    A message is a text, or `{text, asks}` where somebody has noted the facets it asks for, the main one first.
    """
    found: list[Example] = []
    for path in sorted((folder / sub).rglob("*.yaml")):
        label = f"{NONE}{path.stem}" if path.parent.name == "none" else path.stem
        styles = parse(path.read_text(encoding="utf-8"))
        assert isinstance(styles, dict)
        found += [_example(item, label) for items in styles.values() for item in items]
    return found


def _example(item: object, label: str) -> Example:
    if isinstance(item, dict):
        return Example(str(item["text"]), label, asks=tuple(map(str, item["asks"])))
    return Example(str(item), label)


def named(content: Content) -> list[Example]:
    """The names and phrasings of topics and FAQ entries; an entry that answers for a topic counts as that topic."""
    found = [
        Example(text, key)
        for key, topic in content.procedures.items()
        for text in (topic.name, topic.everyday, *topic.phrasings)
    ]
    for key, entry in content.faqs.items():
        label = entry.topic or f"faq:{key}"
        found += [Example(text, label) for text in (entry.question, *entry.phrasings)]
    return found


def sentences(content: Content, weight: float = 0.4) -> list[Example]:
    """Sentences that stand in one topic alone, 4 to 40 words."""
    found = [
        Example(text, key, weight)
        for key, topic in content.procedures.items()
        for name in _FACTS
        for text in _texts(getattr(topic, name, None))
        if 4 <= len(text.split()) <= 40
    ]
    times = Counter(text for text, _ in {(example.text, example.label) for example in found})
    return [example for example in dict.fromkeys(found) if times[example.text] == 1]


def _texts(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, tuple):
        for part in item:
            yield from _texts(part)
    elif isinstance(item, BaseModel):
        for name in type(item).model_fields:
            if name not in _SKIPPED:
                yield from _texts(getattr(item, name))


def titles(content: Content) -> list[str]:
    """Titles of the catalogue that no topic covers."""
    curated = {code.code for topic in content.procedures.values() for code in topic.codes}
    return list(dict.fromkeys(record.name for record in content.catalogue.values() if record.code not in curated))


def labels(examples: list[Example]) -> tuple[str, ...]:
    """All labels, in a fixed order."""
    return tuple(sorted({example.label for example in examples}))
