"""Which source of dossiers the settings choose beside our own table."""

import re
from collections.abc import Callable
from datetime import datetime

from bot.dossiers.source import Source
from bot.dossiers.source_json import JsonSource
from bot.dossiers.source_mapping import IGATE, JsonMapping, SqlMapping, read_mapping, words_for
from bot.dossiers.source_sql import SqlSource
from bot.dossiers.tokens import Credentials
from bot.errors import SettingsError
from bot.settings import Settings

_HTTP = re.compile(r"https?://[^\s/]\S*")


def open_source(settings: Settings, clock: Callable[[], datetime]) -> Source | None:
    """The source that is asked beside the table, None for none. Raises `SettingsError`; nothing is contacted yet."""
    kind = settings.dossier_source
    address = settings.dossier_url.get_secret_value() if settings.dossier_url else ""
    if kind == "table":
        if address:
            raise SettingsError("CAUSO_DOSSIER_SOURCE: say igate, json or sql, or take away CAUSO_DOSSIER_URL")
        return None
    if not address:
        raise SettingsError(f"CAUSO_DOSSIER_URL: is needed with CAUSO_DOSSIER_SOURCE={kind}")
    if kind == "igate" and settings.dossier_mapping:
        raise SettingsError("CAUSO_DOSSIER_MAPPING: is for json and sql; to change what is read, use json")
    if kind != "igate" and not settings.dossier_mapping:
        raise SettingsError(f"CAUSO_DOSSIER_MAPPING: is needed with CAUSO_DOSSIER_SOURCE={kind}")
    if kind == "sql":
        assert settings.dossier_mapping is not None
        view = read_mapping(settings.dossier_mapping, SqlMapping)
        return SqlSource(address, view, words_for(view.statuses), clock)
    if not _HTTP.fullmatch(address):
        raise SettingsError("CAUSO_DOSSIER_URL: must begin with https://")
    mapping = read_mapping(settings.dossier_mapping, JsonMapping) if settings.dossier_mapping else IGATE
    return JsonSource(kind, address, mapping, words_for(mapping.statuses), _credentials(settings), clock)


def _credentials(settings: Settings) -> Credentials | None:
    """The three that belong together, or none of them."""
    secret = settings.dossier_client_secret
    parts = {
        "CAUSO_DOSSIER_TOKEN_URL": settings.dossier_token_url,
        "CAUSO_DOSSIER_CLIENT_ID": settings.dossier_client_id,
        "CAUSO_DOSSIER_CLIENT_SECRET": secret.get_secret_value() if secret else None,
    }
    if not any(parts.values()):
        return None
    if missing := [name for name, value in parts.items() if not value]:
        raise SettingsError(f"{missing[0]}: is needed with the other two of {', '.join(parts)}")
    url, client_id, client_secret = (value or "" for value in parts.values())
    return Credentials(url, client_id, client_secret)
