"""The sentences that carry words from one side of a ticket to the other."""

from collections.abc import Mapping

from handlers.bridge_words import about_ticket
from handlers.ports import Tools
from handlers.ticket_ports import TicketView
from handlers.turn import Button


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

    def claim_button(self, ticket: int) -> Button:
        return Button(self.say("button_bridge_claim", number=ticket), f"ve:nhan:{ticket}")

    def open_button(self, ticket: int) -> Button:
        return Button(self.say("button_bridge_open", number=ticket), f"ve:mo:{ticket}")

    def decide_buttons(self, entry: int) -> tuple[Button, ...]:
        approve = Button(self.say("button_bridge_approve"), f"ve:ok:{entry}")
        return (approve, Button(self.say("button_bridge_refuse"), f"ve:khong:{entry}"))
