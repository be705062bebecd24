"""What the county says of itself. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from ckanext.lebak.release.model import new_id


def _text(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.UnicodeText, **options)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class EpssActivity(tk.BaseModel):
    """An activity that is chosen for the assessment of a year."""

    __tablename__ = "lebak_epss_activity"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    package_id: Mapped[str] = _text(primary_key=True)


class EpssAnswer(tk.BaseModel):
    """What the county says of an indicator.

    Attributes:
        indicator: Code of vocabularies/epss_indicator.csv.
        level: Code of vocabularies/epss_level.csv; None while none is said.
        explanation: Why.
        answered_by: Name of the account that said it last.
    """

    __tablename__ = "lebak_epss_answer"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    indicator: Mapped[str] = _text(primary_key=True)
    level: Mapped[int | None] = mapped_column(sa.Integer)
    explanation: Mapped[str] = _text(nullable=False, default="")
    answered_by: Mapped[str] = _text(nullable=False)
    answered_at: Mapped[dt.datetime] = mapped_column(
        sa.DateTime(timezone=True), nullable=False, default=_now, onupdate=_now
    )


class EpssDocument(tk.BaseModel):
    """A document that is evidence.

    Attributes:
        indicator: Code of vocabularies/epss_indicator.csv.
        name: Name of the file.
        digest: SHA-256 under which ``files.content`` keeps it.
        added_by: Name of the account.
    """

    __tablename__ = "lebak_epss_document"

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    year: Mapped[int] = mapped_column(sa.Integer, nullable=False, index=True)
    indicator: Mapped[str] = _text(nullable=False)
    name: Mapped[str] = _text(nullable=False)
    digest: Mapped[str] = _text(nullable=False, index=True)
    added_by: Mapped[str] = _text(nullable=False)
    added_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
