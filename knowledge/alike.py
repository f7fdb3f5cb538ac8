"""Messages that say alike things, by the rare words they share: simple enough to be explained to whoever reads them."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from knowledge.understand import TopicReader
from knowledge.worded import Worded

_RARE = 1.5  # the least rarity that counts; a word that everybody uses has 0
_SHARED = 0.2  # of the words of both messages, each as much as it is rare
_LEAST = 2  # one word in common is chance


def rarities(messages: Sequence[Worded], reader: TopicReader) -> dict[str, float]:
    """How rare each word and pair of these messages is among them and the topics; what is not rare is left out."""
    here = Counter(word for message in messages for word in message.said)
    there = Counter(word for words in reader.index.words for word in words)
    there.update("_".join(pair) for pairs in reader.index.pairs for pair in pairs)
    every = len(messages) + len(reader.index.ids)
    found = {word: math.log(every / (count + there[word])) for word, count in here.items()}
    return {word: rarity for word, rarity in found.items() if rarity >= _RARE}


def alike(messages: Sequence[Worded], rarity: Mapping[str, float]) -> list[list[int]]:
    """Places of like messages, the largest group first. A group is one message, named first, and all that share rare
    words with it: two at least, and a fifth of what both say."""
    near = _neighbours(messages, rarity)
    left = set(range(len(messages)))
    groups = []
    while left:
        centre = min(left, key=lambda place: (-len(near[place] & left), len(messages[place].toneless), place))
        others = sorted((near[centre] & left) - {centre})
        groups.append([centre, *others])
        left -= {centre, *others}
    return sorted(groups, key=lambda group: -len(group))


def _neighbours(messages: Sequence[Worded], rarity: Mapping[str, float]) -> list[set[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        for word in message.said & rarity.keys():
            holders[word].append(place)
    weights = [sum(rarity.get(word, 0.0) for word in message.said) for message in messages]
    found = []
    for place, message in enumerate(messages):
        common: dict[int, list[float]] = defaultdict(list)
        for word in message.said & rarity.keys():
            for other in holders[word]:
                common[other].append(rarity[word])
        near = {
            other
            for other, shared in common.items()
            if len(shared) >= _LEAST and 2 * sum(shared) >= _SHARED * (weights[place] + weights[other])
        }
        found.append(near | {place} | _same(messages, holders, place))
    return found


def _same(messages: Sequence[Worded], holders: Mapping[str, Sequence[int]], place: int) -> set[int]:
    """Messages with the very same words, however few."""
    message = messages[place]
    rarest = min(message.said & holders.keys(), key=lambda word: len(holders[word]), default=None)
    return {n for n in holders[rarest] if messages[n].said == message.said} if rarest else set()
