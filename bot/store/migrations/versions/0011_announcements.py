"""Announcements

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-27 01:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=True),
        sa.Column("alt", sa.Text(), nullable=True),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=False),
        sa.Column("approver", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("up_to", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approver"], ["staff.id"], name="fk_announcement_approver"),
        sa.ForeignKeyConstraint(["author"], ["staff.id"], name="fk_announcement_author"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcement_state", "announcement", ["state"], unique=False)
    op.create_table(
        "announcement_told",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"], name="fk_announcement_told_announcement"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_announcement_told_conversation"),
        sa.PrimaryKeyConstraint("announcement_id", "conversation_id"),
    )
    op.create_index("ix_announcement_told_conversation", "announcement_told", ["conversation_id"], unique=False)
    op.create_table(
        "news_wish",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_news_wish_conversation"),
        sa.PrimaryKeyConstraint("conversation_id", "about"),
    )
    op.create_index("ix_news_wish_about", "news_wish", ["about"], unique=False)
    op.create_table(
        "news_refusal",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_news_refusal_conversation"),
        sa.PrimaryKeyConstraint("conversation_id"),
    )


def downgrade() -> None:
    op.drop_table("news_refusal")
    op.drop_table("news_wish")
    op.drop_table("announcement_told")
    op.drop_table("announcement")
