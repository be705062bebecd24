"""What a record answers about the person in charge, kept beside it.

Revision ID: b7e42d90c1f8
Revises: a94c0e2d7b15
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "b7e42d90c1f8"
down_revision = "a94c0e2d7b15"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "lebak_private_answers",
        sa.Column("package_id", sa.UnicodeText, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("lebak_private_answers")
