"""What was spoken of before: whether a message stays with it, goes back further, or is about something new."""

from datetime import timedelta

from handlers.ports import Tools
from handlers.turn import Turn
from knowledge.fold import phrase_in
from knowledge.reading import Read

FORGET_AFTER = timedelta(hours=1)
_CONTINUES = 0.5  # from this probability on, words that name no topic continue the one spoken of
_STAYS = 8.0  # how much likelier it is beforehand that people stay with a topic than that they turn to a given other
_FALLS_BACK = 0.5
_UNSURE = 0.6


def known(tools: Tools, key: str) -> bool:
    content = tools.content
    return key in content.procedures or key.removeprefix("faq:") in content.faqs or key in content.catalogue


def spoken_of(turn: Turn, tools: Tools) -> str | None:
    """The topic spoken of within the last hour."""
    memory = turn.memory
    recent = memory.topic_at is not None and turn.now - memory.topic_at <= FORGET_AFTER
    return memory.topic if recent and memory.topic and known(tools, memory.topic) else None


def stays(read: Read, topic: str) -> bool:
    """Whether a message belongs to the topic spoken of, though it may fit another somewhat better by its words."""
    mentioned = any(match.id == topic for match in read.matches[:3])
    if not read.likelihood:
        unsure = read.confidence < _UNSURE or not read.about_topic
        return (mentioned and unsure) or (bool(read.facets) and not read.about_topic)
    if read.follows_up >= _CONTINUES:
        return True
    own = read.likelihood.get(topic, 0.0)
    return bool(read.matches) and own * _STAYS >= read.matches[0].score > 0


def earlier(turn: Turn, tools: Tools, read: Read) -> str | None:
    """The topic before the one spoken of, when the message goes back to it ("cái hồi nãy")."""
    previous = turn.memory.previous
    if not previous or not known(tools, previous):
        return None
    said = turn.incoming.text
    words = any(phrase_in(word, said) for word in tools.content.texts["words_earlier"].split(","))
    return previous if read.goes_back >= _FALLS_BACK or (words and read.confidence < _FALLS_BACK) else None
