"""Two small tables: former addresses of offices, and what was loaded of them last. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def _organization() -> MappedColumn[str]:
    return mapped_column(sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False, index=True)


class OrganizationAlias(tk.BaseModel):
    """A name (slug) that an office had before it was renamed or merged into another."""

    __tablename__ = "lebak_organization_alias"

    name: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    organization_id: Mapped[str] = _organization()
    created: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)

    @classmethod
    def get(cls, name: str) -> OrganizationAlias | None:
        """The alias of this name."""
        return model.Session.get(cls, name)


class LoadedOrganization(tk.BaseModel):
    """What ``opd load`` last wrote for an office: a field with another value now was changed by a person."""

    __tablename__ = "lebak_organization_loaded"

    source_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    organization_id: Mapped[str] = _organization()
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False, default=dict)
    loaded: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now, onupdate=_now)

    @classmethod
    def get(cls, source_id: str) -> LoadedOrganization | None:
        """What was loaded from this record of ``opd.csv``."""
        return model.Session.get(cls, source_id)
