"""Who asks for tables, and who answers: the walidata, BPS and the coordinator ask; the office that is asked answers."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.data_requests.asking import offices_asked
from ckanext.lebak.data_requests.model import RequestedTable
from ckanext.lebak.people.capacities import GRANTED, capacities_of
from ckanext.lebak.release.people import offices_of, parts_of
from ckanext.lebak.release.rules import OFFICE

__all__ = [
    "lebak_data_request_answer",
    "lebak_data_request_close",
    "lebak_data_request_create",
    "lebak_data_request_list",
    "lebak_data_request_show",
    "lebak_data_request_table_create",
    "lebak_data_request_table_delete",
]


@tk.auth_sysadmins_check
def lebak_data_request_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(_asks(context))


@tk.auth_sysadmins_check
def lebak_data_request_table_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(_asks(context))


@tk.auth_sysadmins_check
def lebak_data_request_table_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(_asks(context))


@tk.auth_sysadmins_check
def lebak_data_request_close(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(_asks(context))


@tk.auth_sysadmins_check
def lebak_data_request_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Who asks, and who works for an office."""
    user = model.User.get(context.get("user"))
    return _answer(bool(offices_of(user)) or _asks(context))


@tk.auth_sysadmins_check
def lebak_data_request_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who asks, and who works for an office that is asked there."""
    user = model.User.get(context.get("user"))
    asked = offices_asked(str(data_dict.get("id") or ""))
    return _answer(_asks(context) or any(_works_for(user, office) for office in asked))


@tk.auth_sysadmins_check
def lebak_data_request_answer(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office that is asked for the table."""
    table = model.Session.get(RequestedTable, str(data_dict.get("id") or ""))
    user = model.User.get(context.get("user"))
    return _answer(table is not None and _works_for(user, table.organization_id))


def _asks(context: Context) -> bool:
    return bool(capacities_of(model.User.get(context.get("user"))) & frozenset(GRANTED))


def _works_for(user: model.User | None, organization_id: str) -> bool:
    return bool(parts_of(user, organization_id) & OFFICE)


def _answer(allowed: bool) -> AuthResult:
    if allowed:
        return {"success": True}
    return {"success": False, "msg": tk._("This is for who asks for tables, and for the offices that are asked.")}
