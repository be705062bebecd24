"""When somebody was last at work with an upload of workbooks; the title under which the walidata passed a proposal on.

Revision ID: 7a15c3e8b2d4
Revises: 3c9e51a7f0d2
Create Date: 2026-11-30
"""

from __future__ import annotations

from alembic import op

revision = "7a15c3e8b2d4"
down_revision = "3c9e51a7f0d2"
branch_labels = None
depends_on = None

_SENT = "UPDATE lebak_workbook_upload SET changed_at = sent_at WHERE changed_at IS NULL"
# What was passed on before has the title that everybody has seen since.
_PASSED = """
UPDATE lebak_workflow SET passed_title = package.title FROM package
WHERE passed_title IS NULL AND package.id = lebak_workflow.package_id AND package.type = 'usulan-rekomendasi'
AND ((lebak_workflow.status = 'in_review' AND lebak_workflow.step = 'bps')
     OR package.id IN (SELECT package_id FROM lebak_proposal_entry))"""


def upgrade() -> None:
    """Adds the columns."""
    op.execute("ALTER TABLE lebak_workbook_upload ADD COLUMN IF NOT EXISTS changed_at timestamptz")
    op.execute(_SENT)
    op.alter_column("lebak_workbook_upload", "changed_at", nullable=False)
    op.execute("ALTER TABLE lebak_workflow ADD COLUMN IF NOT EXISTS passed_title text")
    op.execute(_PASSED)


def downgrade() -> None:
    """Removes them."""
    op.drop_column("lebak_workflow", "passed_title")
    op.drop_column("lebak_workbook_upload", "changed_at")
