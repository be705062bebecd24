"""Where each record stands on its way to the public, what was released, and the notes of a review.

Revision ID: d7f3b6e81a24
Revises: d7a3e1c80b64
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "d7f3b6e81a24"
down_revision = "d7a3e1c80b64"
branch_labels = None
depends_on = None


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, **options)  # type: ignore[arg-type]


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "lebak_workflow",
        _text("package_id", primary_key=True),
        _text("status", nullable=False, index=True),
        _text("step", nullable=False),
        _time("since", nullable=False),
        _text("release_of", unique=True),
        _text("content"),
        _text("seen"),
        _text("last_editor"),
        _text("submitted_by"),
        _time("submitted_at"),
        _text("consent_by"),
        _time("consent_at"),
        _text("consent_letter"),
        _text("pembina_view", nullable=False),
        _text("names_no_person"),
        _text("kind", nullable=False),
        _text("period", nullable=False),
        _text("reason", nullable=False),
        sa.Column("release_on", sa.Date),
        _text("approved_by"),
    )
    op.create_table(
        "lebak_working_file",
        _text("resource_id", primary_key=True),
        _text("released_id", nullable=False),
    )
    op.create_table(
        "lebak_release",
        _text("id", primary_key=True),
        _text("package_id", nullable=False, index=True),
        sa.Column("number", sa.Integer, nullable=False),
        _time("at", nullable=False),
        _text("kind", nullable=False),
        _text("period", nullable=False),
        _text("reason", nullable=False),
        _text("content", nullable=False),
        sa.Column("record", JSONB(none_as_null=True)),
        _text("approved_by", nullable=False),
        _time("withdrawn_at"),
        sa.UniqueConstraint("package_id", "number"),
    )
    op.create_table(
        "lebak_review_note",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("package_id", nullable=False, index=True),
        _time("at", nullable=False),
        _text("author", nullable=False),
        _text("field", nullable=False),
        _text("resource_id"),
        sa.Column("row", sa.Integer),
        _text("column"),
        _text("text", nullable=False),
        _text("answer", nullable=False),
        _text("answered_by"),
        _time("closed_at"),
    )


def downgrade() -> None:
    """Removes them."""
    for table in ("review_note", "release", "working_file", "workflow"):
        op.drop_table(f"lebak_{table}")
