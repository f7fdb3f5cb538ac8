"""Access tokens by client credentials (RFC 6749, section 4.4), kept until shortly before they run out."""

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field, ValidationError

from bot.errors import SourceAway

_EARLY = 30  # seconds before its end that a token is not used any more
_LIFE = 300  # seconds, where the service does not say


class Answered(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Credentials:
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)


class _Token(BaseModel):
    access_token: str = Field(min_length=1)
    expires_in: float = Field(default=_LIFE, gt=0)


class Tokens:
    """One token for all threads; whoever needs a new one gets it while the others wait for it."""

    def __init__(self, credentials: Credentials, send: Callable[[httpx.Request, float], Answered]) -> None:
        # RFC 6749, 2.3.1: both are form-encoded before they go into the header; every server must take this form.
        pair = ":".join(quote(part, safe="") for part in (credentials.client_id, credentials.client_secret))
        self._url = credentials.token_url
        self._headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        self._send = send
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def current(self, until: float) -> str:
        """A token that works, not after `until` (monotonic seconds). Raises `SourceAway`."""
        if not self._lock.acquire(timeout=max(until - time.monotonic(), 0)):
            raise SourceAway("timeout")
        try:
            if not self._token or time.monotonic() >= self._until:
                self._renew(until)
            return self._token
        finally:
            self._lock.release()

    def forget(self) -> None:
        """The token was refused: the next question gets a new one."""
        with self._lock:
            self._token = ""

    def _renew(self, until: float) -> None:
        asked = {"grant_type": "client_credentials"}
        answered = self._send(httpx.Request("POST", self._url, data=asked, headers=self._headers), until)
        if answered.status == 429 or answered.status >= 500:
            raise SourceAway(f"token_http_{answered.status}", again=True)
        if answered.status != 200:
            raise SourceAway(f"token_http_{answered.status}")
        try:
            token = _Token.model_validate_json(answered.body)
        except ValidationError:
            raise SourceAway("token_unreadable") from None
        self._token = token.access_token
        self._until = time.monotonic() + max(token.expires_in - _EARLY, token.expires_in / 2)
