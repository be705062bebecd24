"""The tables of the data list. Made by ``migration/lebak``."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedColumn, column_property, mapped_column

DRAFT, CONSENT, HANDED_IN = "draft", "consent", "handed_in"
STATES = (DRAFT, CONSENT, HANDED_IN)
"""Where a promise stands inside its office; nobody outside is told. Agreed is what a `ListVersion` holds."""


def _text(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.UnicodeText, **options)


def _time(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.DateTime(timezone=True), **options)


def now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.timezone.utc)


def new_id() -> str:
    """A random id, as CKAN gives its records."""
    return str(uuid.uuid4())


class Round(tk.BaseModel):
    """The planning of a year. Opened again, offices may change what they promised, for the next version.

    Attributes:
        year: The year in which what is promised comes out.
        until: The day until which offices are asked to hand in.
        closed_at: Since when nobody may change a promise; None while it is open.
    """

    __tablename__ = "lebak_round"

    year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    opened_at: Mapped[dt.datetime] = _time(nullable=False, default=now)
    opened_by: Mapped[str] = _text(nullable=False)
    until: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    closed_at: Mapped[dt.datetime | None] = _time()
    closed_by: Mapped[str | None] = _text()


class Promise(tk.BaseModel):
    """What an office promises to release.

    Attributes:
        year: Of its round.
        organization_id: The producer.
        package_id: The dataset (series) that keeps it; None while there is none. The office may say it at any time.
        said: What it says now, as ``entry.read`` gives it.
        state: One of `STATES`.
        dropped: The office takes it back; so it stands until that is handed in.
        handed_in: What it said when it was last handed in: what the Forum agrees on. None if it never was, or if it was
            taken back.
        refusal: What the head said who did not consent.
        changed_by: Name of the account that changed it last.
    """

    __tablename__ = "lebak_promise"
    __table_args__ = (sa.Index("lebak_promise_of_office", "year", "organization_id"),)

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    year: Mapped[int] = mapped_column(sa.Integer, sa.ForeignKey("lebak_round.year"), nullable=False)
    organization_id: Mapped[str] = _text(nullable=False)
    package_id: Mapped[str | None] = _text(index=True)
    said: Mapped[dict[str, str]] = mapped_column(JSONB, nullable=False)
    state: Mapped[str] = _text(nullable=False, default=DRAFT)
    dropped: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    handed_in: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    handed_in_at: Mapped[dt.datetime | None] = _time()
    handed_in_by: Mapped[str | None] = _text()
    refusal: Mapped[str] = _text(nullable=False, default="")
    changed_at: Mapped[dt.datetime] = _time(nullable=False, default=now)
    changed_by: Mapped[str] = _text(nullable=False)


class ListVersion(tk.BaseModel):
    """The list of a year as the Forum agreed on it. The database refuses to change or delete one (migration 014).

    Attributes:
        number: From 1, in the order of agreement.
        agreed_on: The day of the agreement.
        letter: Number of the Berita Acara.
        note: What the Forum decided beside it.
        entries: The promises, each with ``promise_id``, ``organization_id``, ``organization`` (its title then) and what
            it says.
        promises: How many entries there are.
        digest: SHA-256 of the entries, printed on each page that is signed.
    """

    __tablename__ = "lebak_list_version"
    __table_args__ = (sa.UniqueConstraint("year", "number"),)

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    year: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    number: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    agreed_on: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
    letter: Mapped[str] = _text(nullable=False)
    note: Mapped[str] = _text(nullable=False, default="")
    # Read when it is asked for: most who list versions want their heads alone.
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, nullable=False, deferred=True)
    promises: Mapped[int] = column_property(sa.func.jsonb_array_length(entries.column))
    digest: Mapped[str] = _text(nullable=False)
    made_at: Mapped[dt.datetime] = _time(nullable=False, default=now)
    made_by: Mapped[str] = _text(nullable=False)


class ListDocument(tk.BaseModel):
    """A signed document of a version. It bears signatures, so only who works with the list reads it.

    It lies in the database, a few files a year, so that a version and what was signed are kept in one transaction and
    in one backup.

    Attributes:
        organization_id: Whose Berita Acara it is; None for the one of the whole Forum.
        content: The PDF.
        digest: SHA-256 of it.
    """

    __tablename__ = "lebak_list_document"

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    version_id: Mapped[str] = _text(nullable=False, index=True)
    organization_id: Mapped[str | None] = _text()
    name: Mapped[str] = _text(nullable=False)
    size: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    digest: Mapped[str] = _text(nullable=False)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, nullable=False, deferred=True)
    uploaded_at: Mapped[dt.datetime] = _time(nullable=False, default=now)
    uploaded_by: Mapped[str] = _text(nullable=False)
