"""Changes -> revisions, fragments, snapshots; what is gone.

One publisher at a time, by an advisory lock of the database. It works under READ COMMITTED, PostgreSQL's default: each
of its statements sees all that was committed before, so that whoever sees that a record was changed also sees the
record as it is since then.
"""

from __future__ import annotations

import datetime as dt
import gc
import multiprocessing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.feed import fragments, reading, records, storage
from ckanext.lebak.feed.model import (
    CREATE,
    DELETE,
    UPDATE,
    FeedChange,
    FeedFragment,
    FeedProblem,
    FeedRevision,
    FeedSnapshot,
    live,
)
from ckanext.lebak.feed.packing import Piece
from ckanext.lebak.files.access import is_open
from ckanext.lebak.profiles import dataset
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import plain

BATCH = 200
"""How many records are loaded, rendered and stored at a time."""

PROCESSES = 2
"""How many processes render when there is much to do."""

ASIDE = "aside"
PARTIAL = "partial"

_LOCK = 0x6C6562616B01  # "lebak", and the first of its locks: the feed is being published
_NOTED = sa.exists().select_from(FeedChange)
_MANY = 5 * BATCH  # from here on starting processes pays
_PATIENCE = "10s"  # how long somebody who waits for a page waits for another publisher


@dataclass(frozen=True)
class Outcome:
    """What a publication did.

    Attributes:
        published: New revisions of public records.
        gone: Records that the feed does not have any more.
        aside: Records that it cannot say.
        left: Whether something is left for the worker.
    """

    published: int = 0
    gone: int = 0
    aside: int = 0
    left: bool = False

    def __add__(self, other: Outcome) -> Outcome:
        """Both together."""
        return Outcome(
            self.published + other.published,
            self.gone + other.gone,
            self.aside + other.aside,
            self.left or other.left,
        )


@dataclass(frozen=True)
class _Last:
    """The last revision of a record that there is so far."""

    seq: int
    package_id: str
    type: str
    kind: str
    digest: str | None
    ref: str | None


@dataclass
class _Findings:
    """What is to be stored of a batch.

    Attributes:
        revisions: New rows of ``lebak_feed_revision``, without their numbers.
        pieces: The fragments of each of them.
        problems: New rows of ``lebak_feed_problem``.
        settled: Records whose row there stands as it is.
        restricted: Records that are not open.
        unsaid: Of those, the ones that cannot be said as they are now.
    """

    revisions: list[dict[str, Any]] = field(default_factory=list)
    pieces: list[Mapping[str, Piece]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    restricted: set[str] = field(default_factory=set)
    unsaid: set[str] = field(default_factory=set)


def pending(connection: sa.Connection) -> bool:
    """Whether there is something to publish: a change, a first snapshot, or everything in a new mapping."""
    return is_due(*reading.newest_and_noted(connection), fragments.mapping_version(current_site()))


def is_due(newest: reading.Snapshot | None, noted: bool, mapping: str) -> bool:
    """The same, for who knows all that already.

    Args:
        newest: The newest snapshot, None if there is none.
        noted: Whether a change is noted.
        mapping: Version of what decides how a record is written (``fragments.mapping_version``).
    """
    return newest is None or noted or newest.mapping != mapping


def refresh(engine: sa.Engine, *, limit: int | None = None, wait: bool = False) -> Outcome | None:
    """Publishes what was changed.

    Args:
        engine: Of CKAN's database.
        limit: The most records to look at, for who has somebody waiting. With a limit everything is published only
            where that is no more records, and never because the mapping differs from the published one: during an
            upgrade old and new processes run side by side, and the worker or a command decides which of them holds.
            What is not public any more goes all the same, however much it is.
        wait: Whether to wait for another publisher instead of leaving it to that one; with a limit not for long.

    Returns:
        What was done; None if another publisher is at work.

    Raises:
        sqlalchemy.exc.OperationalError: The other one took too long.
    """
    mapping = fragments.mapping_version(current_site())
    with engine.begin() as connection:
        if limit is not None:
            if reading.newest(connection) is None and records.more_than(connection, limit):
                return Outcome(left=True)  # before waiting: whoever is at work on that is at it for minutes
            connection.execute(sa.select(sa.func.set_config("lock_timeout", _PATIENCE, True)))
        if not _locked(connection, wait):
            return None
        newest = reading.newest(connection)
        differs = newest is not None and newest.mapping != mapping
        everything = newest is None or differs or _everything_noted(connection)
        hidden = Outcome() if limit is None else Outcome(gone=_hide(connection))
        if limit is not None and (differs or (everything and records.more_than(connection, limit))):
            if newest is not None and hidden.gone:  # pages without it are others: their validators follow the snapshot
                _show(connection, newest.mapping)
            return hidden + Outcome(left=True)
        # What is taken before the records are looked at cannot be of a later state than they are.
        ids = _take(connection, None if everything else limit, everything=everything)
        if everything:
            ids = _all_ids(connection)
        processes = 1 if limit is not None or len(ids) < _MANY else PROCESSES
        outcome = _publish_all(engine, connection, ids, mapping, processes, lambda _done, _total: None)
        _show(connection, mapping)
        return hidden + outcome + Outcome(left=_any_noted(connection))


def rebuild(
    engine: sa.Engine, *, processes: int = PROCESSES, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Outcome:
    """Looks at every record, and publishes those that are not published as they are now.

    Batches are committed on the way and seen all at once at the end. What an interrupted run has done is not done
    again.

    Args:
        engine: Of CKAN's database.
        processes: How many processes render.
        progress: Told how many records are done, and of how many.

    Returns:
        What was done.
    """
    mapping = fragments.mapping_version(current_site())
    with engine.begin() as connection:
        _locked(connection, wait=True)
        _take(connection, None, everything=True)
        outcome = _publish_all(engine, connection, _all_ids(connection), mapping, processes, progress)
        _show(connection, mapping)
    return outcome


def renew(connection: sa.Connection, ids: Collection[str]) -> None:
    """Has records published anew whatever is stored of them, for who found that to be wrong.

    Args:
        connection: A connection to CKAN's database, in a transaction of the caller's.
        ids: Ids of the records.
    """
    if not ids:
        return
    connection.execute(sa.update(FeedRevision).where(FeedRevision.package_id.in_(ids), live()).values(digest=""))
    connection.execute(sa.delete(FeedProblem).where(FeedProblem.package_id.in_(ids)))
    connection.execute(sa.insert(FeedChange), [{"package_id": id_} for id_ in ids])


# --- who publishes, and what ---------------------------------------------------------------------------------


def _locked(connection: sa.Connection, wait: bool) -> bool:
    if wait:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        return True
    return connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))) is True


