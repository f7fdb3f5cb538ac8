"""Calling Zalo's OpenAPI v3: the token, one answer, and what its error codes mean for a message.

An error comes with HTTP 200: what counts is `error` in the body. https://developers.zalo.me/docs/official-account
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.channels.zalo_token import Tokens
from bot.clock import TIME_ZONE
from bot.errors import DeliveryError, NotNow, RetryLater, StoreAway, Undeliverable, WindowClosed

_SECONDS = 15.0
_MINUTE, _QUARTER, _HOUR = 60.0, 900.0, 3600.0

_REFRESH = frozenset({-216, -220, -124})
_RATE, _QUOTA = -32, -211
_NIGHT = frozenset({-133, -234})  # some kinds go only from six to ten
_DAY_USED = -144  # of a template
_SOON = frozenset({-100})
WINDOW = frozenset({-230, -213, -232})  # not in touch for seven days, or does not follow
HUMAN = frozenset({-101, -102, -103, -104, -105, -135, -136, -137, -219, -224, -320, -321})


class Refused(Exception):
    """Zalo's error code and words; never the token."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code, self.said = code, said


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    error: int
    message: str = ""
    data: object = None


class ZaloOaApi:
    """One account. Every call raises `Refused`, or `RetryLater` where nothing is known."""

    def __init__(self, tokens: Tokens, api_url: str) -> None:
        self._tokens, self._base = tokens, api_url
        self._client = httpx.AsyncClient(timeout=_SECONDS, limits=httpx.Limits(max_connections=48))

    async def post(self, path: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """The `data` of the answer."""
        return await self._call(path, json=dict(body))

    async def upload(self, path: str, name: str, data: bytes, media: str) -> Mapping[str, object]:
        """Hand over a picture or file; the `data` says under what name Zalo has it."""
        return await self._call(path, files={"file": (name, data, media)})

    async def _call(self, path: str, **content: object) -> Mapping[str, object]:
        refused: str | None = None
        for _ in range(2):  # a token that was refused is renewed once
            try:
                token = await self._tokens.access(refused)
            except StoreAway:
                raise RetryLater("the database is away") from None
            answer = await self._answer(path, token, content)
            if answer.error == 0:
                return answer.data if isinstance(answer.data, dict) else {}
            if answer.error not in _REFRESH:
                raise Refused(answer.error, answer.message.replace(token, "…")[:120])
            refused = token
        raise RetryLater(f"the token is refused: {answer.error}", after=_MINUTE)

    async def _answer(self, path: str, token: str, content: Mapping[str, object]) -> _Answer:
        try:
            request = self._client.build_request(
                "POST",
                f"{self._base}{path}",
                headers={"access_token": token},
                **content,  # type: ignore[arg-type]
            )
            response = await self._client.send(request)
        except httpx.HTTPError as error:
            raise RetryLater(type(error).__name__) from None
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise NotNow("HTTP 429", _MINUTE)
        try:
            return _Answer.model_validate_json(response.content)
        except ValidationError:
            raise RetryLater(f"HTTP {response.status_code} and no answer that can be read") from None

    async def close(self) -> None:
        await self._client.aclose()


def meaning(error: Refused, now: datetime) -> DeliveryError:
    """Who acts, and whether to try again. What is not known is not tried again: it would hold up its whole chat."""
    said = f"{error.code} {error.said}".strip()
    if error.code in WINDOW:
        return WindowClosed(said)
    if error.code == _RATE:
        return NotNow(said, _MINUTE)
    if error.code == _QUOTA:
        return NotNow(said, _HOUR)
    if error.code in HUMAN:
        return NotNow(said, _QUARTER)
    if error.code in _NIGHT:
        return RetryLater(said, _seconds_until(now, time(6, 1)))
    if error.code == _DAY_USED:
        return RetryLater(said, _seconds_until(now, time(0, 5)))
    if error.code in _SOON:
        return RetryLater(said)
    return Undeliverable(said)


def _seconds_until(now: datetime, when: time) -> float:
    """Seconds until it is next `when` where the residents are."""
    here = now.astimezone(TIME_ZONE)
    then = datetime.combine(here.date(), when, TIME_ZONE)
    return ((then if then > here else then + timedelta(days=1)) - here).total_seconds()
