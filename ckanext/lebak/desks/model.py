"""What was read out of the tables of a hand-in, kept so that it is computed once. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class TableReading(tk.BaseModel):
    """What came of reading a table, by itself and against the released one.

    Attributes:
        signature: Of both files and what was said of them (``desks.tables.Pair``).
        sha256: Of the file handed in.
        sha256_before: Of the released one; None where there is none.
        result: ``desks.tables.Reading`` as JSON, in whose objects the order counts; None while it is being computed.
        at: When it was begun or ended.
    """

    __tablename__ = "lebak_table_reading"

    signature: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, index=True)
    sha256_before: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    result: Mapped[str | None] = mapped_column(sa.UnicodeText)
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False)
