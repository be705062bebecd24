"""Who prepares, checks and records proposals of statistical activities.

As with releases: an act is allowed to whoever may do it at some time, and whether now is the time the room says.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from ckanext.lebak.logic.auth.asking import answer, asker, in_forum
from ckanext.lebak.release.people import offices_of, parts_of
from ckanext.lebak.release.rules import OFFICE, Part

__all__ = [
    "lebak_proposal_activity_create",
    "lebak_proposal_entry_undo",
    "lebak_proposal_handover_record",
    "lebak_proposal_list",
    "lebak_proposal_number_record",
    "lebak_proposal_pass_on",
    "lebak_proposal_record",
    "lebak_proposal_show",
    "lebak_proposal_similar",
]

_CHECKERS = frozenset({Part.WALIDATA, Part.PEMBINA})


@tk.auth_allow_anonymous_access
def lebak_proposal_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Everybody: it tells what is public of proposals."""
    return {"success": True}


def lebak_proposal_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who works for the office, and the walidata and the pembina where they may see the record."""
    return authz.is_authorized("lebak_release_show", context, data_dict)


def lebak_proposal_similar(context: Context, data_dict: DataDict) -> AuthResult:
    """Of a proposal: who works with it. Of a title alone: whoever works for an office or acts for all of them."""
    if data_dict.get("id"):
        return authz.is_authorized("lebak_release_show", context, data_dict)
    user = asker(context)
    return _answer(bool(offices_of(user)) or in_forum(user))


def _for(parts: frozenset[Part], name: str, who: str) -> AuthFunction:
    @tk.auth_sysadmins_check
    def function(context: Context, data_dict: DataDict) -> AuthResult:
        package = model.Package.get(data_dict.get("id"))
        mine: Any = parts_of(asker(context), package.owner_org) if package else frozenset()
        if not mine & parts:
            return _answer(allowed=False)
        return authz.is_authorized("package_show", context, data_dict)

    function.__name__ = name
    function.__doc__ = who
    return function


lebak_proposal_pass_on = _for(
    _CHECKERS | {Part.HEAD},
    "lebak_proposal_pass_on",
    "The walidata; who stands in for an only walidata, the room says.",
)
lebak_proposal_record = _for(_CHECKERS, "lebak_proposal_record", "The walidata and the pembina.")
lebak_proposal_number_record = _for(_CHECKERS, "lebak_proposal_number_record", "The walidata and the pembina.")
lebak_proposal_entry_undo = _for(_CHECKERS, "lebak_proposal_entry_undo", "The walidata and the pembina.")
lebak_proposal_handover_record = _for(
    _CHECKERS | OFFICE, "lebak_proposal_handover_record", "The office, the walidata and the pembina."
)
lebak_proposal_activity_create = _for(OFFICE, "lebak_proposal_activity_create", "Operators and the head of the office.")


def _answer(allowed: bool) -> AuthResult:
    return answer(allowed, tk._("This step is not yours: it belongs to somebody else in the data's path."))
