"""A small Zalo for Official Accounts: tokens that work once, messages within their limits and windows, signed webhooks.

It speaks HTTP on a loopback port. Errors come as Zalo sends them: HTTP 200 and a code in the body; numbers as text.
"""

import asyncio
import base64
import contextlib
import hashlib
import itertools
import json
import threading
import time
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.doubles.telegram import serving

APP_ID, APP_SECRET, OA_ID, OA_KEY = "4127", "app-secret-for-tests", "579745863508352884", "oa-secret-for-tests"
PERSON = "2468458835296197922"
HOURS = 3_600_000  # in milliseconds


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Button(_Strict):
    title: str = Field(min_length=1, max_length=100)
    type: Literal["oa.query.show", "oa.query.hide"]
    payload: str = Field(min_length=1, max_length=1000)


class _Element(_Strict):
    media_type: Literal["image"]
    url: str | None = None
    attachment_id: str | None = None


class _Buttons(_Strict):
    template_type: Literal["button"] | None = None
    buttons: list[_Button] = Field(min_length=1, max_length=5)


class _Media(_Strict):
    template_type: Literal["media"]
    elements: list[_Element] = Field(min_length=1, max_length=1)


class _Asking(_Strict):
    title: str = Field(min_length=1, max_length=100)
    subtitle: str = Field(min_length=1, max_length=500)
    image_url: str = Field(pattern=r"^https?://")


class _AskInfo(_Strict):
    template_type: Literal["request_user_info"]
    elements: list[_Asking] = Field(min_length=1, max_length=1)


class _File(_Strict):
    token: str


class _Template(_Strict):
    type: Literal["template"]
    payload: _AskInfo | _Media | _Buttons


class _FileAttachment(_Strict):
    type: Literal["file"]
    payload: _File


class _Message(_Strict):
    text: str | None = None
    attachment: Annotated[_Template | _FileAttachment, Field(discriminator="type")] | None = None


class _Recipient(_Strict):
    user_id: str


class _Consultation(_Strict):
    recipient: _Recipient
    message: _Message


class _Zbs(_Strict):
    user_id: str
    template_id: str
    template_data: dict[str, Annotated[str, Field(max_length=200)]]


