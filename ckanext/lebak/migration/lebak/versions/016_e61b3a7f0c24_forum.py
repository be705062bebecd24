"""Meetings of the Forum and their decisions; the self-assessment.

Revision ID: e61b3a7f0c24
Revises: d04f7b1e93a6
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e61b3a7f0c24"
down_revision = "d04f7b1e93a6"
branch_labels = None
depends_on = None


def _text(name: str, *more: object, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, *more, **options)  # type: ignore[arg-type]


def _year(**options: object) -> sa.Column[int]:
    return sa.Column("year", sa.Integer, nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "lebak_forum_meeting",
        _text("id", primary_key=True),
        sa.Column("held_on", sa.Date, nullable=False, index=True),
        _text("subject", nullable=False),
        _text("noted_by", nullable=False),
    )
    op.create_table(
        "lebak_forum_decision",
        _text("id", primary_key=True),
        _text("meeting_id", sa.ForeignKey("lebak_forum_meeting.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        _text("text", nullable=False),
        _text("organization_id", index=True),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("done_on", sa.Date),
        _text("done_by"),
        sa.UniqueConstraint("meeting_id", "number"),
    )
    op.create_table(
        "lebak_epss_activity",
        _year(primary_key=True, autoincrement=False),
        _text("package_id", primary_key=True),
    )
    op.create_table(
        "lebak_epss_answer",
        _year(primary_key=True, autoincrement=False),
        _text("indicator", primary_key=True),
        sa.Column("level", sa.Integer),
        _text("explanation", nullable=False),
        _text("answered_by", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "lebak_epss_document",
        _text("id", primary_key=True),
        _year(index=True),
        _text("indicator", nullable=False),
        _text("name", nullable=False),
        _text("digest", nullable=False, index=True),
        _text("added_by", nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Removes them."""
    for name in ("epss_document", "epss_answer", "epss_activity", "forum_decision", "forum_meeting"):
        op.drop_table(f"lebak_{name}")
