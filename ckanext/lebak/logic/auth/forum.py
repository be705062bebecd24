"""Who reads the Forum's numbers, and who writes down what it decided. Sysadmins are asked like everybody.

The county's numbers are for everybody; those of each office for who works for one, or with all of them.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import AuthResult, Context, DataDict

from ckanext.lebak.desks.office import works_somewhere
from ckanext.lebak.forum.model import Decision
from ckanext.lebak.logic.auth.asking import answer, asker, in_forum, works_for
from ckanext.lebak.people.capacities import KOORDINATOR, holds
from ckanext.lebak.release.people import parts_of
from ckanext.lebak.release.rules import OFFICE

__all__ = [
    "lebak_forum_decision_create",
    "lebak_forum_decision_finish",
    "lebak_forum_meeting_create",
    "lebak_forum_office_show",
    "lebak_forum_show",
    "lebak_forum_summary",
]


@tk.auth_allow_anonymous_access
def lebak_forum_summary(context: Context, data_dict: DataDict) -> AuthResult:
    """Everybody."""
    return {"success": True}


@tk.auth_sysadmins_check
def lebak_forum_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who works for an office, or in the Forum."""
    user = asker(context)
    allowed = user is not None and (in_forum(user) or works_somewhere(user))
    sentence = tk._("The Forum's numbers are for its members: offices, walidata, pembina and coordinator.")
    return answer(allowed, sentence)


@tk.auth_sysadmins_check
def lebak_forum_office_show(context: Context, data_dict: DataDict) -> AuthResult:
    """Who works for this office, and walidata, pembina and coordinator."""
    user = asker(context)
    allowed = user is not None and (in_forum(user) or works_for(user, data_dict.get("id")))
    return answer(allowed, tk._("These are the numbers of another office."))


@tk.auth_sysadmins_check
def lebak_forum_meeting_create(context: Context, data_dict: DataDict) -> AuthResult:
    """The coordinator."""
    return answer(holds(asker(context), KOORDINATOR), tk._("Only the coordinator of the Forum does this."))


@tk.auth_sysadmins_check
def lebak_forum_decision_create(context: Context, data_dict: DataDict) -> AuthResult:
    """The coordinator."""
    return lebak_forum_meeting_create(context, data_dict)


@tk.auth_sysadmins_check
def lebak_forum_decision_finish(context: Context, data_dict: DataDict) -> AuthResult:
    """The coordinator, and who works for the office that carries it out."""
    user = asker(context)
    found = model.Session.get(Decision, data_dict.get("id"))
    owner = found.organization_id if found else None
    allowed = holds(user, KOORDINATOR) or bool(owner and parts_of(user, owner) & OFFICE)
    return answer(allowed, tk._("The office that carries out the decision says when it is done, or the coordinator."))