class ZaloOa:
    """`sent` holds (chat, text, buttons as (title, payload)) in the order accepted; the rest is set by a test."""

    def __init__(self) -> None:
        self.url = self.hook = ""
        self.now = time.time  # seconds
        self.sent: list[tuple[str, str, list[tuple[str, str]]]] = []
        self.templates: list[tuple[str, dict[str, str]]] = []
        self.uploads: dict[str, bytes] = {}
        self.errors: list[int] = []  # the next messages get these codes
        self.template_errors: list[int] = []
        self.broken = 0  # so many calls answer 502
        self.rejected: list[str] = []
        self.free: dict[str, int] = {}  # free replies left, where they are counted
        self.seen_at: dict[str, float] = {}  # milliseconds
        self.left: set[str] = set()
        self.lifetime = 90_000
        self.renewals = 0
        self.token_calls: list[str] = []
        self.refresh = "refresh-0"
        self.access: dict[str, float] = {}
        self.codes: dict[str, str] = {}  # authorization code: PKCE challenge
        self.thinking = 0.0  # seconds the token service takes
        self.drop_answers = 0  # so many renewals are done, and the answer is lost
        self.signs = (APP_ID, OA_KEY)
        self.deliveries: list[int] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    # --- the token service

    async def token(self, request: Request) -> Response:
        """https://oauth.zaloapp.com/v4/oa/access_token"""
        form = {name: str(value) for name, value in (await request.form()).items()}
        self.token_calls.append(form.get("grant_type", ""))
        await asyncio.sleep(self.thinking)
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return _no_token(-14004, "Invalid secret key")
        with self._lock:
            match form.get("grant_type"):
                case "refresh_token":
                    if form.get("refresh_token") != self.refresh:
                        return _no_token(-14014, "Invalid refresh token")
                case "authorization_code":
                    verifier = form.get("code_verifier", "").encode()
                    made = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
                    if self.codes.pop(form.get("code", ""), None) != made:
                        return _no_token(-14003, "Invalid code")
                case _:
                    return _no_token(-14002, "Invalid grant type")
            self.renewals += 1
            self.refresh, access = f"refresh-{self.renewals}", f"access-{self.renewals}"
            self.access = {access: self.now() + self.lifetime}  # the one before works no more
            if self.drop_answers:
                self.drop_answers -= 1
                return Response("gateway timeout", status_code=504)
        pair = {"access_token": access, "refresh_token": self.refresh, "expires_in": str(self.lifetime)}
        return JSONResponse(pair)

    def revoke(self) -> None:
        """All access tokens end at once, as when somebody changed the app."""
        self.access.clear()

    # --- OpenAPI

    async def _refusal(self, request: Request) -> Response | None:
        if self.broken:
            self.broken -= 1
            return Response("bad gateway", status_code=502)
        if "authorization" in request.headers or "access_token" not in request.headers:
            return _error(-216, "Access token is invalid")
        until = self.access.get(request.headers["access_token"])
        if until is None:
            return _error(-216, "Access token is invalid")
        return _error(-220, "Access token expired") if until <= self.now() else None

    async def consult(self, request: Request) -> Response:
        if refusal := await self._refusal(request):
            return refusal
        try:
            call = _Consultation.model_validate_json(await request.body())
        except ValidationError as error:
            self.rejected.append(str(error))
            return _error(-201, "Params is invalid")
        chat, message = call.recipient.user_id, call.message
        if self.errors and (code := self.errors.pop(0)):
            return _error(code, "as the test wants")
        if len(message.text or "") > 2000:
            return _error(-210, "Text is too long")
        if chat in self.left:
            return _error(-213, "User has not followed OA")
        if self.now() * 1000 - self.seen_at.get(chat, 0) > 7 * 24 * HOURS:
            return _error(-230, "User has not interacted with the OA in the past 7 days")
        shown = self._shown(message)
        if shown is None:
            return _error(-201, "Params is invalid")
        self.sent.append((chat, *shown))
        data: dict[str, Any] = {"message_id": f"out-{next(self._numbers)}", "user_id": chat}
        data["sent_time"] = str(int(self.now() * 1000))
        if chat in self.free:
            self.free[chat] = max(0, self.free[chat] - 1)
            data["quota"] = {"quota_type": "reply", "remain": str(self.free[chat]), "total": "8"}
        return JSONResponse({"data": data, "error": 0, "message": "Success"})

    def _shown(self, message: _Message) -> tuple[str, list[tuple[str, str]]] | None:
        text, attachment = message.text or "", message.attachment
        match attachment:
            case None if text:
                return text, []
            case _Template(payload=_Buttons(buttons=buttons)) if text:
                return text, [(button.title, button.payload) for button in buttons]
            case _Template(payload=_Media(elements=[element])):
                if not (element.url or "").startswith("https://") and element.attachment_id not in self.uploads:
                    return None
                return f"[picture] {text}".strip(), []
            case _Template(payload=_AskInfo(elements=[asking])):
                return f"[asks for contact] {asking.title}: {asking.subtitle}", []
            case _FileAttachment(payload=file) if file.token in self.uploads:
                return "[file]", []
        return None

    async def upload(self, request: Request) -> Response:
        if refusal := await self._refusal(request):
            return refusal
        async with request.form() as form:
            file = form["file"]
            assert isinstance(file, UploadFile)
            data = await file.read()
        picture = request.path_params["kind"] == "image"
        if (picture and not data.startswith((b"\x89PNG", b"\xff\xd8"))) or len(data) > (1 if picture else 5) * 2**20:
            return _error(-201, "File is invalid")
        name = f"up-{next(self._numbers)}"
        self.uploads[name] = data
        return JSONResponse({"data": {"attachment_id" if picture else "token": name}, "error": 0, "message": "Success"})

    async def template(self, request: Request) -> Response:
        if refusal := await self._refusal(request):
            return refusal
        try:
            call = _Zbs.model_validate_json(await request.body())
        except ValidationError as error:
            self.rejected.append(str(error))
            return _error(-1121, "Template data is invalid")
        if self.template_errors:
            return _error(self.template_errors.pop(0), "as the test wants")
        self.templates.append((call.user_id, call.template_data))
        data = {"message_id": f"zbs-{next(self._numbers)}", "sent_time": str(int(self.now() * 1000))}
        return JSONResponse({"data": data, "error": 0, "message": "Success"})

    # --- what people do

    def event(self, name: str, chat: str = PERSON, at: float | None = None, **parts: Any) -> dict[str, Any]:
        """An event as it goes over the wire; the resident was in touch."""
        stamp = int(at if at is not None else self.now() * 1000)
        self.seen_at[chat] = max(stamp, self.seen_at.get(chat, 0))
        if name in ("follow", "unfollow"):
            (self.left.discard if name == "follow" else self.left.add)(chat)
            who: dict[str, Any] = {"oa_id": OA_ID, "follower": {"id": chat}, "source": "oa_profile"}
        else:
            who = {"sender": {"id": chat}, "recipient": {"id": OA_ID}, "user_id_by_app": f"app-{chat}"}
        return {"app_id": APP_ID, "event_name": name, "timestamp": str(stamp), **who, **parts}

    def writes(self, text: str, chat: str = PERSON, at: float | None = None) -> dict[str, Any]:
        self.left.discard(chat)
        message = {"msg_id": f"in-{next(self._numbers)}", "text": text}
        return self.event("user_send_text", chat, at, message=message)

    def sends(self, kind: str, payload: dict[str, Any], chat: str = PERSON, text: str = "") -> dict[str, Any]:
        attachments = [{"type": kind, "payload": payload}]
        message = {"msg_id": f"in-{next(self._numbers)}", "text": text, "attachments": attachments}
        return self.event(f"user_send_{kind}", chat, message=message)

    def taps(self, title: str, chat: str = PERSON) -> dict[str, Any]:
        """A tap on the newest button of this title: its payload comes back as a text."""
        for to, _, buttons in reversed(self.sent):
            if to == chat and title in dict(buttons):
                return self.writes(dict(buttons)[title], chat)
        raise AssertionError(f"no button “{title}”")

    def texts(self, chat: str = PERSON) -> list[str]:
        return [text for to, text, _ in self.sent if to == chat]

    def signed(self, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        who, secret = self.signs
        mac = hashlib.sha256(who.encode() + body + str(event["timestamp"]).encode() + secret.encode()).hexdigest()
        return body, {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}

    def deliver(self, event: dict[str, Any], tries: int = 3) -> int:
        """Post an event as Zalo does: again when the answer is not 200 (its waits of 30 s and more are left out)."""
        body, headers = self.signed(event)
        status = 0
        for number in range(tries):
            again = {"num_retry": str(number)} if number else {}
            status = httpx.post(self.hook, content=body, headers={**headers, **again}, timeout=10).status_code
            self.deliveries.append(status)
            if status == 200:
                break
        return status

    async def file(self, request: Request) -> Response:
        """What residents sent lies on Zalo's own hosts."""
        data = self.uploads.get(request.path_params["name"])
        return Response(data) if data else Response(status_code=404)

    @contextlib.contextmanager
    def running(self) -> Iterator["ZaloOa"]:
        routes = [
            Route("/v4/oa/access_token", self.token, methods=["POST"]),
            Route("/v3.0/oa/message/cs", self.consult, methods=["POST"]),
            Route("/v3.0/oa/message/template", self.template, methods=["POST"]),
            Route("/v2.0/oa/upload/{kind}", self.upload, methods=["POST"]),
            Route("/files/{name}", self.file),
        ]
        with serving(Starlette(routes=routes)) as url:
            self.url = url
            yield self


def _error(code: int, message: str) -> Response:
    return JSONResponse({"error": code, "message": message})


def _no_token(code: int, name: str) -> Response:
    return JSONResponse({"error": code, "error_name": name, "error_reason": "", "ref_doc": ""})
