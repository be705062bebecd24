"""Snapshots, pages and single records, as they are served. Reads only; one state of the feed for every process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from ckan import model
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak.feed import storage
from ckanext.lebak.feed.model import DELETE, FeedChange, FeedFragment, FeedRevision, FeedSnapshot, live
from ckanext.lebak.feed.packing import Piece
from ckanext.lebak.feed.storage import Item

_STREAMED = 200  # rows that a server-side cursor fetches at a time


class Expired(Exception):  # noqa: N818 - a state of the link, not a fault
    """A snapshot that is no longer kept: the reader has to begin anew."""


class Lost(Exception):  # noqa: N818 - what happened to records, not a fault of the question
    """Records are in the feed, and what is stored of them is not: a page without them would say that they are gone."""

    def __init__(self, ids: Sequence[str]) -> None:
        """Notes which.

        Args:
            ids: Ids of the records.
        """
        super().__init__(*ids)
        self.ids = ids


class Snapshot(NamedTuple):
    """A state of the feed. Its members are those of ``model.FeedSnapshot``."""

    seq: int
    at: dt.datetime
    total: int
    since: dt.datetime | None
    mapping: str


class Live(NamedTuple):
    """A record that is in the feed.

    Attributes:
        item: It, in one format.
        name: Its name in addresses.
        at: When the revision was published.
    """

    item: Item
    name: str
    at: dt.datetime


class Gone(NamedTuple):
    """A record that was in the feed.

    Attributes:
        package_id: Its id.
        at: Since when it is gone.
        ref: The IRI that it had, None for one that was published before this was kept.
    """

    package_id: str
    at: dt.datetime
    ref: str | None


class Tombstone(NamedTuple):
    """A revision that says that a record is gone; the rest as in `Gone`."""

    seq: int
    package_id: str
    at: dt.datetime
    ref: str | None


class Change(NamedTuple):
    """A revision of whatever kind.

    Attributes:
        seq: Its number.
        package_id: Id of the record.
        kind: ``create``, ``update`` or ``delete``.
        at: When it was published.
        modified: When the record was changed.
        name: The record's name in addresses; None when it is gone, even if it was there then.
        piece: The fragment; None when the record is gone or has a newer revision.
    """

    seq: int
    package_id: str
    kind: str
    at: dt.datetime
    modified: dt.datetime
    name: str | None
    piece: Piece | None


_SNAPSHOT = (FeedSnapshot.seq, FeedSnapshot.at, FeedSnapshot.total, FeedSnapshot.since, FeedSnapshot.mapping)
_PIECE = (FeedFragment.body, FeedFragment.size, FeedFragment.crc)


def newest(connection: sa.Connection) -> Snapshot | None:
    """The newest snapshot; None when nothing was published yet."""
    return newest_and_noted(connection)[0]


_NEWEST = sa.select(*_SNAPSHOT, sa.exists().select_from(FeedChange)).order_by(FeedSnapshot.seq.desc()).limit(1)


def newest_and_noted(connection: sa.Connection) -> tuple[Snapshot | None, bool]:
    """The newest snapshot, if there is one, and whether something was changed that is not published.

    In one question, since every request asks it.
    """
    row = connection.execute(_NEWEST).first()
    return (Snapshot(*row[:-1]), row[-1]) if row else (None, True)


def snapshot_at(connection: sa.Connection, seq: int) -> Snapshot:
    """The snapshot of this number.

    Raises:
        Expired: It was there and is not kept any more.
        LookupError: There never was one.
    """
    row = connection.execute(sa.select(*_SNAPSHOT).where(FeedSnapshot.seq == seq)).first()
    if row:
        return Snapshot(*row)
    oldest = connection.scalar(sa.select(sa.func.min(FeedSnapshot.seq)))
    if oldest is not None and 0 <= seq < oldest:
        raise Expired(seq)
    raise LookupError(seq)


def _current(
    snapshot: Snapshot,
    *conditions: ColumnElement[bool],
    kind: ColumnElement[bool] = FeedRevision.kind != DELETE,
    most: int | None = None,
) -> sa.CompoundSelect[tuple[int]]:
    """Numbers of the revisions that a snapshot began with.

    What is gone since then keeps its place, so that others keep theirs. In two parts, because each has an index: the
    last revisions of their records, and those that were replaced after the snapshot. With ``most`` no more than so many
    of each part are read, the lowest numbers.
    """
    shown = sa.select(FeedRevision.seq).where(FeedRevision.seq <= snapshot.seq, kind, *conditions)
    parts = shown.where(FeedRevision.until.is_(None)), shown.where(FeedRevision.until > snapshot.seq)
    return sa.union_all(*(part.order_by(FeedRevision.seq).limit(most) if most else part for part in parts))


_NOT_ERASED = FeedRevision.digest.is_not(None)


def _published_from(since: dt.datetime | None) -> ColumnElement[bool]:
    return FeedRevision.at >= since if since else sa.true()


def last_words(snapshot: Snapshot) -> ColumnElement[bool]:
    """The condition on ``model.FeedRevision`` for the last word of a snapshot on each record, also that it is gone."""
    return sa.and_(
        FeedRevision.seq <= snapshot.seq, sa.or_(FeedRevision.until.is_(None), FeedRevision.until > snapshot.seq)
    )


def page(
    connection: sa.Connection,
    snapshot: Snapshot,
    format_: str,
    size: int,
    *,
    number: int = 1,
    after: int | None = None,
    since: dt.datetime | None = None,
) -> list[Item]:
    """A page of a snapshot, in the order of publication.

    Args:
        connection: A connection to CKAN's database.
        snapshot: The snapshot.
        format_: One of ``fragments.FORMATS``.
        size: The most records on it.
        number: Which page, from 1 up. What is gone since the snapshot leaves a gap: such a page may be shorter, or even
            empty, though others follow; whether others follow is for ``count`` to say.
        after: Go on after the revision of this number; wins over ``number``. Such a page is full unless it is the last.
        since: Only what was published at that time or later.

    Returns:
        The records.

    Raises:
        Lost: What is stored of one of them is lost.
    """
    conditions = [_published_from(since)]
    passed = (number - 1) * size
    if after is not None:
        conditions += [_NOT_ERASED, FeedRevision.seq > after]
        passed = 0
    # First the numbers, then their rows: an offset must not read what it passes over.
    found = _current(snapshot, *conditions, most=passed + size)
    seqs = list(connection.scalars(found.order_by("seq").offset(passed).limit(size)))
    return _read(connection, format_, seqs)


def _read(connection: sa.Connection, format_: str, seqs: Sequence[int]) -> list[Item]:
    """The fragments of revisions, but for those that are erased.

    Raises:
        Lost: One should be there.
    """
    items = list(storage.read(connection, format_, seqs)) if seqs else []
    if len(items) < len(seqs):
        confirm_erased(connection, set(seqs) - {item.seq for item in items})
    return items


def confirm_erased(connection: sa.Connection, seqs: Collection[int]) -> None:
    """Makes sure that revisions of which nothing is stored say nothing any more.

    Args:
        connection: A connection to CKAN's database.
        seqs: Their numbers.

    Raises:
        Lost: One of them is what the feed says of its record.
    """
    query = sa.select(FeedRevision.package_id).where(FeedRevision.seq.in_(seqs), live(), _NOT_ERASED)
    if lost := list(connection.scalars(query)):
        raise Lost(lost)


def count(connection: sa.Connection, snapshot: Snapshot, *, since: dt.datetime | None = None) -> int:
    """How many records a snapshot has, with what is gone since then: what its pages are counted by.

    Args:
        connection: A connection to CKAN's database.
        snapshot: The snapshot.
        since: Only what was published at that time or later.
    """
    if since is None:
        return snapshot.total
    found = _current(snapshot, _published_from(since)).subquery()
    return connection.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def gone(connection: sa.Connection, snapshot: Snapshot, since: dt.datetime) -> list[Tombstone]:
    """What a snapshot says is gone since a time, in the order of publication."""
    query = (
        sa.select(FeedRevision.seq, FeedRevision.package_id, FeedRevision.at, FeedRevision.ref)
        .where(FeedRevision.seq.in_(_current(snapshot, _published_from(since), kind=FeedRevision.kind == DELETE)))
        .order_by(FeedRevision.seq)
    )
    return [Tombstone(*row) for row in connection.execute(query)]


def chosen(connection: sa.Connection, snapshot: Snapshot, format_: str, ids: Sequence[str]) -> list[Item]:
    """Records by id, in the order of the ids; those that a snapshot does not have are left out."""
    seqs = list(connection.scalars(_current(snapshot, FeedRevision.package_id.in_(ids), _NOT_ERASED)))
    found = {item.package_id: item for item in _read(connection, format_, seqs)}
    return [found[id_] for id_ in ids if id_ in found]


def published(connection: sa.Connection, snapshot: Snapshot, since: dt.datetime) -> list[str]:
    """Ids of the records of a snapshot that were published at that time or later, in their order."""
    shown = _current(snapshot, _published_from(since), _NOT_ERASED)
    return sorted(connection.scalars(sa.select(FeedRevision.package_id).where(FeedRevision.seq.in_(shown))))


def document(connection: sa.Connection, reference: str, format_: str) -> Live | Gone | None:
    """A single record as it is now.

    Args:
        connection: A connection to CKAN's database.
        reference: Its id, or its name in addresses.
        format_: One of ``fragments.FORMATS``.

    Returns:
        The record; that it is gone, where it is asked for by id; None for one that never was in the feed.

    Raises:
        Lost: What is stored of it is lost.
    """
    last_told = (FeedRevision.seq, FeedRevision.package_id, FeedRevision.kind, FeedRevision.at, FeedRevision.ref)
    last = (
        connection.execute(
            sa.select(*last_told).where(FeedRevision.package_id == reference, FeedRevision.until.is_(None))
        ).first()
        or connection.execute(
            # By CKAN's index of names. A record that is gone has no name here: none can be guessed.
            sa.select(*last_told)
            .join(model.Package, model.Package.id == FeedRevision.package_id)
            .where(model.Package.name == reference, FeedRevision.name == reference, FeedRevision.until.is_(None))
        ).first()
    )
    if last is None:
        return None
    if last.kind == DELETE:
        return Gone(last.package_id, last.at, last.ref)
    told = (FeedRevision.seq, FeedRevision.package_id, *_PIECE, FeedRevision.name, FeedRevision.at)
    joined = sa.and_(FeedFragment.seq == FeedRevision.seq, FeedFragment.format == format_)
    row = connection.execute(
        sa.select(*told)
        .join(FeedFragment, joined)
        .where(FeedRevision.package_id == last.package_id, FeedRevision.until.is_(None))
    ).first()
    if row is None:
        confirm_erased(connection, [last.seq])
        return None
    seq, package_id, body, size, crc, name, at = row
    return Live(Item(seq, package_id, Piece(body, size, crc)), name, at)


def everything(connection: sa.Connection, snapshot: Snapshot, format_: str) -> Iterator[Piece]:
    """All fragments of a snapshot in the order of publication, a few at a time, however many they are.

    Args:
        connection: A connection of the caller's own: it is busy until the last piece was taken.
        snapshot: The snapshot.
        format_: One of ``fragments.FORMATS``.

    Yields:
        The fragments.

    Raises:
        Lost: One of them is not there.
    """
    shown = _current(snapshot, _NOT_ERASED).subquery()
    query = (
        sa.select(shown.c.seq, *_PIECE)
        .outerjoin(FeedFragment, sa.and_(FeedFragment.seq == shown.c.seq, FeedFragment.format == format_))
        .order_by(shown.c.seq)
        .execution_options(yield_per=_STREAMED)
    )
    for seq, body, size, crc in connection.execute(query):
        if body is None:
            confirm_erased(connection, [seq])
        else:
            yield Piece(body, size, crc)


def changes(connection: sa.Connection, after: int, limit: int, upto: int, *, format_: str = "jsonld") -> list[Change]:
    """Revisions of all kinds in their order.

    Args:
        connection: A connection to CKAN's database.
        after: Go on after the revision of this number.
        limit: The most of them.
        upto: Number of the last one that may be shown: that of a snapshot.
        format_: One of ``fragments.FORMATS``.

    Returns:
        The revisions. One that has a newer revision up to ``upto``, or whose record is gone, has no fragment.
    """
    joined = sa.and_(
        FeedFragment.seq == FeedRevision.seq,
        FeedFragment.format == format_,
        sa.or_(FeedRevision.until.is_(None), FeedRevision.until > upto),
    )
    columns = (
        FeedRevision.seq,
        FeedRevision.package_id,
        FeedRevision.kind,
        FeedRevision.at,
        FeedRevision.modified,
        FeedRevision.name,
    )
    query = (
        sa.select(*columns, *_PIECE)
        .outerjoin(FeedFragment, joined)
        .where(FeedRevision.seq > after, FeedRevision.seq <= upto)
        .order_by(FeedRevision.seq)
        .limit(limit)
    )
    return [
        Change(*row[:6], Piece(*row[6:]) if row.body is not None else None)  # type: ignore[arg-type]
        for row in connection.execute(query)
    ]
