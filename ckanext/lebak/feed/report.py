"""What the walidata sees of the feed: who harvested, what machines do not get, and what to mend."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.model.system_info import system_info_table
from sqlalchemy.dialects.postgresql import insert

from ckanext.lebak.feed import checking, reading, records
from ckanext.lebak.feed.fragments import Reason
from ckanext.lebak.feed.model import FeedChange, FeedProblem, FeedRevision, FeedSnapshot, FeedVisit, live
from ckanext.lebak.feed.score import CONFORMS, presumed
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release.collections import collection_ids
from ckanext.lebak.release.requirements import Missing, missing_at_release

DROP = 0.05
"""The part of the records that may go within `TOTALS_DAYS` before somebody should look."""

TOTALS_DAYS = 30
"""For how many days it is kept how many records there were: snapshots are forgotten sooner than somebody looks."""

VISITS_DAYS = 30

MOST_AGENTS = 50
"""How many programs the report lists: those that came last. The others are summed up."""


_TOTALS = "ckanext.lebak.feed_totals"  # key in CKAN's table of system information


def keep_totals(engine: sa.Engine) -> None:
    """Keeps how many records there were at most on each of the last days. Before snapshots are forgotten.

    Args:
        engine: Of CKAN's database.
    """
    now = dt.datetime.now(dt.timezone.utc)
    with engine.begin() as connection:
        newest = reading.newest(connection)
        if newest is None:
            return
        seen = [tuple(row) for row in connection.execute(sa.select(FeedSnapshot.total, FeedSnapshot.at))]
        days: dict[dt.date, tuple[int, dt.datetime]] = {}
        # The newest counts today too, whatever its age: it is what stands.
        for total, at in [*_totals(connection), *seen, (newest.total, now)]:
            day = at.astimezone(WIB).date()
            if day not in days or days[day][0] < total:
                days[day] = total, at
        kept = [{"total": total, "at": at.isoformat()} for total, at in days.values() if at > _oldest(now)]
        row = insert(system_info_table).values(key=_TOTALS, value=json.dumps(kept))
        renewed = row.on_conflict_do_update(index_elements=["key"], set_={"value": row.excluded.value})
        connection.execute(renewed)


def _totals(connection: sa.Connection) -> list[tuple[int, dt.datetime]]:
    """What is kept of the last days. Not by CKAN's function: that one ends the transaction of the session."""
    columns = system_info_table.c
    kept = connection.scalar(sa.select(columns.value).where(columns.key == _TOTALS))
    totals = [(row["total"], dt.datetime.fromisoformat(row["at"])) for row in json.loads(kept or "[]")]
    return [(total, at) for total, at in totals if at > _oldest(dt.datetime.now(dt.timezone.utc))]


