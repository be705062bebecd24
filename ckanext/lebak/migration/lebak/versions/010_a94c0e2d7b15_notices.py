"""What people are told of the records that concern them.

Revision ID: a94c0e2d7b15
Revises: f1c8d47b9e35
Create Date: 2026-11-27
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "a94c0e2d7b15"
down_revision = "f1c8d47b9e35"
branch_labels = None
depends_on = None


def _text(name: str, *more: object, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, *more, **options)  # type: ignore[arg-type]


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "lebak_notice",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("user_id", sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
        _text("what", nullable=False),
        _text("package_id", nullable=False, index=True),
        _time("at", nullable=False),
        sa.Column("details", JSONB, nullable=False),
        _text("once"),
        _time("read_at"),
        _time("mailed_at"),
        sa.Column("tries", sa.Integer, nullable=False),
        _text("error", nullable=False),
        sa.UniqueConstraint("user_id", "once"),
    )
    op.create_index("lebak_notice_of_user", "lebak_notice", ["user_id", "at"])
    op.create_index("lebak_notice_unread", "lebak_notice", ["user_id"], postgresql_where=sa.column("read_at").is_(None))


def downgrade() -> None:
    """Removes it."""
    op.drop_table("lebak_notice")
