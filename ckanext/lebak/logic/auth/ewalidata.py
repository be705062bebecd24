"""Who says where the values for e-Walidata stand. Sysadmins are asked like everybody."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.desks.office import works_somewhere
from ckanext.lebak.logic.auth.asking import answer, asker, works_for
from ckanext.lebak.people.capacities import WALIDATA, holds
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE

__all__ = [
    "lebak_ewalidata_export_keep",
    "lebak_ewalidata_remove",
    "lebak_ewalidata_save",
    "lebak_ewalidata_show",
]


@tk.auth_sysadmins_check
def lebak_ewalidata_show(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata; of one office, its operators and head; ``anywhere``: who works for any office."""
    user = asker(context)
    if data_dict.get("anywhere"):
        return _answer(user is not None and (holds(user, WALIDATA) or works_somewhere(user)))
    return _answer(holds(user, WALIDATA) or works_for(user, data_dict.get("organization")))


@tk.auth_sysadmins_check
def lebak_ewalidata_save(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata, and operators and the head of the office of the dataset."""
    user = asker(context)
    package = model.Package.get(data_dict.get("package_id"))
    return _answer(holds(user, WALIDATA) or bool(package and parts_of(user, package.owner_org) & OFFICE))


@tk.auth_sysadmins_check
def lebak_ewalidata_remove(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata, and operators and the head of the office of the dataset."""
    return lebak_ewalidata_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_ewalidata_export_keep(context: Context, data_dict: DataDict) -> AuthResult:
    """Who acts as walidata."""
    return _answer(holds(asker(context), WALIDATA))


def _answer(allowed: bool) -> AuthResult:
    return answer(allowed, tk._("This is for the walidata and the office of the data."))
