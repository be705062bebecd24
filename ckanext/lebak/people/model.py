"""The capacities that are granted to people. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
import uuid

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


class Capacity(tk.BaseModel):
    """A capacity of a person, for a time.

    Attributes:
        user_id: Of the person.
        organization_id: Of the organisation that has the role.
        capacity: ``walidata``, ``pembina`` or ``koordinator`` (vocabularies/sdi_role.csv), or ``wakil_kepala``.
        since: First day, in the county's time.
        until: Last day; None until it is ended.
        stand_in_for: Id of the person that this one stands in for.
        granted_by: Name of the account that granted it.
        ended_by: Name of the account that ended it before its last day.
        ended_at: When it was ended; from then on it does not hold, whatever its days say.
    """

    __tablename__ = "lebak_capacity"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=lambda: str(uuid.uuid4()))
    user_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True
    )
    organization_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False
    )
    capacity: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    since: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    until: Mapped[dt.date | None] = mapped_column(sa.Date)
    stand_in_for: Mapped[str | None] = mapped_column(sa.UnicodeText, sa.ForeignKey("user.id", ondelete="SET NULL"))
    granted_by: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    granted_at: Mapped[dt.datetime] = mapped_column(
        sa.DateTime(timezone=True), nullable=False, default=lambda: dt.datetime.now(dt.timezone.utc)
    )
    ended_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
    ended_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
