"""An announcement as a resident gets it."""

import json
from collections.abc import Mapping

from bot.announce.audience import TOPIC
from bot.announce.pictures import ours
from bot.store.announce_tables import Announcement
from handlers.news import ABOUT, NO_MORE
from handlers.turn import Button, LinkPart, Outcome, Part, PicturePart, Reply, TextPart

LONGEST = 1500  # characters; with what is added it is one message at every platform
_PAGE = "web"
_VALUE = 64  # bytes of a button's value


def buttons_of(announcement: Announcement) -> list[tuple[str, str]]:
    """(label, value or https address), as they were written."""
    return [(str(label), str(value)) for label, value in json.loads(announcement.buttons)]


def message(announcement: Announcement, channel: str, texts: Mapping[str, str]) -> Reply:
    """All of it: picture, words, links, how to get no more; the buttons, and below them the one that stops it. The page
    shows no picture of another site (its Content-Security-Policy), so there it is a link."""
    parts: list[Part] = []
    if announcement.picture:
        alt = announcement.alt or texts["announce_picture"]
        there = channel != _PAGE or ours(announcement.picture)
        parts.append(PicturePart(announcement.picture, alt) if there else LinkPart(announcement.picture, alt))
    parts.append(TextPart(texts["announce_head"].format(text=announcement.text)))
    given = buttons_of(announcement)
    parts += [LinkPart(value, label) for label, value in given if value.startswith("https://")]
    parts.append(TextPart(texts["announce_stop"]))
    buttons = [Button(label, value) for label, value in given if not value.startswith("https://")]
    for topic in dict.fromkeys(item.value.removeprefix("t:") for item in buttons if item.value.startswith("t:")):
        value = f"{ABOUT}{TOPIC}{topic}"
        if announcement.audience != f"{TOPIC}{topic}" and len(value.encode()) <= _VALUE:
            buttons.append(Button(texts["button_news_topic"], value, extra=True))
            break
    buttons.append(Button(texts["button_news_stop"], NO_MORE))
    return Reply(Outcome.DONE, tuple(parts), tuple(buttons))
