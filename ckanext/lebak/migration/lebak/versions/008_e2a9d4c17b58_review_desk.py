"""What the review desk reads out of the tables of a hand-in.

Revision ID: e2a9d4c17b58
Revises: e1d7c06b94f3
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e2a9d4c17b58"
down_revision = "e1d7c06b94f3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "lebak_table_reading",
        sa.Column("signature", sa.UnicodeText, primary_key=True),
        sa.Column("sha256", sa.UnicodeText, nullable=False, index=True),
        sa.Column("sha256_before", sa.UnicodeText, index=True),
        sa.Column("result", sa.UnicodeText),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("lebak_table_reading")
