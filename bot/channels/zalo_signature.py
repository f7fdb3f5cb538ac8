"""The signature of Zalo's webhooks: a plain SHA-256 over id, body, time and secret, one after the other.

Which id and which secret differs between what Zalo documents and what was seen: it is a setting, and
`causo zalo verify-signature` finds the one that fits a captured request.
https://developers.zalo.me/docs/official-account/webhook/tong-quan
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Literal

Variant = Literal["app_id+oa_key", "app_id+app_secret", "oa_id+oa_key", "oa_id+app_secret"]
VARIANTS: tuple[Variant, ...] = ("app_id+oa_key", "app_id+app_secret", "oa_id+oa_key", "oa_id+app_secret")


@dataclass(frozen=True, slots=True)
class Signer:
    """What a signature may be made of; "" is what was not given."""

    app_id: str
    oa_id: str
    oa_key: str = field(repr=False)
    app_secret: str = field(repr=False)

    def parts(self, variant: Variant) -> tuple[str, str]:
        """The id and the secret of a variant."""
        who, secret = variant.split("+")
        return (
            self.app_id if who == "app_id" else self.oa_id,
            self.oa_key if secret == "oa_key" else self.app_secret,  # noqa: S105
        )

    def signature(self, variant: Variant, body: bytes, timestamp: str) -> str:
        """Hexadecimal. `timestamp` is the field of that name inside the body, as text."""
        who, secret = self.parts(variant)
        return hashlib.sha256(who.encode() + body + timestamp.encode() + secret.encode()).hexdigest()

    def fits(self, variant: Variant, body: bytes, header: str) -> bool:
        """Whether the header (`mac=<hex>` or the digits alone) signs exactly these bytes; in constant time."""
        if not all(self.parts(variant)):
            return False
        given = header.strip().removeprefix("mac=").strip().lower()
        made = self.signature(variant, body, timestamp_in(body))
        return hmac.compare_digest(made.encode(), given.encode())


def timestamp_in(body: bytes) -> str:
    """The body's own time as it stands there; "" if there is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(data.get("timestamp", "")) if isinstance(data, dict) else ""
