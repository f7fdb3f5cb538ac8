"""What can be learnt, in the words of `content/texts/learn.yaml` and as data."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.clock import TIME_ZONE
from bot.learning import Lesson
from handlers.words import day

_LONGEST = 240  # characters of an example
_WHY = {"asked_back": "learn_asked_back", "no_answer": "learn_no_answer", "not_this": "learn_not_this"}


def data(lesson: Lesson) -> dict[str, object]:
    """A lesson for machines."""
    first, last = _days(lesson)
    return {
        "group": lesson.group,
        "count": len(lesson.messages),
        "why": dict(Counter(message.why for message in lesson.messages)),
        "first": str(first),
        "last": str(last),
        "shared": list(lesson.shared),
        "examples": list(lesson.examples),
        "topics": [
            {"id": topic.id, "name": topic.name, "score": topic.score, "phrasing": topic.phrasing or None}
            for topic in lesson.topics
        ],
    }


def lines(lessons: Sequence[Lesson], texts: Mapping[str, str]) -> Iterator[str]:
    """Lessons for an editor to read."""
    if not lessons:
        yield texts["learn_none"]
        return
    yield texts["learn_head"].format(count=len(lessons))
    for lesson in lessons:
        yield ""
        yield from lesson_lines(lesson, texts)


def lesson_lines(lesson: Lesson, texts: Mapping[str, str]) -> Iterator[str]:
    """One of them."""
    first, last = _days(lesson)
    counts = Counter(message.why for message in lesson.messages)
    why = ", ".join(texts[_WHY[key]].format(count=count) for key, count in counts.most_common())
    values = {"group": lesson.group, "count": len(lesson.messages), "first": day(first), "last": day(last), "why": why}
    yield texts["learn_group"].format(**values)
    for text in lesson.examples:
        line = " ".join(text.split())
        yield f"  - {line if len(line) <= _LONGEST else f'{line[:_LONGEST]}…'}"
    if lesson.shared:
        yield "  " + texts["learn_shared"].format(words=", ".join(lesson.shared))
    for number, topic in enumerate(lesson.topics, 1):
        key = "learn_topic" if topic.phrasing else "learn_topic_bare"
        yield "  " + texts[key].format(number=number, name=topic.name, id=topic.id, phrasing=topic.phrasing)
    if not lesson.topics:
        yield "  " + texts["learn_no_topics"]


def _days(lesson: Lesson) -> tuple[date, date]:
    days = [message.at.astimezone(TIME_ZONE).date() for message in lesson.messages]
    return min(days), max(days)
