"""An insert that can say what happens when the row is there already, on both databases."""

from sqlalchemy import Table as Bare
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.store.tables import Table


def insert_into(session: Session, table: type[Table] | Bare) -> postgresql.Insert | sqlite.Insert:
    """With `on_conflict_do_nothing` and `on_conflict_do_update`, which SQLAlchemy has by database only."""
    return (postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert)(table)
