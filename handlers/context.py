"""What was spoken of before: whether a message stays with it, goes back further, or is about something new."""

from dataclasses import replace
from datetime import timedelta

from handlers.ports import Tools
from handlers.states import Choosing
from handlers.turn import Turn
from knowledge.context import CONTINUING, GOING_BACK, turning
from knowledge.fold import folded, phrase_in
from knowledge.reading import Read, Turning

FORGET_AFTER = timedelta(hours=1)
_CONTINUES = 0.3  # from this probability on, words that name no topic continue the one spoken of
_STAYS = 0.5  # from this probability on, a message stays with the topic spoken of
_ELSEWHERE = 0.6  # from this probability on, words are of a kind that belongs to no topic
_FALLS_BACK = 0.4
_UNSURE = 0.6  # below this nothing new was named


def known(tools: Tools, key: str) -> bool:
    content = tools.content
    return key in content.procedures or key.removeprefix("faq:") in content.faqs or key in content.catalogue


def spoken_of(turn: Turn, tools: Tools, read: Read) -> str | None:
    """The topic spoken of within the last hour; while a choice is open, the likeliest of it."""
    memory = turn.memory
    if isinstance(turn.state, Choosing):
        options = [key for key in turn.state.options if known(tools, key)]
        if options:
            return max(options, key=lambda key: read.likelihood.get(key, 0.0))
    recent = memory.topic_at is not None and turn.now - memory.topic_at <= FORGET_AFTER
    return memory.topic if recent and memory.topic and known(tools, memory.topic) else None


def continues(read: Read) -> bool:
    """Whether the words name nothing and only make sense as a continuation."""
    return sum(read.kinds.get(kind, 0.0) for kind in CONTINUING) >= _CONTINUES


def stays(turn: Turn, tools: Tools, read: Read, topic: str) -> bool:
    """Whether a message belongs to the topic spoken of, though it may fit another somewhat better by its words."""
    if not read.likelihood:
        mentioned = any(match.id == topic for match in read.matches[:3])
        unsure = read.confidence < _UNSURE or not read.about_topic
        return (mentioned and unsure) or (bool(read.facets) and not read.about_topic)
    if max(read.kinds.values(), default=0.0) >= _ELSEWHERE and not continues(read):
        return False
    if lacks_something(turn, tools):
        return True
    probable = tools.reader.stays(_turning(turn, tools, read, topic))
    return probable is None or probable >= _STAYS


def turned(turn: Turn, tools: Tools, read: Read, topic: str) -> Read:
    """The reading of a message that turns away from the topic spoken of: as sure as that it turns, and to what."""
    if not read.likelihood or read.confidence >= _UNSURE:
        return read
    found = _turning(turn, tools, read, topic)
    probable = tools.reader.stays(found)
    if probable is None or probable >= _STAYS or read.matches[0].id != found.other:
        return read
    return replace(read, confidence=max(read.confidence, (1 - probable) * found.share))


def _turning(turn: Turn, tools: Tools, read: Read, topic: str) -> Turning:
    procedure = tools.content.procedures.get(topic)
    return turning(read, topic, procedure.related if procedure else (), len(turn.incoming.text.split()))


def lacks_something(turn: Turn, tools: Tools) -> bool:
    """“Chưa có sổ hồng thì dùng giấy gì”: a question about a paper that the topic spoken of asks for."""
    said = folded(turn.incoming.text)
    return any(said.startswith(f"{folded(word)} ") for word in tools.content.texts["words_lacking"].split(","))


def earlier(turn: Turn, tools: Tools, read: Read) -> str | None:
    """The topic a message goes back to ("cái hồi nãy", "quay lại vụ học phí"): the one it names, or the one before."""
    previous = turn.memory.previous
    if not previous or not known(tools, previous):
        return None
    said = turn.incoming.text
    words = any(phrase_in(word, said) for word in tools.content.texts["words_earlier"].split(","))
    if not words and read.kinds.get(GOING_BACK, 0.0) < _FALLS_BACK:
        return None
    named = read.matches[0].id if read.matches and read.confidence >= _FALLS_BACK else previous
    return previous if named == turn.memory.topic else named
