"""Requests for restricted files, and who took what.

Revision ID: d7a3e1c80b64
Revises: c5e80f3b7d21
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d7a3e1c80b64"
down_revision = "c5e80f3b7d21"
branch_labels = None
depends_on = None


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, **options)  # type: ignore[arg-type]


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def _of(name: str, column: str) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, sa.ForeignKey(column, ondelete="CASCADE"), nullable=False, index=True)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "lebak_access_request",
        _text("id", primary_key=True),
        _of("package_id", "package.id"),
        _of("organization_id", "group.id"),
        _text("asked_by", nullable=False),
        _time("asked_at", nullable=False),
        _text("purpose", nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        _text("state", nullable=False),
        _text("decision"),
        _text("letter"),
        _text("decided_by"),
        _time("decided_at"),
        _text("ended_by"),
        _time("ended_at"),
    )
    op.create_table(
        "lebak_file_reading",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _time("at", nullable=False, index=True),
        _text("user_id", nullable=False),
        _text("package_id", nullable=False, index=True),
        _text("resource_id", nullable=False),
        _text("content"),
        _text("kind", nullable=False),
    )
    op.create_table(
        "lebak_file_count",
        sa.Column("day", sa.Date, primary_key=True),
        _text("resource_id", primary_key=True),
        _text("content", primary_key=True),
        _text("kind", primary_key=True),
        _text("package_id", nullable=False, index=True),
        sa.Column("times", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Removes them."""
    op.drop_table("lebak_file_count")
    op.drop_table("lebak_file_reading")
    op.drop_table("lebak_access_request")
