"""Who is talking: a signed cookie that holds a random chat id and nothing else."""

import secrets

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "causo"
FRAMED = "causo_framed"  # the same on another site: a conversation there is one of its own
LARGE = "causo_large"
_KEPT_SECONDS = 60 * 60 * 24 * 90


class Sessions:
    """Reads and writes the cookie; a forged or damaged one is a new visitor."""

    def __init__(self, key: str, secure: bool) -> None:
        self._signer = URLSafeSerializer(key, salt="web-session")
        self._secure = secure

    def chat_of(self, request: Request) -> str | None:
        """The chat id of this browser, or None for a new one."""
        for name in (COOKIE, FRAMED):
            try:
                chat = self._signer.loads(request.cookies.get(name, ""))
            except BadSignature:
                continue
            if isinstance(chat, str) and len(chat) >= 16:
                return chat
        return None

    def keep(self, request: Request, response: Response, chat: str) -> None:
        """Inside another site's page a browser takes only a cookie that says it is for that site alone:
        https://developer.mozilla.org/en-US/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies"""
        value = str(self._signer.dumps(chat))
        if _framed(request):
            rules = f"Max-Age={_KEPT_SECONDS}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"
            response.headers.append("Set-Cookie", f"{FRAMED}={value}; {rules}")
            return
        response.set_cookie(
            COOKIE,
            value,
            max_age=_KEPT_SECONDS,
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    def keep_large(self, response: Response, large: bool) -> None:
        """Remember the large-text switch."""
        value = "1" if large else "0"
        response.set_cookie(LARGE, value, max_age=_KEPT_SECONDS, httponly=True, secure=self._secure, samesite="lax")


def _framed(request: Request) -> bool:
    """What asks is a frame of another site, or goes on inside one."""
    if request.headers.get("sec-fetch-dest") in ("iframe", "frame"):
        return True
    return FRAMED in request.cookies and COOKIE not in request.cookies


def new_chat() -> str:
    return secrets.token_urlsafe(18)
