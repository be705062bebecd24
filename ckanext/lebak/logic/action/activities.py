"""CKAN's activity stream, which gives every old version of a record whole, by what its readers could see then.

A record that was hidden since is left out here, and files that were restricted since are masked.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

from ckanext.lebak.files.masking import masked_activities

__all__ = [
    "activity_show",
    "dashboard_activity_list",
    "group_activity_list",
    "organization_activity_list",
    "package_activity_list",
    "recently_changed_packages_activity_list",
    "user_activity_list",
]


@tk.chained_action
@tk.side_effect_free
def activity_show(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``activity_show``, by who may see the record and its files now."""
    found = masked_activities(context, [up(context, data_dict)])
    if not found:
        raise tk.NotAuthorized
    return found[0]


@tk.chained_action
@tk.side_effect_free
def dashboard_activity_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``dashboard_activity_list``, by who may see the records and their files now."""
    return masked_activities(context, up(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def group_activity_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``group_activity_list``, by who may see the records and their files now."""
    return masked_activities(context, up(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def organization_activity_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``organization_activity_list``, by who may see the records and their files now."""
    return masked_activities(context, up(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def package_activity_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_activity_list``, by who may see the record and its files now."""
    return masked_activities(context, up(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def recently_changed_packages_activity_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``recently_changed_packages_activity_list``, by who may see the records and their files now."""
    return masked_activities(context, up(context, data_dict))


@tk.chained_action
@tk.side_effect_free
def user_activity_list(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``user_activity_list``, by who may see the records and their files now."""
    return masked_activities(context, up(context, data_dict))
