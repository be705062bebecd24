"""Who fills in the self-assessment, and who reads it. Sysadmins are asked like everybody.

The walidata answers; the pembina and the coordinator read; an office whose activity is chosen reads too, and brings the
documents that are its own to show.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.epss import answers
from ckanext.lebak.epss.model import EpssDocument
from ckanext.lebak.logic.auth.asking import answer, asker, in_forum
from ckanext.lebak.people.capacities import WALIDATA, holds
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE

__all__ = [
    "lebak_epss_activity_choose",
    "lebak_epss_answer_save",
    "lebak_epss_document_add",
    "lebak_epss_document_remove",
    "lebak_epss_document_show",
    "lebak_epss_show",
]


@tk.auth_sysadmins_check
def lebak_epss_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Walidata, pembina and coordinator, and offices whose activities are chosen."""
    user = asker(context)
    allowed = user is not None and (in_forum(user) or _is_chosen(user, data_dict.get("year")))
    sentence = tk._("The assessment is for walidata, pembina, coordinator and the offices that are assessed.")
    return answer(allowed, sentence)


@tk.auth_sysadmins_check
def lebak_epss_document_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may read the assessment."""
    return lebak_epss_show(context, data_dict)


@tk.auth_sysadmins_check
def lebak_epss_answer_save(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata."""
    return answer(holds(asker(context), WALIDATA), tk._("Only the walidata fills in the assessment."))


@tk.auth_sysadmins_check
def lebak_epss_activity_choose(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata."""
    return lebak_epss_answer_save(context, data_dict)


@tk.auth_sysadmins_check
def lebak_epss_document_add(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata, and offices whose activities are chosen."""
    user = asker(context)
    allowed = user is not None and (holds(user, WALIDATA) or _is_chosen(user, data_dict.get("year")))
    return answer(allowed, tk._("Documents come from the walidata and from the offices that are assessed."))


@tk.auth_sysadmins_check
def lebak_epss_document_remove(context: Context, data_dict: DataDict) -> AuthResult:
    """The walidata, and who added it as long as they may add some."""
    user, found = asker(context), model.Session.get(EpssDocument, data_dict.get("id"))
    own = user is not None and found is not None and found.added_by == user.name and _is_chosen(user, found.year)
    return answer(own or holds(user, WALIDATA), tk._("Only the walidata takes away documents of others."))


def _is_chosen(user: model.User, year: object) -> bool:
    if not str(year).isdecimal():
        return False
    return any(parts_of(user, office) & OFFICE for office in answers.offices_of(int(str(year))))
