"""A Zalo Official Account: consultation messages with up to five buttons, pictures and files; templates beside them."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import httpx
import structlog
from anyio import to_thread
from sqlalchemy.orm import Session

from bot.channels.contract import Limits, Outgoing, Pace
from bot.channels.markup import plain
from bot.channels.zalo_bot_files import ZaloBotFiles
from bot.channels.zalo_oa_api import HUMAN, WINDOW, Refused, ZaloOaApi, meaning
from bot.channels.zalo_oa_parse import TAPPED
from bot.channels.zalo_template import Templates
from bot.channels.zalo_token import Tokens
from bot.channels.zalo_window import NAME, Windows
from bot.errors import RetryLater, StoreAway, Undeliverable, WindowClosed
from bot.store.connect import Store
from bot.store.zalo_tables import ZaloUpload
from handlers.turn import Button, FilePart, LinkPart, PicturePart, TextPart

_TEXT = 2000  # characters; more is error -210
_TITLE, _SUBTITLE, _BUTTONS = 100, 500, 5
_FILE_BYTES = 5_000_000
_FILES = {".pdf": "application/pdf", ".doc": "application/msword", ".csv": "text/csv"}
_FILES[".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KEPT = timedelta(days=6)  # Zalo keeps an upload for seven
_CONSULT = "/v3.0/oa/message/cs"
_log = structlog.get_logger()


class ZaloOa:
    """One account. Nothing is asked of Zalo before `send`."""

    name = NAME
    limits = Limits(text=_TEXT, buttons=_BUTTONS, button_label=_TITLE)

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        windows: Windows,
        api_url: str,
        clock: Callable[[], datetime],
        pace: Pace,
        photo: Callable[[str], bytes | None] = lambda url: None,
        alarm: Callable[[Session, int], None] = lambda session, code: None,
        templates: Templates | None = None,
        paid: bool = False,
        button_template: str | None = None,
        contact_image: str | None = None,
    ) -> None:
        """`photo` gives the picture at one of our own addresses. `paid`: messages that Zalo charges for may go out.
        `button_template`: the `template_type` of messages with buttons; sources differ on whether there is one.
        `contact_image`: the picture that Zalo wants on a request for a phone number; without it the words alone ask."""
        self.store, self.tokens, self.windows, self.clock, self.pace = store, tokens, windows, clock, pace
        self.api = ZaloOaApi(tokens, api_url)
        self.files = ZaloBotFiles(api_url)
        self._photo, self._alarm, self._templates, self._paid = photo, alarm, templates, paid
        self._button_template, self._contact_image = button_template, contact_image

    async def send(self, chat: str, message: Outgoing) -> None:
        """Raises `RetryLater`, `WindowClosed` or `Undeliverable`."""
        try:
            standing = await to_thread.run_sync(self.windows.standing, chat)
            if standing == "closed" or (standing != "free" and not self._paid):
                await self._by_template(chat, message, f"Zalo: {standing}")
                return
            try:
                await self._send(chat, message)
            except Refused as error:
                if error.code in WINDOW:
                    await to_thread.run_sync(self.windows.shut, chat)
                    await self._by_template(chat, message, str(error))
                    return
                await self._alarmed(error)
                raise meaning(error, self.clock()) from None
        except StoreAway:
            raise RetryLater("the database is away") from None

    async def _alarmed(self, error: Refused) -> None:
        if error.code in HUMAN:
            _log.error("zalo_needs_a_person", said=str(error))
            await to_thread.run_sync(self._tell_operators, error.code)

    def _tell_operators(self, code: int) -> None:
        with self.store.write() as session:
            self._alarm(session, code)

    async def _by_template(self, chat: str, message: Outgoing, why: str) -> None:
        """The gist as a template, where there is one; the message itself waits unless the template held all of it."""
        if self._templates is None or not await to_thread.run_sync(self.windows.template_due, chat):
            raise WindowClosed(why)
        try:
            whole = await self._templates.send(self.api, chat, message)
        except Refused as error:
            await to_thread.run_sync(self.windows.template_failed, chat)
            await self._alarmed(error)
            again = meaning(error, self.clock())
            if error.code in HUMAN or isinstance(again, Undeliverable):
                raise WindowClosed(f"{why}; template: {error}") from None  # the message itself is good
            raise again from None
        except RetryLater:
            await to_thread.run_sync(self.windows.template_failed, chat)
            raise
        if not whole:
            raise WindowClosed(f"{why}; told by template")

    async def _send(self, chat: str, message: Outgoing) -> None:
        match message.part:
            case TextPart(text, title) if title and self._contact_image:
                await self._ask_contact(chat, title, text)
            case TextPart(text):
                await self._send_text(chat, text, message.buttons)
            case PicturePart(url, alt):
                await self._send_picture(chat, url, message.caption or alt, message.buttons)
            case FilePart(url, label):
                await self._send_file(chat, url, label, message.buttons)
            case LinkPart(url, label):
                await self._send_text(chat, f"{label}: {url}", message.buttons)

    async def _send_text(self, chat: str, text: str, buttons: tuple[Button, ...]) -> None:
        body: dict[str, object] = {"text": plain(text)[:_TEXT]}
        if buttons:
            payload: dict[str, object] = {"buttons": [_button(button) for button in buttons[:_BUTTONS]]}
            if self._button_template:
                payload["template_type"] = self._button_template
            body["attachment"] = {"type": "template", "payload": payload}
        await self._post(chat, body)

    async def _ask_contact(self, chat: str, title: str, text: str) -> None:
        """A card whose button shares the number the resident has at Zalo; the words alone where it is refused."""
        element = {"title": title[:_TITLE], "subtitle": plain(text)[:_SUBTITLE], "image_url": self._contact_image}
        payload = {"template_type": "request_user_info", "elements": [element]}
        try:
            await self._post(chat, {"attachment": {"type": "template", "payload": payload}})
        except Refused as error:
            if not isinstance(meaning(error, self.clock()), Undeliverable):
                raise
            _log.warning("zalo_contact_request_refused", said=str(error))
            await self._send_text(chat, text, ())

    async def _send_picture(self, chat: str, url: str, text: str, buttons: tuple[Button, ...]) -> None:
        """The picture; its words alone where it is gone or refused. Buttons need a message of their own."""
        element = await self._element(url)
        if element is None:
            await self._send_text(chat, text, buttons)
            return
        body: dict[str, object] = {} if buttons else {"text": plain(text)[:_TEXT]}
        payload = {"template_type": "media", "elements": [element]}
        await self._post(chat, {**body, "attachment": {"type": "template", "payload": payload}})
        if buttons:
            await self._send_text(chat, text, buttons)

    async def _element(self, url: str) -> Mapping[str, str] | None:
        if url.startswith("https://"):
            return {"media_type": "image", "url": url}
        data = await to_thread.run_sync(self._photo, url)
        if data is None:
            return None
        digest = hashlib.sha256(data).hexdigest()
        attachment = await to_thread.run_sync(self._uploaded, digest)
        if attachment is None:
            media = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
            try:
                given = await self.api.upload("/v2.0/oa/upload/image", f"a.{media[6:]}", data, media)
            except Refused as error:
                _log.warning("zalo_picture_refused", url=url, said=str(error))
                return None
            attachment = str(given.get("attachment_id", ""))
            await to_thread.run_sync(self._keep_upload, digest, attachment)
        return {"media_type": "image", "attachment_id": attachment}

    def _uploaded(self, digest: str) -> str | None:
        with self.store.read() as session:
            row = session.get(ZaloUpload, digest)
            return row.attachment if row is not None and row.until > self.clock() else None

    def _keep_upload(self, digest: str, attachment: str) -> None:
        with self.store.write() as session:
            session.merge(ZaloUpload(digest=digest, attachment=attachment, until=self.clock() + _KEPT))

    async def _send_file(self, chat: str, url: str, label: str, buttons: tuple[Button, ...]) -> None:
        """The file itself where Zalo takes its kind, else its address."""
        media = _FILES.get(PurePosixPath(httpx.URL(url).path).suffix.lower())
        data = await to_thread.run_sync(self.files.fetch, url) if media else None
        if media and data and len(data) <= _FILE_BYTES:
            try:
                given = await self.api.upload("/v2.0/oa/upload/file", label[:80], data, media)
                attachment = {"type": "file", "payload": {"token": str(given.get("token", ""))}}
                await self._post(chat, {"attachment": attachment})
                if buttons:
                    await self._send_text(chat, label, buttons)
                return
            except Refused as error:
                if not isinstance(meaning(error, self.clock()), Undeliverable):
                    raise
                _log.warning("zalo_file_refused", said=str(error))
        await self._send_text(chat, f"{label}: {url}", buttons)

    async def _post(self, chat: str, body: Mapping[str, object]) -> None:
        """One consultation message; what Zalo says of free replies is kept, where it says it."""
        data = await self.api.post(_CONSULT, {"recipient": {"user_id": chat}, "message": dict(body)})
        quota = data.get("quota")
        remain = quota.get("remain") if isinstance(quota, dict) and quota.get("quota_type") == "reply" else None
        if str(remain).isdigit():
            await to_thread.run_sync(self.windows.remains, chat, int(str(remain)))

    async def close(self) -> None:
        """Close the connections."""
        await self.api.close()
        self.files.close()


def _button(button: Button) -> dict[str, str]:
    """A tap comes back as a text that is the payload; `hide`: the resident does not see it."""
    return {"title": button.label[:_TITLE], "type": "oa.query.hide", "payload": f"{TAPPED}{button.value}"}
