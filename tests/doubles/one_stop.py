"""A small one-stop system: tokens by client credentials, a search as VNPT iGate answers it, and a plainer service.

It speaks HTTP on a loopback port and fails on demand: each of `faults` spoils one question, `broken` all of them.
"""

import asyncio
import base64
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.doubles.telegram import serving

CLIENT, SECRET = "cau-so", "mật khẩu: 5%/+"
PERSON = "Nguyễn Thị Bảy"


def igate_dossier(code: str, status: str | None = "Đang xử lý", **more: Any) -> dict[str, Any]:
    """One dossier as an iGate search returns it; times are UTC, as its database keeps them."""
    return {
        "id": secrets.token_hex(12),
        "code": code,
        "applicant": {"data": {"fullname": PERSON, "phoneNumber": "0912345678", "identityNumber": "031088012345"}},
        "procedure": {"id": "5f", "code": "1.001193", "translate": [{"languageId": 228, "name": "Đăng ký khai sinh"}]},
        "statusCurrentTask": status,
        "applyMethod": {"id": 0, "name": "Trực tuyến"},
        "appliedDate": "2026-11-19T17:30:00.000+0000",
        "appointmentDate": "2026-11-26T10:00:00.000+0000",
        "completedDate": None,
        **more,
    }


class OneStop:
    """`dossiers` are what it knows, by code; `asked` the codes asked for, `tokens` how many were given out."""

    def __init__(self) -> None:
        self.url = ""
        self.dossiers: dict[str, dict[str, Any]] = {}
        self.faults: list[str] = []
        self.broken = ""
        self.asked: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.tokens = 0
        self.token_broken = ""
        self._valid: set[str] = set()

    def revoke(self) -> None:
        """What was given out is not accepted any more."""
        self._valid.clear()

    async def token(self, request: Request) -> Response:
        form = dict(await request.form())
        kind, _, encoded = request.headers.get("authorization", "").partition(" ")
        client, _, secret = base64.b64decode(encoded or b"").decode().partition(":")
        if self.token_broken:
            return self._spoilt(self.token_broken)
        if (kind, unquote(client), unquote(secret)) != ("Basic", CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        self.tokens += 1
        token = secrets.token_urlsafe(16)
        self._valid.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 1800})

    async def search(self, request: Request) -> Response:
        """`{"content": [...]}`, with every dossier whose code begins with what is asked for."""
        query = dict(request.query_params)
        self.queries.append(query)
        self.asked.append(query.get("code", ""))
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._valid:
            return JSONResponse({"error": "invalid_token"}, 401)
        if fault := self._fault():
            return self._spoilt(fault)
        found = [item for code, item in self.dossiers.items() if query.get("code") and code.startswith(query["code"])]
        size = int(query.get("size", 20))
        return JSONResponse({"content": found[:size], "pageable": {"page": 0, "size": size}, "last": True})

    async def plain(self, request: Request) -> Response:
        """`/ho-so/<code>` without tokens: one object, 404 for what there is not."""
        code = request.path_params["code"]
        self.asked.append(code)
        if fault := self._fault():
            return self._spoilt(fault)
        if code not in self.dossiers:
            return JSONResponse({"loi": "khong thay"}, 404)
        return JSONResponse({"ketQua": {"hoSo": self.dossiers[code]}})

    def _fault(self) -> str:
        return self.faults.pop(0) if self.faults else self.broken

    def _spoilt(self, fault: str) -> Response:
        match fault:
            case "hang":
                return StreamingResponse(_silence())
            case "drip":
                return StreamingResponse(_drops(), media_type="application/json")
            case "endless":
                return StreamingResponse(_endless(), media_type="application/json")
            case "html":
                return HTMLResponse("<html>Hệ thống đang bảo trì</html>")
            case "cut":
                return Response('{"content": [{"code": "H24', media_type="application/json")
            case "other":
                return JSONResponse({"status": "error", "message": "Lỗi hệ thống"})
            case "strange":
                return JSONResponse({"content": [{"ma": "H24.12-261120-0055"}]})
            case "text":
                return JSONResponse({"content": "không có"})
            case "login":
                return RedirectResponse("/dang-nhap", 302)
            case _:
                return JSONResponse({"error": fault}, int(fault))

    @contextlib.contextmanager
    def running(self) -> Iterator["OneStop"]:
        routes = [
            Route("/auth/token", self.token, methods=["POST"]),
            Route("/pa/dossier-search/dvc", self.search),
            Route("/ho-so/{code:path}", self.plain),
        ]
        with serving(Starlette(routes=routes)) as url:
            self.url = url
            yield self


async def _silence() -> AsyncIterator[bytes]:
    await asyncio.sleep(30)
    yield b""


async def _drops() -> AsyncIterator[bytes]:
    for _ in range(600):
        await asyncio.sleep(0.05)
        yield b" "


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 65_536
        await asyncio.sleep(0)
