"""Whether database, search index and feed agree, record by record and by hash; and how good the records are.

What a save forgot, a restored backup, a damaged disk or a lost index makes them differ. The database is right: what
differs is indexed and published again. Runs nightly as a job, and by ``ckan lebak feed check``.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.lib.search.common import make_connection

from ckanext.lebak.feed import fragments, linked, publishing, records, storage
from ckanext.lebak.feed.model import FeedChange, FeedFragment, FeedProblem, FeedRevision, live
from ckanext.lebak.feed.packing import intact
from ckanext.lebak.feed.score import CONFORMS, presumed
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.terms import plain
from ckanext.lebak.release.collections import collection_ids
from ckanext.lebak.release.requirements import missing_at_release
from ckanext.lebak.release.visibility import PUBLIC_LABEL

log = logging.getLogger(__name__)

BATCH = 200
MOST_NAMED = 50
"""How many records a report names: the worst first, for nobody mends more in a day."""

_PAUSE = 2  # seconds: a save is in the database before it is in the index
_LONGEST_REASON = 300
_KEPT = "ckanext.lebak.feed_check"  # key in CKAN's table of system information


@dataclass(frozen=True)
class Drift:
    """Where something differs from the database.

    Attributes:
        missing: Ids of records that should be there.
        stale: Ids of records that are there as they were, or damaged.
        extra: Ids of records that should not be there.
    """

    missing: list[str]
    stale: list[str]
    extra: list[str]

    @property
    def ids(self) -> list[str]:
        """All of them."""
        return [*self.missing, *self.stale, *self.extra]


@dataclass
class Quality:
    """How good the public records are.

    Attributes:
        points: Of all records together, of `score.MOST` each.
        poorest: Ids of the records with the fewest points, those first.
        refused: Ids of those that a portal which validates does not take.
        incomplete: How many lack something that a release needs; quotations need nothing.
        lacking: Ids of those that lack most.
    """

    points: float = 0
    poorest: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    incomplete: int = 0
    lacking: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """What a comparison found.

    Attributes:
        at: When, in UTC.
        records: How many public records there are.
        feed: Where the feed differs.
        search: Where the search index differs; nowhere, if it did not answer.
        quality: How good the records are.
        search_away: Whether the search did not answer, to the comparison or to the repair.
        repaired: Whether what differed was indexed and published again, but for what the next one names.
        unindexed: Ids of the records that the search index could not take in, and why.
    """

    at: str
    records: int
    feed: Drift
    search: Drift
    quality: Quality
    search_away: bool = False
    repaired: bool = False
    unindexed: dict[str, str] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether all say the same."""
        return not self.feed.ids and not self.search.ids and not self.search_away


def check(engine: sa.Engine, *, repair: bool, progress: Callable[[int, int], None] | None = None) -> Comparison:
    """Compares, keeps what was found for the report, and repairs if asked to.

    Args:
        engine: Of CKAN's database.
        repair: Whether to index and publish again what differs.
        progress: Told how many records are compared, and of how many.

    Returns:
        What was found before any repair, and what the repair could not mend.
    """
    found = compare(engine, progress or (lambda _done, _total: None))
    _keep(found)  # whatever the repair meets, the report tells of this night and not of the one before
    if repair and not found.agrees:
        found = _repair(engine, found)
        _keep(found)
    return found


def _keep(found: Comparison) -> None:
    model.set_system_info(_KEPT, json.dumps(asdict(found)))


def last_check() -> dict[str, Any] | None:
    """What the last comparison found, as `Comparison` has it; None before the first."""
    kept = model.get_system_info(_KEPT)
    return json.loads(kept) if kept else None


def compare(engine: sa.Engine, progress: Callable[[int, int], None]) -> Comparison:
    """Compares database, search index and feed. What waits to be published is published before.

    Args:
        engine: Of CKAN's database.
        progress: Told how many records are compared, and of how many.

    Returns:
        What was found.
    """
    publishing.refresh(engine, wait=True)
    with _one_state(engine) as connection:
        digests, contents, quality = _digests(connection, progress)
        feed = _feed_drift(connection, digests)
    searched = _search_drift(contents)
    feed, searched = _lasting(engine, contents, feed, searched)
    at = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds")
    return Comparison(at, len(digests), feed, searched or Drift([], [], []), quality, search_away=searched is None)


