"""Zalo's template messages (ZBS) to residents who may not be written to otherwise; each one costs money.

https://zalo.cloud/zns/guidelines; since 2026-03 by user id, in place of the transaction messages.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.contract import Outgoing
from bot.channels.fit import split
from bot.channels.markup import plain
from bot.channels.zalo_oa_api import ZaloOaApi
from handlers.turn import LinkPart, TextPart

_FIELD = 200  # characters of one field; https://zalo.cloud/zns/guidelines/parameter


@dataclass(frozen=True, slots=True)
class Templates:
    """The template that Zalo approved for this account, and the name of its field for what there is to say."""

    id: str
    field: str

    async def send(self, api: ZaloOaApi, chat: str, message: Outgoing) -> bool:
        """Whether all of the message was in it. Raises `Refused` or `RetryLater`."""
        text = _text(message)
        short = next(split(text, _FIELD), "").replace("**", "")
        data: Mapping[str, object] = {self.field: " ".join(short.split())}
        await api.post("/v3.0/oa/message/template", {"user_id": chat, "template_id": self.id, "template_data": data})
        return short == text and not message.buttons and isinstance(message.part, TextPart)


def _text(message: Outgoing) -> str:
    match message.part:
        case TextPart(text):
            return plain(text)
        case LinkPart(url, label):
            return f"{label}: {url}"
        case part:
            return plain(message.caption) or getattr(part, "alt", "") or getattr(part, "name", "")
