"""Where promises of different offices meet, and what others have published already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.planning import doubles, promises
from ckanext.lebak.planning.entry import DATASET
from ckanext.lebak.release.visibility import public_packages


def found(year: int, organization_id: str | None = None) -> list[dict[str, Any]]:
    """Pairs that look like the same data, the most alike first.

    Args:
        year: Of the round.
        organization_id: Only what the promises of this office look like, its drafts too; None for what all offices have
            handed in.

    Returns:
        For each pair ``first`` and ``second`` (``id``, ``title``, ``organization``, ``period``, ``dataset``), and
        ``alike``.
    """
    told: dict[str, dict[str, str]] = {}
    owners: dict[str, str] = {}
    for promise in promises.handed_in(year):
        if promise.organization_id != organization_id and promise.handed_in:
            told[promise.id] = {"title": promise.handed_in["title"], "period": promise.handed_in["period"]}
            owners[promise.id] = promise.organization_id
    for promise in promises.of_office(year, organization_id) if organization_id else ():
        if not promise.dropped:
            told[promise.id] = {"title": promise.said["title"], "period": promise.said["period"]}
            owners[promise.id] = organization_id or ""
    # What is public is not promised a second time by its own office's promise of the next period.
    series = {row.id: row for row in model.Session.execute(_published())}
    for row in series.values():
        told[row.id] = {"title": row.title, "period": "", "dataset": row.name}
        owners[row.id] = row.owner_org
    names = _names(owners.values())
    titles = {key: one["title"] for key, one in told.items()}
    pairs = doubles.doubles(titles, owners, series)
    shown = {
        key: {"id": key, "dataset": "", **told[key], "organization": names.get(owners[key], "")}
        for pair in pairs
        for key in (pair.first, pair.second)
    }
    return [
        {
            "first": shown[pair.first],
            "second": shown[pair.second],
            "alike": round(pair.alike, 2),
        }
        for pair in pairs
        if organization_id is None or organization_id in (owners[pair.first], owners[pair.second])
    ]


def groups(pairs: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What looks like the same data, each in one group, the most alike first.

    Args:
        pairs: As `found` gives them.
    """
    shown = {one["id"]: one for pair in pairs for one in (pair["first"], pair["second"])}
    alike = doubles.clusters((pair["first"]["id"], pair["second"]["id"]) for pair in pairs)
    return [[shown[key] for key in group] for group in alike]


def _published() -> sa.Select[Any]:
    package = model.Package
    query = sa.select(package.id, package.name, package.title, package.owner_org)
    return query.where(package.type == DATASET, public_packages())


def _names(ids: Any) -> dict[str, str]:
    query = sa.select(model.Group.id, model.Group.title, model.Group.name).where(model.Group.id.in_(set(ids)))
    return {row.id: row.title or row.name for row in model.Session.execute(query)}
