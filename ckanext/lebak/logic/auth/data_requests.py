"""Who asks for tables, and who answers: the walidata, BPS and the coordinator ask; the office that is asked answers."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.data_requests.asking import offices_asked
from ckanext.lebak.data_requests.model import RequestedTable
from ckanext.lebak.logic.auth.asking import answer, asker, in_forum, works_for
from ckanext.lebak.release.people import offices_of

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
    return _answer(in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_data_request_table_create(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_data_request_table_delete(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_data_request_close(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever acts as walidata, pembina or coordinator."""
    return _answer(in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_data_request_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Who asks, and who works for an office."""
    user = asker(context)
    return _answer(bool(offices_of(user)) or in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_data_request_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who asks, and who works for an office that is asked there."""
    user = asker(context)
    asked = offices_asked(str(data_dict.get("id") or ""))
    return _answer(in_forum(asker(context)) or any(works_for(user, office) for office in asked))


@tk.auth_sysadmins_check
def lebak_data_request_answer(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office that is asked for the table."""
    table = model.Session.get(RequestedTable, str(data_dict.get("id") or ""))
    user = asker(context)
    return _answer(table is not None and works_for(user, table.organization_id))


def _answer(allowed: bool) -> AuthResult:
    return answer(allowed, tk._("This is for who asks for tables, and for the offices that are asked."))