def _any_noted(connection: sa.Connection) -> bool:
    return connection.scalar(sa.select(_NOTED)) is True


def _everything_noted(connection: sa.Connection) -> bool:
    return connection.scalar(sa.select(sa.exists().where(FeedChange.package_id.is_(None)))) is True


def hidden(connection: sa.Connection) -> list[str]:
    """Ids of the records that are in the feed and were noted since they are not public any more.

    Args:
        connection: A connection to CKAN's database.
    """
    noted = sa.exists().where(sa.or_(FeedChange.package_id == FeedRevision.package_id, FeedChange.package_id.is_(None)))
    public = sa.exists().where(model.Package.id == FeedRevision.package_id, records.fed())
    return list(connection.scalars(sa.select(FeedRevision.package_id).where(live(), noted, ~public)))


def _hide(connection: sa.Connection) -> int:
    return _withdraw(connection, _last(connection, hidden(connection)), ())


def _oldest(limit: int | None) -> sa.Select[tuple[str | None]]:
    """The records that were changed, those first whose change waits longest."""
    query = sa.select(FeedChange.package_id).where(FeedChange.package_id.is_not(None))
    return query.group_by(FeedChange.package_id).order_by(sa.func.min(FeedChange.id)).limit(limit)


def _take(connection: sa.Connection, limit: int | None, *, everything: bool) -> list[str]:
    """Removes changes and returns whose they were. They come back if the transaction fails."""
    taken = sa.delete(FeedChange).returning(FeedChange.id, FeedChange.package_id)
    if not everything:
        taken = taken.where(FeedChange.package_id.in_(_oldest(limit)))
    rows = sorted(connection.execute(taken).all())
    return list(dict.fromkeys(row.package_id for row in rows if row.package_id is not None))


def _all_ids(connection: sa.Connection) -> list[str]:
    """Of what is public, and of what was."""
    was = sa.select(FeedRevision.package_id).where(live())
    return list(dict.fromkeys([*records.public_ids(connection), *connection.scalars(was)]))


# --- many records ----------------------------------------------------------------------------------------------


def _publish_all(
    engine: sa.Engine,
    connection: sa.Connection,
    ids: Sequence[str],
    mapping: str,
    processes: int,
    progress: Callable[[int, int], None],
) -> Outcome:
    """Publishes records batch by batch: in this transaction, or in other processes, each batch in one of its own."""
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    outcome, done = Outcome(), 0
    if processes > 1:
        steps = _in_processes(engine, batches, mapping, processes)
    else:
        steps = ((len(batch), _publish(connection, batch, mapping)) for batch in batches)
    for count, step in steps:
        outcome, done = outcome + step, done + count
        progress(done, len(ids))
    return outcome


_of_child: list[sa.Engine] = []


