"""What people thought

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-27 01:00:00
"""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
