"""e-Walidata: where the value of a code stands, and what was exported.

Revision ID: c81e5a3d9f27
Revises: e61b3a7f0c24
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c81e5a3d9f27"
down_revision = "e61b3a7f0c24"
branch_labels = None
depends_on = None


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "lebak_ewalidata_mapping",
        _text("id", primary_key=True),
        _text("code", nullable=False, unique=True),
        _text("title", nullable=False),
        _text("unit", nullable=False),
        _text("package_id", nullable=False, index=True),
        _text("resource_id", nullable=False),
        _text("year_column", nullable=False),
        _text("value_column", nullable=False),
        sa.Column("filters", JSONB, nullable=False),
        _text("aggregation", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _text("changed_by", nullable=False),
    )
    op.create_table(
        "lebak_ewalidata_export",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False, index=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _text("made_by", nullable=False),
        sa.Column("values", JSONB, nullable=False),
    )


def downgrade() -> None:
    """Removes them."""
    op.drop_table("lebak_ewalidata_export")
    op.drop_table("lebak_ewalidata_mapping")
