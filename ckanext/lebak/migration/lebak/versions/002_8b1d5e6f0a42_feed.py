"""The feed: what was changed, what is published of it, and the triggers that note changes.

Triggers and not listeners on CKAN's session: they see every way of changing a record (API, bulk update, command,
restore, a mend by hand), and note it in the same transaction. They add nothing to CKAN's own tables.

Revision ID: 8b1d5e6f0a42
Revises: 4f2a9c1d7e30
Create Date: 2026-11-22
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "8b1d5e6f0a42"
down_revision = "4f2a9c1d7e30"
branch_labels = None
depends_on = None

# Table -> the records that a row of it belongs to, where `changed` is the row.
_NOTED = {
    "package": "SELECT changed.id",
    "resource": "SELECT changed.package_id WHERE changed.package_id IS NOT NULL",
    "package_tag": "SELECT changed.package_id",
    "tag": "SELECT package_id FROM package_tag WHERE tag_id = changed.id",
    "group": "SELECT id FROM package WHERE owner_org = changed.id"
    " UNION SELECT table_id FROM member WHERE group_id = changed.id AND table_name = 'package'",
    "member": "SELECT changed.table_id WHERE changed.table_name = 'package'",
}

_FUNCTION = """
CREATE OR REPLACE FUNCTION lebak_feed_note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed "{table}"%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        changed := OLD;
        INSERT INTO lebak_feed_change (package_id) {records};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        changed := NEW;
        INSERT INTO lebak_feed_change (package_id) {records};
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER lebak_feed_note AFTER INSERT OR UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION lebak_feed_note_{table}()
"""

_IS_LAST = sa.column("until").is_(None)


def _time(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables, then the triggers, and asks for a first publication of everything."""
    op.create_table(
        "lebak_feed_change",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("package_id", sa.UnicodeText),
        _time("at", server_default=sa.func.now()),
    )
    op.create_table(
        "lebak_feed_revision",
        sa.Column("seq", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("type", sa.UnicodeText, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        _time("at"),
        sa.Column("until", sa.BigInteger),
        sa.Column("digest", sa.UnicodeText),
        _time("modified"),
        sa.Column("name", sa.UnicodeText),
        sa.Column("office", sa.UnicodeText),
    )
    op.create_index(
        "lebak_feed_revision_last",
        "lebak_feed_revision",
        ["package_id"],
        unique=True,
        postgresql_where=_IS_LAST,
    )
    # What a snapshot shows is the last revisions and the few that were replaced after it: two indexes, so that the
    # many that were replaced before cost nothing.
    op.create_index(
        "lebak_feed_revision_shown",
        "lebak_feed_revision",
        ["seq"],
        postgresql_where=sa.and_(_IS_LAST, sa.column("kind") != "delete"),
    )
    op.create_index("lebak_feed_revision_until", "lebak_feed_revision", ["until"])
    op.create_index("lebak_feed_revision_record", "lebak_feed_revision", ["package_id"])
    op.create_index("lebak_feed_revision_at", "lebak_feed_revision", ["at"])
    op.create_table(
        "lebak_feed_fragment",
        sa.Column("format", sa.UnicodeText, primary_key=True),
        sa.Column(
            "seq",
            sa.BigInteger,
            sa.ForeignKey("lebak_feed_revision.seq", ondelete="CASCADE"),
            primary_key=True,
            index=True,
        ),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("crc", sa.BigInteger, nullable=False),
        sa.Column("shift", sa.BigInteger, nullable=False),
    )
    # Packed already, and read a hundred at a time: in the row where it fits, and never packed again.
    op.execute("ALTER TABLE lebak_feed_fragment ALTER COLUMN body SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE lebak_feed_fragment SET (toast_tuple_target = 8160)")
    op.create_table(
        "lebak_feed_snapshot",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _time("at"),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("mapping", sa.UnicodeText, nullable=False),
    )
    op.create_table(
        "lebak_feed_problem",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("digest", sa.UnicodeText, nullable=False),
        _time("at"),
        sa.Column("reasons", JSONB, nullable=False),
    )
    op.create_table(
        "lebak_feed_visit",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("agent", sa.UnicodeText, primary_key=True),
        sa.Column("surface", sa.UnicodeText, primary_key=True),
        _time("first_at"),
        _time("last_at"),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
    )
    for table, records in _NOTED.items():
        op.execute(_FUNCTION.format(table=table, records=records))
        op.execute(_TRIGGER.format(table=table))
    op.execute("INSERT INTO lebak_feed_change (package_id) VALUES (NULL)")


def downgrade() -> None:
    """Removes the triggers and the tables."""
    for table in _NOTED:
        op.execute(f'DROP TRIGGER lebak_feed_note ON "{table}"')
        op.execute(f"DROP FUNCTION lebak_feed_note_{table}()")
    for table in ("visit", "problem", "snapshot", "fragment", "revision", "change"):
        op.drop_table(f"lebak_feed_{table}")
