"""Who may do what: a function for each of our actions, of the same name. What is not allowed here is denied."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak import config

__all__ = ["lebak_feed_problem_show", "lebak_feed_report", "lebak_table_load", "lebak_table_show"]


def lebak_feed_report(context: Context, data_dict: DataDict) -> AuthResult:
    """Who edits or administers for the walidata."""
    allowed = authz.has_user_permission_for_group_or_org(config.custodian(), context.get("user"), "update_dataset")
    return {"success": allowed} if allowed else {"success": False, "msg": tk._("Only for the walidata.")}


def lebak_feed_problem_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may edit the dataset."""
    return authz.is_authorized("package_update", context, data_dict)


@tk.auth_allow_anonymous_access
def lebak_table_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the resource."""
    return authz.is_authorized("resource_show", context, data_dict)


def lebak_table_load(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may edit the resource."""
    return authz.is_authorized("resource_update", context, data_dict)