def _in_processes(
    engine: sa.Engine, batches: Iterable[Sequence[str]], mapping: str, processes: int
) -> Iterator[tuple[int, Outcome]]:
    # Forked: a child has the configuration and the code lists, and need not load CKAN again.
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, forked, initializer=_begin_child, initargs=(engine,)) as pool:
        steps = {pool.submit(_publish_in_child, batch, mapping): len(batch) for batch in batches}
        try:
            for step in as_completed(steps):
                yield steps[step], step.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _begin_child(engine: sa.Engine) -> None:
    engine.dispose(close=False)  # the connections are the parent's
    gc.freeze()  # CKAN itself stays: to look through all of it again and again takes a tenth of the time
    _of_child.append(engine)


def _publish_in_child(ids: Sequence[str], mapping: str) -> Outcome:
    [engine] = _of_child
    with engine.begin() as connection:
        return _publish(connection, ids, mapping)


# --- a batch ---------------------------------------------------------------------------------------------------


def _publish(connection: sa.Connection, ids: Sequence[str], mapping: str) -> Outcome:
    if not ids:
        return Outcome()
    public = records.load(connection, ids)
    last = _last(connection, ids)
    gone = _withdraw(connection, last, public)
    findings = _look(connection, {id_: public[id_] for id_ in ids if id_ in public}, last, mapping)
    # The last good version of an open record stays in the feed; it must not stay when the record is open no more.
    gone += _withdraw(connection, {id_: last[id_] for id_ in findings.unsaid if id_ in last}, ())
    _keep(connection, findings, last)
    _keep_problems(connection, ids, findings)
    aside = sum(problem["state"] == ASIDE for problem in findings.problems)
    return Outcome(published=len(findings.revisions), gone=gone, aside=aside)


def _last(connection: sa.Connection, ids: Sequence[str]) -> dict[str, _Last]:
    columns = (
        FeedRevision.seq,
        FeedRevision.package_id,
        FeedRevision.type,
        FeedRevision.kind,
        FeedRevision.digest,
        FeedRevision.ref,
    )
    query = sa.select(*columns).where(FeedRevision.package_id.in_(ids), FeedRevision.until.is_(None))
    return {row.package_id: _Last(*row) for row in connection.execute(query)}


def _look(
    connection: sa.Connection, public: Mapping[str, records.Record], last: Mapping[str, _Last], mapping: str
) -> _Findings:
    """Renders what is not published as it is now."""
    problems = {
        row.package_id: (row.state, row.digest)
        for row in connection.execute(
            sa.select(FeedProblem.package_id, FeedProblem.state, FeedProblem.digest).where(
                FeedProblem.package_id.in_(public)
            )
        )
    }
    site = current_site()
    findings = _Findings()
    for id_, record in public.items():
        digest = fragments.digest(record, mapping)
        before = last.get(id_)
        state, of = problems.get(id_, ("", ""))
        if of == digest and (state == ASIDE or (before is not None and before.digest == digest)):
            findings.settled.add(id_)
        elif before is None or before.digest != digest:
            _render(record, digest, before, site, findings)
    return findings


def _render(record: records.Record, digest: str, before: _Last | None, site: Site, findings: _Findings) -> None:
    try:
        rendering = fragments.render(record, site)
    except fragments.CannotBeSaidError as error:
        findings.problems.append(_problem(record, ASIDE, digest, error.reasons))
        if not is_open(record.get("accessRights")):
            findings.unsaid.add(record["id"])
        return
    if not is_open(record.get("accessRights")):
        findings.restricted.add(record["id"])
    if rendering.left_out:
        findings.problems.append(_problem(record, PARTIAL, digest, rendering.left_out))
    findings.pieces.append(rendering.pieces)
    findings.revisions.append(
        {
            "package_id": record["id"],
            "type": record["type"],
            "kind": CREATE if before is None or before.kind == DELETE else UPDATE,
            "digest": digest,
            "modified": _utc(record["metadata_modified"]),
            "name": record["name"],
            "office": (record["organization"] or {}).get("name"),
            "ref": dataset.address(record),
        }
    )


def _utc(text: str | None) -> dt.datetime:
    """A time of CKAN's; now, for one that a feed cannot hold."""
    try:
        return dt.datetime.fromisoformat(text or "").replace(tzinfo=dt.timezone.utc)
    except ValueError:
        return _now()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)


def _problem(record: records.Record, state: str, digest: str, reasons: Iterable[fragments.Reason]) -> dict[str, Any]:
    # A text of the record may hold what PostgreSQL's JSON cannot.
    told = [{**reason, "values": {key: plain(value) for key, value in reason["values"].items()}} for reason in reasons]
    return {"package_id": record["id"], "state": state, "digest": digest, "reasons": told}


# --- storing ---------------------------------------------------------------------------------------------------


