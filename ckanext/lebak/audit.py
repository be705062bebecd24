"""The audit log: who did what, when, to which content. It is appended to and never changed.

The database refuses to change or delete an entry (migration 003). A reason is kept beside its entry, so that its text
can be taken away, where it names a person, and the entry with the digest of the text stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

COMMAND = "(perintah)"
"""The actor of what is done from the command line, where nobody is named."""


class AuditText(tk.BaseModel):
    """The words of an entry. ``text`` is None once it was redacted."""

    __tablename__ = "lebak_audit_text"

    entry_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("lebak_audit_entry.id"), primary_key=True)
    text: Mapped[str | None] = mapped_column(sa.UnicodeText)
    redacted_by: Mapped[str | None] = mapped_column(sa.UnicodeText)
    redacted_at: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))


class AuditEntry(tk.BaseModel):
    """Something that was done.

    Attributes:
        at: When, in UTC.
        actor: Name of the account, or ``COMMAND``.
        act: What, as ``release.submit`` or ``capacity.grant``.
        package_id: The record that it was done to.
        organization_id: The office that it was done in.
        person: Name of the account that it was done to.
        state_before: Status of the record before (vocabularies/publishing_status.csv).
        state_after: And after.
        content: SHA-256 of the record's content (``release.content``).
        text_digest: SHA-256 of the words in `AuditText`; None without words.
        details: What else there is to know, without words of a person.
    """

    __tablename__ = "lebak_audit_entry"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False)
    actor: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    act: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    package_id: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    organization_id: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    person: Mapped[str | None] = mapped_column(sa.UnicodeText)
    state_before: Mapped[str | None] = mapped_column(sa.UnicodeText)
    state_after: Mapped[str | None] = mapped_column(sa.UnicodeText)
    content: Mapped[str | None] = mapped_column(sa.UnicodeText)
    text_digest: Mapped[str | None] = mapped_column(sa.UnicodeText)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)

    words: Mapped[AuditText | None] = relationship(AuditText, lazy="joined")

    @property
    def text(self) -> str:
        """The words; empty if there are none, or if they were redacted."""
        return (self.words and self.words.text) or ""


def note(
    actor: str,
    act: str,
    *,
    package_id: str | None = None,
    organization_id: str | None = None,
    person: str | None = None,
    states: tuple[str | None, str | None] = (None, None),
    content: str | None = None,
    text: str = "",
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Adds an entry, in the transaction of what it tells of.

    Args:
        actor: Name of the account that acts; `COMMAND` on the command line.
        act: What is done, as ``release.submit``.
        package_id: The record.
        organization_id: The office.
        person: Name of the account that it is done to.
        states: Status of the record before and after.
        content: SHA-256 of the record's content.
        text: The words of the actor: a reason, an explanation.
        details: What else there is to know, without words of a person.

    Returns:
        The entry, with its id.
    """
    entry = AuditEntry(
        at=dt.datetime.now(dt.timezone.utc),
        actor=actor,
        act=act,
        package_id=package_id,
        organization_id=organization_id,
        person=person,
        state_before=states[0],
        state_after=states[1],
        content=content,
        text_digest=hashlib.sha256(text.encode()).hexdigest() if text else None,
        details=dict(details or {}),
    )
    model.Session.add(entry)
    model.Session.flush([entry])
    if text:
        entry.words = AuditText(entry_id=entry.id, text=text)
        model.Session.add(entry.words)
        model.Session.flush([entry.words])
    return entry


def redact(entry: AuditEntry, actor: str) -> None:
    """Takes the words of an entry away; the entry, with their digest, stays. Said in the log too."""
    if entry.words is None or entry.words.text is None:
        return
    entry.words.text = None
    entry.words.redacted_by = actor
    entry.words.redacted_at = dt.datetime.now(dt.timezone.utc)
    note(actor, "audit.redact", package_id=entry.package_id, details={"entry": entry.id})


def of_package(package_id: str) -> list[AuditEntry]:
    """What was done to a record, the newest first."""
    query = sa.select(AuditEntry).where(AuditEntry.package_id == package_id).order_by(AuditEntry.id.desc())
    return list(model.Session.scalars(query).unique())
