"""The sentences that carry words from one side of a ticket to the other."""

from collections.abc import Mapping

from handlers.bridge_words import about_ticket
from handlers.ports import Tools
from handlers.ticket_ports import TicketView
from handlers.turn import Button
from knowledge.fold import folded, phrase_in


class Wording:
    """`tools` for what a ticket is about, in the content as it is now."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @property
    def texts(self) -> Mapping[str, str]:
        return self._tools.content.texts

    def say(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values)

    def line(self, view: TicketView) -> str:
        return about_ticket(self._tools, view)

    def suits(self, skills: str, ticket: TicketView) -> bool:
        """Whether one of the skills, as the ward wrote them, names the topic, its group or the guide of a ticket."""
        content = self._tools.content
        topic = content.procedures.get(ticket.topic or "")
        guide = content.guides.get((ticket.step or "").partition("/")[0])
        about = [topic.name, topic.everyday, self.texts[f"group_{topic.group}"]] if topic else []
        about += [guide.name, guide.everyday] if guide else []
        words = folded(" . ".join(about))
        return any(skill and phrase_in(skill, words) for skill in map(folded, skills.split(",")))

    def claim_button(self, ticket: int) -> Button:
        return Button(self.say("button_bridge_claim", number=ticket), f"ve:nhan:{ticket}")

    def open_button(self, ticket: int) -> Button:
        return Button(self.say("button_bridge_open", number=ticket), f"ve:mo:{ticket}")

    def decide_buttons(self, entry: int) -> tuple[Button, ...]:
        approve = Button(self.say("button_bridge_approve"), f"ve:ok:{entry}")
        return (approve, Button(self.say("button_bridge_refuse"), f"ve:khong:{entry}"))
