"""The audit log, which the database keeps from being changed, and the capacities of people.

Revision ID: c4e7a2b95d18
Revises: 8b1d5e6f0a42
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "c4e7a2b95d18"
down_revision = "8b1d5e6f0a42"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE OR REPLACE FUNCTION lebak_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry of the audit log is never changed';
END $$
"""
_TRIGGER = """
CREATE TRIGGER lebak_audit_kept BEFORE UPDATE OR DELETE ON lebak_audit_entry
FOR EACH ROW EXECUTE FUNCTION lebak_audit_refuse()
"""


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, **options)  # type: ignore[arg-type]


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables, and the trigger that refuses a change of the log."""
    op.create_table(
        "lebak_audit_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _time("at", nullable=False),
        _text("actor", nullable=False),
        _text("act", nullable=False),
        _text("package_id", index=True),
        _text("organization_id", index=True),
        _text("person"),
        _text("state_before"),
        _text("state_after"),
        _text("content"),
        _text("text_digest"),
        sa.Column("details", JSONB, nullable=False),
    )
    op.create_table(
        "lebak_audit_text",
        sa.Column("entry_id", sa.BigInteger, sa.ForeignKey("lebak_audit_entry.id"), primary_key=True),
        _text("text"),
        _text("redacted_by"),
        _time("redacted_at"),
    )
    op.execute(_REFUSE)
    op.execute(_TRIGGER)
    op.create_table(
        "lebak_capacity",
        _text("id", primary_key=True),
        sa.Column("user_id", sa.UnicodeText, sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("organization_id", sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False),
        _text("capacity", nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("stand_in_for", sa.UnicodeText, sa.ForeignKey("user.id", ondelete="SET NULL")),
        _text("granted_by", nullable=False),
        _time("granted_at", nullable=False),
        _text("ended_by"),
        _time("ended_at"),
    )


def downgrade() -> None:
    """Removes them."""
    op.drop_table("lebak_capacity")
    op.drop_table("lebak_audit_text")
    op.drop_table("lebak_audit_entry")
    op.execute("DROP FUNCTION lebak_audit_refuse()")
