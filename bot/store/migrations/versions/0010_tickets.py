"""Tickets

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-27 01:00:00
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
