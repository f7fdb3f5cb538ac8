"""What `causo doctor` finds of where dossiers come from: the source that is asked, and the watched folder."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import ProgrammingError

from bot.cli.finding import Finding
from bot.clock import now
from bot.dossiers.lookups import LIMITED
from bot.dossiers.sources import open_source
from bot.errors import SettingsError, SourceAway, StoreAway
from bot.settings import Settings
from bot.store.connect import open_store
from bot.store.counting import counted

_NOBODYS = "000.00.00.H00-180101-0000"  # a code that nobody was ever given
_SECONDS = 10
_LOCAL = {"127.0.0.1", "localhost", "::1"}


def lookup_findings(settings: Settings) -> Iterator[Finding]:
    """Whether somebody walked through codes today."""
    store = open_store(settings.database_url)
    try:
        with store.read() as session:
            found = {scope: counted(session, f"{LIMITED}_{scope}", now()) for scope in ("chat", "network", "all")}
    except (StoreAway, ProgrammingError):
        return  # said elsewhere, or not migrated yet
    finally:
        store.close()
    many = ", ".join(f"{count} by {scope}" for scope, count in found.items() if count)
    if many:
        yield Finding("warning", f"look-ups of dossiers were refused today for being too many: {many}; see the log")
    else:
        yield Finding("good", "nobody looked up too many dossiers today")


def source_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the settings are good and the source answers."""
    try:
        source = open_source(settings, now)
    except SettingsError as error:
        yield Finding("wrong", str(error))
        return
    if source is None:
        yield Finding("good", "dossiers come from imported tables (CAUSO_DOSSIER_SOURCE=table)")
        return
    for name, url in _addresses(settings):
        parts = urlsplit(url)
        if parts.scheme == "http" and parts.hostname not in _LOCAL:
            yield Finding("warning", f"{name} is not https: what is asked can be read on the way")
    try:
        source.ask(_NOBODYS, _SECONDS)
    except SourceAway as error:
        yield Finding("wrong", f"the {source.name} source of dossiers does not answer ({error.reason}); {_todo(error)}")
    else:
        yield Finding("good", f"the {source.name} source of dossiers answers")
    finally:
        source.close()


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    if settings.dossier_url:
        yield "CAUSO_DOSSIER_URL", settings.dossier_url.get_secret_value()
    if settings.dossier_token_url:
        yield "CAUSO_DOSSIER_TOKEN_URL", settings.dossier_token_url


def _todo(error: SourceAway) -> str:
    if error.reason.startswith("token_"):
        return "see CAUSO_DOSSIER_TOKEN_URL, CAUSO_DOSSIER_CLIENT_ID and CAUSO_DOSSIER_CLIENT_SECRET"
    if error.reason == "unreadable":
        return "its answer is not as CAUSO_DOSSIER_MAPPING says, or CAUSO_DOSSIER_URL leads elsewhere"
    return "see CAUSO_DOSSIER_URL; residents are told that it is away"


def folder_findings(folder: Path | None) -> Iterator[Finding]:
    """Whether the watched folder is there and may be written to, and how much of it failed."""
    if folder is None:
        return
    if not folder.is_dir():
        yield Finding("warning", f"CAUSO_DOSSIER_FOLDER: {folder} is not there yet; it is made at the start")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("wrong", f"CAUSO_DOSSIER_FOLDER: {folder} may not be read and written by this user")
        return
    failed = sum(1 for path in (folder / "failed").glob("*") if not path.name.endswith(".txt"))
    if failed:
        yield Finding(
            "warning", f"{failed} tables in {folder / 'failed'} were not imported; see the reports beside them"
        )
    else:
        yield Finding("good", f"tables put into {folder} are imported")
