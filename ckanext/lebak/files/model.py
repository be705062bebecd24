"""The tables of this room. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
import uuid

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


class AccessRequest(tk.BaseModel):
    """What an agency asks for, and what the walidata decided.

    Attributes:
        package_id: The restricted record whose files are asked for.
        organization_id: The agency that asks.
        asked_by: Name of the account that asks for it.
        purpose: What the files are wanted for.
        until: Last day for which they are wanted, or given; in the county's time.
        state: ``asked``, ``approved``, ``refused`` or ``ended``.
        decision: The reason that the walidata gave.
        letter: Number of the letter that it was decided by.
        decided_by: Name of the account that decided.
        ended_by: Name of the account that ended an approval before its last day.
    """

    __tablename__ = "lebak_access_request"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default=lambda: str(uuid.uuid4()))
    package_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("package.id", ondelete="CASCADE"), nullable=False, index=True
    )
    organization_id: Mapped[str] = mapped_column(
        sa.UnicodeText, sa.ForeignKey("group.id", ondelete="CASCADE"), nullable=False, index=True
    )
    asked_by: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    asked_at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, default=_now)
    purpose: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    until: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    decision: Mapped[str | None] = mapped_column(sa.UnicodeText)
    letter: Mapped[str | None] = mapped_column(sa.UnicodeText)
    decided_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
    decided_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    ended_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
    ended_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))


class FileReading(tk.BaseModel):
    """Somebody took a file that is not open.

    Attributes:
        at: When.
        user_id: Id of the account. No foreign key: an account that is gone has still read.
        package_id: The record.
        resource_id: Its file.
        content: SHA-256 of the file, None for a link.
        kind: ``download``, or ``datastore`` for rows of its table.
    """

    __tablename__ = "lebak_file_reading"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False, index=True)
    user_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    package_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, index=True)
    resource_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    content: Mapped[str | None] = mapped_column(sa.UnicodeText)
    kind: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)


class FileCount(tk.BaseModel):
    """How often an open file was taken on a day. No person and no address is kept.

    Attributes:
        day: In the county's time.
        resource_id: The file.
        content: SHA-256 of it, empty for a link.
        kind: As in `FileReading`.
        package_id: Its record.
        times: How often.
    """

    __tablename__ = "lebak_file_count"

    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    resource_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    content: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    package_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, index=True)
    times: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
