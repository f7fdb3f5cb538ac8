"""A question in the resident's own words: which topic, how sure, and whether to answer, offer or ask back."""

from collections.abc import Sequence

from handlers.context import earlier, known, spoken_of, stays, turned
from handlers.ports import Tools
from handlers.states import Choosing
from handlers.topic import answer, reading, sources, topic_button
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import bullets, say
from knowledge.model import Facet
from knowledge.reading import Match, Read

# Calibrated probabilities: from SURE on the answer stands alone, from LIKELY on it comes with its two neighbours,
# from POSSIBLE on one question is asked back; below, nothing is claimed.
SURE, LIKELY, POSSIBLE = 0.85, 0.60, 0.20
NEAR = 0.06  # a neighbour less likely than this is not worth a button
TITLE = 0.30  # a bare title of the catalogue is offered only from here on: most are far from what residents ask


def button(turn: Turn, tools: Tools) -> Reply | None:
    """A tapped topic, facet or source."""
    value = turn.incoming.button or ""
    if value.startswith("src:") and known(tools, value[4:]):
        return sources(turn, tools, value[4:])
    if value.startswith("t:"):
        key, _, facet = value[2:].rpartition(":")
        if facet in set(Facet) and known(tools, key):
            return answer(turn, tools, key, (Facet(facet),))
        if known(tools, value[2:]):
            return answer(turn, tools, value[2:])
    return None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """Reads the message; None leaves it to the fallback."""
    if not turn.incoming.text:
        return None
    read = tools.reader.read(turn.incoming.text)
    before = earlier(turn, tools, read)
    if before:
        return answer(turn, tools, before, read.facets, read)
    topic = spoken_of(turn, tools, read)
    if topic and stays(turn, tools, read, topic):
        other = () if read.confidence < POSSIBLE or read.matches[0].id == topic else _neighbours(read, topic)
        return answer(turn, tools, topic, read.facets, read, other)
    if topic:
        read = turned(turn, tools, read, topic)
    if not read.matches or read.confidence < POSSIBLE:
        return None
    top = read.matches[0]
    key = f"faq:{read.aside}" if read.aside else top.id
    if read.confidence >= SURE:
        return answer(turn, tools, key, read.facets, read)
    if read.confidence >= LIKELY:
        return answer(turn, tools, key, read.facets, read, _neighbours(read, top.id))
    return ask_back(turn, tools, read) if any(worth_offering(match, POSSIBLE) for match in read.matches) else None


def _neighbours(read: Read, key: str) -> tuple[str, ...]:
    return tuple(match.id for match in read.matches if match.id != key and worth_offering(match, NEAR))[:2]


def worth_offering(match: Match, least: float) -> bool:
    """Whether a tap on this could well be what was meant."""
    return match.score >= (max(least, TITLE) if match.id.startswith("tthc:") else least)


def ask_back(turn: Turn, tools: Tools, read: Read) -> Reply:
    """One question with up to three choices in everyday words, each with what sets it apart."""
    near: Sequence[Match] = [match for match in read.matches if worth_offering(match, NEAR / 2)][:3]
    curated = [tools.content.procedures[match.id] for match in near if match.id in tools.content.procedures]
    apart = [say(tools, "between", everyday=item.everyday, tells_apart=item.tells_apart) for item in curated]
    parts = (say(tools, "choose_one"), bullets(apart))
    buttons = [topic_button(tools, match.id, read.facets) for match in near]
    buttons.append(Button(say(tools, "button_not_this"), "cmd:khong-phai"))
    return Reply(
        Outcome.ASKED_BACK,
        tuple(TextPart(part) for part in parts if part),
        tuple(buttons),
        Choosing(tuple(match.id for match in near)),
        reading=reading(read, near[0].id, read.facets),
    )
