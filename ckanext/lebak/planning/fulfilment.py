"""Which promises are kept: by a release of their dataset that reaches the promised period.

Nothing is noted at a release. What was released is kept by ``release.releases``; the promise asks there, so a release
that is withdrawn keeps no promise any more.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.periods import parse_period
from ckanext.lebak.planning.model import Promise
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release.model import Release
from ckanext.lebak.release.visibility import public_packages


class Kept(NamedTuple):
    """The dataset of a promise, as everybody may read it.

    Attributes:
        name: Address of the dataset; empty while it is not public.
        on: The day of the release that keeps the promise; None while there is none.
    """

    name: str = ""
    on: dt.date | None = None


Releases = Sequence[tuple[str, dt.date]]
"""Of the releases of a dataset the period and the day, the oldest first."""


def first_that_reaches(period: str, releases: Releases) -> dt.date | None:
    """The day of the first release whose period ends when the promised one does, or later. Pure.

    Args:
        period: The promised period.
        releases: Of the dataset.
    """
    promised = parse_period(period)
    for said, day in releases:
        reached = parse_period(said)
        if promised and reached and reached.end >= promised.end:
            return day
    return None


def kept(periods: Mapping[str, str]) -> dict[str, Kept]:
    """What became of promises.

    Args:
        periods: The promised period, by id of the promise.

    Returns:
        By id of the promise; those without a dataset are left out.
    """
    query = sa.select(Promise.id, Promise.package_id).where(Promise.id.in_(periods), Promise.package_id.is_not(None))
    datasets = {row.id: str(row.package_id) for row in model.Session.execute(query)}
    released = _released(datasets.values())
    found = {}
    for promise_id, package_id in datasets.items():
        if package_id in released:
            name, releases = released[package_id]
            found[promise_id] = Kept(name, first_that_reaches(periods[promise_id], releases))
    return found


def _released(package_ids: Iterable[str]) -> dict[str, tuple[str, Releases]]:
    """Address and releases of the public ones of these datasets."""
    # What an override made public says no period of its own.
    period = sa.func.coalesce(sa.func.nullif(Release.period, ""), Release.record["temporal_end"].astext, "")
    query = (
        sa.select(model.Package.id, model.Package.name, period.label("period"), Release.at)
        .join(Release, Release.package_id == model.Package.id)
        .where(public_packages(), model.Package.id.in_(set(package_ids)), Release.withdrawn_at.is_(None))
        .order_by(Release.number)
    )
    names: dict[str, str] = {}
    releases: defaultdict[str, list[tuple[str, dt.date]]] = defaultdict(list)
    for row in model.Session.execute(query):
        names[row.id] = row.name
        releases[row.id].append((row.period, row.at.astimezone(WIB).date()))
    return {id_: (name, releases[id_]) for id_, name in names.items()}
