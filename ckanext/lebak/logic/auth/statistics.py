"""Who may read and write the forms of BPS, beside what is a record's own."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.release.people import parts_of

__all__ = ["lebak_activity_copy", "lebak_bps_import", "lebak_bps_show", "lebak_private_answers_show"]


@tk.auth_disallow_anonymous_access
def lebak_private_answers_show(context: Context, data_dict: DataDict) -> AuthResult:
    """The operator and the head of the office; walidata and pembina, of records that they may see."""
    package = model.Package.get(data_dict["id"])
    user = model.User.get(context.get("user"))
    seen = authz.is_authorized("package_show", context, {"id": data_dict["id"]})
    if package is not None and seen.get("success") and parts_of(user, package.owner_org):
        return {"success": True}
    return {"success": False, "msg": tk._("Only the office, the walidata and BPS read this.")}


@tk.auth_allow_anonymous_access
def lebak_bps_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may see the record."""
    return authz.is_authorized("package_show", context, data_dict)


def lebak_bps_import(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may edit the record, or make one in the office."""
    if data_dict.get("id"):
        return authz.is_authorized("package_update", context, {"id": data_dict["id"]})
    return authz.is_authorized("package_create", context, {"owner_org": data_dict.get("owner_org")})


def lebak_activity_copy(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may edit the activity: the operator and the head of the office."""
    return authz.is_authorized("package_update", context, data_dict)