def _oldest(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(days=TOTALS_DAYS)


def drop(connection: sa.Connection) -> dict[str, Any] | None:
    """Whether an unexpected part of the records went within `TOTALS_DAYS`, or while snapshots are kept.

    Against the fullest total and not the one before: a wrong bulk action may be seen in many small steps.

    Args:
        connection: A connection to CKAN's database.

    Returns:
        ``before``, ``at`` and ``now``; None if there is nothing unusual.
    """
    newest = reading.newest(connection)
    fullest = connection.execute(
        sa.select(FeedSnapshot.total, FeedSnapshot.at).order_by(FeedSnapshot.total.desc(), FeedSnapshot.seq).limit(1)
    ).first()
    if newest is None or fullest is None:
        return None
    before, at = max([(fullest.total, fullest.at), *_totals(connection)], key=lambda seen: seen[0])
    if newest.total >= before * (1 - DROP):
        return None
    return {"before": before, "at": _said(at), "now": newest.total}


def report(connection: sa.Connection, check: dict[str, Any] | None) -> dict[str, Any]:
    """Everything on the page, from the database; times are in UTC and do not say so, as all of CKAN's.

    Args:
        connection: A connection to CKAN's database.
        check: What `checking.last_check` gives.

    Returns:
        ``snapshot``, ``waiting`` (changes not published yet), ``drop``, ``visits`` by agent, ``other_visits``
        (the sum of the agents that are not listed, None if all are), ``problems`` (records set aside or told in part),
        ``check`` (the last comparison), ``unindexed`` (records that the search index could not take in then), ``unfit``
        (records that a portal would refuse or take incompletely) and ``poorest`` (those with the fewest points).
    """
    snapshot = reading.newest(connection)
    quality = check["quality"] if check else {"refused": [], "lacking": [], "poorest": []}
    # Looked at again: what was mended since must not be asked for any more.
    unfit = list(dict.fromkeys([*quality["refused"], *quality["lacking"]]))[: checking.MOST_NAMED]
    visits, other_visits = _visits(connection)
    looked = _look(connection, {*unfit, *quality["poorest"]})
    return {
        "snapshot": {"seq": snapshot.seq, "at": _said(snapshot.at), "total": snapshot.total} if snapshot else None,
        "waiting": connection.scalar(sa.select(sa.func.count()).select_from(FeedChange)) or 0,
        "drop": drop(connection),
        "visits": visits,
        "other_visits": other_visits,
        "problems": _problems(connection),
        "check": check,
        "unindexed": _named(connection, check.get("unindexed", ()) if check else ()),
        "unfit": [looked[id_] for id_ in unfit if id_ in looked and looked[id_]["unfit"]],
        "poorest": sorted(
            (looked[id_] for id_ in quality["poorest"] if id_ in looked and looked[id_]["missed"]),
            key=lambda record: record["points"],
        ),
    }


def problem(connection: sa.Connection, package_id: str) -> dict[str, Any] | None:
    """Why a record is set aside or told in part.

    Args:
        connection: A connection to CKAN's database.
        package_id: Id of the record.

    Returns:
        ``state``, ``at``, ``published`` (when the version that harvesters get was published, None if they get none)
        and ``reasons`` with ``field`` and ``sentence``; None for a record without a problem.
    """
    return next(iter(_problems(connection, package_id)), None)


def _problems(connection: sa.Connection, package_id: str | None = None) -> list[dict[str, Any]]:
    last = sa.and_(FeedRevision.package_id == FeedProblem.package_id, live())
    query = (
        sa.select(
            FeedProblem.package_id.label("id"),
            FeedProblem.state,
            FeedProblem.at,
            FeedProblem.reasons,
            FeedRevision.at.label("published"),
            model.Package.name,
            model.Package.title,
            model.Package.type,
            model.Group.title.label("office"),
        )
        .join(model.Package, model.Package.id == FeedProblem.package_id)
        .outerjoin(model.Group, model.Group.id == model.Package.owner_org)
        .outerjoin(FeedRevision, last)
        .order_by(FeedProblem.state, FeedProblem.at)
    )
    if package_id is not None:
        query = query.where(FeedProblem.package_id == package_id)
    return [
        {**row, "at": _said(row["at"]), "published": _said(row["published"]), "reasons": _told(row["reasons"])}
        for row in connection.execute(query).mappings()
    ]


def _named(connection: sa.Connection, ids: Collection[str]) -> list[dict[str, Any]]:
    """What a link to each record needs. No more: what cannot be indexed may have more that cannot be read."""
    package = model.Package
    query = sa.select(package.id, package.name, package.title, package.type).where(package.id.in_(ids))
    rows = connection.execute(query.where(package.state == model.State.ACTIVE).order_by(package.name))
    return [{**row, "title": row["title"] or row["name"]} for row in rows.mappings()]


def _told(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons in the reader's language, each with the field it is about and the position of its file."""
    told: list[dict[str, Any]] = []
    for reason in reasons:
        parts = reason["field"].split(".")
        in_file = parts[0] == "resources" and len(parts) > 1 and parts[1].isdecimal()
        told.append(
            {
                "field": parts[2] if in_file and len(parts) > 2 else parts[0],  # noqa: PLR2004
                "resource": int(parts[1]) if in_file else None,
                "sentence": tk._(reason["message"]).format(**reason["values"]),
            }
        )
    return told


def _visits(connection: sa.Connection) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """What each of the agents that came last took, and the sum of the others."""
    since = dt.datetime.now(WIB).date() - dt.timedelta(days=VISITS_DAYS)
    total = sa.func.sum
    query = (
        sa.select(
            FeedVisit.agent,
            FeedVisit.surface,
            sa.func.max(FeedVisit.last_at).label("last_at"),
            total(FeedVisit.requests).label("requests"),
            total(FeedVisit.unchanged).label("unchanged"),
            total(FeedVisit.errors).label("errors"),
        )
        .where(FeedVisit.day > since)
        .group_by(FeedVisit.agent, FeedVisit.surface)
        .order_by(sa.func.max(FeedVisit.last_at).desc())
    )
    rows = [{**row, "last_at": _said(row["last_at"])} for row in connection.execute(query).mappings()]
    agents = list(dict.fromkeys(row["agent"] for row in rows))
    listed = set(agents[:MOST_AGENTS])
    others = [row for row in rows if row["agent"] not in listed]
    if not others:
        return rows, None
    summed = {key: sum(row[key] for row in others) for key in ("requests", "unchanged", "errors")}
    other = {"agents": len(agents) - len(listed), "last_at": others[0]["last_at"], **summed}
    return [row for row in rows if row["agent"] in listed], other


def _said(moment: dt.datetime | None) -> str | None:
    return moment and moment.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat(timespec="seconds")


def _look(connection: sa.Connection, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The records as they are now: points, and what they lack."""
    site, quotations = current_site(), collection_ids(connection)
    schema = tk.h.scheming_get_dataset_schema(records.DATASET_TYPES[0])
    found: dict[str, dict[str, Any]] = {}
    for id_, record in records.load(connection, ids).items():
        reached = presumed(record, site)
        lacking: list[Missing] = [] if record["owner_org"] in quotations else missing_at_release(record, schema)
        refused = CONFORMS in reached.missed
        found[id_] = {
            "id": id_,
            "name": record["name"],
            "title": record["title"] or record["name"],
            "type": record["type"],
            "office": record["organization"]["title"] or record["organization"]["name"],
            "resources": [{"id": resource["id"]} for resource in record["resources"]],
            "points": reached.total,
            "missed": reached.missed,
            "missing": lacking,
            "refused": refused,
            "unfit": refused or bool(lacking),
        }
    return found
