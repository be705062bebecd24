"""Former addresses of organizations, and what was loaded of them last.

Revision ID: 4f2a9c1d7e30
Revises:
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "4f2a9c1d7e30"
down_revision = None
branch_labels = None
depends_on = None


def _organization() -> sa.Column[str]:
    return sa.Column(
        "organization_id", sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False, index=True
    )


def upgrade() -> None:
    """Makes both tables."""
    op.create_table(
        "lebak_organization_alias",
        sa.Column("name", sa.UnicodeText, primary_key=True),
        _organization(),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "lebak_organization_loaded",
        sa.Column("source_id", sa.UnicodeText, primary_key=True),
        _organization(),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("loaded", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Removes both tables."""
    op.drop_table("lebak_organization_loaded")
    op.drop_table("lebak_organization_alias")
