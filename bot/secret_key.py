"""The key that signs sessions and hashes chat ids: from settings, else made once and kept beside the database."""

import os
import secrets
from pathlib import Path

from bot.errors import SettingsError
from bot.settings import Settings

_SHORTEST = 16


def secret_key(settings: Settings) -> str:
    """Raises `SettingsError` when several machines share a database and no key was given, or the key is too short."""
    if settings.secret_key:
        key = settings.secret_key.get_secret_value()
        if len(key) < _SHORTEST:
            raise SettingsError(f"CAUSO_SECRET_KEY: needs at least {_SHORTEST} characters")
        return key
    if not settings.database_url.startswith("sqlite:///"):
        raise SettingsError("CAUSO_SECRET_KEY: set it (the same on every machine), since the database is shared")
    return _kept(Path(settings.database_url.removeprefix("sqlite:///")).with_name("secret.key"))


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()
