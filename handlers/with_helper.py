"""The resident's side of a ticket: asked for, waiting, talking with a person. The bot is silent meanwhile."""

from dataclasses import replace

from handlers.ports import Tools
from handlers.states import Idle, InGuide, LeavingNumber, WithHelper
from handlers.ticket_ports import Promise, ResidentDesk
from handlers.turn import Button, Memory, Outcome, Reply, TextPart, Turn
from handlers.walk import position
from handlers.words import say, says, weekday
from knowledge.intents import Intent
from knowledge.personal import find_personal

_AREA, _NUMBER, _HISTORY, _WITHDRAW = "nh:kp:", "nh:so", "nh:xem", "nh:huy"
_ALWAYS = ("/quen", "/dulieu")
_DANGER = frozenset(
    {Intent.FIRE, Intent.CRIME, Intent.MEDICAL, Intent.CHILD, Intent.SELF_HARM, Intent.SECRET}  # these the bot answers
)


def ask(turn: Turn, tools: Tools, why: str, memory: Memory) -> Reply | None:
    """Open a ticket; None where no team was set up, and the ward's number is all there is."""
    if tools.desk is None:
        return None
    promise = tools.desk.open_ticket(why, turn.memory.topic, _step(turn, tools))
    return None if promise is None else _promised(tools, tools.desk, promise, memory)


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`nh:kp:<khu phố>`, `nh:so` (leave a number), `nh:xem` (let the helper read), `nh:huy`. While somebody is with a
    helper every other tap is answered with how to get the bot back."""
    value, desk = turn.incoming.button or "", tools.desk
    if desk is None or not value:
        return None
    if value == _WITHDRAW:
        return _withdrawn(tools, desk)
    if value.startswith(_AREA) and value.removeprefix(_AREA).isdigit():
        promise = desk.choose_area(int(value.removeprefix(_AREA)))
        return _promised(tools, desk, promise, turn.memory) if promise else None
    if value == _HISTORY:
        desk.share_history()
        return _said(tools, "helper_history_shared")
    if value == _NUMBER:
        asking = TextPart(say(tools, "helper_number_ask"), asks_contact=say(tools, "button_helper_number"))
        return Reply(Outcome.WITH_HELPER, (asking,), state=LeavingNumber())
    if _waits(turn) and not value.startswith("cmd:quen") and value not in ("cmd:giu-lai", "cmd:du-lieu"):
        return _said(tools, "helper_bot_waits", _withdraw_button(tools))
    return None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """What is written goes to the helper, without a word of the bot, but for danger, secrets, and “hủy”."""
    desk, said = tools.desk, turn.incoming.text.strip()
    if desk is None or turn.incoming.button or not _waits(turn):
        return None
    if says(tools, "withdraw", said):
        return _withdrawn(tools, desk)
    if says(tools, "forget", said) or said.lower().startswith(_ALWAYS) or _is_dangerous(tools, said):
        return None
    if turn.incoming.photo:
        return _photo(turn, tools, desk)
    if isinstance(turn.state, LeavingNumber):
        return _number(turn, tools, desk)
    if not desk.tell(said or say(tools, "helper_sent_other")):
        return None  # closed meanwhile: the bot answers again
    return Reply(Outcome.WITH_HELPER, state=WithHelper())


def _photo(turn: Turn, tools: Tools, desk: ResidentDesk) -> Reply | None:
    """A photo goes to the helper, and that is said, as some channels show nothing of one's own photo. A card of a
    person is refused like anywhere."""
    seen, said = turn.incoming.seen, turn.incoming.text.strip()
    if seen and seen.card:
        return None
    jpeg = seen.jpeg if seen else b""
    if not desk.tell(said or say(tools, "ticket_picture" if jpeg else "helper_sent_other"), jpeg):
        return None
    return replace(_said(tools, "helper_picture_passed" if jpeg else "helper_picture_lost"), state=WithHelper())


def _is_dangerous(tools: Tools, said: str) -> bool:
    """What the bot answers whoever is there: danger, passwords. A number is masked, the rest goes to the helper."""
    intent = tools.intent(said)
    return intent in _DANGER and not (intent is Intent.SECRET and find_personal(said))


def _waits(turn: Turn) -> bool:
    return isinstance(turn.state, WithHelper | LeavingNumber)


def _number(turn: Turn, tools: Tools, desk: ResidentDesk) -> Reply:
    """A phone number is kept sealed; anything else goes to the helper as it is."""
    said = turn.incoming.text
    if any(item.kind == "phone" for item in find_personal(said)) and desk.leave_number(said):
        return replace(_said(tools, "helper_number_kept"), state=WithHelper())
    if not says(tools, "stop", said):
        desk.tell(said)
    return replace(_said(tools, "helper_number_none"), state=WithHelper())


def _withdrawn(tools: Tools, desk: ResidentDesk) -> Reply:
    desk.withdraw()
    button = Button(say(tools, "button_menu"), "cmd:bat-dau")
    return Reply(Outcome.DONE, (TextPart(say(tools, "helper_withdrawn")),), (button,), Idle())


def _promised(tools: Tools, desk: ResidentDesk, promise: Promise, memory: Memory) -> Reply:
    """By when somebody answers; the khu phố is asked first, since it decides who that is."""
    key = "helper_promise" if promise.now else "helper_promise_later"
    day = weekday(tools, promise.by.date())
    texts = [say(tools, key, time=f"{promise.by:%H:%M}", day=day), say(tools, "helper_how")]
    areas = [Button(area.name, f"{_AREA}{area.id}") for area in desk.areas()]
    if areas:
        texts.append(say(tools, "helper_which_area"))
    buttons = [*areas, Button(say(tools, "button_helper_history"), _HISTORY)]
    if not promise.now:
        buttons.append(Button(say(tools, "button_helper_number"), _NUMBER))
    buttons.append(_withdraw_button(tools))
    return Reply(Outcome.HANDED_OVER, tuple(map(TextPart, texts)), tuple(buttons), WithHelper(), memory)


def _step(turn: Turn, tools: Tools) -> str | None:
    """The guide and step somebody is stuck at, as "guide/step"."""
    state = turn.state
    guide = tools.content.guides.get(state.guide) if isinstance(state, InGuide) else None
    if guide is None or not isinstance(state, InGuide):
        return None
    step = position(guide, state.answers).step
    return f"{guide.id}/{step.id}" if step else guide.id


def _withdraw_button(tools: Tools) -> Button:
    return Button(say(tools, "button_helper_withdraw"), _WITHDRAW)


def _said(tools: Tools, key: str, *buttons: Button) -> Reply:
    return Reply(Outcome.WITH_HELPER, (TextPart(say(tools, key)),), buttons)
