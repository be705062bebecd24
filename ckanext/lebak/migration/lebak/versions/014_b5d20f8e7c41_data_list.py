"""The data list: rounds, promises, versions that are never changed, and their signed documents.

Revision ID: b5d20f8e7c41
Revises: c8e61a4f09d2
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "b5d20f8e7c41"
down_revision = "c8e61a4f09d2"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE OR REPLACE FUNCTION lebak_list_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an agreed version of the data list is never changed';
END $$
"""
_KEPT = ("lebak_list_version", "lebak_list_document")


def _text(name: str, *more: object, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, *more, **options)  # type: ignore[arg-type]


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables, and the triggers that keep what was agreed."""
    op.create_table(
        "lebak_round",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        _time("opened_at", nullable=False),
        _text("opened_by", nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        _time("closed_at"),
        _text("closed_by"),
    )
    op.create_table(
        "lebak_promise",
        _text("id", primary_key=True),
        sa.Column("year", sa.Integer, sa.ForeignKey("lebak_round.year"), nullable=False),
        _text("organization_id", nullable=False),
        _text("package_id", index=True),
        sa.Column("said", JSONB, nullable=False),
        _text("state", nullable=False),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.Column("handed_in", JSONB),
        _time("handed_in_at"),
        _text("handed_in_by"),
        _text("refusal", nullable=False),
        _time("changed_at", nullable=False),
        _text("changed_by", nullable=False),
    )
    op.create_index("lebak_promise_of_office", "lebak_promise", ["year", "organization_id"])
    op.create_table(
        "lebak_list_version",
        _text("id", primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("agreed_on", sa.Date, nullable=False),
        _text("letter", nullable=False),
        _text("note", nullable=False),
        sa.Column("entries", JSONB, nullable=False),
        _text("digest", nullable=False),
        _time("made_at", nullable=False),
        _text("made_by", nullable=False),
        sa.UniqueConstraint("year", "number"),
    )
    op.create_table(
        "lebak_list_document",
        _text("id", primary_key=True),
        _text("version_id", nullable=False, index=True),
        _text("organization_id"),
        _text("name", nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        _text("digest", nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        _time("uploaded_at", nullable=False),
        _text("uploaded_by", nullable=False),
    )
    op.execute(_REFUSE)
    for table in _KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lebak_list_refuse()"
        )


def downgrade() -> None:
    """Removes them."""
    for table in ("lebak_list_document", "lebak_list_version", "lebak_promise", "lebak_round"):
        op.drop_table(table)
    op.execute("DROP FUNCTION lebak_list_refuse()")
