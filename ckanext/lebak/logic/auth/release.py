"""Who may move a record, and who sees where it stands.

An act is allowed here to whoever may do it somewhere on the record's way; whether now is the time for it, the room
``release/`` says with a sentence. Sysadmins are asked like everybody: they administer the site and release nothing.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthFunction, AuthResult, ChainedAuthFunction, Context, DataDict

from ckanext.lebak.people.capacities import KOORDINATOR, PEMBINA, WALIDATA, capacities_of
from ckanext.lebak.release import rules
from ckanext.lebak.release.people import parts_of

__all__ = [
    "lebak_audit_redact",
    "lebak_priority_set",
    "lebak_release_agree",
    "lebak_release_approve",
    "lebak_release_change",
    "lebak_release_consent",
    "lebak_release_decline",
    "lebak_release_discard",
    "lebak_release_list",
    "lebak_release_object",
    "lebak_release_recall",
    "lebak_release_reopen",
    "lebak_release_return",
    "lebak_release_show",
    "lebak_release_submit",
    "lebak_release_withdraw",
    "lebak_review_note_answer",
    "lebak_review_note_create",
    "package_collaborator_create",
    "package_collaborator_delete",
    "package_collaborator_list",
]


def _allowed_to(act: str) -> AuthFunction:
    parts = frozenset(part for move in rules.MOVES if move.act == act for part in move.parts)

    @tk.auth_sysadmins_check
    def function(context: Context, data_dict: DataDict) -> AuthResult:
        return _answer(bool(_parts(context, data_dict) & parts))

    function.__name__ = f"lebak_release_{act}"
    function.__doc__ = f"Whoever may make the move ``{act}`` (``release.rules``)."
    return function


lebak_release_submit = _allowed_to(rules.SUBMIT)
lebak_release_consent = _allowed_to(rules.CONSENT_ACT)
lebak_release_decline = _allowed_to(rules.DECLINE)
lebak_release_recall = _allowed_to(rules.RECALL)
lebak_release_return = _allowed_to(rules.RETURN)
lebak_release_agree = _allowed_to(rules.AGREE)
lebak_release_object = _allowed_to(rules.OBJECT)
lebak_release_approve = _allowed_to(rules.APPROVE)
lebak_release_withdraw = _allowed_to(rules.WITHDRAW)
lebak_release_reopen = _allowed_to(rules.REOPEN)
lebak_release_change = _allowed_to(rules.CHANGE)
lebak_release_discard = _allowed_to(rules.DISCARD)


def _for_nobody(name: str) -> ChainedAuthFunction:
    @tk.chained_auth_function
    @tk.auth_sysadmins_check
    def function(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
        return _answer(allowed=False)

    function.__name__ = name
    function.__doc__ = "Nobody: who works on a record is a member of its office, or has a capacity."
    return function


package_collaborator_create = _for_nobody("package_collaborator_create")
package_collaborator_delete = _for_nobody("package_collaborator_delete")
package_collaborator_list = _for_nobody("package_collaborator_list")


def lebak_release_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who works for the office, and the walidata and the pembina where they may see the record."""
    works = bool(_parts(context, data_dict))
    return authz.is_authorized("package_show", context, data_dict) if works else _answer(allowed=False)


@tk.auth_allow_anonymous_access
def lebak_release_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may see the record."""
    return authz.is_authorized("package_show", context, data_dict)


@tk.auth_sysadmins_check
def lebak_review_note_create(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata and the pembina, of what they may see."""
    capacities = capacities_of(model.User.get(context.get("user")))
    if not capacities & {WALIDATA, PEMBINA}:
        return _answer(allowed=False)
    return authz.is_authorized("package_show", context, data_dict)


@tk.auth_sysadmins_check
def lebak_review_note_answer(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    return _answer(bool(_parts(context, data_dict) & rules.OFFICE))


@tk.auth_sysadmins_check
def lebak_priority_set(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata and the coordinator of the Forum."""
    return _answer(bool(capacities_of(model.User.get(context.get("user"))) & {WALIDATA, KOORDINATOR}))


@tk.auth_sysadmins_check
def lebak_audit_redact(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata."""
    return _answer(WALIDATA in capacities_of(model.User.get(context.get("user"))))


def _parts(context: Context, data_dict: DataDict) -> frozenset[rules.Part]:
    package = model.Package.get(data_dict.get("id"))
    return parts_of(model.User.get(context.get("user")), package.owner_org) if package else frozenset()


def _answer(allowed: bool) -> AuthResult:
    if allowed:
        return {"success": True}
    return {"success": False, "msg": tk._("This step is not yours: it belongs to somebody else in the data's path.")}
