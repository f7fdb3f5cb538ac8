"""A small Telegram: requests are checked and updates are built by aiogram's generated models of the Bot API.

It speaks HTTP on a loopback port: long polling with offsets, webhooks with the secret header and retries, files,
429 with `retry_after`, blocked users, the limits of texts and buttons.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from aiogram import methods, types
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TOKEN = "12345:test-token"
BOT = types.User(id=12345, is_bot=True, first_name="Cầu Số", username="causo_bot")
_METHODS = {
    name: getattr(methods, name)
    for name in (
        "GetMe SendMessage EditMessageText EditMessageMedia AnswerCallbackQuery SendPhoto SendDocument SetWebhook "
        "DeleteWebhook GetWebhookInfo GetUpdates SetMyCommands SendChatAction GetFile"
    ).split()
}
_BY_NAME = {model.__api_method__.lower(): model for model in _METHODS.values()}


@dataclass
class Shown:
    """A message of ours as the chat shows it now."""

    chat: str
    text: str
    buttons: list[tuple[str, str]]
    photo: bool = False
    edits: int = 0


class Telegram:
    """`sent` holds (chat, text, buttons) in the order accepted; everything else is set by a test."""

    def __init__(self) -> None:
        self.url = ""
        self.sent: list[tuple[str, str, list[tuple[str, str]]]] = []
        self.shown: dict[int, Shown] = {}  # what stands in the chats now, by message id
        self.calls: dict[str, int] = defaultdict(int)
        self.blocked: set[str] = set()
        self.slow_down: list[int] = []  # each is one 429 with this retry_after
        self.broken = 0  # so many requests answer 502
        self.rejected: list[str] = []
        self.files: dict[str, bytes] = {}  # what people sent, by file_id
        self.photos: list[bytes] = []  # as uploaded; an address that Telegram would fetch is not kept
        self.refuse_photos = False
        self.webhook: dict[str, str] = {}
        self.webhook_error = ""  # what Telegram last met when it delivered
        self.deliveries: list[int] = []
        self.polls: list[int] = []
        self._updates: list[dict[str, Any]] = []
        self._next = 100
        self._lock = threading.Lock()

    # --- what people do

    def person_writes(self, text: str | None = None, chat: int = 7, **more: Any) -> dict[str, Any]:
        message = types.Message(
            message_id=self._number(),
            date=int(time.time()),  # type: ignore[arg-type]
            chat=more.pop("chat_object", None) or types.Chat(id=chat, type="private"),
            from_user=more.pop("from_user", None) or types.User(id=chat, is_bot=False, first_name="Tư"),
            text=text,
            **more,
        )
        return self.update(message=message)

    def person_taps(self, data: str, chat: int = 7) -> dict[str, Any]:
        carriers = [key for key, shown in self.shown.items() if data in [value for _, value in shown.buttons]]
        number = max((key for key in carriers if self.shown[key].chat == str(chat)), default=1)
        message = types.Message(
            message_id=number,
            date=int(time.time()),  # type: ignore[arg-type]
            chat=types.Chat(id=chat, type="private"),
            text="x",
        )
        person = types.User(id=chat, is_bot=False, first_name="Tư")
        query = types.CallbackQuery(
            id=str(self._number()), from_user=person, chat_instance="1", data=data, message=message
        )
        return self.update(callback_query=query)

    def update(self, **parts: Any) -> dict[str, Any]:
        """Queue an update for polling; returned as the JSON that goes over the wire."""
        update = types.Update(update_id=self._number(), **parts)
        data: dict[str, Any] = json.loads(update.model_dump_json(exclude_none=True, by_alias=True))
        return self.queue(_with_unix_dates(data))

    def queue(self, data: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._updates.append(data)
        return data

    def deliver(self, data: dict[str, Any], tries: int = 3, secret: str | None = None) -> int:
        """Post an update to the webhook as Telegram does: again when the answer is not 2xx."""
        headers = {
            "X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "") if secret is None else secret
        }
        status = 0
        for _ in range(tries):
            status = httpx.post(self.webhook["url"], json=data, headers=headers).status_code
            self.deliveries.append(status)
            if 200 <= status < 300:
                break
        return status

    def texts(self, chat: int = 7) -> list[str]:
        return [text for to, text, _ in self.sent if to == str(chat)]

    def _number(self) -> int:
        with self._lock:
            self._next += 1
            return self._next

    # --- the Bot API

    async def api(self, request: Request) -> Response:
        name = request.path_params["method"].lower()
        self.calls[name] += 1
        if request.path_params["token"] != TOKEN:
            return _error(401, "Unauthorized")
        if self.broken and name != "getupdates":
            self.broken -= 1
            return Response("bad gateway", status_code=502)
        model = _BY_NAME.get(name)
        if model is None:
            return _error(404, "Not Found: method not found")
        try:
            call = model.model_validate(await _fields(request, model))
        except ValidationError as error:
            self.rejected.append(str(error))
            return _error(400, f"Bad Request: {error.errors()[0]['msg']}")
        return await getattr(self, f"_{name}")(call)

    async def _getme(self, call: methods.GetMe) -> Response:
        return _ok({**json.loads(BOT.model_dump_json(exclude_none=True)), "can_join_groups": True})

    async def _getupdates(self, call: methods.GetUpdates) -> Response:
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        self.polls.append(call.offset or 0)
        end = time.monotonic() + min(call.timeout or 0, 0.3)
        while True:
            with self._lock:
                self._updates = [item for item in self._updates if item["update_id"] >= (call.offset or 0)]
                found = list(self._updates)
            if found or time.monotonic() >= end:
                return _ok(found)
            await asyncio.sleep(0.02)

    async def _sendmessage(self, call: methods.SendMessage) -> Response:
        text = call.text
        if call.parse_mode == "HTML":
            try:
                text = _parse_html(call.text)
            except ValueError as error:
                return _error(400, f"Bad Request: can't parse entities: {error}")
        if not text.strip():
            return _error(400, "Bad Request: message text is empty")
        if len(text) > 4096:
            return _error(400, "Bad Request: message is too long")
        return self._accepted(str(call.chat_id), text, call.reply_markup)

    async def _sendphoto(self, call: methods.SendPhoto) -> Response:
        caption = call.caption or ""
        if call.parse_mode == "HTML":
            try:
                caption = _parse_html(caption)
            except ValueError as error:
                return _error(400, f"Bad Request: can't parse entities: {error}")
        if len(caption) > 1024:
            return _error(400, "Bad Request: message caption is too long")
        if self.refuse_photos:
            return _error(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if isinstance(call.photo, types.BufferedInputFile):
            if not call.photo.data.startswith((b"\x89PNG", b"\xff\xd8")):
                return _error(400, "Bad Request: IMAGE_PROCESS_FAILED")
            self.photos.append(call.photo.data)
        elif not call.photo.startswith("https://"):
            return _error(400, "Bad Request: wrong remote file identifier specified")
        return self._accepted(str(call.chat_id), f"[photo] {caption}", call.reply_markup, photo=True)

    async def _senddocument(self, call: methods.SendDocument) -> Response:
        return self._accepted(str(call.chat_id), f"[document] {call.caption or ''}", call.reply_markup)

    def _accepted(self, chat: str, text: str, markup: Any, photo: bool = False) -> Response:
        if self.slow_down:
            wait = self.slow_down.pop(0)
            body = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait}"}
            return JSONResponse({**body, "parameters": {"retry_after": wait}}, 429)
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        buttons = _buttons(markup)
        if any(len(value.encode()) > 64 for _, value in buttons):
            return _error(400, "Bad Request: BUTTON_DATA_INVALID")
        self.sent.append((chat, text, buttons))
        number = self._number()
        self.shown[number] = Shown(chat, text, buttons, photo)
        message = types.Message(
            message_id=number,
            date=int(time.time()),
            chat=types.Chat(id=int(chat), type="private"),
            text=text,  # type: ignore[arg-type]
        )
        return _ok(_with_unix_dates(json.loads(message.model_dump_json(exclude_none=True, by_alias=True))))

    async def _editmessagetext(self, call: methods.EditMessageText) -> Response:
        return self._edited(call, _parse_html(call.text), photo=False)

    async def _editmessagemedia(self, call: methods.EditMessageMedia) -> Response:
        if self.refuse_photos or not isinstance(call.media, types.InputMediaPhoto):
            return _error(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if isinstance(call.media.media, types.BufferedInputFile):
            self.photos.append(call.media.media.data)
        return self._edited(call, f"[photo] {_parse_html(call.media.caption or '')}", photo=True)

    def _edited(self, call: methods.EditMessageText | methods.EditMessageMedia, text: str, photo: bool) -> Response:
        """A photo may take a text's place, a text never a photo's."""
        shown = self.shown.get(call.message_id or 0)
        if shown is None or shown.chat != str(call.chat_id):
            return _error(400, "Bad Request: message to edit not found")
        if shown.photo and not photo:
            return _error(400, "Bad Request: there is no text in the message to edit")
        buttons = _buttons(call.reply_markup)
        if (shown.text, shown.buttons) == (text, buttons):
            return _error(400, "Bad Request: message is not modified: specified new message content is the same")
        self.shown[call.message_id or 0] = Shown(shown.chat, text, buttons, photo, shown.edits + 1)
        return _ok(True)

    async def _answercallbackquery(self, call: methods.AnswerCallbackQuery) -> Response:
        return _ok(True)

    async def _sendchataction(self, call: methods.SendChatAction) -> Response:
        return _ok(True)

    async def _setmycommands(self, call: methods.SetMyCommands) -> Response:
        return _ok(True)

    async def _setwebhook(self, call: methods.SetWebhook) -> Response:
        self.webhook = {"url": call.url, "secret_token": call.secret_token or ""}
        return _ok(True)

    async def _deletewebhook(self, call: methods.DeleteWebhook) -> Response:
        self.webhook = {}
        return _ok(True)

    async def _getwebhookinfo(self, call: methods.GetWebhookInfo) -> Response:
        told = {"last_error_message": self.webhook_error} if self.webhook_error else {}
        there = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        return _ok({**there, **told})

    async def _getfile(self, call: methods.GetFile) -> Response:
        if call.file_id not in self.files:
            return _error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[call.file_id])
        return _ok(
            {"file_id": call.file_id, "file_unique_id": "u", "file_size": size, "file_path": f"files/{call.file_id}"}
        )

    async def file(self, request: Request) -> Response:
        """What `getFile` gave the path of."""
        data = self.files.get(request.path_params["name"])
        if request.path_params["token"] != TOKEN or data is None:
            return _error(404, "Not Found")
        return Response(data, media_type="application/octet-stream")

    @contextlib.contextmanager
    def running(self) -> Iterator["Telegram"]:
        files = Route("/file/bot{token}/files/{name}", self.file)
        app = Starlette(routes=[files, Route("/bot{token}/{method}", self.api, methods=["GET", "POST"])])
        with serving(app) as url:
            self.url = url
            yield self


@contextlib.contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """The app on a free loopback port (or this one), in a thread, until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _buttons(markup: Any) -> list[tuple[str, str]]:
    rows = getattr(markup, "inline_keyboard", None) or []
    return [(button.text, button.callback_data or "") for row in rows for button in row]


