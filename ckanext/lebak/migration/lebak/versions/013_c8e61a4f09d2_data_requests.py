"""Requests of tables, and what answers them.

Revision ID: c8e61a4f09d2
Revises: b5d20f7c3e91
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c8e61a4f09d2"
down_revision = "b5d20f7c3e91"
branch_labels = None
depends_on = None


def _text(name: str, *more: object, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, *more, **options)  # type: ignore[arg-type]


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "lebak_data_request",
        _text("id", primary_key=True),
        _text("title", nullable=False),
        _text("asker", nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        _text("note", nullable=False),
        _text("made_by", nullable=False),
        _time("made_at", nullable=False),
        _time("closed_at"),
        _text("closed_by"),
    )
    op.create_table(
        "lebak_requested_table",
        _text("id", primary_key=True),
        _text("request_id", sa.ForeignKey("lebak_data_request.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        _text("organization_id", sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False, index=True),
        _text("title", nullable=False),
        _text("stub", nullable=False),
        sa.Column("rows", JSONB, nullable=False),
        sa.Column("columns", JSONB, nullable=False),
        _text("unit", nullable=False),
        _text("period", nullable=False),
        sa.Column("choice", JSONB),
        _text("note", nullable=False),
        _text("answered_by"),
        _time("answered_at"),
    )


def downgrade() -> None:
    """Removes them."""
    op.drop_table("lebak_requested_table")
    op.drop_table("lebak_data_request")
