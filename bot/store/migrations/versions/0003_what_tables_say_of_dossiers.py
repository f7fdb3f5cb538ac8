"""What the tables of one-stop systems say of a dossier

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-25 23:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXTS = ("field", "channel", "level", "result", "holder", "note")


def upgrade() -> None:
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        for name in _TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("digitised", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("completed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("status_since", sa.Date(), nullable=True))
        batch_op.create_index("ix_dossier_received", ["received_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index("ix_dossier_received")
        for name in (*_TEXTS, "digitised", "completed_on", "updated_at", "status_since"):
            batch_op.drop_column(name)
