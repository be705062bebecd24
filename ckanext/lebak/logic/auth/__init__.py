"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.lebak.logic.auth.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.auth.files import (
    datastore_info,
    datastore_search,
    datastore_search_sql,
    lebak_access_request_create,
    lebak_access_request_decide,
    lebak_access_request_end,
    lebak_access_request_list,
    lebak_file_show,
    resource_view_show,
    task_status_show,
)
from ckanext.lebak.logic.auth.tables import lebak_table_load, lebak_table_show

__all__ = [
    "datastore_info",
    "datastore_search",
    "datastore_search_sql",
    "lebak_access_request_create",
    "lebak_access_request_decide",
    "lebak_access_request_end",
    "lebak_access_request_list",
    "lebak_feed_problem_show",
    "lebak_feed_report",
    "lebak_file_show",
    "lebak_table_load",
    "lebak_table_show",
    "resource_view_show",
    "task_status_show",
]

CHAINED = {"datastore": ("datastore_info", "datastore_search", "datastore_search_sql")}
"""Auth functions of ours that chain those of another plugin, which need not be on."""


def available() -> dict[str, Any]:
    """The auth functions, but those that chain one of a plugin that is off."""
    missing = {name for plugin, names in CHAINED.items() if not p.plugin_loaded(plugin) for name in names}
    return {name: globals()[name] for name in __all__ if name not in missing}