async def _fields(request: Request, model: Any) -> dict[str, Any]:
    if "application/json" in request.headers.get("content-type", ""):
        data: dict[str, Any] = await request.json()
        return data
    fields: dict[str, Any] = {}
    async with request.form() as form:
        for name, value in {**request.query_params, **dict(form)}.items():
            fields[name] = await _field(value)
    media = fields.get("media")
    if isinstance(media, dict) and str(media.get("media")).startswith("attach://"):
        media["media"] = fields.pop(media["media"].removeprefix("attach://"))
    unknown = set(fields) - set(model.model_fields) - {"link_preview_options"}
    if unknown:
        raise ValueError(f"unknown parameters {unknown}")
    return fields


async def _field(value: Any) -> Any:
    """An uploaded file, JSON, or text."""
    if isinstance(value, UploadFile):
        return types.BufferedInputFile(await value.read(), value.filename or "file")
    with contextlib.suppress(ValueError, TypeError):
        return json.loads(value) if value[:1] in "[{" else value
    return value


def _parse_html(text: str) -> str:
    """The text without tags; raises ValueError as Telegram refuses what it cannot parse."""
    import html
    import re

    stack = []
    for slash, tag in re.findall(r"<(/?)([a-z]+)>", text):
        if tag not in {"b", "i", "u", "s", "code", "pre", "a"}:
            raise ValueError(f"unsupported start tag {tag}")
        if not slash:
            stack.append(tag)
        elif not stack or stack.pop() != tag:
            raise ValueError(f"unexpected end tag {tag}")
    if stack:
        raise ValueError(f"can't find end tag {stack[-1]}")
    bare = re.sub(r"</?[a-z]+>", "", text)
    if "<" in bare or re.search(r"&(?!amp;|lt;|gt;|quot;|#)", bare):
        raise ValueError("unescaped character")
    return html.unescape(bare)


def _with_unix_dates(data: Any) -> Any:
    if isinstance(data, dict):
        return {
            key: int(_timestamp(value))
            if key in ("date", "edit_date") and isinstance(value, str)
            else _with_unix_dates(value)
            for key, value in data.items()
        }
    return [_with_unix_dates(item) for item in data] if isinstance(data, list) else data


def _timestamp(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _error(code: int, description: str) -> Response:
    return JSONResponse({"ok": False, "error_code": code, "description": description}, code)
