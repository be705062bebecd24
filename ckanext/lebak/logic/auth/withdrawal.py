"""Who may look into a withdrawal, and who may erase files."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.logic.auth.asking import answer, asker
from ckanext.lebak.people.capacities import WALIDATA, holds
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import Part

__all__ = ["lebak_release_erase", "lebak_release_takers"]


@tk.auth_sysadmins_check
def lebak_release_takers(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata and the head of the office: who may withdraw."""
    package = model.Package.get(data_dict.get("id"))
    parts = parts_of(asker(context), package.owner_org) if package else frozenset()
    return _answer(bool(parts & {Part.WALIDATA, Part.HEAD}))


@tk.auth_sysadmins_check
def lebak_release_erase(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata."""
    return _answer(holds(asker(context), WALIDATA))


def _answer(allowed: bool) -> AuthResult:
    return answer(allowed, tk._("Only the walidata or the head of the office withdraws a record."))
