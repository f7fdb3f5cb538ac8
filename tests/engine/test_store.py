"""The schema, and what happens when the database is away."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from bot.errors import StoreAway
from bot.store.connect import migrations, open_store, upgrade


def test_the_migrations_make_exactly_the_tables_of_the_models(database_url: str) -> None:
    store = open_store(database_url)
    with store.engine.connect() as connection:
        command.check(migrations(connection))  # raises if the models have anything the migrations lack
    store.close()


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    upgrade(database_url)
    store = open_store(database_url)
    store.ping()
    store.close()


def test_a_database_that_is_away_is_said_to_be_away(tmp_path: Path) -> None:
    for url in ("postgresql://nobody@127.0.0.1:1/none", f"sqlite:///{tmp_path}"):
        store = open_store(url)
        with pytest.raises(StoreAway):
            store.ping()
        with pytest.raises(StoreAway), store.write() as session:
            session.execute(text("SELECT 1"))
        store.close()
