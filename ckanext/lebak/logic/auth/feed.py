"""Who sees what machines read."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak import config

__all__ = ["lebak_feed_problem_show", "lebak_feed_report"]


def lebak_feed_report(context: Context, data_dict: DataDict) -> AuthResult:
    """Who edits or administers for the walidata."""
    allowed = authz.has_user_permission_for_group_or_org(config.custodian(), context.get("user"), "update_dataset")
    return {"success": allowed} if allowed else {"success": False, "msg": tk._("Only for the walidata.")}


def lebak_feed_problem_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may edit the dataset."""
    return authz.is_authorized("package_update", context, data_dict)
