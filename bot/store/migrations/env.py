"""Runs the migrations on the connection that `bot.store.connect.upgrade` hands over."""

from alembic import context

from bot.store import (  # noqa: F401  tables are known once their module is imported
    announce_tables,
    code_tables,
    consent_tables,
    feedback_tables,
    follow_tables,
    identity_tables,
    report_tables,
    staff_tables,
    ticket_tables,
    zalo_tables,
)
from bot.store.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
