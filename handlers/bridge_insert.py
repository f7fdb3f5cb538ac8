"""What a member puts into the talk without typing it: prepared answers, a topic's answer, a guide, a list of papers."""

from dataclasses import replace

from handlers import checklist
from handlers.bridge_words import ways
from handlers.ports import Tools
from handlers.states import Bridging, Idle
from handlers.ticket_ports import MemberDesk
from handlers.topic import answer, topic_button
from handlers.turn import Button, Memory, Outcome, Reply, TextPart, Turn
from handlers.words import say

_ASK = "/tra"
_MOST = 4


def button(turn: Turn, tools: Tools, desk: MemberDesk, verb: str, given: str) -> Reply | None:
    """`ve:mau[:<name>]` prepared answers; `ve:gui:<topic>`, `ve:ds-giay:<topic>`, `ve:hd:<guide>` send what the bot has
    on a topic, its papers, or the link to a guide."""
    assert isinstance(turn.state, Bridging)
    texts = tools.content.texts
    prepared = sorted(key for key in texts if key.startswith("prepared_"))
    if verb == "mau" and not given:
        buttons = [Button(texts[key], f"ve:mau:{key.removeprefix('prepared_')}") for key in prepared]
        return Reply(Outcome.WITH_HELPER, (TextPart(say(tools, "bridge_prepared")),), tuple(buttons))
    if verb == "mau":
        return _sent(turn, tools, desk, texts.get(f"prepared_{given}"))
    if verb == "gui" and given in tools.content.procedures:
        asked = replace(turn, state=Idle(), memory=Memory())
        parts = answer(asked, tools, given).parts
        return _sent(turn, tools, desk, "\n\n".join(part.text for part in parts if isinstance(part, TextPart)))
    if verb == "giay" and given in tools.content.procedures:
        return _sent(turn, tools, desk, checklist.as_text(tools, tools.content.procedures[given]))
    if verb == "hd" and given in tools.content.guides:
        guide = tools.content.guides[given]
        link = f"{tools.public_url}/m/{guide.id}"
        return _sent(turn, tools, desk, say(tools, "bridge_guide_link", guide=guide.everyday, link=link))
    return None


def text(turn: Turn, tools: Tools, desk: MemberDesk) -> Reply | None:
    """`/tra <question>`: what the bot knows, to be sent with one tap; the resident sees nothing of it before."""
    name, _, question = turn.incoming.text.strip().partition(" ")
    if name.lower() != _ASK or not question.strip():
        return None
    matches = [match.id for match in tools.reader.read(question).matches if match.id in tools.content.procedures]
    if not matches:
        return Reply(Outcome.WITH_HELPER, (TextPart(say(tools, "bridge_found_nothing")),), ways(tools))
    topic = matches[0]
    guides = [guide for guide in tools.content.guides.values() if guide.topic == topic][:_MOST]
    buttons = [_send(tools, topic), Button(say(tools, "button_bridge_papers"), f"ve:giay:{topic}")]
    buttons += [Button(say(tools, "button_bridge_guide", guide=one.everyday), f"ve:hd:{one.id}") for one in guides]
    buttons += [_send(tools, other) for other in matches[1:3]]
    found = answer(replace(turn, state=Idle(), memory=Memory()), tools, topic)
    return Reply(Outcome.WITH_HELPER, found.parts, tuple(buttons))


def _send(tools: Tools, topic: str) -> Button:
    return Button(say(tools, "button_bridge_send", about=topic_button(tools, topic).label), f"ve:gui:{topic}")


def _sent(turn: Turn, tools: Tools, desk: MemberDesk, words: str | None) -> Reply | None:
    assert isinstance(turn.state, Bridging)
    if not words:
        return None
    if desk.say(turn.state.ticket, words):
        return Reply(Outcome.WITH_HELPER, (TextPart(say(tools, "bridge_sent")),))
    return None
