"""What was spoken of before: whether a message stays with it, goes back further, or is about something new."""

from datetime import timedelta

from handlers.ports import Tools
from handlers.turn import Choosing, Turn
from knowledge.fold import phrase_in
from knowledge.reading import Read

FORGET_AFTER = timedelta(hours=1)
# Kinds of written messages (content/messages/none): words that only continue what was spoken of, or go back.
_CONTINUING, _GOING_BACK = ("hoi-tiep", "chung-chung"), "quay-lai"
_CONTINUES = 0.3  # from this probability on, words that name no topic continue the one spoken of
_STAYS = 12.0  # how much likelier it is beforehand that people stay with a topic than that they turn to a given other
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
    return sum(read.kinds.get(kind, 0.0) for kind in _CONTINUING) >= _CONTINUES


def stays(read: Read, topic: str) -> bool:
    """Whether a message belongs to the topic spoken of, though it may fit another somewhat better by its words."""
    mentioned = any(match.id == topic for match in read.matches[:3])
    if not read.likelihood:
        unsure = read.confidence < _UNSURE or not read.about_topic
        return (mentioned and unsure) or (bool(read.facets) and not read.about_topic)
    if continues(read) or read.likelihood.get(topic, 0.0) * _STAYS >= read.confidence > 0:
        return True
    elsewhere = sum(value for kind, value in read.kinds.items() if kind not in (*_CONTINUING, _GOING_BACK))
    return read.confidence < _UNSURE and elsewhere < _UNSURE


def earlier(turn: Turn, tools: Tools, read: Read) -> str | None:
    """The topic a message goes back to ("cái hồi nãy", "quay lại vụ học phí"): the one it names, or the one before."""
    previous = turn.memory.previous
    if not previous or not known(tools, previous):
        return None
    said = turn.incoming.text
    words = any(phrase_in(word, said) for word in tools.content.texts["words_earlier"].split(","))
    if not words and read.kinds.get(_GOING_BACK, 0.0) < _FALLS_BACK:
        return None
    named = read.matches[0].id if read.matches and read.confidence >= _FALLS_BACK else previous
    return previous if named == turn.memory.topic else named
