"""Where the value of a code stands, and what was exported. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.lebak.planning.model import new_id, now


class CodeMapping(tk.BaseModel):
    """Where the value of a code stands.

    Attributes:
        code: ``kodeindikator`` of e-Walidata; each once.
        title: ``uraian_indikator``, as e-Walidata has it.
        unit: ``satuan``.
        package_id: The dataset.
        resource_id: The file whose table it is.
        year_column: The column that holds the year.
        value_column: The column that is aggregated.
        filters: Value by column: only rows that say so count.
        aggregation: One of ``values.AGGREGATIONS``.
    """

    __tablename__ = "lebak_ewalidata_mapping"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, unique=True)
    title: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    unit: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    package_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, index=True)
    resource_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    year_column: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    value_column: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    filters: Mapped[dict[str, str]] = mapped_column(JSONB, nullable=False)
    aggregation: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    changed_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=now)
    changed_by: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)


class Export(tk.BaseModel):
    """The values of a year as they were given to e-Walidata, to be compared with later.

    Attributes:
        values: Value as text, by code.
    """

    __tablename__ = "lebak_ewalidata_export"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    year: Mapped[int] = mapped_column(sa.Integer, nullable=False, index=True)
    made_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=now)
    made_by: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
