"""Telegram updates as `Incoming`. What will never mean anything to us is None; what is malformed raises."""

from datetime import UTC, datetime, timedelta

import telegram
from telegram import Chat, Message, MessageEntity, Update

from bot.errors import NotUnderstood
from bot.voice import LARGEST_VOICE, LONGEST_VOICE
from handlers.turn import Incoming, Location, Other

NAME = "telegram"


def parse(data: object, bot_name: str) -> Incoming | None:
    """`bot_name` is the bot's user name without @: in groups only what is addressed to it counts."""
    if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
        raise NotUnderstood("not an update")
    try:
        update = Update.de_json(data, None)
    except (TypeError, ValueError, KeyError, AttributeError, telegram.error.TelegramError) as error:
        raise NotUnderstood(type(error).__name__) from None
    if update.callback_query:
        return _tap(update)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    addressed = _addressed(message, bot_name)
    if message.chat.type != Chat.PRIVATE and addressed is None:
        return None
    return _message(message, _words(message) if addressed is None else addressed, update.edited_message is not None)


def _tap(update: Update) -> Incoming | None:
    query = update.callback_query
    if query is None or query.data is None or query.message is None or query.from_user.is_bot:
        return None
    chat = query.message.chat
    return Incoming(
        NAME,
        str(chat.id),
        f"cb:{query.id}",
        datetime.now(UTC),
        button=query.data,
        tapped=str(query.message.message_id),
        group=chat.type != Chat.PRIVATE,
    )


def _words(message: Message) -> str:
    """What was typed, also under a photo or a document."""
    return message.text or message.caption or ""


def _message(message: Message, text: str, edited: bool) -> Incoming | None:
    key = f"{message.chat.id}:{message.message_id}"
    if edited and message.edit_date:
        # Telegram keeps the id of an edited message; it is another message to us.
        key += f":{int(message.edit_date.timestamp())}"
    other = _other(message)
    photo, voice = _photo(message), _voice(message)
    if photo or (other == "document" and text):
        other = None  # a photo sent as a file; a document with a question under it
    here = message.location or (message.venue.location if message.venue else None)
    location = Location(here.latitude, here.longitude) if here else None
    if not (text or other or photo or location):
        return None  # somebody joined, a pinned message and the like
    return Incoming(
        NAME,
        str(message.chat.id),
        key,
        message.date.astimezone(UTC),
        text,
        photo=photo,
        location=location,
        other=other,
        edited=edited,
        voice=voice,
        group=message.chat.type != Chat.PRIVATE,
    )


def _photo(message: Message) -> str | None:
    """The largest size of a photo, or a picture that was sent as a file."""
    if message.photo:
        return message.photo[-1].file_id
    document = message.document
    return document.file_id if document and (document.mime_type or "").startswith("image/") else None


def _voice(message: Message) -> str | None:
    """Not of what takes too long to be turned to text while somebody waits."""
    spoken = message.voice or message.audio
    if spoken is None or _seconds(spoken.duration) > LONGEST_VOICE or (spoken.file_size or 0) > LARGEST_VOICE:
        return None
    return spoken.file_id


def _seconds(given: int | timedelta) -> float:
    """The library gives either, as its setting says."""
    return given.total_seconds() if isinstance(given, timedelta) else float(given)


def _other(message: Message) -> Other | None:
    if message.voice or message.audio or message.video_note:
        return "voice"
    if message.sticker or message.dice:
        return "sticker"
    if message.document or message.video or message.animation:
        return "document"
    if message.contact:
        return "contact"
    if message.poll or message.game or message.story or message.paid_media:
        return "unsupported"
    return None


def _addressed(message: Message, bot_name: str) -> str | None:
    """The text without our mention, if the message speaks to us: a mention, a command for us, or a reply to us."""
    if not bot_name:
        return None  # Telegram has not told us yet who we are
    text = _words(message)
    reply = message.reply_to_message
    mention = f"@{bot_name}".lower()
    for entity, said in {**message.parse_entities(), **message.parse_caption_entities()}.items():
        if entity.type == MessageEntity.MENTION and said.lower() == mention:
            return text.replace(said, "").strip()
        if entity.type == MessageEntity.BOT_COMMAND and said.lower().endswith(mention):
            return text.replace(said, said[: -len(mention)], 1).strip()
    if reply and reply.from_user and (reply.from_user.username or "").lower() == bot_name.lower():
        return text
    return None
