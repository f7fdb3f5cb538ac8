"""What a follower hears: all that is new, in one message, with a button to each dossier."""

from collections.abc import Sequence

from handlers.events import ENDED, Event
from handlers.follow import name_of
from handlers.ports import Dossier, Followed, Status, Tools
from handlers.turn import Button, Outcome, Reply, TextPart
from handlers.words import bullets, say, weekday


def notice(tools: Tools, told: Sequence[tuple[Followed, Dossier, Sequence[Event]]]) -> Reply:
    """One line an event; what to do stands behind the button."""
    lines, buttons = [], []
    for followed, dossier, new in told:
        lines += [_line(tools, followed, dossier, event) for event in new]
        if dossier.status in ENDED:
            lines[-1] = f"{lines[-1]} {say(tools, 'follow_ended')}"
        buttons.append(Button(name_of(followed), f"hs:{dossier.code}"))
    text = f"**{say(tools, 'follow_head')}**\n{bullets(lines)}"
    return Reply(Outcome.DOSSIER_SHOWN, (TextPart(text),), tuple(buttons))


def _line(tools: Tools, followed: Followed, dossier: Dossier, event: Event) -> str:
    unknown = dossier.status is Status.UNKNOWN
    status = dossier.status_words if unknown else say(tools, f"status_{dossier.status}")
    due = weekday(tools, dossier.due_on) if dossier.due_on else ""
    return tools.content.texts[event.text].format(name=name_of(followed), status=status, due=due)
