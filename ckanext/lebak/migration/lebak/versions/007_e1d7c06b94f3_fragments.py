"""The feed's fragments without ``shift``: their checksums are joined by a library now.

Revision ID: e1d7c06b94f3
Revises: d7f3b6e81a24
Create Date: 2026-11-25
"""

from __future__ import annotations

from alembic import op

revision = "e1d7c06b94f3"
down_revision = "d7f3b6e81a24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Removes the column."""
    op.drop_column("lebak_feed_fragment", "shift")


def downgrade() -> None:
    """Empties the feed, which is published anew, and makes the column."""
    op.execute("DELETE FROM lebak_feed_snapshot")
    op.execute("DELETE FROM lebak_feed_revision")
    op.execute("ALTER TABLE lebak_feed_fragment ADD COLUMN shift bigint NOT NULL")
