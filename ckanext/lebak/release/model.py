"""Where each record stands on its way to the public, and what was released. Made by ``migration/lebak``.

Nothing of a record is kept twice but what was released: CKAN keeps the record as it is now, `Release` what the public
read at the time.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from ckanext.lebak.release.rules import DRAFT, Place


def _text(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.UnicodeText, **options)


def _time(**options: Any) -> MappedColumn[Any]:
    return mapped_column(sa.DateTime(timezone=True), **options)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def new_id() -> str:
    """A random id, as CKAN gives its records."""
    return str(uuid.uuid4())


class Workflow(tk.BaseModel):
    """Where a record stands. One without a row is a draft that nobody has handed in yet.

    Attributes:
        package_id: The record: a dataset that is to be released, or a working copy of one that is.
        status: Code of vocabularies/publishing_status.csv.
        step: Who is waited for (``rules``): ``consent``, ``walidata``, ``pembina``, ``date``, or empty.
        since: When it came there.
        release_of: For a working copy, the id of the released record that it is to replace.
        content: SHA-256 of the content that was handed in or released (``content.digest``): as long as the record
            waits or is public its content stays that.
        seen: SHA-256 of the content at the last save, to know who changed it last.
        last_editor: Name of the account that changed the content last.
        submitted_by: Name of the account that handed it in.
        submitted_at: When.
        consent_by: Name of the account that consented for the office's head.
        consent_at: When.
        consent_letter: Number of the letter, if there is one.
        pembina_view: ``agreed`` or ``objected``; empty while the pembina has not looked.
        names_no_person: Who declared that the tables name no person.
        kind: Of the release: ``sementara``, ``tetap`` or ``revisi`` (vocabularies/release_status.csv).
        period: Reference period of the release, as in the field ``temporal_end``.
        reason: Why a released figure changes.
        release_on: The day from which it is public, once approved.
        approved_by: Name of the account that approved it for that day.
        passed_title: Of a proposal, its title when the walidata passed it on: what others see of it, until it is passed
            on again.
    """

    __tablename__ = "lebak_workflow"

    package_id: Mapped[str] = _text(primary_key=True)
    status: Mapped[str] = _text(nullable=False, default=DRAFT, index=True)
    step: Mapped[str] = _text(nullable=False, default="")
    since: Mapped[dt.datetime] = _time(nullable=False, default=_now)
    release_of: Mapped[str | None] = _text(unique=True)
    content: Mapped[str | None] = _text()
    seen: Mapped[str | None] = _text()
    last_editor: Mapped[str | None] = _text()
    submitted_by: Mapped[str | None] = _text()
    submitted_at: Mapped[dt.datetime | None] = _time()
    consent_by: Mapped[str | None] = _text()
    consent_at: Mapped[dt.datetime | None] = _time()
    consent_letter: Mapped[str | None] = _text()
    pembina_view: Mapped[str] = _text(nullable=False, default="")
    names_no_person: Mapped[str | None] = _text()
    kind: Mapped[str] = _text(nullable=False, default="")
    period: Mapped[str] = _text(nullable=False, default="")
    reason: Mapped[str] = _text(nullable=False, default="")
    release_on: Mapped[dt.date | None] = mapped_column(sa.Date)
    approved_by: Mapped[str | None] = _text()
    passed_title: Mapped[str | None] = _text()

    @property
    def place(self) -> Place:
        """Status and step together, as the rules speak of them."""
        return Place(self.status, self.step)


class WorkingFile(tk.BaseModel):
    """A file of a working copy that stands for a file of the released record, whose id and address it keeps."""

    __tablename__ = "lebak_working_file"

    resource_id: Mapped[str] = _text(primary_key=True)
    released_id: Mapped[str] = _text(nullable=False)


class Release(tk.BaseModel):
    """A release of a dataset, as the public read it.

    Attributes:
        number: From 1, in the order of release.
        at: When it became public.
        kind: Code of vocabularies/release_status.csv; empty if nobody said.
        period: Reference period.
        reason: Why the figures changed.
        content: SHA-256 of its content.
        record: As ``package_show`` gave it to everyone; None once it was taken down. Files are kept by their hash.
        approved_by: Name of the account that released it.
        withdrawn_at: When it was taken from the public, for good; what is released later is another release.
    """

    __tablename__ = "lebak_release"
    __table_args__ = (sa.UniqueConstraint("package_id", "number"),)

    id: Mapped[str] = _text(primary_key=True, default=new_id)
    package_id: Mapped[str] = _text(nullable=False, index=True)
    number: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    at: Mapped[dt.datetime] = _time(nullable=False, default=_now)
    kind: Mapped[str] = _text(nullable=False, default="")
    period: Mapped[str] = _text(nullable=False, default="")
    reason: Mapped[str] = _text(nullable=False, default="")
    content: Mapped[str] = _text(nullable=False)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    approved_by: Mapped[str] = _text(nullable=False)
    withdrawn_at: Mapped[dt.datetime | None] = _time()


class ReviewNote(tk.BaseModel):
    """A note of the walidata or the pembina on a record that was handed in: about it all, a field, or a cell.

    Attributes:
        field: Name of the field; empty for the record as a whole.
        resource_id: The file, for a field of a file or a cell of its table.
        row: Row of the table as in the file, where the header is row 1.
        column: Name of the column.
        text: What is to be mended or explained.
        answer: What the producer says to it.
        closed_at: When the walidata was content with it, or the record was released.
    """

    __tablename__ = "lebak_review_note"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    package_id: Mapped[str] = _text(nullable=False, index=True)
    at: Mapped[dt.datetime] = _time(nullable=False, default=_now)
    author: Mapped[str] = _text(nullable=False)
    field: Mapped[str] = _text(nullable=False, default="")
    resource_id: Mapped[str | None] = _text()
    row: Mapped[int | None] = mapped_column(sa.Integer)
    column: Mapped[str | None] = _text()
    text: Mapped[str] = _text(nullable=False)
    answer: Mapped[str] = _text(nullable=False, default="")
    answered_by: Mapped[str | None] = _text()
    closed_at: Mapped[dt.datetime | None] = _time()


class Confirmation(tk.BaseModel):
    """An office looked at a released record and found that it still holds. It changes nothing of the record.

    Attributes:
        by: Name of the account.
        next_day: When the office will look again; until the next release it stands for ``jadwal_pemutakhiran``.
    """

    __tablename__ = "lebak_confirmation"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    package_id: Mapped[str] = _text(nullable=False, index=True)
    at: Mapped[dt.datetime] = _time(nullable=False, default=_now)
    by: Mapped[str] = _text(nullable=False)
    next_day: Mapped[dt.date] = mapped_column(sa.Date, nullable=False)
