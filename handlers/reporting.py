"""`/baocao`: the numbers of the team, in the chat of a member: their own, or everybody's for who leads."""

from typing import Literal

from handlers.ports import Tools
from handlers.turn import Outcome, Reply, TextPart, Turn
from handlers.words import say, says

_KINDS: tuple[Literal["day", "week", "month", "half"], ...] = ("day", "week", "month", "half")


def text(turn: Turn, tools: Tools) -> Reply | None:
    """This month's, or those of the day, week or half-year that is named."""
    command, _, asked = turn.incoming.text.strip().partition(" ")
    if tools.member is None or tools.report is None or command.lower() != "/baocao":
        return None
    kind = next((kind for kind in _KINDS if says(tools, f"period_{kind}", asked)), None if asked.strip() else "month")
    if kind is None:
        return Reply(Outcome.DONE, (TextPart(say(tools, "report_team_how")),))
    return Reply(Outcome.DONE, (TextPart(tools.report(kind)), TextPart(say(tools, "report_team_how"))))
