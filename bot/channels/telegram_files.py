"""Fetching what somebody sent in Telegram: a photo of a receipt, a voice message. Kept in memory only."""

import httpx
import structlog

_SECONDS = 8.0  # a webhook waits that long
LARGEST = 20_000_000  # bytes; bots cannot fetch more: https://core.telegram.org/bots/api#getfile
_log = structlog.get_logger()


class TelegramFiles:
    """Several threads may use it."""

    def __init__(self, token: str, api_url: str, proxy: str | None = None) -> None:
        self._ask = f"{api_url}/bot{token}/getFile"
        self._files = f"{api_url}/file/bot{token}"
        self._client = httpx.Client(timeout=_SECONDS, proxy=proxy)

    def fetch(self, reference: str) -> bytes | None:
        """The file of this `file_id`; None when it is gone, too large, or Telegram does not answer."""
        try:
            answer = self._client.post(self._ask, json={"file_id": reference})
            found = answer.json()["result"]
            if int(found.get("file_size") or 0) > LARGEST:
                return None
            with self._client.stream("GET", f"{self._files}/{found['file_path']}") as stream:
                stream.raise_for_status()
                data = bytearray()
                for piece in stream.iter_bytes():
                    data += piece
                    if len(data) > LARGEST:
                        return None
            return bytes(data)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            _log.warning("telegram_file_away", error=type(error).__name__)  # its text has the token in it
            return None

    def close(self) -> None:
        self._client.close()
