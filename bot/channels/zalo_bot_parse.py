"""Updates of Zalo's Bot Platform as `Incoming`. What means nothing to us is None; what is malformed raises.

Field names differ between its documents and what was seen on the wire; both are read. There is no update id: what
makes a message the same is its `message_id`.
"""

from datetime import UTC, datetime

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from bot.errors import NotUnderstood
from handlers.turn import Incoming, Other

NAME = "zalo_bot"
_EVENTS: dict[str, Other | None] = {
    "message.text.received": None,
    "message.image.received": None,
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    # Zalo keeps the content of some senders to itself (children, people with a disability and others), by law.
    "message.unsupported.received": "unsupported",
}


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Sender(_Lenient):
    id: str = Field(min_length=1)
    is_bot: bool = False


class _Chat(_Lenient):
    id: str = Field(min_length=1)
    chat_type: str = "PRIVATE"


class _Message(_Lenient):
    sender: _Sender = Field(alias="from")
    chat: _Chat
    message_id: str = Field(min_length=1)
    date: int = Field(ge=0, le=253_402_300_799_000)  # milliseconds
    text: str | None = None
    caption: str | None = None
    photo: str | None = Field(default=None, validation_alias=AliasChoices("photo", "photo_url"))
    voice_url: str | None = None


class _Update(_Lenient):
    event_name: str
    message: _Message


def parse(data: object, bot_name: str = "") -> Incoming | None:
    """`bot_name`: in a group a message speaks to the bot by “@name”, which is no part of the question."""
    if isinstance(data, dict) and isinstance(data.get("result"), dict):
        data = data["result"]  # in an envelope from the webhook, mostly
    if not isinstance(data, dict):
        raise NotUnderstood("not an update")
    if data.get("event_name") not in _EVENTS:
        return None
    try:
        update = _Update.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise NotUnderstood(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}") from None
    message = update.message
    if message.sender.is_bot:
        return None
    text = message.text or message.caption or ""
    group = message.chat.chat_type.upper() == "GROUP"
    if group:
        text = _addressed(text, bot_name)
    other = _EVENTS[update.event_name]
    if not (text or other or message.photo):
        other = "unsupported"
    sent_at = datetime.fromtimestamp(message.date / 1000, UTC)
    return Incoming(
        NAME,
        message.chat.id,
        message.message_id,
        sent_at,
        text,
        photo=message.photo,
        other=other,
        voice=message.voice_url,
        group=group,
    )


def _addressed(text: str, bot_name: str) -> str:
    """The text without the mention of the bot in front of it. Zalo brings only such messages, and answers to ours."""
    mention = f"@{bot_name}"
    if bot_name and text.lower().startswith(mention.lower()):
        return text[len(mention) :].lstrip(" ,:")
    return text
