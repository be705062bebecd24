"""The table of answers that are kept beside their records. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class PrivateAnswers(tk.BaseModel):
    """What a record answers about the person in charge: for its office, the walidata and BPS.

    Attributes:
        package_id: The record; the row goes with it.
        answers: By the names of the fields (``pribadi: true``).
        changed_at: When they were saved last.
    """

    __tablename__ = "lebak_private_answers"

    package_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    changed_at: Mapped[dt.datetime] = mapped_column(
        sa.DateTime(timezone=True), nullable=False, default=lambda: dt.datetime.now(dt.timezone.utc)
    )
