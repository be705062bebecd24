"""Reads the numbers of the offices: promises of the agreed list, activities of a year, and released datasets."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.desks.checklist import ELEMENTS
from ckanext.lebak.forum.figures import Figures, OfficeFigures
from ckanext.lebak.planning import offices, versions
from ckanext.lebak.planning.rounds import YEARS
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.proposals import shares
from ckanext.lebak.release import rules
from ckanext.lebak.release.model import Confirmation, Workflow
from ckanext.lebak.release.visibility import public_packages

ACTIVITY, DATASET = "kegiatan-statistik", "dataset"
_DESCRIPTION = "notes"  # the definition, which CKAN keeps beside the other fields


def of_year(year: int, *, today: dt.date | None = None, public: bool = False) -> list[OfficeFigures]:
    """The numbers of all offices that produce data, by title; of others that have promised some, in a last one.

    Args:
        year: Of the promises and the activities.
        today: In the county's time; without it, today.
        public: Only what everybody may know of: activities that are not released are left out.
    """
    now = today or dt.datetime.now(WIB).date()
    promised = _promises(year, now)
    counted = (promised, _activities(year, public=public), _datasets(now))
    producers = offices.producers()
    found = [
        OfficeFigures(office.id, office.name, office.title, _figures(counted, {office.id})) for office in producers
    ]
    # An office that ended, or that produces no data any more: what it promised is still promised. What else is in the
    # catalog, such as the demonstration or data of BPS, is no office's of the county.
    ids = set(promised) - {office.id for office in producers}
    others = _figures(counted, ids)
    return [*found, *([OfficeFigures("", "", "", others)] if others != Figures() else [])]


def _figures(counted: Iterable[Mapping[str, Mapping[str, int]]], ids: Iterable[str]) -> Figures:
    """What these offices come to, in numbers that were counted by office."""
    wanted = list(ids)
    return sum((Figures(**each[id_]) for each in counted for id_ in wanted if id_ in each), Figures())


def years(*, public: bool = False) -> list[int]:
    """The years of which there is a list or an activity, the newest first.

    Args:
        public: Only those of which everybody may know: an activity must be released.
    """
    extras = model.package_table.c.extras
    query = sa.select(extras["tahun_kegiatan"].astext).distinct().where(model.Package.type == ACTIVITY)
    if public:
        query = query.where(public_packages())
    told = {int(year) for year in model.Session.scalars(query) if year and year.isdecimal()}
    return sorted({*versions.years(), *(year for year in told if YEARS[0] <= year <= YEARS[1])}, reverse=True)


def _promises(year: int, today: dt.date) -> dict[str, dict[str, int]]:
    """By id of the office that owns them now: of the version that was agreed last, as everybody may read it."""
    newest = next(iter(versions.of_year(year)), None)
    if newest is None:
        return {}
    owners = offices.owners(entry["promise_id"] for entry in newest.entries)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry, shown in zip(newest.entries, versions.public_list(newest, today), strict=True):
        owner: str = owners.get(entry["promise_id"]) or entry["organization_id"]
        found[owner].update(("promised", shown["state"]))
    return {id_: dict(counted) for id_, counted in found.items()}


def activities(year: int, *, organization_id: str | None = None, public: bool = False) -> list[dict[str, Any]]:
    """The activities of a year, without the changes of released ones that wait.

    Args:
        year: When they were carried out, or are to be.
        organization_id: Of one office only.
        public: Only those that everybody may read.

    Returns:
        ``owner_org``, the fields that decide whether a recommendation is needed, the ``status`` and ``released``.
        Whether a reader may know their titles is for the caller to ask.
    """
    package, extras = model.Package, model.package_table.c.extras
    named = ("cara_pengumpulan_data", "jenis_statistik", "identitas_rekomendasi")
    query = (
        sa.select(
            package.id,
            package.name,
            package.title,
            package.owner_org,
            *(extras[name].astext.label(name) for name in named),
            sa.func.coalesce(Workflow.status, rules.DRAFT).label("status"),
            sa.func.coalesce(Workflow.status == rules.APPROVED, sa.false()).label("released"),
        )
        .outerjoin(Workflow, Workflow.package_id == package.id)
        .where(package.type == ACTIVITY, package.state != model.State.DELETED, Workflow.release_of.is_(None))
        .where(extras["tahun_kegiatan"].astext == str(year))
        .order_by(package.title, package.id)
    )
    if organization_id:
        query = query.where(package.owner_org == organization_id)
    if public:
        query = query.where(public_packages())
    return [dict(row) for row in model.Session.execute(query).mappings()]


def _activities(year: int, *, public: bool) -> dict[str, dict[str, int]]:
    by_office: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for activity in activities(year, public=public):
        by_office[activity["owner_org"] or ""].append(activity)
    return {id_: _counted(found) for id_, found in by_office.items()}


def _counted(found: Iterable[dict[str, Any]]) -> dict[str, int]:
    listed = list(found)
    share = shares.share(listed)
    return {
        "activities": share.activities,
        "described": sum(activity["released"] for activity in listed),
        "compulsory": share.compulsory,
        "recommended": share.recommended,
    }


def _datasets(today: dt.date) -> dict[str, dict[str, int]]:
    package, extras = model.Package, model.package_table.c.extras
    said = [package.notes if name == _DESCRIPTION else extras[name].astext for name in ELEMENTS]
    complete = sa.and_(*(sa.func.coalesce(value, "").not_in(("", "[]")) for value in said))
    confirmed = (
        sa.select(sa.cast(Confirmation.next_day, sa.UnicodeText))
        .where(Confirmation.package_id == package.id, Confirmation.at > Workflow.since)
        .order_by(Confirmation.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    day = sa.func.coalesce(confirmed, sa.func.nullif(extras["jadwal_pemutakhiran"].astext, ""))
    counted = {
        "datasets": sa.true(),
        "complete": complete,
        "fresh": day >= today.isoformat(),
        "overdue": day < today.isoformat(),
    }
    query = (
        sa.select(
            package.owner_org, *(sa.func.count().filter(condition).label(name) for name, condition in counted.items())
        )
        .join(Workflow, Workflow.package_id == package.id)
        .where(package.type == DATASET, package.state == model.State.ACTIVE, Workflow.status == rules.APPROVED)
        .where(Workflow.release_of.is_(None))
        .group_by(package.owner_org)
    )
    rows = model.Session.execute(query).mappings()
    return {row["owner_org"] or "": {name: row[name] for name in counted} for row in rows}
