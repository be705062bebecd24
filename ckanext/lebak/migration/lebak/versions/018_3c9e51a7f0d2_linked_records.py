"""A change of an activity or an indicator is a change of the datasets that refer to it: the feed tells of it with them.

Revision ID: 3c9e51a7f0d2
Revises: c81e5a3d9f27
Create Date: 2026-11-30
"""

from __future__ import annotations

from alembic import op

revision = "3c9e51a7f0d2"
down_revision = "c81e5a3d9f27"
branch_labels = None
depends_on = None

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

_BEFORE = {
    "package": "SELECT changed.id",
    "group": "SELECT id FROM package WHERE owner_org = changed.id"
    " UNION SELECT table_id FROM member WHERE group_id = changed.id AND table_name = 'package'",
}
# Those that refer to a record which is, or was, public; the planner looks for them for records of two types only.
_REFERRING = """ UNION SELECT id FROM package
    WHERE changed.type IN ('kegiatan-statistik', 'indikator') AND changed.state = 'active' AND NOT changed.private
    AND changed.id IN (extras ->> 'kegiatan_id', extras ->> 'indikator_id')"""
# An office is told of with its activities and indicators.
_OF_OFFICE = """
    UNION SELECT citing.id FROM package citing JOIN package linked ON linked.id = citing.extras ->> 'kegiatan_id'
    WHERE linked.owner_org = changed.id AND linked.type = 'kegiatan-statistik'
    UNION SELECT citing.id FROM package citing JOIN package linked ON linked.id = citing.extras ->> 'indikator_id'
    WHERE linked.owner_org = changed.id AND linked.type = 'indikator'"""
_AFTER = {"package": _BEFORE["package"] + _REFERRING, "group": _BEFORE["group"] + _OF_OFFICE}


def upgrade() -> None:
    """Replaces the functions of the triggers."""
    for table, records in _AFTER.items():
        op.execute(_FUNCTION.format(table=table, records=records))


def downgrade() -> None:
    """Puts them back."""
    for table, records in _BEFORE.items():
        op.execute(_FUNCTION.format(table=table, records=records))
