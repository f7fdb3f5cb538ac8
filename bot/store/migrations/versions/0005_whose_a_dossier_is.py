"""Whose a dossier is

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-27 01:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("proofs", sa.Text(), nullable=True))
    op.create_table(
        "dossier_proof",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_dossier_proof_conversation"),
        sa.PrimaryKeyConstraint("conversation_id", "code"),
    )


def downgrade() -> None:
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_column("proofs")
        batch_op.drop_column("owner")
    op.drop_table("dossier_proof")
