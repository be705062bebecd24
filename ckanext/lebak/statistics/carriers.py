"""The public datasets that carry an indicator, and its values from their tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak.files.access import access_of, is_open
from ckanext.lebak.release.visibility import public_packages
from ckanext.lebak.search import DATASET_TYPE
from ckanext.lebak.statistics.values import arrange, roles_of
from ckanext.lebak.tables.columns import columns_of

log = logging.getLogger(__name__)

INDICATOR_TYPE = "indikator"
CITES = "indikator_id"
"""The field of a dataset that names its indicator."""
MOST_ROWS = 500
"""Of a table that are looked at, the newest; a page shows a glance, the table itself is one click away."""
MOST_TABLES = 6
"""Of a dataset."""
MOST_SHOWN = 10
"""Datasets whose values stand on the page of their indicator; the others are named."""


def datasets(indicator_id: str) -> list[model.Package]:
    """The public datasets that cite an indicator, by title.

    Args:
        indicator_id: Id of the indicator.
    """
    query = (
        sa.select(model.Package)
        .where(
            model.Package.type == DATASET_TYPE,
            model.package_table.c.extras[CITES].astext == indicator_id,
            public_packages(),
        )
        .order_by(model.Package.title, model.Package.id)
    )
    return list(model.Session.scalars(query))


def values(context: Context, package: model.Package) -> list[dict[str, Any]]:
    """The values in the tables of a public dataset, one entry for each table whose columns say which they are.

    Args:
        context: Of the reader: what they take is theirs to take, and is counted as any other reading.
        package: A public dataset.

    Returns:
        ``resource_id``, ``name``, ``heads``, ``rows`` (figures as numbers), ``unit``, ``total`` (rows of the table) and
        ``complete`` (whether all of them are there). Nothing of a dataset whose files are not open.
    """
    if not p.plugin_loaded("datastore") or not is_open(access_of(package)):
        return []
    found = []
    for resource in package.resources:
        if resource.extras.get("datastore_active") and (table := _table_if_there(context, resource)):
            found.append(table)
        if len(found) == MOST_TABLES:
            break
    return found


def _table_if_there(context: Context, resource: model.Resource) -> dict[str, Any] | None:
    """What `_table` gives; None for a table that cannot be had now. The page of the indicator needs none of them."""
    try:
        return _table(context, resource)
    except (tk.ObjectNotFound, tk.ValidationError, tk.NotAuthorized):
        log.warning("the table of %s is left out of the page of its indicator", resource.id, exc_info=True)
        return None


def _table(context: Context, resource: model.Resource) -> dict[str, Any] | None:
    def search(**query: Any) -> dict[str, Any]:
        return tk.get_action("datastore_search")(tk.fresh_context(context), {"resource_id": resource.id, **query})

    stored = {field["id"] for field in search(limit=0)["fields"]}
    described = [row for row in _rows(resource.extras.get("kolom")) if row.get("nama") in stored]
    roles = roles_of(columns_of([row["nama"] for row in described], described))
    if roles is None:
        return None
    columns = [*([roles.time] if roles.time else []), *roles.dimensions, *roles.measures]
    order = {"sort": f'"{roles.time.name}" desc, _id asc'} if roles.time else {}
    answer = search(fields=[column.name for column in columns], limit=MOST_ROWS, **order)
    arranged = arrange(roles, answer["records"], str(resource.extras.get("periode") or ""))
    return {
        "resource_id": resource.id,
        "name": resource.name,
        "heads": list(arranged.heads),
        "rows": [list(row) for row in arranged.rows],
        "unit": arranged.unit,
        "total": answer["total"],
        "complete": answer["total"] <= len(answer["records"]),
    }


def _rows(kept: Any) -> list[Mapping[str, Any]]:
    """The described columns of a file, which CKAN keeps as JSON text."""
    return json.loads(kept) if isinstance(kept, str) and kept else kept or []
