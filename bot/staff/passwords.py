"""Passwords of the desk (argon2id) and the second factor (TOTP, RFC 6238)."""

from datetime import datetime
from functools import lru_cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.errors import CausoError

SHORTEST = 10
_ISSUER = "Cầu Số"
_hasher = PasswordHasher()


class WeakPassword(CausoError):
    """Too short to be a password."""


def hashed(password: str) -> str:
    """What is kept of a password. Raises `WeakPassword`."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"a password needs at least {SHORTEST} characters")
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Takes as long for somebody who has no password, or does not exist, as for a wrong one."""
    try:
        return _hasher.verify(kept or _nobody(), password) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache
def _nobody() -> str:
    return _hasher.hash(pyotp.random_base32())


def new_secret() -> str:
    """A fresh secret for an authenticator app."""
    return pyotp.random_base32()


def address_of(secret: str, name: str) -> str:
    """The `otpauth:` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER)


def code_matches(secret: str, code: str, now: datetime) -> bool:
    """Six digits of now, or of half a minute before or after."""
    return pyotp.TOTP(secret).verify(otp=code.replace(" ", ""), for_time=now, valid_window=1)
