"""Following dossiers: begin, name, list, stop; and moving it all to another phone or channel."""

from handlers.dossier import ask
from handlers.dossier_status import shown
from handlers.effects import MoveHere
from handlers.events import dated
from handlers.ports import Dossier, Followed, Follows, Tools
from handlers.states import AskingNickname, Idle
from handlers.topic import reading
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import bullets, say, says
from knowledge.calendar import Calendar
from knowledge.dossier_codes import find_codes, normal_code
from knowledge.fold import folded, phrase_in
from knowledge.personal import find_personal
from knowledge.short_codes import spoken

MOVE = "move"
MOST = 20
_MOVE_MINUTES = 15
_LONGEST = 40  # characters of a nickname
_MOST_DIGITS = 4  # of a nickname; a year, and no number of a person
_FEWEST = 4  # letters of a nickname that is looked for in a question
_TOPIC = "tra-cuu-ho-so"
_FOLLOW, _NAME, _STOP, _LIST = "td:", "td-ten:", "td-thoi:", "td-ds"


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`td:<code>` follows, `td-ten:<code>` names, `td-thoi:<code>` stops, `td-ds` lists."""
    value, follows = turn.incoming.button or "", tools.follows
    if follows is None or not value.startswith("td"):
        return None
    if value == _LIST:
        return _listed(tools, follows)
    prefix = next((one for one in (_FOLLOW, _NAME, _STOP) if value.startswith(one)), None)
    code = normal_code(value.removeprefix(prefix), turn.now.date()) if prefix else None
    if code is None:
        return None
    if prefix == _FOLLOW:
        return _begun(turn, tools, follows, code)
    if prefix == _NAME and any(one.code == code for one in follows.all()):
        return Reply(Outcome.ASKED_BACK, (TextPart(say(tools, "follow_name_ask")),), state=AskingNickname(code))
    return _stopped(tools, prefix == _STOP and follows.drop(code), code)


def text(turn: Turn, tools: Tools) -> Reply | None:
    """A nickname that is awaited; “theo dõi” with a code, or alone for the dossier just shown; to stop; the list; a
    question about a nickname; `/chuyen`."""
    follows, said = tools.follows, turn.incoming.text.strip()
    if follows is None or turn.incoming.button or not said:
        return None
    if said.lower().split("@")[0] == "/chuyen" or says(tools, "move", said):
        return _moving(tools, follows)
    if says(tools, "follow_list", said):
        return _listed(tools, follows)
    codes = [code.text for code in find_codes(said, turn.now.date()) if code.kind == "dossier"]
    if _has_words(tools, "follow_stop", said):
        return _stopping(turn, tools, follows, codes)
    if not codes and says(tools, "follow", said):
        shown_before = [one.value for one in turn.memory.offered if one.value.startswith(_FOLLOW)]
        return _begun(turn, tools, follows, shown_before[0].removeprefix(_FOLLOW)) if shown_before else ask(turn, tools)
    if codes and phrase_in(folded(say(tools, "follow_word")), folded(said)):
        return _begun(turn, tools, follows, codes[0])
    if isinstance(turn.state, AskingNickname) and not codes and not said.startswith("/") and not said.endswith("?"):
        return _named(turn, tools, follows, turn.state.code)
    return _asked_by_name(turn, tools, follows) if not codes else None


def moved(turn: Turn, tools: Tools, payload: str) -> Reply:
    """The code from the other chat: this one goes on with it."""
    menu = Button(say(tools, "button_menu"), "cmd:bat-dau")
    if int(payload) == tools.chat:
        return Reply(Outcome.DONE, (TextPart(say(tools, "move_same")),), (menu,))
    effect = MoveHere(int(payload))
    return Reply(Outcome.DONE, (TextPart(say(tools, "move_done")),), (_list_button(tools), menu), effects=(effect,))


def _begun(turn: Turn, tools: Tools, follows: Follows, code: str) -> Reply:
    dossier = tools.dossiers.find(code) if tools.may_look_up(code) else None
    if dossier is None:
        return Reply(Outcome.DOSSIER_UNKNOWN, (TextPart(say(tools, "follow_unknown", code=code)),), state=Idle())
    if dossier.finished:
        return Reply(Outcome.DONE, (TextPart(say(tools, "follow_finished")),), state=Idle())
    if not follows.add(dossier, [event.key for event in dated(dossier, turn.now.date(), calendar_of(tools))]):
        full = TextPart(say(tools, "follow_full", most=MOST))
        return Reply(Outcome.DONE, (full,), (_list_button(tools),), Idle())
    name = Button(say(tools, "button_follow_name"), f"{_NAME}{code}")
    return Reply(
        Outcome.DONE,
        (TextPart(say(tools, "follow_begun", code=code)),),
        (name, _list_button(tools)),
        Idle(),
        reading=reading(None, _TOPIC),
    )


def _stopping(turn: Turn, tools: Tools, follows: Follows, codes: list[str]) -> Reply:
    """“Bỏ theo dõi” with a code or a nickname, or alone when only one is followed; else the list to choose from."""
    mine = follows.all()
    named = [one for one in mine if one.nickname and phrase_in(one.nickname, turn.incoming.text)]
    if not codes and not named and len(mine) != 1:
        return _listed(tools, follows)
    code = codes[0] if codes else (named or mine)[0].code
    return _stopped(tools, follows.drop(code), code)


def _stopped(tools: Tools, dropped: bool, code: str) -> Reply:
    key = "follow_stopped" if dropped else "follow_not_followed"
    return Reply(Outcome.DONE, (TextPart(say(tools, key, code=code)),), (_list_button(tools),), Idle())


def _has_words(tools: Tools, name: str, said: str) -> bool:
    return any(phrase_in(word, said) for word in say(tools, f"words_{name}").split(","))


def _named(turn: Turn, tools: Tools, follows: Follows, code: str) -> Reply:
    name = " ".join(turn.incoming.text.split())
    if says(tools, "stop", name):
        return Reply(Outcome.DONE, (TextPart(say(tools, "follow_no_name")),), (_list_button(tools),), Idle())
    digits = sum(letter.isdigit() for letter in name)
    if find_personal(name) or len(name) > _LONGEST or digits > _MOST_DIGITS or not any(map(str.isalpha, name)):
        return Reply(Outcome.ASKED_BACK, (TextPart(say(tools, "follow_name_bad")),), state=AskingNickname(code))
    follows.rename(code, name)
    text = TextPart(say(tools, "follow_named", name=name))
    return Reply(Outcome.DONE, (text,), (_list_button(tools),), Idle())


def _listed(tools: Tools, follows: Follows) -> Reply:
    mine = follows.all()
    if not mine:
        return Reply(Outcome.DONE, (TextPart(say(tools, "follow_none")),), state=Idle())
    lines = [_line(tools, one, tools.dossiers.find(one.code)) for one in mine]
    buttons = [Button(name_of(one), f"hs:{one.code}") for one in mine]
    buttons += [Button(say(tools, "button_follow_stop", name=name_of(one)), f"{_STOP}{one.code}") for one in mine]
    text = f"{say(tools, 'follow_listed')}\n{bullets(lines)}"
    return Reply(Outcome.DOSSIER_SHOWN, (TextPart(text),), tuple(buttons), Idle(), reading=reading(None, _TOPIC))


def _line(tools: Tools, one: Followed, dossier: Dossier | None) -> str:
    name = f"{one.nickname} ({one.code})" if one.nickname else one.code
    status = say(tools, f"status_{dossier.status}") if dossier and dossier.status != "unknown" else None
    return f"{name}: {status or (dossier.status_words if dossier else say(tools, 'follow_no_news'))}"


def name_of(one: Followed) -> str:
    return one.nickname or one.code


def _asked_by_name(turn: Turn, tools: Tools, follows: Follows) -> Reply | None:
    """“Sổ đỏ bà ngoại tới đâu rồi”: the dossier that bears the name, when it is asked how it goes."""
    said = folded(turn.incoming.text)
    if not _has_words(tools, "how_it_goes", said):
        return None
    named = [one for one in follows.all() if one.nickname and len(one.nickname) >= _FEWEST]
    found = [one for one in named if phrase_in(folded(one.nickname or ""), said)]
    dossier = tools.dossiers.find(max(found, key=lambda one: len(one.nickname or "")).code) if found else None
    return shown(turn, tools, dossier) if dossier else None


def _moving(tools: Tools, follows: Follows) -> Reply | None:
    if tools.codes is None or tools.chat is None:
        return None
    follows.person()
    code = tools.codes.issue(MOVE, str(tools.chat), _MOVE_MINUTES)
    count = len(follows.all())
    text = say(tools, "move_code", code=spoken(code), minutes=_MOVE_MINUTES, count=count)
    return Reply(Outcome.DONE, (TextPart(text),))


def calendar_of(tools: Tools) -> Calendar:
    return tools.content.dossiers.calendar if tools.content.dossiers else Calendar()


def _list_button(tools: Tools) -> Button:
    return Button(say(tools, "button_follow_list"), _LIST)
