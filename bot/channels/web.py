"""The web page sends nothing: it reads what the outbox holds for its chat."""

from bot.channels.contract import Limits

WEB = Limits(text=20_000, buttons=12, button_label=80, caption=20_000)
