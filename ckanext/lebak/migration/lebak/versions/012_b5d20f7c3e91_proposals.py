"""What was recorded of proposals of statistical activities, which the database keeps from being changed.

Revision ID: b5d20f7c3e91
Revises: b7e42d90c1f8
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b5d20f7c3e91"
down_revision = "b7e42d90c1f8"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE OR REPLACE FUNCTION lebak_proposal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was recorded of a proposal is never changed';
END $$
"""
_TRIGGER = """
CREATE TRIGGER lebak_proposal_kept BEFORE UPDATE OR DELETE ON lebak_proposal_entry
FOR EACH ROW EXECUTE FUNCTION lebak_proposal_refuse()
"""


def _text(name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.UnicodeText, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the table, and the trigger that refuses a change of it."""
    op.create_table(
        "lebak_proposal_entry",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("package_id", nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("by", nullable=False),
        _text("what", nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        _text("note", nullable=False),
        _text("number", index=True),
        _text("file", index=True),
        _text("file_name"),
        _text("activity_id"),
        sa.Column("undoes", sa.BigInteger),
    )
    op.execute(_REFUSE)
    op.execute(_TRIGGER)


def downgrade() -> None:
    """Removes them."""
    op.drop_table("lebak_proposal_entry")
    op.execute("DROP FUNCTION lebak_proposal_refuse()")
