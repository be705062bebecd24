"""What was recorded of proposals. Made by ``migration/lebak``, which lets the database refuse a change of it."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class ProposalEntry(tk.BaseModel):
    """Something that happened to a proposal outside of the catalog. Added to, never changed.

    Attributes:
        package_id: The proposal.
        at: When it was recorded.
        by: Name of the account that recorded it.
        what: One of ``standing.KINDS``.
        day: When it happened, by Romantik or by the letter.
        note: Words that belong to it.
        number: Of the recommendation.
        file: SHA-256 of the letter or the proof (``letters``).
        file_name: As its sender named it.
        activity_id: The activity that it became.
        undoes: The entry that this one takes back.
    """

    __tablename__ = "lebak_proposal_entry"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    package_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, index=True)
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
    by: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    what: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    day: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    note: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    number: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    file: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    file_name: Mapped[str | None] = mapped_column(sa.UnicodeText)
    activity_id: Mapped[str | None] = mapped_column(sa.UnicodeText)
    undoes: Mapped[int | None] = mapped_column(sa.BigInteger)