@contextmanager
def _one_state(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection to which the database looks as it did at the first question."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        yield connection


def _lasting(
    engine: sa.Engine, before: dict[str, str], feed: Drift, searched: Drift | None
) -> tuple[Drift, Drift | None]:
    """What still differs at a second look: the first sees as drift what is saved while it compares.

    The index is read first now. A record that is saved afterwards is another than at the first look: nothing is said of
    it, the next comparison will look.
    """
    ids = sorted({*feed.ids, *(searched.ids if searched else ())})
    if not ids:
        return feed, searched
    time.sleep(_PAUSE)
    found = _found(ids) if searched else None
    mapping = fragments.mapping_version(current_site())
    digests: dict[str, str] = {}
    contents: dict[str, str] = {}
    with _one_state(engine) as connection:
        for record in loaded(connection, ids):
            digests[record["id"]], contents[record["id"]] = _digests_of(record, mapping)
        feed = _feed_drift(connection, digests, ids)
    if found is None:
        return feed, None
    drift = _drift(contents, found.items())
    same = {id_ for id_ in ids if before.get(id_) == contents.get(id_)}
    return feed, Drift(*([id_ for id_ in kind if id_ in same] for kind in (drift.missing, drift.stale, drift.extra)))


def _digests(
    connection: sa.Connection, progress: Callable[[int, int], None]
) -> tuple[dict[str, str], dict[str, str], Quality]:
    """The digest of every public record, the one that the search index should have of it, and how good they are."""
    ids = records.public_ids(connection)
    site, quotations = current_site(), collection_ids(connection)
    mapping = fragments.mapping_version(site)
    schema = tk.h.scheming_get_dataset_schema(records.DATASET_TYPES[0])
    digests: dict[str, str] = {}
    contents: dict[str, str] = {}
    points: dict[str, float] = {}
    lacking: dict[str, int] = {}
    quality = Quality()
    for record in loaded(connection, ids):
        id_ = record["id"]
        digests[id_], contents[id_] = _digests_of(record, mapping)
        reached = presumed(record, site)
        points[id_] = reached.total
        if CONFORMS in reached.missed:
            quality.refused.append(id_)
        if record["owner_org"] not in quotations:
            lacking[id_] = len(missing_at_release(record, schema))
        progress(len(digests), len(ids))
    quality.points = sum(points.values())
    quality.poorest = sorted(points, key=points.__getitem__)[:MOST_NAMED]
    quality.incomplete = sum(map(bool, lacking.values()))
    worst = sorted(lacking, key=lacking.__getitem__, reverse=True)[:MOST_NAMED]
    quality.lacking = [id_ for id_ in worst if lacking[id_]]
    return digests, contents, quality


def loaded(connection: sa.Connection, ids: Sequence[str]) -> Iterator[records.Record]:
    """Public records as the feed loads them, a few at a time, however many they are.

    Args:
        connection: A connection to CKAN's database.
        ids: Their ids.
    """
    for start in range(0, len(ids), BATCH):
        yield from records.load(connection, ids[start : start + BATCH]).values()


def _digests_of(record: records.Record, mapping: str) -> tuple[str, str]:
    """The digest of what the feed says of a record, and of what the search index has of it."""
    return fragments.digest(record, mapping), fragments.digest(_filled(record), mapping)


def _filled(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says itself: the index leaves out some of the fields that are empty, and what it refers to."""
    return {key: value for key, value in record.items() if key not in linked.KEYS and value not in (None, "", [], {})}


def _drift(expected: dict[str, str], found: Iterable[tuple[str, str]]) -> Drift:
    """What differs, where each thing found has an id and a digest."""
    seen = dict(found)
    return Drift(
        missing=sorted(expected.keys() - seen.keys()),
        stale=sorted(id_ for id_, digest in seen.items() if expected.get(id_, digest) != digest),
        extra=sorted(seen.keys() - expected.keys()),
    )


def _feed_drift(connection: sa.Connection, digests: dict[str, str], among: Collection[str] | None = None) -> Drift:
    """Where the feed differs: of all records, or only of some."""
    whole = (
        sa.select(FeedFragment.seq)
        .group_by(FeedFragment.seq)
        .having(sa.func.count() >= len(fragments.FORMATS))
        .subquery()
    )
    shown = live() if among is None else sa.and_(live(), FeedRevision.package_id.in_(among))
    published = sa.select(
        FeedRevision.package_id, sa.case((whole.c.seq.is_(None), ""), else_=FeedRevision.digest)
    ).outerjoin(whole, whole.c.seq == FeedRevision.seq)
    aside = sa.select(FeedProblem.package_id, FeedProblem.digest).where(FeedProblem.state == publishing.ASIDE)
    if among is not None:
        aside = aside.where(FeedProblem.package_id.in_(among))
    # What is set aside is known, with its reason: the digest it has there counts.
    found = {row[0]: row[1] for query in (published.where(shown), aside) for row in connection.execute(query)}
    noted = set(connection.scalars(sa.select(FeedChange.package_id)))
    if None in noted:
        noted |= digests.keys() | found.keys()
    drift = _drift(digests, found.items())
    missing, stale, extra = (
        [id_ for id_ in ids if id_ not in noted] for ids in (drift.missing, drift.stale, drift.extra)
    )
    # Damage is mended by no change that waits, where what is published is of the same content.
    damaged = _damaged(connection, shown) & digests.keys()
    return Drift(missing, sorted(damaged.union(stale)), extra)


def _damaged(connection: sa.Connection, shown: sa.ColumnElement[bool]) -> set[str]:
    """Ids of the records of which something stored does not unpack to what was packed."""
    seqs = connection.scalars(sa.select(FeedRevision.seq).where(shown).order_by(FeedRevision.seq)).all()
    return {
        item.package_id
        for start in range(0, len(seqs), BATCH)
        for format_ in fragments.FORMATS
        for item in storage.read(connection, format_, seqs[start : start + BATCH])
        if not intact(item.piece)
    }


def _search_drift(contents: dict[str, str]) -> Drift | None:
    """Where the search index differs; None if it does not answer."""
    found = _found()
    return None if found is None else _drift(contents, found.items())


def _found(among: Sequence[str] | None = None) -> dict[str, str] | None:
    """What the search index shows the public, of all or only of some, by id; None if it does not answer."""
    try:
        if among is None:
            return dict(_indexed())
        starts = range(0, len(among), BATCH)
        return {id_: digest for start in starts for id_, digest in _indexed(among[start : start + BATCH])}
    except (pysolr.SolrError, ValueError) as error:  # what is no JSON is no answer of Solr's
        log.warning("cannot compare the search index, Solr does not answer: %s", error)
        return None


def _indexed(among: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """What the search index shows the public: id and digest of each record, as it was indexed."""
    mapping = fragments.mapping_version(current_site())
    some = [] if among is None else [f"{{!terms f=id}}{','.join(among)}"]
    types = " OR ".join(f'"{type_}"' for type_ in records.DATASET_TYPES)
    found = make_connection(decode_dates=False).search(
        "*:*",
        fq=[
            f'+site_id:"{tk.config["ckan.site_id"]}"',
            "+entity_type:package",
            f"+dataset_type:({types})",
            f'+permission_labels:"{PUBLIC_LABEL}"',
            *some,
        ],
        fl="id,validated_data_dict",
        sort="index_id asc",
        rows=BATCH,
        cursorMark="*",
    )
    for document in found:
        yield document["id"], fragments.digest(_filled(json.loads(document["validated_data_dict"])), mapping)


def _repair(engine: sa.Engine, found: Comparison) -> Comparison:
    """Publishes and indexes again what differs. The feed first: it needs nothing but the database."""
    with engine.begin() as connection:
        publishing.renew(connection, found.feed.ids)
    publishing.refresh(engine, wait=True)
    if found.search_away:
        return replace(found, repaired=bool(found.feed.ids))
    model.Session.expire_all()  # what it has read may be older than what was compared
    unindexed: dict[str, str] = {}
    try:
        for id_ in found.search.ids:
            if reason := _index(id_):
                unindexed[id_] = reason
        for id_ in unindexed.keys() & set(found.search.extra):
            search.clear(id_)  # what the index cannot have right, it must not show
        search.commit()
    except search.SearchIndexError as error:
        log.warning("the repair of the search index is not complete, Solr does not answer: %s", error)
        return replace(found, search_away=True, repaired=bool(found.feed.ids), unindexed=unindexed)
    return replace(found, repaired=True, unindexed=unindexed)


def _index(id_: str) -> str | None:
    """Indexes a record as it is, or removes it where there is none; says why if that cannot be done.

    Raises:
        SearchIndexError: The search does not answer.
    """
    try:
        search.rebuild(package_ids=[id_], quiet=True)
    except tk.ObjectNotFound:
        search.clear(id_)
    except Exception as error:  # whatever a record does to the index, the others must get there
        model.Session.rollback()
        if not _search_answers():
            raise search.SearchIndexError("Solr does not answer") from error
        reason = plain(f"{type(error).__name__}: {error}")[:_LONGEST_REASON]
        log.warning("the search index cannot take in %s: %s", id_, reason)
        return reason
    return None


def _search_answers() -> bool:
    try:
        make_connection().search("*:*", rows=0)
    except (pysolr.SolrError, ValueError):
        return False
    return True
