"""The IRI under which the feed tells of a record, also of one that is gone.

Revision ID: 2d94b7e6a1c3
Revises: 7a15c3e8b2d4
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2d94b7e6a1c3"
down_revision = "7a15c3e8b2d4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column. The next publication fills it: the mapping is another one too."""
    op.add_column("lebak_feed_revision", sa.Column("ref", sa.UnicodeText))


def downgrade() -> None:
    """Removes the column."""
    op.drop_column("lebak_feed_revision", "ref")
