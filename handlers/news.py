"""Announcements, from the side of who gets them: none any more, again, about a topic, of one's own khu phố."""

import unicodedata

from handlers.news_ports import News
from handlers.ports import Tools
from handlers.states import Idle
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say, says
from knowledge.fold import folded

NO_MORE, AGAIN, ABOUT = "tb:thoi", "tb:nhan", "tb:ve:"
_TOPIC, _AREA = "topic:", "area:"
_SURE, _NEAR = 0.6, 0.1
_LONGEST = 64  # bytes of a button's value


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`tb:thoi`, `tb:nhan`, `tb:ve:topic:<id>`, `tb:ve:area:<id>`."""
    value, news = turn.incoming.button or "", tools.news
    if news is None or not value.startswith("tb:"):
        return None
    if value == NO_MORE:
        return _no_more(tools, news)
    if value == AGAIN:
        return _again(tools, news)
    about = value.removeprefix(ABOUT)
    topic = tools.content.procedures.get(about.removeprefix(_TOPIC)) if about.startswith(_TOPIC) else None
    if topic:
        return _about(tools, news, about, "news_topic", topic.everyday)
    area = next((one for one in news.areas() if about == f"{_AREA}{one.id}"), None)
    return _about(tools, news, about, "news_area", area.name) if area else None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """“Thôi nhận tin” at any time; “dừng” alone after an announcement, unless something is in the middle that it could
    mean; “nhận tin”, alone or with a topic or a khu phố."""
    news, said = tools.news, turn.incoming.text.strip()
    if news is None or turn.incoming.button or not said:
        return None
    if says(tools, "news_stop", said) or (isinstance(turn.state, Idle) and _stop(tools, said) and news.just_told()):
        return _no_more(tools, news)
    if says(tools, "news_start", said):
        return _again(tools, news)
    word, whole = folded(say(tools, "news_word")), folded(said)
    if not whole.startswith(f"{word} "):
        return None
    rest = whole.removeprefix(word).strip().removeprefix(folded(say(tools, "news_of"))).strip()
    areas = news.areas()
    named = next((one for one in areas if folded(one.name) == rest), None)
    if named:
        return _about(tools, news, f"{_AREA}{named.id}", "news_area", named.name)
    if areas and says(tools, "news_area", rest):
        ways = tuple(Button(one.name, f"{ABOUT}{_AREA}{one.id}") for one in areas)
        return Reply(Outcome.ASKED_BACK, (TextPart(say(tools, "news_which_area")),), ways, Idle())
    return _topic(turn, tools, news, rest)


def _stop(tools: Tools, said: str) -> bool:
    """The bare word. With diacritics it must be that word: without them it is also that for “right”."""
    word = unicodedata.normalize("NFC", said).lower().rstrip(".!")
    known = [one.strip() for one in say(tools, "news_stop_word").split(",")]
    return word in known or word in [folded(one) for one in known]


def _topic(turn: Turn, tools: Tools, news: News, rest: str) -> Reply:
    read = tools.reader.read(rest)
    topics = tools.content.procedures
    near = [match.id for match in read.matches if match.id in topics and match.score >= _NEAR][:3]
    if near and read.confidence >= _SURE and read.matches[0].id == near[0]:
        return _about(tools, news, f"{_TOPIC}{near[0]}", "news_topic", topics[near[0]].everyday)
    ways = [Button(topics[key].everyday, f"{ABOUT}{_TOPIC}{key}") for key in near]
    fitting = tuple(way for way in ways if len(way.value.encode()) <= _LONGEST)
    which = say(tools, "news_which_topic" if fitting else "news_no_topic")
    return Reply(Outcome.ASKED_BACK, (TextPart(which),), fitting, Idle())


def _about(tools: Tools, news: News, about: str, key: str, name: str) -> Reply:
    news.accept()
    news.wish(about)
    return Reply(Outcome.DONE, (TextPart(say(tools, key, name=name)),), (_off(tools),))


def _again(tools: Tools, news: News) -> Reply:
    news.accept()
    return Reply(Outcome.DONE, (TextPart(say(tools, "news_again")),), (_off(tools),))


def _no_more(tools: Tools, news: News) -> Reply:
    news.refuse()
    again = Button(say(tools, "button_news_start"), AGAIN)
    return Reply(Outcome.DONE, (TextPart(say(tools, "news_stopped")),), (again,))


def _off(tools: Tools) -> Button:
    return Button(say(tools, "button_news_stop"), NO_MORE)
