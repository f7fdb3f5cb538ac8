"""The database of the settings, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from bot.settings import Settings, read_settings
from bot.store.connect import open_store, upgrade


@contextmanager
def opened() -> Iterator[tuple[Session, Settings]]:
    """One transaction on the settings' database, brought to the newest form. Raises `StoreAway`, `SettingsError`."""
    settings = read_settings()
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    try:
        with store.write() as session:
            yield session, settings
    finally:
        store.close()
