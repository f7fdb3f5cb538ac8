"""Who is talking: a signed cookie that holds a random chat id and nothing else."""

import secrets

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "causo"
LARGE = "causo_large"
_KEPT_SECONDS = 60 * 60 * 24 * 90


class Sessions:
    """Reads and writes the cookie; a forged or damaged one is a new visitor."""

    def __init__(self, key: str, secure: bool) -> None:
        self._signer = URLSafeSerializer(key, salt="web-session")
        self._secure = secure

    def chat_of(self, request: Request) -> str | None:
        """The chat id of this browser, or None for a new one."""
        try:
            chat = self._signer.loads(request.cookies.get(COOKIE, ""))
        except BadSignature:
            return None
        return chat if isinstance(chat, str) and len(chat) >= 16 else None

    def keep(self, response: Response, chat: str) -> None:
        response.set_cookie(
            COOKIE,
            str(self._signer.dumps(chat)),
            max_age=_KEPT_SECONDS,
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    def keep_large(self, response: Response, large: bool) -> None:
        """Remember the large-text switch."""
        value = "1" if large else "0"
        response.set_cookie(LARGE, value, max_age=_KEPT_SECONDS, httponly=True, secure=self._secure, samesite="lax")


def new_chat() -> str:
    return secrets.token_urlsafe(18)
