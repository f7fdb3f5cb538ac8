"""Secrets of webhooks, derived from the one key, so that nothing more has to be kept."""

import base64
import hashlib
import hmac


def webhook_secret(key: str, channel: str) -> str:
    """43 url-safe characters that only we and the platform know; the same on every machine with this key."""
    digest = hmac.new(key.encode(), f"webhook:{channel}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
