"""What an office says of a released record that stays as it is.

Revision ID: f1c8d47b9e35
Revises: e2a9d4c17b58
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f1c8d47b9e35"
down_revision = "e2a9d4c17b58"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "lebak_confirmation",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.UnicodeText, nullable=False),
        sa.Column("next_day", sa.Date, nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("lebak_confirmation")
