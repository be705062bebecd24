"""Records that refer to others by id: a dataset to its activity, an indicator to what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.people import offices_of
from ckanext.lebak.release.visibility import public_packages

MOST = 500
"""More than an office has activities in ten years."""


def choices(
    dataset_type: str, user: model.User | None, record: Mapping[str, Any], chosen: Any = None
) -> list[dict[str, Any]]:
    """The records of a type that a record of an office may refer to: its own, drafts too, and all public ones.

    Args:
        dataset_type: Type of the records.
        user: Who fills in the form; drafts are those of an office that they work for, whatever the form says.
        record: The record, with what was typed.
        chosen: Id of the one that is referred to now.

    Returns:
        ``id``, ``title`` and ``mine`` of each: the office's first, then by title; those of a later year first.
    """
    package = model.Package
    mine = sa.and_(package.owner_org == _office_of(user, record), package.state != model.State.DELETED)
    kept = package.id == str(chosen) if chosen and _may(user, "package_show", str(chosen)) else sa.false()
    copies = sa.select(Workflow.package_id).where(Workflow.release_of.is_not(None))
    year = package.extras["tahun_kegiatan"].astext
    query = (
        sa.select(package.id, package.title, year.label("year"), mine.label("mine"))
        .where(package.type == dataset_type, sa.or_(mine, public_packages(), kept))
        .where(package.id.not_in(copies))
        .order_by(mine.desc(), year.desc().nulls_last(), package.title)
        .limit(MOST)
    )
    return [
        {"id": row.id, "title": f"{row.title} ({row.year})" if row.year else row.title, "mine": bool(row.mine)}
        for row in model.Session.execute(query)
    ]


def _office_of(user: model.User | None, record: Mapping[str, Any]) -> str | None:
    """The office whose drafts the form may name: the one that was chosen, if the person works for it, or its own."""
    posted = model.Group.get(str(record.get("owner_org") or ""))
    if posted is not None and posted.id in offices_of(user):
        return posted.id
    stored = model.Package.get(str(record.get("id") or ""))
    return stored.owner_org if stored is not None and _may(user, "package_update", stored.id) else None


def _may(user: model.User | None, action: str, package_id: str) -> bool:
    asking = Context(user=user.name if user else "", auth_user_obj=user)
    return model.Package.get(package_id) is not None and authz.is_authorized_boolean(action, asking, {"id": package_id})


def referring(field_name: str, package_id: str) -> list[dict[str, str]]:
    """The public records that refer to another by a field: ``name``, ``title`` and ``type`` of each, by title."""
    package = model.Package
    query = (
        sa.select(package.name, package.title, package.type)
        .where(package.extras[field_name].astext == package_id, public_packages())
        .order_by(package.title)
        .limit(MOST)
    )
    return [{"name": row.name, "title": row.title, "type": row.type} for row in model.Session.execute(query)]
