"""`/giup`: a member of the team sits beside a neighbour. What is recorded is enough for the month's count: an age
group, a khu phố, what it was about, how it ended, minutes. No name, no number, nothing that was said."""

from dataclasses import replace
from datetime import timedelta

from handlers.commands import menu
from handlers.effects import RecordHelp
from handlers.ports import StaffMember, Tools
from handlers.states import Idle, InGuide
from handlers.turn import Button, Helping, Memory, Outcome, Reply, TextPart, Turn
from handlers.walk import position
from handlers.words import say, says

ENDS_AFTER = timedelta(minutes=30)  # of silence
_AGES = ("under_35", "35_59", "60_plus")
_OUTCOMES = ("done", "stuck", "visit")
_MINUTES = (10, 20, 30, 45, 60)
_MOST_MINUTES = 600
_AGAIN = "gl:nua"
_AGE, _AREA, _AGREED, _CANCEL, _END, _OUTCOME, _TOOK = (
    "gl:tuoi:",
    "gl:kp:",
    "gl:dongy",
    "gl:huy",
    "gl:xong",
    "gl:kq:",
    "gl:phut:",
)


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`gl:...` values: age group, khu phố, consent, the end, its outcome, the minutes."""
    value, helping = turn.incoming.button or "", turn.memory.helping
    member = tools.member
    if member is not None and value == _AGAIN:
        return _started(turn, tools)
    if member is None or helping is None or not value.startswith("gl:"):
        return None
    if value == _CANCEL:
        return _cancelled(turn, tools, helping)
    if value.startswith(_AGE) and value.removeprefix(_AGE) in _AGES:
        return _area_or_consent(turn, tools, member, replace(helping, age=value.removeprefix(_AGE)))
    if value.startswith(_AREA):
        chosen = next((area.id for area in member.areas if value == f"{_AREA}{area.id}"), None)
        return None if chosen is None else _consent(turn, tools, replace(helping, area=chosen))
    if value == _AGREED:
        return _begun(turn, tools, replace(helping, agreed=True))
    if value == _END:
        return _ending(turn, tools, helping)
    if value.startswith(_OUTCOME) and value.removeprefix(_OUTCOME) in _OUTCOMES:
        return _minutes(turn, tools, replace(helping, outcome=value.removeprefix(_OUTCOME)))
    if value.startswith(_TOOK) and helping.outcome:
        return _recorded(turn, tools, helping, value.removeprefix(_TOOK))
    return None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """`/giup` begins, `/giup huy` undoes, `/xong` ends; while the minutes are asked for, a number is them."""
    said, helping = turn.incoming.text.strip(), turn.memory.helping
    command, _, rest = said.lower().partition(" ")
    if command == "/giup" and tools.member is None:
        return Reply(Outcome.DONE, (TextPart(say(tools, "helping_not_member")),), menu(tools))
    if tools.member is None:
        return None
    if command == "/giup" and says(tools, "withdraw", rest):
        return _cancelled(turn, tools, helping)
    if command == "/giup":
        return _started(turn, tools)
    if helping is None:
        return None
    if command == "/xong" or says(tools, "helping_end", said):
        return _ending(turn, tools, helping)
    # No longer number is taken for minutes: it may be an OTP or a citizen number, which are refused elsewhere.
    return _recorded(turn, tools, helping, said) if helping.outcome and _minutes_in(said) is not None else None


def before(turn: Turn) -> tuple[Turn, tuple[RecordHelp, ...]]:
    """A session nobody touched for half an hour ended then, with what is known of it."""
    helping = turn.memory.helping
    if helping is None or turn.now - helping.last < ENDS_AFTER:
        return turn, ()
    return replace(turn, memory=replace(turn.memory, helping=None)), ended_by_itself(helping)


def ended_by_itself(helping: Helping) -> tuple[RecordHelp, ...]:
    """What is recorded of a session that was never ended; nothing without the neighbour's consent."""
    if not helping.agreed:
        return ()
    minutes = max(1, round((helping.last - helping.began).total_seconds() / 60))
    return (_record(helping, minutes),)


def noticed(turn: Turn, tools: Tools, reply: Reply, memory: Memory) -> tuple[Reply, Memory]:
    """What a session is about is seen from what was opened; and its end is always one tap away."""
    helping = memory.helping
    if helping is None:
        return reply, memory
    if tools.member is None:  # who helps no more has nothing open
        return reply, replace(memory, helping=None)
    helping = replace(helping, last=turn.now)
    if helping.agreed and reply.outcome in (Outcome.GUIDE_STEP, Outcome.ANSWERED, Outcome.CHECKLIST):
        helping = replace(helping, topic=reply.reading.topic or helping.topic)
    if helping.agreed and isinstance(reply.state, InGuide):
        guide = tools.content.guides.get(reply.state.guide)
        step = position(guide, reply.state.answers).step if guide else None
        helping = replace(helping, guide=reply.state.guide, step=step.id if step else None)
    if reply.outcome is Outcome.GUIDE_DONE:
        helping = replace(helping, step=None)
    if helping.agreed and helping.outcome is None and all(button.value != _END for button in reply.buttons):
        end = Button(say(tools, "button_helping_end"), _END)
        reply = replace(reply, buttons=(*reply.buttons, end))
    return reply, replace(memory, helping=helping)


