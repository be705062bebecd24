"""Records that refer to others by id: a dataset to its activity, an indicator to what it is made of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.visibility import public_packages

MOST = 500
"""More than an office has activities in ten years."""


def choices(dataset_type: str, owner_org: str | None, chosen: Any = None) -> list[dict[str, Any]]:
    """The records of a type that a record of an office may refer to: its own, drafts too, and all public ones.

    Args:
        dataset_type: Type of the records.
        owner_org: Id or name of the office.
        chosen: Id of the one that is referred to now.

    Returns:
        ``id``, ``title`` and ``mine`` of each: the office's first, then by title; those of a later year first.
    """
    office = model.Group.get(owner_org) if owner_org else None
    package = model.Package
    mine = sa.and_(package.owner_org == (office.id if office else None), package.state != model.State.DELETED)
    copies = sa.select(Workflow.package_id).where(Workflow.release_of.is_not(None))
    year = package.extras["tahun_kegiatan"].astext
    query = (
        sa.select(package.id, package.title, year.label("year"), mine.label("mine"))
        .where(package.type == dataset_type, sa.or_(mine, public_packages(), package.id == str(chosen or "")))
        .where(package.id.not_in(copies))
        .order_by(mine.desc(), year.desc().nulls_last(), package.title)
        .limit(MOST)
    )
    return [
        {"id": row.id, "title": f"{row.title} ({row.year})" if row.year else row.title, "mine": bool(row.mine)}
        for row in model.Session.execute(query)
    ]


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
