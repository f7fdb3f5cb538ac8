"""Cutting a reply to what one message of a platform can hold: at sentence ends, by characters of NFC text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from bot.channels.contract import Limits, Outgoing
from handlers.turn import Button, LinkPart, Part, PicturePart, Reply, TextPart

# The best place to cut that still fits, from best to worst: paragraph, line, sentence, word.
_CUTS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s+"), re.compile(r"\s+"))

_WHOLE = re.compile(r"\*\*[^*\n]+\*\*|https?://\S+|\d+(?:[.,:/\- ]\d+)+")
_SHORTEST = 4  # characters; a cut earlier than this would make no headway


def fit(reply: Reply, limits: Limits, replaces: str = "") -> tuple[Outgoing, ...]:
    """The messages to send, in order; the buttons hang on the last, the first takes the place of message `replaces`.
    Nothing of the text is lost."""
    if len(reply.buttons) > limits.buttons:
        reply = replace(reply, buttons=tuple(button for button in reply.buttons if not button.extra))
    buttons = tuple(_cut_label(button, limits.button_label) for button in reply.buttons)
    parts = list(_merged(reply.parts, limits))
    if buttons and (len(buttons) > limits.buttons or not parts):  # no platform sends buttons alone
        lines = "\n".join(f"{number}. {button.label}" for number, button in enumerate(reply.buttons, 1))
        parts = list(_merged((*parts, TextPart(lines)), limits))
        buttons = ()
    messages: list[Outgoing] = []
    for part in parts:
        if isinstance(part, TextPart) and not part.asks_contact:
            if messages and _takes(messages[-1], part.text, limits):
                messages[-1] = Outgoing(messages[-1].part, caption=part.text)
                continue
            messages.extend(Outgoing(TextPart(text)) for text in split(part.text, limits.text))
        else:
            messages.append(Outgoing(part))
    if buttons:
        messages[-1] = replace(messages[-1], buttons=buttons)
    if messages and replaces:
        messages[0] = replace(messages[0], replaces=replaces)
    return tuple(messages)


def _takes(message: Outgoing, text: str, limits: Limits) -> bool:
    """Whether this text can stand under that picture."""
    return isinstance(message.part, PicturePart) and len(text) <= limits.caption


def _cut_label(button: Button, length: int) -> Button:
    label = unicodedata.normalize("NFC", button.label)
    return Button(label if len(label) <= length else f"{label[: length - 1].rstrip()}…", button.value)


def _merged(parts: tuple[Part, ...], limits: Limits) -> Iterator[Part]:
    """Neighbouring texts become one; links, and pictures where none can be sent, become text."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, LinkPart):
            part = TextPart(f"{part.label}: {part.url}")
        if isinstance(part, PicturePart) and not limits.pictures:
            part = TextPart(part.alt)
        if isinstance(part, TextPart) and not part.asks_contact:
            if text := unicodedata.normalize("NFC", part.text).strip():
                texts.append(text)
            continue
        if texts:
            yield TextPart("\n\n".join(texts))
            texts = []
        yield part
    if texts:
        yield TextPart("\n\n".join(texts))


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters, cut where a reader would pause; too long a word is cut hard."""
    text = text.strip()
    while len(text) > limit:
        at = _cut(text, limit)
        piece, text = text[:at].rstrip(), text[at:].lstrip()
        if piece.count("**") % 2:  # never leave bold open across two messages
            piece, text = f"{piece}**", f"**{text}"
        yield piece
    if text:
        yield text


def _cut(text: str, limit: int) -> int:
    """Where to cut, with room for closing bold; inside a link, a number or bold only if it is too long by itself."""
    most = limit - 2
    whole = [match.span() for match in _WHOLE.finditer(text, 0, 2 * limit)]
    whole = [(start, end) for start, end in whole if end - start <= most]

    def apart(at: int) -> bool:
        return at > _SHORTEST and not any(start < at < end for start, end in whole)

    for pattern in _CUTS:
        ends = [match.start() for match in pattern.finditer(text, 0, most + 1) if apart(match.start())]
        if ends and ends[-1] > limit // 3:
            return ends[-1]
    last_resort = [match.start() for match in _CUTS[-1].finditer(text, 0, most + 1)]
    last_resort += [start for start, end in whole if start < most < end]
    return max(filter(apart, last_resort), default=most)
