"""Which dossier a message is about: the code anywhere in it, what it may have been meant to be, what else it names."""

from handlers.dossier_late import PETITION, petition
from handlers.dossier_status import shown
from handlers.ports import Tools
from handlers.states import AskingDossier, Idle
from handlers.topic import reading
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say, says
from knowledge.dossier_codes import Code, find_codes, normal_code

TOPIC = "tra-cuu-ho-so"
_MOST_OFFERED = 3
_OURS = "hs:"
_SAID = {
    "near": "dossier_near",
    "bad_date": "dossier_bad_date",
    "bad_agency": "dossier_bad_agency",
    "payment": "dossier_payment",
    "insurance": "dossier_insurance",
    "post": "dossier_post",
}


def ask(turn: Turn, tools: Tools) -> Reply:
    """Asks for the code and says where it stands."""
    texts = (say(tools, "dossier_ask"), say(tools, "dossier_where_is_code"))
    buttons = (Button(say(tools, "button_menu"), "cmd:bat-dau"),)
    return Reply(
        Outcome.ASKED_BACK, tuple(map(TextPart, texts)), buttons, AskingDossier(), reading=reading(None, TOPIC)
    )


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`hs:<code>`: one of the codes that were offered; `hs-don:<code>`: a petition about it."""
    value = turn.incoming.button or ""
    if value.startswith(PETITION):
        wanted = value.removeprefix(PETITION)
        dossier = tools.dossiers.find(wanted) if tools.may_look_up(wanted) else None
        return petition(turn, tools, dossier) if dossier else ask(turn, tools)
    code = normal_code(value.removeprefix(_OURS), turn.now.date()) if value.startswith(_OURS) else None
    return _looked_up(turn, tools, Code(code, "dossier")) if code else None


def read_from_photo(turn: Turn, tools: Tools, codes: tuple[str, ...]) -> Reply:
    """The codes that stood on a photographed receipt."""
    if len(codes) == 1:
        return _looked_up(turn, tools, Code(codes[0], "dossier"))
    buttons = tuple(Button(code, f"{_OURS}{code}") for code in codes[:_MOST_OFFERED])
    return Reply(Outcome.ASKED_BACK, (TextPart(say(tools, "receipt_which")),), buttons, AskingDossier(codes))


def code(turn: Turn, tools: Tools) -> Reply | None:
    """Answers on the first code in the message, or on yes or no to one we offered; None when there is neither."""
    offered = turn.state.offered if isinstance(turn.state, AskingDossier) else ()
    if len(offered) == 1 and says(tools, "yes", turn.incoming.text):
        return _looked_up(turn, tools, Code(offered[0], "dossier"))
    if offered and says(tools, "no", turn.incoming.text):
        return ask(turn, tools)
    codes = find_codes(turn.incoming.text, turn.now.date())
    if not codes or codes[0].kind == "procedure":
        return None  # a question about a procedure, not about a dossier
    first = codes[0]
    if first.kind in ("dossier", "insurance"):
        others = tuple(other.text for other in codes[1:] if other.kind == "dossier")
        return _looked_up(turn, tools, first, others)
    if first.kind in ("near", "bad_date"):
        return _nearly(tools, first)
    return _other(tools, first)


def _looked_up(turn: Turn, tools: Tools, code: Code, others: tuple[str, ...] = ()) -> Reply:
    if not tools.may_look_up(code.text):
        return resting(tools)
    dossier = tools.dossiers.find(code.text)
    if dossier:
        buttons = tuple(Button(other, f"{_OURS}{other}") for other in others[:_MOST_OFFERED])
        return shown(turn, tools, dossier, buttons)
    if code.kind == "dossier" and tools.dossiers.away(code.text):
        return _unknown(tools, code, "source_away")
    meant = _known(tools, code)
    if meant:
        return _did_you_mean(tools, code, meant)
    return _other(tools, code) if code.kind == "insurance" else _unknown(tools, code)


def _nearly(tools: Tools, code: Code) -> Reply:
    """Never a dossier that was not asked for: what may be meant is named, and a yes is waited for."""
    if not tools.may_look_up(code.text):
        return resting(tools)
    meant = _known(tools, code)
    if not meant and len(code.could_be) == 1:
        meant = code.could_be
    if meant:
        return _did_you_mean(tools, code, meant)
    return _other(tools, code)


def resting(tools: Tools) -> Reply:
    """Too many different codes: the same words whatever stands behind the next one."""
    person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
    return Reply(Outcome.REFUSED, (TextPart(say(tools, "dossier_rest")),), (person,), Idle())


def _known(tools: Tools, code: Code) -> tuple[str, ...]:
    return tuple(other for other in code.could_be if tools.dossiers.find(other))[:_MOST_OFFERED]


def _did_you_mean(tools: Tools, code: Code, meant: tuple[str, ...]) -> Reply:
    key = "dossier_did_you_mean" if len(meant) == 1 else "dossier_which"
    text = say(tools, key, code=code.text, meant=meant[0])
    yes = [Button(other, f"{_OURS}{other}") for other in meant]
    buttons = (*yes, Button(say(tools, "button_no"), "cmd:ho-so"))
    return Reply(Outcome.ASKED_BACK, (TextPart(text),), buttons, AskingDossier(meant), reading=reading(None, TOPIC))


def _other(tools: Tools, code: Code) -> Reply:
    values: dict[str, str] = {}
    key = _SAID[code.kind]
    if code.kind == "post":
        facts = tools.content.dossiers
        if facts and code.text.endswith("VN"):
            values = {"link": facts.tracking.link.format(code=code.text), "carrier": facts.tracking.carrier}
        else:
            key = "dossier_post_abroad"
    text = say(tools, key, code=code.text, **values)
    state = Idle() if code.kind in ("post", "insurance") else AskingDossier()
    return Reply(Outcome.DOSSIER_UNKNOWN, (TextPart(text),), state=state)


def _unknown(tools: Tools, code: Code, key: str = "dossier_unknown") -> Reply:
    """Nothing is known of it, for the reason `key`: the portal's own page to look at, and the code ready to paste."""
    texts = [say(tools, key, code=code.text)]
    facts = tools.content.dossiers
    agency = facts.agency(code.text) if facts else None
    if agency:
        texts.append(say(tools, "dossier_unknown_agency", begins=agency.begins, agency=agency.name))
    if facts:
        texts.append(
            say(tools, "dossier_unknown_where", portal=facts.lookup.portal, link=facts.lookup.link, code=code.text)
        )
    buttons = (Button(say(tools, "button_person"), "cmd:gap-nguoi"),)
    return Reply(Outcome.DOSSIER_UNKNOWN, tuple(map(TextPart, texts)), buttons, Idle())
