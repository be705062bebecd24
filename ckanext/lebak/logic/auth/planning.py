"""Who promises, who agrees, who reads. Sysadmins are asked like everybody: they are no office and no Forum.

The list that was agreed on is for everybody. What an office has not handed in is its own; what it has handed in is for
the Forum: coordinator, walidata and pembina.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.desks.office import works_somewhere
from ckanext.lebak.logic.auth.asking import answer, asker, in_forum, works_for
from ckanext.lebak.people.capacities import KOORDINATOR, WALIDATA, capacities_of, holds
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import Part

__all__ = [
    "lebak_list_agree",
    "lebak_list_document_add",
    "lebak_list_document_list",
    "lebak_list_doubles",
    "lebak_list_proposal",
    "lebak_list_show",
    "lebak_promise_consent",
    "lebak_promise_decline",
    "lebak_promise_drop",
    "lebak_promise_import",
    "lebak_promise_link",
    "lebak_promise_list",
    "lebak_promise_priority_set",
    "lebak_promise_roll",
    "lebak_promise_save",
    "lebak_promise_submit",
    "lebak_round_close",
    "lebak_round_list",
    "lebak_round_open",
]


# --- everybody, and who works with the list ---------------------------------------------------------------------------


@tk.auth_allow_anonymous_access
def lebak_list_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Everybody."""
    return {"success": True}


@tk.auth_sysadmins_check
def lebak_round_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Who works for an office, or in the Forum."""
    user = asker(context)
    return _answer(user is not None and (in_forum(user) or works_somewhere(user)))


@tk.auth_sysadmins_check
def lebak_list_document_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Who works for an office, or in the Forum."""
    return lebak_round_list(context, data_dict)


@tk.auth_sysadmins_check
def lebak_list_proposal(context: Context, data_dict: DataDict) -> AuthResult:
    """The Forum."""
    return _answer(in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_list_doubles(context: Context, data_dict: DataDict) -> AuthResult:
    """The Forum; of an office's promises, drafts among them, its operators and head alone."""
    office = data_dict.get("organization")
    return _answer(works_for(asker(context), office) if office else in_forum(asker(context)))


@tk.auth_sysadmins_check
def lebak_promise_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office; the Forum, what was handed in."""
    return _answer(in_forum(asker(context)) or works_for(asker(context), data_dict.get("organization")))


# --- the coordinator --------------------------------------------------------------------------------------------------


@tk.auth_sysadmins_check
def lebak_round_open(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as coordinator."""
    return _answer(holds(asker(context), KOORDINATOR))


@tk.auth_sysadmins_check
def lebak_round_close(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as coordinator."""
    return lebak_round_open(context, data_dict)


@tk.auth_sysadmins_check
def lebak_list_agree(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as coordinator."""
    return lebak_round_open(context, data_dict)


@tk.auth_sysadmins_check
def lebak_list_document_add(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as coordinator."""
    return lebak_round_open(context, data_dict)


@tk.auth_sysadmins_check
def lebak_promise_priority_set(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as walidata or as coordinator, as with the list of priority data."""
    return _answer(bool(capacities_of(asker(context)) & {WALIDATA, KOORDINATOR}))


# --- the office -------------------------------------------------------------------------------------------------------


@tk.auth_sysadmins_check
def lebak_promise_save(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return _answer(works_for(asker(context), data_dict.get("organization")))


@tk.auth_sysadmins_check
def lebak_promise_drop(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return lebak_promise_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_promise_import(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return lebak_promise_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_promise_roll(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return lebak_promise_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_promise_link(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return lebak_promise_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_promise_submit(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return lebak_promise_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_promise_consent(context: Context, data_dict: DataDict) -> AuthResult:
    """The head of the office, or who acts in the head's place."""
    return _answer(Part.HEAD in parts_of(asker(context), data_dict.get("organization")))


@tk.auth_sysadmins_check
def lebak_promise_decline(context: Context, data_dict: DataDict) -> AuthResult:
    """The head of the office, or who acts in the head's place."""
    return lebak_promise_consent(context, data_dict)


def _answer(allowed: bool) -> AuthResult:
    return answer(allowed, tk._("This is for those who work with the data list."))