def _started(turn: Turn, tools: Tools) -> Reply:
    helping = turn.memory.helping
    if helping and helping.agreed:
        return _said(turn, tools, "helping_going_on", helping)
    buttons = [Button(say(tools, f"button_age_{age}"), f"{_AGE}{age}") for age in _AGES]
    return _said(turn, tools, "helping_whom", Helping(turn.now, turn.now), *buttons, _cancel(tools))


def _area_or_consent(turn: Turn, tools: Tools, member: StaffMember, helping: Helping) -> Reply:
    if member.area is not None or len(member.areas) < 2:
        only = member.areas[0].id if len(member.areas) == 1 else None
        return _consent(turn, tools, replace(helping, area=member.area or only))
    buttons = [Button(area.name, f"{_AREA}{area.id}") for area in member.areas]
    return _said(turn, tools, "helping_which_area", helping, *buttons, _cancel(tools))


def _consent(turn: Turn, tools: Tools, helping: Helping) -> Reply:
    agreed = Button(say(tools, "button_helping_agreed"), _AGREED)
    return _said(turn, tools, "helping_consent", helping, agreed, _cancel(tools))


def _begun(turn: Turn, tools: Tools, helping: Helping) -> Reply:
    return _said(turn, tools, "helping_begun", helping, *menu(tools))


def _ending(turn: Turn, tools: Tools, helping: Helping) -> Reply:
    if not helping.agreed:
        return _cancelled(turn, tools, helping)
    buttons = [Button(_outcome_label(tools, helping, name), f"{_OUTCOME}{name}") for name in _OUTCOMES]
    return _said(turn, tools, "helping_outcome", helping, *buttons, _cancel(tools))


def _outcome_label(tools: Tools, helping: Helping, outcome: str) -> str:
    """Where somebody is stuck is said by the step, when it is known."""
    guide = tools.content.guides.get(helping.guide or "")
    step = next((one for one in guide.steps if one.id == helping.step), None) if guide else None
    if outcome == "stuck" and step:
        return say(tools, "button_outcome_stuck_at", step=step.title)
    return say(tools, f"button_outcome_{outcome}")


def _minutes(turn: Turn, tools: Tools, helping: Helping) -> Reply:
    """The clock's minutes first, to the next five; others to correct it."""
    measured = max(5, 5 * round((turn.now - helping.began).total_seconds() / 300))
    offered = list(dict.fromkeys((measured, *_MINUTES)))
    buttons = [Button(say(tools, "button_minutes", minutes=minutes), f"{_TOOK}{minutes}") for minutes in offered]
    return _said(turn, tools, "helping_minutes", helping, *buttons)


def _recorded(turn: Turn, tools: Tools, helping: Helping, minutes: str) -> Reply:
    took = _minutes_in(minutes)
    if took is None or not 0 < took <= _MOST_MINUTES:
        return _minutes(turn, tools, helping)
    reply = _said(turn, tools, "helping_recorded", None, Button(say(tools, "button_helping_next"), _AGAIN))
    return replace(_cleared(turn, reply), effects=(_record(helping, took),))


def _minutes_in(said: str) -> int | None:
    """A number of at most three digits."""
    return int(said) if said.isdecimal() and len(said) <= 3 else None


def _cleared(turn: Turn, reply: Reply) -> Reply:
    """What was this neighbour's (topic, guide, ticked papers) is not there for the next one."""
    return replace(reply, state=Idle(), memory=Memory(greeted=turn.memory.greeted))


def _record(helping: Helping, minutes: int) -> RecordHelp:
    """Where somebody is stuck is the step they stand at; done is not stuck anywhere."""
    stuck = f"{helping.guide}/{helping.step}" if helping.guide and helping.step and helping.outcome != "done" else None
    return RecordHelp(
        helping.area, helping.age, helping.topic, helping.guide, stuck, helping.outcome, minutes, helping.began
    )


def _cancelled(turn: Turn, tools: Tools, helping: Helping | None) -> Reply:
    """Nothing is recorded; what was opened since the neighbour agreed is gone too."""
    reply = _said(turn, tools, "helping_cancelled", None)
    return _cleared(turn, reply) if helping and helping.agreed else reply


def _cancel(tools: Tools) -> Button:
    return Button(say(tools, "button_helping_cancel"), _CANCEL)


def _said(turn: Turn, tools: Tools, key: str, helping: Helping | None, *buttons: Button) -> Reply:
    """A guide that is open stays open: it may be what the neighbour is being helped with."""
    memory = replace(turn.memory, helping=helping)
    return Reply(Outcome.DONE, (TextPart(say(tools, key)),), buttons, memory=memory)
