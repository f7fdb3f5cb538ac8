"""Whose a dossier is

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-27 01:00:00
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
