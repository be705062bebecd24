"""The rows of a released table, as whoever asks may read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak.release.visibility import public_packages

MOST_ROWS = 10_000
"""Rows that a value and that of the year before are made of; more are a mistake in the filter."""


def columns(context: Context, resource_id: str) -> list[str]:
    """The names of the columns of a table, as its file has them.

    Raises:
        ObjectNotFound, NotAuthorized: There is none, or not for this person.
    """
    found = tk.get_action("datastore_search")(_asking(context), {"resource_id": resource_id, "limit": 0})
    return [field["id"] for field in found["fields"] if field["id"] != "_id"]


def rows(context: Context, resource_id: str, where: Mapping[str, str | Sequence[str]]) -> list[dict[str, Any]]:
    """The rows of a table that say what is asked for, in the order of the file.

    Args:
        context: Of who asks.
        resource_id: Id of the file.
        where: Value by column, or several of which a row has one.

    Raises:
        ObjectNotFound, NotAuthorized: There is no such table, or not for this person.
        ValidationError: A column is not there, or there are too many rows.
    """
    filters = {column: value if isinstance(value, str) else list(value) for column, value in where.items()}
    asked = {"resource_id": resource_id, "filters": filters, "limit": MOST_ROWS + 1, "sort": "_id"}
    found = tk.get_action("datastore_search")(_asking(context), asked)["records"]
    if len(found) > MOST_ROWS:
        raise tk.ValidationError({"filters": [tk._("Too many rows are meant. Add a filter.")]})
    return found


def released(package_id: str) -> model.Package | None:
    """A dataset, if it is released and public now."""
    query = sa.select(model.Package).where(model.Package.id == package_id, public_packages())
    return model.Session.scalar(query)


def all_released(package_ids: Iterable[str]) -> dict[str, model.Package]:
    """Those of some datasets that are released and public now, by id."""
    query = sa.select(model.Package).where(model.Package.id.in_(set(package_ids)), public_packages())
    return {package.id: package for package in model.Session.scalars(query)}


def choices(organization_id: str | None = None) -> list[tuple[str, str]]:
    """The tables that a code can map to: id of the file, and the titles of dataset and file.

    Args:
        organization_id: Only of datasets of this office; None for all.
    """
    package, resource = model.Package, model.Resource
    # CKAN keeps the extras of a file as JSON text.
    extras = sa.type_coerce(model.resource_table.c.extras, sa.UnicodeText)
    loaded = extras.contains('"datastore_active": true')
    query = (
        sa.select(resource.id, package.title, resource.name)
        .join(package, package.id == resource.package_id)
        .where(
            public_packages(),
            resource.state == model.State.ACTIVE,
            loaded,
        )
        .order_by(package.title, resource.position)
    )
    if organization_id is not None:
        query = query.where(package.owner_org == organization_id)
    return [(row.id, f"{row.title}: {row.name}") for row in model.Session.execute(query)]


def _asking(context: Context) -> Context:
    return Context(user=context.get("user") or "", auth_user_obj=model.User.get(context.get("user")))
