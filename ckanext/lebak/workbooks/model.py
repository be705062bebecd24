"""An upload of workbooks on its way into records. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from ckanext.lebak.release.model import new_id

CHECKING, CHECKED, WRITING, WRITTEN, REFUSED = "checking", "checked", "writing", "written", "refused"
AT_WORK = (CHECKING, WRITING)
"""States in which the background is at work."""


def _text(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.UnicodeText, **options)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class WorkbookUpload(tk.BaseModel):
    """An upload: checked first, and written when its sender has seen what was understood.

    Attributes:
        name: Of the file.
        digest: SHA-256 under which ``files.content`` keeps it.
        organization_id: The office whose records it becomes.
        sent_by: Name of the account.
        state: `CHECKING`, `CHECKED`, `WRITING`, `WRITTEN`, or `REFUSED` where the file cannot be read at all.
        number: Workbooks in it.
        done: Workbooks that were looked at, or written, so far.
        changed_at: When somebody was last at work with it.
        report: What was found of each record (``records.Item``).
        refusal: Why the file cannot be read, or why not all of it was written.
    """

    __tablename__ = "lebak_workbook_upload"

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    name: Mapped[str] = _text(nullable=False)
    digest: Mapped[str] = _text(nullable=False, index=True)
    organization_id: Mapped[str] = _text(nullable=False)
    sent_by: Mapped[str] = _text(nullable=False, index=True)
    sent_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
    state: Mapped[str] = _text(nullable=False, default=CHECKING)
    number: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    done: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    # Read only where it is wanted: of a thousand records it is a megabyte, and the row is read again for each of them.
    report: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, nullable=False, default=list, deferred=True)
    refusal: Mapped[str] = _text(nullable=False, default="")
    changed_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
