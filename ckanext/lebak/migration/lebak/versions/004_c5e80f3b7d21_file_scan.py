"""What came of the check of each uploaded file, by its content.

Revision ID: c5e80f3b7d21
Revises: c4e7a2b95d18
Create Date: 2026-11-23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c5e80f3b7d21"
down_revision = "c4e7a2b95d18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "lebak_file_scan",
        sa.Column("sha256", sa.UnicodeText, primary_key=True),
        sa.Column("format", sa.UnicodeText, primary_key=True),
        sa.Column("scanner", sa.Integer, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
        sa.Column("scanned", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("lebak_file_scan")
