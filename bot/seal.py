"""Sealing the little that may be kept readable for a while: a number to call back, an address to visit, a picture for a
helper."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


def seal(key: str, text: str) -> str:
    """Encrypted with the installation's key."""
    return _box(key).encrypt(text.encode()).decode()


def unseal(key: str, sealed: str) -> str | None:
    """The text again; None when it was sealed with another key."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def seal_data(key: str, data: bytes) -> bytes:
    """The same for what is no text."""
    return _box(key).encrypt(data)


def unseal_data(key: str, sealed: bytes) -> bytes | None:
    """The data again; None when it was sealed with another key."""
    try:
        return _box(key).decrypt(sealed)
    except InvalidToken:
        return None


def _box(key: str) -> Fernet:
    derived = hashlib.blake2b(b"causo seal", key=key.encode()[:64], digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(derived))
