"""What an office says of a released record that stays as it is, and an index of what offices have promised.

Revision ID: f1c8d47b9e35
Revises: d7f3b6e81a24
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "f1c8d47b9e35"
down_revision = "d7f3b6e81a24"
branch_labels = None
depends_on = None

PROMISES = ("jadwal_rilis", "jadwal_pemutakhiran")


def upgrade() -> None:
    """Makes the table, and the indexes on CKAN's ``package``: the desk asks what is due at an office."""
    op.create_table(
        "lebak_confirmation",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.UnicodeText, nullable=False),
        sa.Column("next_day", sa.Date, nullable=False),
    )
    for promise in PROMISES:
        day = sa.column("extras", JSONB)[promise].astext
        op.create_index(f"lebak_package_{promise}", "package", [sa.column("owner_org"), day])


def downgrade() -> None:
    """Removes them."""
    for promise in PROMISES:
        op.drop_index(f"lebak_package_{promise}", "package")
    op.drop_table("lebak_confirmation")
