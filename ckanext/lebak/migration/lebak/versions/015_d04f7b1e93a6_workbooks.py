"""Uploads of workbooks.

Revision ID: d04f7b1e93a6
Revises: b5d20f8e7c41
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d04f7b1e93a6"
down_revision = "b5d20f8e7c41"
branch_labels = None
depends_on = None


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "lebak_workbook_upload",
        _text("id", primary_key=True),
        _text("name", nullable=False),
        _text("digest", nullable=False, index=True),
        _text("organization_id", nullable=False),
        _text("sent_by", nullable=False, index=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        _text("state", nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("report", JSONB, nullable=False),
        _text("refusal", nullable=False),
    )


def downgrade() -> None:
    """Removes it."""
    op.drop_table("lebak_workbook_upload")
