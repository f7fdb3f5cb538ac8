"""The terminal: nothing is sent, `causo chat` and `causo ask` print the reply themselves."""

from bot.channels.contract import Limits

CONSOLE = Limits(text=100_000, buttons=50, button_label=120, pictures=False)
