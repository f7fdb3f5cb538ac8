"""Calling Zalo's Bot Platform: one method, one answer. There is no library for it that holds.

`https://<host>/bot<token>/<method>`; the answer is `{"ok": true, "result": ...}` or `{"ok": false, "description": ...,
"error_code": ...}`, the latter also with HTTP 200: what counts is `ok`. https://docs.zaloplatforms.com/docs/BOT
"""

from collections.abc import Mapping

import httpx
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

_SECONDS = 20.0


class Refused(Exception):
    """The platform answered that it will not. `code` is its own, which follows HTTP but for 403, an error inside."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code, self.said = code, said


class Away(Exception):
    """No answer, or none that can be read."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    ok: bool
    result: object = None
    description: str = ""
    error_code: int | None = Field(default=None, validation_alias=AliasChoices("error_code", "errorCode"))


class ZaloBotApi:
    """One bot. Its errors never carry the token, which stands in every address."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._base = f"{api_url}/bot{token}"
        self._client = httpx.AsyncClient(timeout=_SECONDS, limits=httpx.Limits(max_connections=48))

    async def call(self, method: str, data: Mapping[str, object] | None = None, longer: float = 0) -> object:
        """The result. `longer`: seconds that the platform may take over answering. Raises `Refused` or `Away`."""
        try:
            response = await self._client.post(
                f"{self._base}/{method}", json=dict(data or {}), timeout=httpx.Timeout(_SECONDS, read=_SECONDS + longer)
            )
        except httpx.HTTPError as error:
            raise Away(type(error).__name__) from None
        try:
            answer = _Answer.model_validate_json(response.content)
        except ValidationError:
            if response.is_success or response.is_server_error:
                raise Away(f"HTTP {response.status_code} and no answer that can be read") from None
            raise Refused(response.status_code, "") from None
        if answer.ok:
            return answer.result
        code = answer.error_code or (0 if response.is_success else response.status_code)
        raise Refused(code, answer.description.replace(self._token, "…")[:150])

    async def close(self) -> None:
        await self._client.aclose()
