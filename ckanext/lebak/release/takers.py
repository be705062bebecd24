"""Who took a record since it was released: whom a withdrawal must be told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.feed.model import FeedVisit
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release.model import Release


def takers(package_id: str) -> dict[str, Any]:
    """Who took a record, or may have taken it, since its first release.

    Args:
        package_id: Id of the record.

    Returns:
        ``since`` and ``until`` (when it was withdrawn, None while it is public), ``harvesters`` (programs that took the
        catalogue in that time: which records, is not kept), ``readers`` (offices whose people took files that are not
        open), ``downloads`` (how often open files were taken, by day) and ``agencies`` (with access to files that are
        not open).
    """
    times = sa.select(sa.func.min(Release.at), sa.func.max(Release.withdrawn_at)).where(
        Release.package_id == package_id
    )
    since, withdrawn = model.Session.execute(times).one()
    public = sa.select(Release.id).where(Release.package_id == package_id, Release.withdrawn_at.is_(None))
    until = None if model.Session.scalar(public.limit(1)) else withdrawn
    told: dict[str, Any] = {
        "since": _said(since),
        "until": _said(until),
        "harvesters": [],
        "readers": [],
        "downloads": [],
        "agencies": [],
    }
    if since is None:
        return told
    told["harvesters"] = _harvesters(since, until)
    told.update(_of_files(package_id, since))
    return told


def _harvesters(since: dt.datetime, until: dt.datetime | None) -> list[dict[str, Any]]:
    """Programs that harvested in a time, by the name that each gives itself."""
    days = [FeedVisit.day >= since.astimezone(WIB).date()]
    if until is not None:
        days.append(FeedVisit.day <= until.astimezone(WIB).date())
    query = (
        sa.select(
            FeedVisit.agent,
            sa.func.max(FeedVisit.last_at).label("last_at"),
            sa.func.sum(FeedVisit.requests).label("requests"),
        )
        .where(*days)
        .group_by(FeedVisit.agent)
        .order_by(sa.func.max(FeedVisit.last_at).desc())
    )
    return [
        {"agent": row.agent, "last_at": _said(row.last_at), "requests": int(row.requests)}
        for row in model.Session.execute(query)
    ]


def _of_files(package_id: str, since: dt.datetime) -> dict[str, Any]:
    """What the room ``files`` knows. It imports this room, so it is asked for when it is needed."""
    from ckanext.lebak.files import approvals, readings
    from ckanext.lebak.files.model import AccessRequest

    taken = readings.since(package_id, since)
    member, group = model.Member, model.Group
    people = {reading.user_id for reading in taken.readings}
    offices = (
        sa.select(group.title)
        .join(member, member.group_id == group.id)
        .where(member.table_name == "user", member.table_id.in_(people), group.is_organization.is_(True))
        .distinct()
    )
    requests = model.Session.scalars(sa.select(AccessRequest).where(AccessRequest.package_id == package_id))
    agencies = {request.organization_id for request in requests if approvals.is_in_force(request)}
    titles = sa.select(group.title).where(group.id.in_(agencies))
    return {
        "readers": sorted(title for title in model.Session.scalars(offices) if title),
        "downloads": [
            {"day": count.day.isoformat(), "resource_id": count.resource_id, "kind": count.kind, "times": count.times}
            for count in taken.counts
        ],
        "agencies": sorted(title for title in model.Session.scalars(titles) if title),
    }


def _said(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
