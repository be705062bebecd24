"""Who takes files, and who asks for restricted ones and decides."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from ckanext.lebak.files import approvals
from ckanext.lebak.files.access import RESTRICTED, access_of, may_read_file, user_of
from ckanext.lebak.people.capacities import HEAD, WALIDATA, holds, membership
from ckanext.lebak.release.visibility import is_public

__all__ = [
    "datastore_info",
    "datastore_search",
    "datastore_search_sql",
    "lebak_access_request_create",
    "lebak_access_request_decide",
    "lebak_access_request_end",
    "lebak_access_request_list",
    "lebak_file_show",
    "resource_view_show",
    "task_status_show",
]

_ALLOWED: AuthResult = {"success": True}


@tk.auth_allow_anonymous_access
def lebak_file_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may take the file (`files.access`), and may see its record."""
    seen = authz.is_authorized("resource_show", context, data_dict)
    return _if_readable(context, data_dict.get("id")) if seen.get("success") else seen


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def datastore_search(up: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Rows of a table: who may take its file. CKAN's own asks whether the record may be seen."""
    return _and_readable(up, context, data_dict, "resource_id")


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def datastore_info(up: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Columns and size of a table: who may take its file."""
    return _and_readable(up, context, data_dict, "id")


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def datastore_search_sql(up: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """Every table of a query: who may take its file. The action is off, unless somebody turns it on."""
    outcome = up(context, data_dict or {})
    for table in context.get("table_names", []) if outcome.get("success") else []:
        outcome = _if_readable(context, table)
        if not outcome.get("success"):
            break
    return outcome


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def resource_view_show(up: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """A preview: who may take the file. Its filters are values of the table."""
    outcome = up(context, data_dict or {})
    view = model.ResourceView.get((data_dict or {})["id"])
    return _if_readable(context, view.resource_id) if view and outcome.get("success") else outcome


@tk.chained_auth_function
def task_status_show(up: AuthFunction, context: Context, data_dict: DataDict | None) -> AuthResult:
    """What became of a table: who may take its file. Why it could not be loaded is said with a value of it."""
    outcome = up(context, data_dict or {})
    task = context.get("task_status")
    return _if_readable(context, task.entity_id) if task and outcome.get("success") else outcome


@tk.auth_sysadmins_check
def lebak_access_request_create(context: Context, data_dict: DataDict) -> AuthResult:
    """A member of an agency, for a restricted public record of another office."""
    user, package = user_of(context), model.Package.get(data_dict.get("package_id"))
    if user is None or package is None or not is_public(package) or access_of(package) != RESTRICTED:
        return _denied(tk._("Files can be asked for where a public dataset is restricted."))
    agency = data_dict.get("organization_id")
    agencies = [id_ for id_ in approvals.agencies_of(user) if id_ != package.owner_org]
    if not agencies or (agency and agency not in agencies):
        return _denied(tk._("Only a member of an agency may ask for its files. Ask the walidata for an account."))
    return _ALLOWED


@tk.auth_sysadmins_check
def lebak_access_request_decide(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata; a sysadmin too only with that capacity."""
    return _ALLOWED if holds(user_of(context), WALIDATA) else _denied(tk._("Only for the walidata."))


def lebak_access_request_end(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata, the head of the office that owns the record, and members of the agency that asked."""
    user = user_of(context)
    if holds(user, WALIDATA):
        return _ALLOWED
    request = approvals.get(tk.get_or_bust(data_dict, "id"))
    package = model.Package.get(request.package_id)
    if package is not None and membership(user, package.owner_org) == HEAD:
        return _ALLOWED
    if user is not None and request.organization_id in approvals.agencies_of(user):
        return _ALLOWED
    return _denied(tk._("Only the walidata, the head of the office and the agency itself may end this."))


def lebak_access_request_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever has an account; it gives those that one may see."""
    return _ALLOWED if user_of(context) else _denied(tk._("Sign in first."))


def _and_readable(up: AuthFunction, context: Context, data_dict: DataDict | None, key: str) -> AuthResult:
    outcome = up(context, data_dict or {})
    return _if_readable(context, (data_dict or {}).get(key)) if outcome.get("success") else outcome


def _if_readable(context: Context, resource_id: Any) -> AuthResult:
    resource = model.Resource.get(resource_id) if isinstance(resource_id, str) else None
    # A table without a resource is CKAN's own (`_table_metadata`), which its configuration names.
    if resource is None or may_read_file(user_of(context), resource.package, resource):
        return _ALLOWED
    return _denied(refused())


def refused() -> str:
    """The sentence for whoever may not take a file."""
    return tk._("This file is restricted. Its description is public; agencies that the walidata approved may take it.")


def _denied(sentence: str) -> AuthResult:
    return {"success": False, "msg": sentence}
