"""Our actions, and CKAN's actions that we chain."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p

from ckanext.lebak.logic.action import activities
from ckanext.lebak.logic.action.activities import (
    activity_show,
    dashboard_activity_list,
    group_activity_list,
    organization_activity_list,
    package_activity_list,
    recently_changed_packages_activity_list,
    user_activity_list,
)
from ckanext.lebak.logic.action.feed import lebak_feed_problem_show, lebak_feed_report
from ckanext.lebak.logic.action.files import (
    datastore_search,
    lebak_access_request_create,
    lebak_access_request_decide,
    lebak_access_request_end,
    lebak_access_request_list,
    lebak_file_show,
    resource_view_list,
)
from ckanext.lebak.logic.action.organizations import organization_list, organization_show
from ckanext.lebak.logic.action.reading import package_list
from ckanext.lebak.logic.action.saving import (
    package_create,
    package_patch,
    package_show,
    package_update,
    resource_create,
    resource_patch,
    resource_update,
)
from ckanext.lebak.logic.action.searching import package_autocomplete, package_search, resource_search
from ckanext.lebak.logic.action.tables import lebak_table_load, lebak_table_show

__all__ = [
    "activity_show",
    "dashboard_activity_list",
    "datastore_search",
    "group_activity_list",
    "lebak_access_request_create",
    "lebak_access_request_decide",
    "lebak_access_request_end",
    "lebak_access_request_list",
    "lebak_feed_problem_show",
    "lebak_feed_report",
    "lebak_file_show",
    "lebak_table_load",
    "lebak_table_show",
    "organization_activity_list",
    "organization_list",
    "organization_show",
    "package_activity_list",
    "package_autocomplete",
    "package_create",
    "package_list",
    "package_patch",
    "package_search",
    "package_show",
    "package_update",
    "recently_changed_packages_activity_list",
    "resource_create",
    "resource_patch",
    "resource_search",
    "resource_update",
    "resource_view_list",
    "user_activity_list",
]

CHAINED = {"activity": tuple(activities.__all__), "datastore": ("datastore_search",)}
"""Actions of ours that chain those of another plugin, which need not be on."""


def available() -> dict[str, Any]:
    """The actions, but those that chain one of a plugin that is off."""
    missing = {name for plugin, names in CHAINED.items() if not p.plugin_loaded(plugin) for name in names}
    return {name: globals()[name] for name in __all__ if name not in missing}
