"""Events of a Zalo Official Account. What is not a resident's doing is None: answering our own echoes never ends."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.channels.zalo_window import NAME
from bot.errors import NotUnderstood
from handlers.turn import Incoming, Location, Other

TAPPED = "#causo:"  # begins the payload of our buttons, since a tap comes as a text like any other

_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]  # numbers come either way
_OTHERS: dict[str, Other] = {
    "user_send_audio": "voice",
    "user_send_sticker": "sticker",
    "user_send_gif": "sticker",
    "user_send_video": "document",
    "user_send_file": "document",
    "user_send_business_card": "contact",
    "user_send_link": "unsupported",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Party(_Part):
    id: _Text = ""


class _Coordinates(_Part):
    latitude: float
    longitude: float


class _Payload(_Part):
    url: _Text = ""
    coordinates: _Coordinates | None = None


class _Attachment(_Part):
    type: _Text = ""
    payload: _Payload = Field(default_factory=_Payload)


class _Message(_Part):
    msg_id: _Text = ""
    text: _Text = ""
    attachments: list[_Attachment] = Field(default_factory=list)


class _Info(_Part):
    phone: _Text = ""


class _Event(_Part):
    event_name: str
    timestamp: _Text = ""
    oa_id: _Text = ""
    sender: _Party = Field(default_factory=_Party)
    recipient: _Party = Field(default_factory=_Party)
    follower: _Party = Field(default_factory=_Party)
    message: _Message = Field(default_factory=_Message)
    info: _Info = Field(default_factory=_Info)


@dataclass(frozen=True, slots=True)
class Contact:
    """A resident was in touch, or left. `incoming`: what they said, if they said anything to us."""

    chat: str
    at: datetime
    kind: Literal["message", "follow", "unfollow"]
    incoming: Incoming | None = None


def parse(data: object, oa_id: str | None, now: datetime) -> Contact | None:
    """None for what is not a resident's doing, or another account's. Raises `NotUnderstood`."""
    try:
        event = _Event.model_validate(data)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise NotUnderstood(".".join(map(str, fault["loc"]))) from None
    name = event.event_name
    if name in ("follow", "unfollow"):
        chat, account = event.follower.id, event.oa_id
    elif name.startswith("user_send_") or name == "user_submit_info":
        if "_group_" in name:
            return None  # groups are of other people too
        chat, account = event.sender.id, event.recipient.id
    else:
        return None
    if oa_id and account and account != oa_id:
        return None
    if not chat:
        raise NotUnderstood("nobody")
    at = _when(event.timestamp, now)
    if name == "unfollow":
        return Contact(chat, at, "unfollow")
    key = event.message.msg_id or f"{name}:{event.timestamp}:{chat}"
    if name == "follow":
        return Contact(chat, at, "follow", Incoming(NAME, chat, key, at, "/start"))
    return Contact(chat, at, "message", _incoming(event, chat, key, at))


def _incoming(event: _Event, chat: str, key: str, at: datetime) -> Incoming | None:
    text, name = event.message.text, event.event_name
    first = event.message.attachments[0].payload if event.message.attachments else _Payload()
    if name == "user_submit_info":
        phone = _at_home(event.info.phone)
        return Incoming(NAME, chat, key, at, phone) if phone else None
    if name == "user_send_text":
        if text.startswith(TAPPED):
            return Incoming(NAME, chat, key, at, button=text.removeprefix(TAPPED))
        return Incoming(NAME, chat, key, at, text) if text.strip() else None
    if name == "user_send_image":
        return Incoming(NAME, chat, key, at, text, photo=first.url or None, other=None if first.url else "unsupported")
    if name == "user_send_location" and first.coordinates:
        where = Location(first.coordinates.latitude, first.coordinates.longitude)
        return Incoming(NAME, chat, key, at, text, location=where)
    if name == "user_send_link" and text.strip():
        return Incoming(NAME, chat, key, at, text)
    voice = first.url or None if name == "user_send_audio" else None
    return Incoming(NAME, chat, key, at, other=_OTHERS.get(name, "unsupported"), voice=voice)


def _at_home(phone: str) -> str:
    """84901234567 as it is written here: 0901234567."""
    digits = "".join(filter(str.isdigit, phone))
    return f"0{digits[2:]}" if digits.startswith("84") and len(digits) > 10 else digits


def _when(timestamp: str, now: datetime) -> datetime:
    """Milliseconds; a time that cannot be is now."""
    try:
        at = datetime.fromtimestamp(int(timestamp) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return min(at, now)
