"""Fragments into their table and out of it, by COPY in its binary form.

As text, which is what the driver has for everything else, a fragment is twice as long and is written and read letter by
letter: that takes longer than all the rest of a page.

https://www.postgresql.org/docs/current/sql-copy.html: a head, and for each row the number of its fields, then each
field with its length before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from struct import Struct
from typing import Any, NamedTuple

import sqlalchemy as sa

from ckanext.lebak.feed.model import FeedFragment, FeedRevision
from ckanext.lebak.feed.packing import Piece

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COUNT = Struct("!h")
_LENGTH = Struct("!i")
_FIRST = Struct("!hiqi")  # fields; length and value of seq; length of the next field
_KEY = Struct("!iqi")  # length and value of seq; length of the body
_LAST = Struct("!iqiq")  # length and value of size and of crc
_END = -1

_INTO = "COPY lebak_feed_fragment (format, seq, body, size, crc) FROM STDIN (FORMAT binary)"
_OUT = """
    COPY (
        SELECT revision.seq, revision.package_id, fragment.body, fragment.size, fragment.crc
        FROM lebak_feed_revision revision
        JOIN lebak_feed_fragment fragment ON fragment.seq = revision.seq AND fragment.format = %s
        WHERE revision.seq = ANY(%s)
        ORDER BY revision.seq
    ) TO STDOUT (FORMAT binary)
"""


class Item(NamedTuple):
    """A record in one format.

    Attributes:
        seq: Number of the revision.
        package_id: Id of the record.
        piece: The fragment.
    """

    seq: int
    package_id: str
    piece: Piece


def write(connection: sa.Connection, revisions: Iterable[tuple[int, Mapping[str, Piece]]]) -> None:
    """Stores the fragments of revisions.

    Args:
        connection: A connection to CKAN's database.
        revisions: The number of each, and its fragments by format.
    """
    rows = BytesIO()
    rows.write(_HEAD)
    for seq, pieces in revisions:
        for format_, (body, size, crc) in pieces.items():
            name = format_.encode()
            rows.write(_COUNT.pack(5) + _LENGTH.pack(len(name)) + name)
            rows.write(_KEY.pack(8, seq, len(body)) + body + _LAST.pack(8, size, 8, crc))
    rows.write(_COUNT.pack(_END))
    rows.seek(0)
    with _cursor(connection) as cursor:
        cursor.copy_expert(_INTO, rows)


def read(connection: sa.Connection, format_: str, seqs: Sequence[int]) -> Iterator[Item]:
    """The fragments of revisions in the order of their numbers, but for those that are erased.

    Args:
        connection: A connection to CKAN's database.
        format_: One of ``fragments.FORMATS``.
        seqs: The numbers.
    """
    rows = BytesIO()
    with _cursor(connection) as cursor:
        cursor.copy_expert(cursor.mogrify(_OUT, (format_, list(seqs))), rows)
    return _items(rows.getvalue())


def repeat(connection: sa.Connection, seq: int, package_id: str) -> None:
    """Has the older revisions of a record say what a newer one says.

    For a record that is not open: what it said while it was (addresses of files, checksums) must not be read from an
    older snapshot. It keeps its place there, so that no crawl takes it for gone.

    Args:
        connection: A connection to CKAN's database.
        seq: Number of the newer revision.
        package_id: Id of the record.
    """
    new = sa.alias(FeedFragment.__table__, "new")
    older = sa.select(FeedRevision.seq).where(FeedRevision.package_id == package_id, FeedRevision.seq < seq)
    told = {name: new.c[name] for name in ("body", "size", "crc")}
    same = (new.c.seq == seq, new.c.format == FeedFragment.format, FeedFragment.seq.in_(older))
    connection.execute(sa.update(FeedFragment).where(*same).values(told).execution_options(synchronize_session=False))


def _cursor(connection: sa.Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _items(rows: bytes) -> Iterator[Item]:
    at = len(_HEAD)
    while _COUNT.unpack_from(rows, at)[0] != _END:
        _fields, _eight, seq, length = _FIRST.unpack_from(rows, at)
        start = at + _FIRST.size
        id_, start = rows[start : start + length].decode(), start + length
        (length,) = _LENGTH.unpack_from(rows, start)
        start += _LENGTH.size
        body, start = rows[start : start + length], start + length
        _eight, size, _eight, crc = _LAST.unpack_from(rows, start)
        at = start + _LAST.size
        yield Item(seq, id_, Piece(body, size, crc))
