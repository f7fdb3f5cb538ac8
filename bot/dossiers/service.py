"""Asking a service that answers JSON: client credentials, a few tries, a limit of time and of size."""

import json
import time
from dataclasses import dataclass

import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay, wait_random

from bot.dossiers.tokens import Credentials, Tokens
from bot.errors import SourceAway

_TRIES = 3
_CONNECT_SECONDS = 1.5
_MOST_BYTES = 1_000_000  # one dossier is a few thousand


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes


class Service:
    """May be used by several threads. Redirects are not followed: they lead to a page to log in."""

    def __init__(self, credentials: Credentials | None) -> None:
        self.client = httpx.Client(follow_redirects=False)
        self.tokens = Tokens(credentials, self._send) if credentials else None

    def get(self, url: str, query: dict[str, str], seconds: float, missing: bool) -> object:
        """What it answers, as Python values; None for nothing at all (204), and for 404 where that means `missing`.

        Raises `SourceAway`. A broken connection, 429 and 5xx are tried again as long as there is time.
        """
        until = time.monotonic() + seconds
        tries = Retrying(
            stop=stop_after_attempt(_TRIES) | stop_before_delay(seconds * 0.75),
            wait=wait_random(0.05, 0.3),
            retry=retry_if_exception(lambda error: isinstance(error, SourceAway) and error.again),
            reraise=True,
        )
        answered = tries(self._once, url, query, until)
        if answered.status == 204 or (missing and answered.status == 404):
            return None
        if answered.status != 200:
            raise SourceAway(f"http_{answered.status}")
        return parsed(answered.body)

    def _once(self, url: str, query: dict[str, str], until: float) -> Answered:
        answered = self._asked(url, query, until)
        if answered.status == 401 and self.tokens:
            self.tokens.forget()  # it may have been taken back before its time
            answered = self._asked(url, query, until)
        if answered.status == 429 or answered.status >= 500:
            raise SourceAway(f"http_{answered.status}", again=True)
        return answered

    def _asked(self, url: str, query: dict[str, str], until: float) -> Answered:
        headers = {"Accept": "application/json"}
        if self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens.current(until)}"
        return self._send(httpx.Request("GET", url, params=query, headers=headers), until)

    def _send(self, request: httpx.Request, until: float) -> Answered:
        """The whole answer, however slowly it drips, not after `until` (monotonic seconds)."""
        left = until - time.monotonic()
        if left <= 0:
            raise SourceAway("timeout")
        request.extensions["timeout"] = httpx.Timeout(left, connect=min(left, _CONNECT_SECONDS)).as_dict()
        try:
            response = self.client.send(request, stream=True)
            try:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        raise SourceAway("too_long")
                    if time.monotonic() > until:
                        raise SourceAway("timeout")
            finally:
                response.close()
        except httpx.TimeoutException:
            raise SourceAway("timeout", again=True) from None
        except httpx.HTTPError:
            raise SourceAway("connection", again=True) from None
        return Answered(response.status_code, bytes(body))

    def close(self) -> None:
        self.client.close()


def parsed(body: bytes) -> object:
    """The JSON of an answer; raises `SourceAway` for anything else, such as a page that says the system is down."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise SourceAway("unreadable") from None
