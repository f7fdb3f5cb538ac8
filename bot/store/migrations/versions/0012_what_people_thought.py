"""What people thought

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-27 01:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_rating_conversation"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "topic", "facet", name="uq_rating_answer"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rating_day", "rating", ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("rating")
