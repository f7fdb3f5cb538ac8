"""A small Zalo Bot Platform: one update a poll, 408 when idle, limits, error codes, a webhook that is posted once."""

import asyncio
import contextlib
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.telegram import serving

TOKEN = "7418529630:test-secret"
NAME = "bot.causo"
PERSON, GROUP = "6ede9afa66b88fe6d6a9", "9f3c2b1a00d1e2f3a4b5"
METHODS = set("getMe getUpdates setWebhook deleteWebhook getWebhookInfo sendMessage sendPhoto".split())


class ZaloBot:
    """`sent` holds (chat, text, photo's address or "") in the order accepted; everything else is set by a test."""

    def __init__(self) -> None:
        self.url, self.hook = "", ""
        self.sent: list[tuple[str, str, str]] = []
        self.calls: Counter[str] = Counter()
        self.errors: list[tuple[int, int]] = []  # (HTTP status, error code) of the next sendings
        self.webhook: dict[str, str] = {}
        self.deliveries: list[int] = []
        self.refuse_photos = False
        self.idle_seconds = 0.2
        self.files: dict[str, bytes] = {}
        self._updates: list[dict[str, Any]] = []
        self._next = 0
        self._lock = threading.Lock()

    # --- what people do

    def writes(self, text: str, chat: str = PERSON, group: bool = False) -> dict[str, Any]:
        return self.event("text", chat, group, text=text)

    def event(self, kind: str, chat: str = PERSON, group: bool = False, **more: Any) -> dict[str, Any]:
        """An update as it goes over the wire; `queue` or `deliver` it."""
        self._next += 1
        message = {
            "from": {"id": PERSON, "display_name": "Tư", "is_bot": False},
            "chat": {"id": chat, "chat_type": "GROUP" if group else "PRIVATE"},
            "message_id": f"{self._next:020x}",
            "date": int(time.time() * 1000),
            **more,
        }
        return {"message": message, "event_name": f"message.{kind}.received"}

    def queue(self, update: dict[str, Any]) -> None:
        with self._lock:
            self._updates.append(update)

    def deliver(self, update: dict[str, Any], secret: str | None = None, bare: bool = False) -> int:
        """Posts it to the webhook, once."""
        headers = {"X-Bot-Api-Secret-Token": self.webhook.get("secret_token", "") if secret is None else secret}
        body = update if bare else {"ok": True, "result": update}
        url = self.hook or self.webhook["url"]
        status = httpx.post(url, json=body, headers=headers, timeout=30).status_code
        self.deliveries.append(status)
        return status

    def texts(self, chat: str = PERSON) -> list[str]:
        return [text for to, text, _ in self.sent if to == chat]

    # --- the API

    async def api(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls[method] += 1
        if request.path_params["token"] != TOKEN:
            return error(401, "Unauthorized")
        data = await request.json() if await request.body() else {}
        answer = getattr(self, f"_{method.lower()}") if method in METHODS else None
        return await answer(data) if answer else error(404, "Not Found")

    async def _getme(self, data: dict[str, Any]) -> Response:
        return ok({"id": "1", "account_name": NAME, "account_type": "BASIC", "can_join_groups": False})

    async def _getupdates(self, data: dict[str, Any]) -> Response:
        if self.webhook:
            return error(400, "webhook is set")
        end = time.monotonic() + self.idle_seconds
        while time.monotonic() < end:
            with self._lock:
                if self._updates:
                    return ok(self._updates.pop(0))
            await asyncio.sleep(0.02)
        return error(408, "Request timeout")

    async def _setwebhook(self, data: dict[str, Any]) -> Response:
        if not str(data.get("url", "")).startswith("https://") or not 8 <= len(data.get("secret_token", "")) <= 256:
            return error(400, "Bad Request")
        self.webhook = {"url": data["url"], "secret_token": data["secret_token"]}
        return ok({"url": data["url"], "updated_at": int(time.time() * 1000)})

    async def _deletewebhook(self, data: dict[str, Any]) -> Response:
        self.webhook = {}
        return ok({"url": "", "updated_at": int(time.time() * 1000)})

    async def _getwebhookinfo(self, data: dict[str, Any]) -> Response:
        return ok({"url": self.webhook["url"]}) if self.webhook else error(404, "Not Found")

    async def _sendmessage(self, data: dict[str, Any]) -> Response:
        return self._accepted(data, {"chat_id", "text"}, str(data.get("text", "")))

    async def _sendphoto(self, data: dict[str, Any]) -> Response:
        if self.refuse_photos or not str(data.get("photo", "")).startswith("https://"):
            return error(400, "Bad Request")
        return self._accepted(data, {"chat_id", "photo", "caption"}, str(data.get("caption", "")))

    def _accepted(self, data: dict[str, Any], known: set[str], text: str) -> Response:
        if self.errors:
            status, code = self.errors.pop(0)
            return JSONResponse({"ok": False, "description": "refused", "error_code": code}, status)
        if set(data) - known or not 1 <= len(text) <= 2000 or unicodedata.normalize("NFC", text) != text:
            return error(400, "Bad Request")
        self.sent.append((data["chat_id"], text, data.get("photo", "")))
        return ok({"message_id": f"sent-{len(self.sent)}", "date": int(time.time() * 1000)})

    async def file(self, request: Request) -> Response:
        """What a person sent, at the address that stands in the update."""
        data = self.files.get(request.path_params["name"])
        return Response(data) if data is not None else Response(status_code=404)

    @contextlib.contextmanager
    def running(self) -> Iterator["ZaloBot"]:
        files = Route("/files/{name}", self.file)
        app = Starlette(routes=[files, Route("/bot{token}/{method}", self.api, methods=["GET", "POST"])])
        with serving(app) as url:
            self.url = url
            yield self


def ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def error(code: int, description: str) -> Response:
    return JSONResponse({"ok": False, "description": description, "error_code": code}, code)
