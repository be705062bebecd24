"""Who confirms for an office, and who names its head's deputy. Sysadmins are asked like everybody."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.logic.auth.asking import answer, asker
from ckanext.lebak.people.capacities import HEAD, membership
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE

__all__ = ["lebak_deputy_end", "lebak_deputy_name", "lebak_release_confirm"]


@tk.auth_sysadmins_check
def lebak_release_confirm(context: Context, data_dict: DataDict) -> AuthResult:
    """Operators and the head of the office."""
    package = model.Package.get(data_dict.get("id"))
    user = asker(context)
    return _answer(bool(package and parts_of(user, package.owner_org) & OFFICE))


@tk.auth_sysadmins_check
def lebak_deputy_name(context: Context, data_dict: DataDict) -> AuthResult:
    """The head of the office itself; a deputy names none."""
    return _answer(membership(asker(context), data_dict.get("id")) == HEAD)


@tk.auth_sysadmins_check
def lebak_deputy_end(context: Context, data_dict: DataDict) -> AuthResult:
    """The head of the office itself."""
    return lebak_deputy_name(context, data_dict)


def _answer(allowed: bool) -> AuthResult:
    return answer(allowed, tk._("This is for those who work for the office."))
