"""From like messages to a short phrasing for a topic: the rare words they share, in their order, without the rest."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from knowledge.fold import strip_tones
from knowledge.worded import Worded

LEAST, MOST = 3, 8  # words of a phrasing
_SPAN = 14  # a phrasing comes from one place of a message, not from all over a story
_MISSING = 1.5  # words that the topic does not have yet teach more
_POOR = 0.25  # of what its words are worth on average: with less, a word is left out
_TONES = 1.3  # a message with tones reads better


def distilled(messages: Sequence[Worded], rarity: Mapping[str, float], known: Collection[str]) -> tuple[str, ...]:
    """Three to eight words of one of the messages, which best stand for all; empty where no message has three.

    `known` are the toneless words that the topic's phrasings have already.
    """
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    for message in messages:
        values = _values(message, messages, rarity, known)
        tones = _TONES if any(strip_tones(word) != word for word in message.toned) else 1.0
        for start in range(len(values)):
            places = _window(message, values, start)
            worth = tones * sum(values[place] for place in places)
            if len(places) >= LEAST and worth > best[0]:
                best = worth, tuple(message.toned[place] for place in places)
    return best[1]


def _values(
    message: Worded, messages: Sequence[Worded], rarity: Mapping[str, float], known: Collection[str]
) -> list[float]:
    """What each word of the message is worth: how rare it and its pairs are, and much more if others say them too."""

    def share(word: str) -> float:
        return rarity.get(word, 0.0) * (sum(word in other.said for other in messages) / len(messages)) ** 2

    words = message.toneless
    pairs = [0.0, *(share(f"{first}_{second}") for first, second in pairwise(words)), 0.0]
    return [
        (share(word) + (pairs[place] + pairs[place + 1]) / 2) * (_MISSING if word not in known else 1.0)
        if message.marks[place]
        else 0.0
        for place, word in enumerate(words)
    ]


def _window(message: Worded, values: Sequence[float], start: int) -> list[int]:
    """Places of the words of a phrasing that begins at `start`: what the message is about, up to eight words; where
    that is too little, with the words between and behind."""
    if not message.marks[start]:
        return []
    end = min(start + _SPAN, len(values))
    places: list[int] = []
    for place in range(start, end):
        if message.toned[place] in [message.toned[other] for other in places]:
            break  # said twice: the second time begins another phrase
        if message.marks[place] and len(places) < MOST:
            places.append(place)
    worth = sum(values[place] for place in places) / max(len(places), 1)
    for place in sorted(places, key=lambda place: values[place]):
        if len(places) > LEAST and values[place] < _POOR * worth:
            places.remove(place)
    return places if len(places) >= LEAST else list(range(start, min(start + LEAST, len(values))))