def _numbers(connection: sa.Connection, count: int) -> list[int]:
    """The next numbers. Drawn under the lock, so that they ascend in the order of publication."""
    sequence = sa.func.pg_get_serial_sequence(FeedRevision.__tablename__, FeedRevision.seq.key)
    drawn = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count).alias("n"))
    return sorted(connection.scalars(drawn))


def _store(connection: sa.Connection, revisions: list[dict[str, Any]], last: Mapping[str, _Last]) -> list[int]:
    """Stores revisions in the order given, each in place of the last one of its record; returns their numbers."""
    now = _now()  # until they are shown
    seqs = _numbers(connection, len(revisions))
    rows = [{**revision, "seq": seq, "at": now} for seq, revision in zip(seqs, revisions, strict=True)]
    ends = [(last[row["package_id"]].seq, row["seq"]) for row in rows if row["package_id"] in last]
    if ends:
        old = sa.values(sa.column("seq", sa.BigInteger), sa.column("until", sa.BigInteger), name="old").data(ends)
        ended = sa.update(FeedRevision).where(FeedRevision.seq == old.c.seq).values(until=old.c.until)
        connection.execute(ended.execution_options(synchronize_session=False))
    connection.execute(sa.insert(FeedRevision), rows)
    return seqs


def _keep(connection: sa.Connection, findings: _Findings, last: Mapping[str, _Last]) -> None:
    if not findings.revisions:
        return
    seqs = _store(connection, findings.revisions, last)
    storage.write(connection, zip(seqs, findings.pieces, strict=True))
    for seq, revision in zip(seqs, findings.revisions, strict=True):
        if revision["package_id"] in findings.restricted and revision["package_id"] in last:
            storage.repeat(connection, seq, revision["package_id"])


def _withdraw(connection: sa.Connection, last: Mapping[str, _Last], public: Collection[str]) -> int:
    """Says that records are gone, and erases all that was said of them: older snapshots lose them too."""
    gone = [before for id_, before in last.items() if before.kind != DELETE and id_ not in public]
    if not gone:
        return 0
    theirs = FeedRevision.package_id.in_([before.package_id for before in gone])
    connection.execute(sa.delete(FeedFragment).where(FeedFragment.seq.in_(sa.select(FeedRevision.seq).where(theirs))))
    connection.execute(sa.update(FeedRevision).where(theirs).values(digest=None, name=None, office=None))
    now = _now()
    _store(
        connection,
        [
            {
                "package_id": before.package_id,
                "type": before.type,
                "kind": DELETE,
                "modified": now,
                "ref": before.ref,
            }
            for before in gone
        ],
        last,
    )
    return len(gone)


def _keep_problems(connection: sa.Connection, ids: Sequence[str], findings: _Findings) -> None:
    over = [id_ for id_ in ids if id_ not in findings.settled]
    connection.execute(sa.delete(FeedProblem).where(FeedProblem.package_id.in_(over)))
    if findings.problems:
        now = _now()
        connection.execute(sa.insert(FeedProblem), [{**problem, "at": now} for problem in findings.problems])


def _show(connection: sa.Connection, mapping: str) -> None:
    """Makes visible what was published since the newest snapshot, and gives it its time: that of being seen."""
    newest = reading.newest(connection)
    seen = newest.seq if newest else 0
    last = connection.scalar(sa.select(sa.func.max(FeedRevision.seq))) or 0
    if newest is not None and last <= seen:
        if newest.mapping != mapping:
            connection.execute(sa.update(FeedSnapshot).where(FeedSnapshot.seq == seen).values(mapping=mapping))
        return
    # A clock that was set back must not give a later revision an earlier time.
    clock = sa.func.clock_timestamp()
    at = connection.scalar(sa.select(sa.func.greatest(clock, newest.at) if newest else clock))
    connection.execute(sa.update(FeedRevision).where(FeedRevision.seq > seen).values(at=at))
    total = connection.scalar(sa.select(sa.func.count()).select_from(FeedRevision).where(live()))
    connection.execute(
        sa.insert(FeedSnapshot).values(seq=last, at=at, total=total, since=_since(connection, newest), mapping=mapping)
    )


def _since(connection: sa.Connection, newest: reading.Snapshot | None) -> dt.datetime | None:
    """When the oldest record came in. Times that no clock ever showed are passed over."""
    created = model.Package.metadata_created
    query = (
        sa.select(sa.func.min(created))
        .join(FeedRevision, FeedRevision.package_id == model.Package.id)
        .where(FeedRevision.seq > (newest.seq if newest else 0), FeedRevision.kind != DELETE)
        .where(created.between(dt.datetime(1970, 1, 1), dt.datetime(9999, 1, 1)))  # noqa: DTZ001 - CKAN's have no zone
    )
    found = connection.scalar(query)
    times = [newest.since if newest else None, found.replace(tzinfo=dt.timezone.utc) if found else None]
    return min(filter(None, times), default=None)
