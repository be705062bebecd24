"""What came of the check of each file. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class FileScan(tk.BaseModel):
    """The last check of a content, whichever resources have it.

    Attributes:
        sha256: Of the file.
        format: As CKAN writes it, in capitals; the same content is read in another way under another name.
        scanner: Version of the check.
        state: ``clean``, ``found``, ``unreadable`` or ``failed``.
        findings: ``{"findings": [...], "message": msgid, "values": {...}}``; examples in it are masked.
        scanned: When.
    """

    __tablename__ = "lebak_file_scan"

    sha256: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    format: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    scanner: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    findings: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    scanned: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False)
