"""Who sees what machines read."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.people.capacities import WALIDATA, holds

__all__ = ["lebak_feed_problem_show", "lebak_feed_report"]


def lebak_feed_report(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as walidata."""
    allowed = holds(model.User.get(context.get("user")), WALIDATA)
    return {"success": True} if allowed else {"success": False, "msg": tk._("Only for the walidata.")}


def lebak_feed_problem_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may edit the dataset."""
    return authz.is_authorized("package_update", context, data_dict)
