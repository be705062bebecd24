"""Requests and their tables. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


def _new_id() -> str:
    return str(uuid.uuid4())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class DataRequest(tk.BaseModel):
    """Who asks for which tables, until when.

    Attributes:
        title: Of the request, as "Kabupaten Lebak Dalam Angka 2027".
        asker: Who asks, in words.
        due: The last day on which it helps; in the county's time.
        note: What the offices should know.
        made_by: Name of the account that wrote it.
        closed_at: When nothing more was wanted.
        closed_by: Name of the account that closed it.
    """

    __tablename__ = "lebak_data_request"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=_new_id)
    title: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    asker: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    due: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    note: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    made_by: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    made_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
    closed_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    closed_by: Mapped[str | None] = mapped_column(sa.UnicodeText)


class RequestedTable(tk.BaseModel):
    """A table that is asked for, and what answers it.

    Attributes:
        request_id: The request.
        position: Its place there, from 1.
        organization_id: The office that is asked.
        title: Of the table.
        stub: What the rows are, as "Kecamatan".
        rows: Their labels.
        columns: Labels of the columns.
        unit: Of the values.
        period: That the values are of.
        choice: What answers it (``filling.Choice``), as JSON; None while nothing does.
        note: What the office says of it, as when data will be there.
        answered_by: Name of the account that chose or said it.
    """

    __tablename__ = "lebak_requested_table"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=_new_id)
    request_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("lebak_data_request.id", ondelete="CASCADE"), nullable=False, index=True
    )
    position: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    organization_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False, index=True
    )
    title: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    stub: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    rows: Mapped[list[str]] = mapped_column(JSONB, nullable=False)
    columns: Mapped[list[str]] = mapped_column(JSONB, nullable=False)
    unit: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    period: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    note: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    answered_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
    answered_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
