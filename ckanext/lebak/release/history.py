"""The history of a dataset as everybody may read it: its releases that were not withdrawn, with their files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import Release


class Listed(NamedTuple):
    """A release in a list: what `Release` says of it, without its content."""

    number: int
    at: dt.datetime
    kind: str
    period: str
    reason: str


def _readable(package_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(Release.package_id == package_id, Release.withdrawn_at.is_(None), Release.record.is_not(None))


def listed(package_id: str) -> list[Listed]:
    """The releases of a dataset that everybody may read, the newest first."""
    columns = (Release.number, Release.at, Release.kind, Release.period, Release.reason)
    query = sa.select(*columns).where(_readable(package_id)).order_by(Release.number.desc())
    return [Listed(*row) for row in model.Session.execute(query)]


def find(package_id: str, number: int) -> Release | None:
    """A release that everybody may read, by its number; None if there is none such."""
    return model.Session.scalar(sa.select(Release).where(_readable(package_id), Release.number == number))


def before(release: Release) -> Release | None:
    """The release that readers had before this one; None for the first."""
    query = sa.select(Release).where(_readable(release.package_id), Release.number < release.number)
    return model.Session.scalar(query.order_by(Release.number.desc()).limit(1))


def shown(release: Release) -> dict[str, Any]:
    """What a release says, as ``package_show`` would give it."""
    told = dict(release.record or {})
    office = model.Group.get(told.get("owner_org"))
    told["tags"] = [{"name": tag, "display_name": tag} for tag in told.get("tags", [])]
    told["organization"] = {"id": office.id, "name": office.name, "title": office.title} if office else None
    return told


def file_of(release: Release, resource_id: str) -> Mapping[str, Any] | None:
    """A file of a release by the id that it had; None if there is none such."""
    return next((file for file in (release.record or {}).get("resources", []) if file["id"] == resource_id), None)
