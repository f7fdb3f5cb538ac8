"""Sending by Telegram: text, pictures, documents; anew, or in the place of an earlier message of ours."""

from collections.abc import Callable

import structlog
from anyio import to_thread
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.channels.contract import Outgoing
from bot.channels.markup import plain, telegram_html
from handlers.turn import FilePart, LinkPart, PicturePart, TextPart

CAPTION = 1024  # characters; https://core.telegram.org/bots/api#sendphoto
_SAME = "message is not modified"  # it already stands there: sent twice, or nothing changed
_log = structlog.get_logger()


class TelegramSender:
    """`photo` gives the picture at one of our own addresses: Telegram need not be able to reach this machine."""

    def __init__(self, bot: Bot, photo: Callable[[str], bytes | None]) -> None:
        self._bot, self._photo = bot, photo

    async def send(self, chat: str, message: Outgoing) -> None:
        """In place where that is asked for and can be done, else as a new message. Raises `TelegramError`."""
        if message.replaces and await self._replaced(chat, int(message.replaces), message):
            return
        keyboard = _keyboard(message)
        match message.part:
            case TextPart(text):
                await self._send_text(chat, text, keyboard)
            case PicturePart(url, alt):
                await self._send_picture(chat, url, message.caption or alt, keyboard)
            case FilePart(url, label):
                await self._bot.send_document(
                    chat_id=chat, document=url, caption=label[:CAPTION], reply_markup=keyboard
                )
            case LinkPart(url, label):
                await self._bot.send_message(chat_id=chat, text=f"{label}: {url}", reply_markup=keyboard)

    async def _replaced(self, chat: str, number: int, message: Outgoing) -> bool:
        """Whether it now stands in the place of that message. A text does not fit in a picture's place, and an old or
        deleted message cannot be edited: https://core.telegram.org/bots/api#updating-messages"""
        keyboard, part = _keyboard(message), message.part
        try:
            if isinstance(part, TextPart):
                await self._bot.edit_message_text(
                    chat_id=chat,
                    message_id=number,
                    text=telegram_html(part.text),
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                )
            elif isinstance(part, PicturePart) and (photo := await self._photo_of(part.url)) is not None:
                caption = telegram_html((message.caption or part.alt)[:CAPTION])
                media = InputMediaPhoto(photo, caption=caption, parse_mode=ParseMode.HTML)
                await self._bot.edit_message_media(chat_id=chat, message_id=number, media=media, reply_markup=keyboard)
            else:
                return False
        except BadRequest as error:
            return _SAME in error.message.lower()
        return True

    async def _send_text(self, chat: str, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        try:
            await self._bot.send_message(
                chat_id=chat, text=telegram_html(text), parse_mode=ParseMode.HTML, reply_markup=keyboard
            )
        except BadRequest as error:
            if "parse entities" not in error.message.lower():
                raise
            await self._bot.send_message(chat_id=chat, text=plain(text), reply_markup=keyboard)

    async def _send_picture(self, chat: str, url: str, text: str, keyboard: InlineKeyboardMarkup | None) -> None:
        """The picture with the text under it; the text alone where the picture is gone or refused."""
        photo = await self._photo_of(url)
        if photo is not None:
            try:
                await self._bot.send_photo(
                    chat_id=chat,
                    photo=photo,
                    caption=telegram_html(text[:CAPTION]),
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                )
                return
            except BadRequest as error:
                _log.warning("telegram_picture_refused", url=url, said=error.message[:180])
        await self._send_text(chat, text, keyboard)

    async def _photo_of(self, url: str) -> str | bytes | None:
        return url if url.startswith("https://") else await to_thread.run_sync(self._photo, url)


def _keyboard(message: Outgoing) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(text=button.label, callback_data=button.value)] for button in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None
