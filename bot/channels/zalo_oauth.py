"""Zalo's token service: a pair of tokens for a refresh token or for an administrator's consent.

https://developers.zalo.me/docs/official-account/bat-dau/xac-thuc-va-uy-quyen-cho-ung-dung-new
"""

from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import RetryLater

_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class App:
    """What the token service has to know of us."""

    id: str
    secret: str = field(repr=False)
    oauth_url: str


@dataclass(frozen=True, slots=True)
class Pair:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: float


class _Answer(BaseModel):
    """Numbers come as text here. `error` is absent when all is well."""

    model_config = ConfigDict(extra="ignore")

    access_token: str = ""
    refresh_token: str = ""
    expires_in: float = Field(default=0)
    error: int = 0
    error_name: str = ""


class Refusal(Exception):
    """The token service said no: what it said, without secrets."""


def ask(app: App, **fields: str) -> Pair:
    """A new pair for a refresh token or an authorization code. Raises `Refusal`, or `RetryLater` when nobody knows."""
    try:
        response = httpx.post(
            f"{app.oauth_url}/v4/oa/access_token",
            data={"app_id": app.id, **fields},
            headers={"secret_key": app.secret},
            timeout=_SECONDS,
        )
        answer = _Answer.model_validate_json(response.content)
    except (httpx.HTTPError, ValidationError) as error:
        raise RetryLater(f"token service: {type(error).__name__}") from None
    if answer.access_token and answer.refresh_token and answer.expires_in > 0:
        return Pair(answer.access_token, answer.refresh_token, answer.expires_in)
    if answer.error or answer.error_name:
        raise Refusal(f"{answer.error} {answer.error_name}".strip()[:100])
    raise RetryLater(f"token service: HTTP {response.status_code}")
