"""The releases of a dataset, which is a series: each as the public read it, one after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import Release


def keep(
    package_id: str,
    content: str,
    record: Mapping[str, Any],
    *,
    approved_by: str,
    kind: str = "",
    period: str = "",
    reason: str = "",
) -> Release:
    """Keeps what becomes public now, in the caller's transaction.

    Args:
        package_id: Id of the released record.
        content: Its digest (``content.digest``).
        record: As ``content.record`` gives it.
        approved_by: Name of the account that releases it.
        kind: Code of vocabularies/release_status.csv.
        period: Reference period of the release.
        reason: Why the figures changed.

    Returns:
        The release.
    """
    last = model.Session.scalar(sa.select(sa.func.max(Release.number)).where(Release.package_id == package_id))
    release = Release(
        package_id=package_id,
        number=(last or 0) + 1,
        kind=kind,
        period=period,
        reason=reason,
        content=content,
        record=dict(record),
        approved_by=approved_by,
    )
    model.Session.add(release)
    return release


def keep_override(package_id: str, content: str, record: Mapping[str, Any], *, actor: str, reason: str) -> None:
    """Keeps what an override made public. One that saves a record in several steps makes one release of it.

    Args:
        package_id: Id of the record.
        content: Its digest.
        record: As ``content.record`` gives it.
        actor: Who overrides.
        reason: Why.
    """
    before = last(package_id)
    if before and (before.approved_by, before.reason, before.kind) == (actor, reason, ""):
        before.content, before.record = content, dict(record)
    else:
        keep(package_id, content, record, approved_by=actor, reason=reason)


def of_package(package_id: str) -> list[Release]:
    """The releases of a dataset, the newest first."""
    query = sa.select(Release).where(Release.package_id == package_id).order_by(Release.number.desc())
    return list(model.Session.scalars(query))


def last(package_id: str) -> Release | None:
    """The newest release of a dataset; None if it never was public."""
    return next(iter(of_package(package_id)), None)


def withdraw(package_id: str, at: dt.datetime | None = None, *, forget: bool = False) -> None:
    """Takes all releases of a dataset from the public for good, in the caller's transaction.

    Args:
        package_id: Id of the record.
        at: When; without it, now. One that was withdrawn before keeps its time.
        forget: Whether what they said goes too.
    """
    moment = at or dt.datetime.now(dt.timezone.utc)
    for release in of_package(package_id):
        release.withdrawn_at = release.withdrawn_at or moment
        if forget:
            release.record = None


def refers_to(digest: str) -> bool:
    """Whether a release that is still public keeps the file with this SHA-256 (``files.content.KEEPERS``)."""
    kept = Release.record["resources"].contains([{"hash": digest}])
    query = sa.select(Release.id).where(Release.withdrawn_at.is_(None), kept)
    return model.Session.scalar(query.limit(1)) is not None
