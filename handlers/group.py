"""In a group, where others read along: what everybody may hear is answered there, what is one person's own is not."""

from dataclasses import replace

from handlers.effects import CallPerson, ForgetMe
from handlers.ports import Tools
from handlers.states import AskingUnit, Choosing, Idle, InCases, InGuide
from handlers.turn import LinkPart, Outcome, Part, Reply, TextPart, Turn
from handlers.words import say
from knowledge.dossier_codes import find_codes
from knowledge.personal import find_personal

_PUBLIC_BUTTONS = ("t:", "src:", "g:", "go:", "s:", "p:", "u:", "c:", "k:", "ds:", "tk:")
_PUBLIC_WORDS = {"cmd:bat-dau", "cmd:giup", "cmd:khong-phai", "cmd:quen-toi", "cmd:quen-that", "cmd:giu-lai", "ds-xong"}
_PRIVATE_OUTCOMES = {Outcome.DOSSIER_SHOWN, Outcome.DOSSIER_UNKNOWN, Outcome.HANDED_OVER, Outcome.WITH_HELPER}
_PUBLIC_STATES = (Idle, Choosing, InGuide, InCases, AskingUnit)


def public(tools: Tools) -> Tools:
    """Without what belongs to one person: their tickets, codes and dossiers, and what a member of the team may do."""
    return replace(tools, desk=None, codes=None, owners=None, member=None, tickets=None, report=None, news=None)


def private(turn: Turn, tools: Tools) -> Reply | None:
    """A dossier's code, a personal number, a photo, where somebody is, the button of a private matter: not here."""
    incoming = turn.incoming
    shared = incoming.photo or incoming.location or incoming.other == "contact"
    text = incoming.text
    personal = bool(find_personal(text)) or any(code.kind == "dossier" for code in find_codes(text, turn.now.date()))
    tapped = incoming.button is not None and not _public(incoming.button)
    return aside(tools) if shared or personal or tapped else None


def guarded(turn: Turn, tools: Tools, reply: Reply) -> Reply:
    """The reply as it may stand in a group: never the beginning of something private, no buttons that lead there."""
    if not turn.incoming.group:
        return reply
    urgent = reply.outcome is Outcome.EMERGENCY
    begins = reply.state is not None and not isinstance(reply.state, _PUBLIC_STATES)
    acts = [item for item in reply.effects if not isinstance(item, ForgetMe)]
    calls = [item for item in acts if isinstance(item, CallPerson)]
    if (begins or reply.outcome in _PRIVATE_OUTCOMES or acts) and not (urgent and acts == calls):
        return aside(tools)
    return replace(reply, buttons=tuple(button for button in reply.buttons if _public(button.value)))


def aside(tools: Tools) -> Reply:
    """“Anh/chị nhắn riêng cho em”, with the link; nothing of the message is kept."""
    parts: tuple[Part, ...] = (TextPart(say(tools, "in_group_aside")),)
    if tools.private_chat:
        parts = (*parts, LinkPart(tools.private_chat, say(tools, "in_group_link")))
    return Reply(Outcome.REFUSED, parts, hides=True)


def _public(value: str) -> bool:
    return value.startswith(_PUBLIC_BUTTONS) or value in _PUBLIC_WORDS
