"""Fetching the photo that somebody sent to the Zalo bot, from the address Zalo gave. Kept in memory only."""

import ipaddress
from urllib.parse import urlsplit

import httpx
import structlog

_SECONDS = 8.0  # a webhook waits that long
LARGEST = 20_000_000  # bytes
_log = structlog.get_logger()


class ZaloBotFiles:
    """Several threads may use it."""

    def __init__(self, api_url: str) -> None:
        self._own = urlsplit(api_url)
        self._client = httpx.Client(timeout=_SECONDS, follow_redirects=False)

    def fetch(self, reference: str) -> bytes | None:
        """The photo at this address; None when it is gone, too large, or no address that Zalo would give."""
        if not self._allowed(reference):
            _log.warning("zalo_bot_photo_refused")
            return None
        data = bytearray()
        try:
            with self._client.stream("GET", reference) as stream:
                stream.raise_for_status()
                for piece in stream.iter_bytes():
                    data += piece
                    if len(data) > LARGEST:
                        return None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _log.warning("zalo_bot_photo_away", error=type(error).__name__)
            return None
        return bytes(data)

    def _allowed(self, address: str) -> bool:
        """Zalo's own https hosts are many and not listed anywhere; so: no host inside of our network, by name or by
        number, and no redirect to one. The address of the API itself is always good."""
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
            if (parts.scheme, parts.netloc) == (self._own.scheme, self._own.netloc):
                return True
        except ValueError:
            return False
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return parts.scheme == "https" and parts.port in (None, 443) and "." in host.strip(".")
        return False

    def close(self) -> None:
        self._client.close()
