"""CKAN's searches, which find datasets and no records of other types unless the query names one.

A harvester asks for everything and would take an activity or a proposal for a dataset.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.query import solr_literal
from ckan.types import Action, Context, DataDict
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from ckanext.lebak.files.access import open_packages
from ckanext.lebak.files.masking import unmask_found
from ckanext.lebak.release.visibility import public_packages
from ckanext.lebak.search import DATASET_TYPE, with_every_type

__all__ = ["format_autocomplete", "package_autocomplete", "package_search", "resource_search"]

COMPLETED = ("name_ngram", "title_ngram", "name", "title")


@tk.chained_action
@tk.side_effect_free
def package_search(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_search``, for datasets (``SearchHooks.before_dataset_search``).

    CKAN's own upkeep asks without an authorisation, and needs to see all types: the search index is compared with the
    database, and the bin shows what was deleted. The addresses of files that are not open come from the database, for
    those who may take them; the index does not have them.
    """
    asked = dict(data_dict)
    found = up(context, with_every_type(data_dict) if context.get("ignore_auth") else data_dict)
    return unmask_found(context, found, asked)


@tk.side_effect_free
def package_autocomplete(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Return the datasets whose name or title contains a text.

    CKAN's own asks Solr past every hook, and finds records of all types.

    :param q: the text to look for
    :type q: string
    :param limit: at most this many (optional, default: 10)
    :type limit: int

    :rtype: list of dictionaries
    """
    q = tk.get_or_bust(data_dict, "q")
    tk.check_access("package_autocomplete", context, data_dict)
    query = {
        "q": " OR ".join(f"{field}:{solr_literal(q)}" for field in COMPLETED),
        "fl": ["name", "title"],
        "rows": data_dict.get("limit", 10),
        "facet": "false",
        "include_private": True,
    }
    found = tk.get_action("package_search")(tk.fresh_context(context), query)["results"]
    return [_completion(dataset["name"], dataset["title"], q.lower()) for dataset in found]


@tk.side_effect_free
def format_autocomplete(context: Context, data_dict: DataDict) -> list[str]:
    """Return the formats of public files that contain a text, the most frequent first.

    CKAN's own tells those of hidden records too.

    :param q: the text to look for
    :type q: string
    :param limit: at most this many (optional, default: 5)
    :type limit: int

    :rtype: list of strings
    """
    q = tk.get_or_bust(data_dict, "q")
    tk.check_access("format_autocomplete", context, data_dict)
    resource = model.Resource
    query = (
        sa.select(sa.func.lower(resource.format))
        .join(model.Package, model.Package.id == resource.package_id)
        .where(resource.state == model.State.ACTIVE, resource.format.icontains(q, autoescape=True), public_packages())
        .group_by(sa.func.lower(resource.format))
        .order_by(sa.func.count().desc())
        .limit(int(data_dict.get("limit", 5)))
    )
    return list(model.Session.scalars(query))


@tk.chained_action
@tk.side_effect_free
def resource_search(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_search``, over the open files of public datasets by our one rule of what is public.

    CKAN's own also gives files of other types of records, and of records whose office is gone. Files that are not open
    are left out, for a search for their address would tell what it is.
    """
    session = model.Session()

    def of_public_datasets(state: ORMExecuteState) -> None:
        if state.is_select:
            wanted = sa.and_(public_packages(), open_packages(), model.Package.type == DATASET_TYPE)
            state.statement = state.statement.options(
                with_loader_criteria(model.Package, wanted, propagate_to_loaders=False)
            )

    event.listen(session, "do_orm_execute", of_public_datasets)
    try:
        return up(context, data_dict)
    finally:
        event.remove(session, "do_orm_execute", of_public_datasets)


def _completion(name: str, title: str, wanted: str) -> dict[str, Any]:
    field, shown = ("name", name) if wanted in name else ("title", f"{title} ({name})")
    return {"name": name, "title": title, "match_field": field, "match_displayed": shown}
