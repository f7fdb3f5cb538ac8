"""The light markup of a reply (`**bold**`, `- ` lines, bare links) in the forms channels need."""

import html
import re

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ITEM = re.compile(r"(?m)^- ")


def plain(text: str) -> str:
    """Without markup, for the terminal and for channels that know none."""
    return _ITEM.sub("• ", _BOLD.sub(r"\1", text))


def telegram_html(text: str) -> str:
    """Telegram's HTML: everything escaped, bold as <b>. https://core.telegram.org/bots/api#html-style"""
    return _ITEM.sub("• ", _BOLD.sub(r"<b>\1</b>", html.escape(text, quote=False)))
