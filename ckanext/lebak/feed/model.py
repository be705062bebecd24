"""The tables of the feed, all made by ``migration/lebak``. Nothing in them is the only copy but what is gone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

CREATE = "create"
UPDATE = "update"
DELETE = "delete"


def _time(**options: Any) -> MappedColumn[dt.datetime]:
    return mapped_column(sa.DateTime(timezone=True), nullable=False, **options)


class FeedChange(tk.BaseModel):
    """Something was changed that the feed may have to say. Written by triggers, removed when it is published.

    Attributes:
        package_id: The record; None for all of them.
        at: When the transaction that changed it began.
    """

    __tablename__ = "lebak_feed_change"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    package_id: Mapped[str | None] = mapped_column(sa.UnicodeText)
    at: Mapped[dt.datetime] = _time(server_default=sa.func.now())


class FeedRevision(tk.BaseModel):
    """What the feed says of a record from one number on.

    Attributes:
        seq: Ascending in the order of publication.
        package_id: Id of the record.
        type: Its type, as CKAN has it (``dataset``).
        kind: ``create``, ``update`` or ``delete``: gone from the public, for whatever reason.
        at: When it was published, never before an older revision.
        until: Number of the next revision of the same record; None for the last one.
        digest: Of the record's content and the mapping; None when it is gone.
        modified: The record's ``metadata_modified`` in UTC; of one that is gone, when it was found to be gone.
        name: The record's name in addresses; None when it is gone.
        office: Name of the organization that owns it; None when it is gone.
        ref: The IRI under which the feed told of it, also when it is gone; None for what was published before this was
            kept.
    """

    __tablename__ = "lebak_feed_revision"

    seq: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    package_id: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    type: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    kind: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    at: Mapped[dt.datetime] = _time()
    until: Mapped[int | None] = mapped_column(sa.BigInteger)
    digest: Mapped[str | None] = mapped_column(sa.UnicodeText)
    modified: Mapped[dt.datetime] = _time()
    name: Mapped[str | None] = mapped_column(sa.UnicodeText)
    office: Mapped[str | None] = mapped_column(sa.UnicodeText)
    ref: Mapped[str | None] = mapped_column(sa.UnicodeText)

    __table_args__ = (
        sa.Index("lebak_feed_revision_last", "package_id", unique=True, postgresql_where=until.is_(None)),
        sa.Index("lebak_feed_revision_shown", "seq", postgresql_where=sa.and_(until.is_(None), kind != DELETE)),
        sa.Index("lebak_feed_revision_until", "until"),
        sa.Index("lebak_feed_revision_record", "package_id"),
        sa.Index("lebak_feed_revision_at", "at"),
    )


def live() -> sa.ColumnElement[bool]:
    """The condition on `FeedRevision` for what tells of a record now: the last one of each that is not gone."""
    return sa.and_(FeedRevision.until.is_(None), FeedRevision.kind != DELETE)


class FeedFragment(tk.BaseModel):
    """A revision in one format, as a piece of a gzip stream (``packing.Piece``).

    Attributes:
        format: ``nt``, ``ttl``, ``xml``, ``jsonld``, ``json`` (an item of data.json) or ``ckan`` (a record of the
            facade).
    """

    __tablename__ = "lebak_feed_fragment"

    format: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    seq: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("lebak_feed_revision.seq", ondelete="CASCADE"), primary_key=True, index=True
    )
    body: Mapped[bytes] = mapped_column(sa.LargeBinary, nullable=False)
    size: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    crc: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)


class FeedSnapshot(tk.BaseModel):
    """A state of the feed that may be read: all revisions up to a number. Later ones are not shown yet.

    Attributes:
        seq: The last revision in it; 0 for a catalogue that never had one.
        at: When it was published.
        total: How many records it has.
        since: When the oldest of the records came in that it has or had; None if there never was one.
        mapping: Version of everything that decides how a record is written.
    """

    __tablename__ = "lebak_feed_snapshot"

    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = _time()
    total: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    since: Mapped[dt.datetime | None] = mapped_column(sa.DateTime(timezone=True))
    mapping: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)


class FeedProblem(tk.BaseModel):
    """A public record that the feed cannot say, or not wholly.

    Attributes:
        package_id: Id of the record.
        state: ``aside``: not in the feed, or only as it was before; ``partial``: in it, without what is named.
        digest: Of the content that has the problem.
        at: When that was first seen.
        reasons: A list of ``{"field": name or "", "message": English msgid, "values": {...}}``.
    """

    __tablename__ = "lebak_feed_problem"

    package_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    digest: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    at: Mapped[dt.datetime] = _time()
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, nullable=False)


class FeedVisit(tk.BaseModel):
    """What one agent took in a day. No address and no user is kept, and old days are forgotten (``retention``).

    Attributes:
        day: In the county's time.
        agent: Its User-Agent, shortened; ``visits.OTHERS`` for those past the most of a day.
        surface: What it asked for: ``catalog.ttl``, ``data.json``, ``harvest``, ``feed``, ``dump.nt.gz``, ...
        requests: How many answers it got; of them ``unchanged`` were 304 and ``errors`` 4xx or 5xx.
    """

    __tablename__ = "lebak_feed_visit"

    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    agent: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    surface: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    first_at: Mapped[dt.datetime] = _time()
    last_at: Mapped[dt.datetime] = _time()
    requests: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    unchanged: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    errors: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
