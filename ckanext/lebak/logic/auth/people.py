"""Who grants capacities and memberships. Every door of CKAN that changes the members of an office asks the same rule.

A sysadmin is asked too where the rule is that nobody raises themself (``auth_sysadmins_check``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import AuthFunction, AuthResult, Context, DataDict

from ckanext.lebak.people.capacities import HEAD, WALIDATA, holds
from ckanext.lebak.people.membership import Actor, actor_in, capacity_in, check, same_members
from ckanext.lebak.people.refusal import Refused

__all__ = [
    "group_delete",
    "group_member_create",
    "group_purge",
    "group_update",
    "lebak_capacity_end",
    "lebak_capacity_grant",
    "lebak_capacity_list",
    "lebak_invitation_send",
    "lebak_member_count",
    "lebak_member_hand_over",
    "lebak_member_list",
    "member_create",
    "member_delete",
    "member_list",
    "organization_create",
    "organization_member_create",
    "organization_member_delete",
    "organization_update",
    "user_invite",
]


def lebak_capacity_grant(context: Context, data_dict: DataDict) -> AuthResult:
    """Who holds walidata now."""
    allowed = holds(_user(context), WALIDATA)
    return _answer(None if allowed else tk._("Only the walidata or an administrator may do this."))


def lebak_capacity_end(context: Context, data_dict: DataDict) -> AuthResult:
    """Who holds walidata now."""
    return lebak_capacity_grant(context, data_dict)


def lebak_capacity_list(context: Context, data_dict: DataDict) -> AuthResult:
    """Who holds walidata now."""
    return lebak_capacity_grant(context, data_dict)


def lebak_member_count(context: Context, data_dict: DataDict) -> AuthResult:
    """Who holds walidata now."""
    return lebak_capacity_grant(context, data_dict)


def lebak_member_list(context: Context, data_dict: DataDict) -> AuthResult:
    """The head of the office, or who holds walidata now."""
    return _may_manage(context, data_dict.get("id"))


def lebak_invitation_send(context: Context, data_dict: DataDict) -> AuthResult:
    """The head of the office, or who holds walidata now."""
    return _may_manage(context, data_dict.get("id"))


@tk.auth_sysadmins_check
def lebak_member_hand_over(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may end the membership of the person."""
    return _membership(context, data_dict.get("id"), data_dict.get("user"), None)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def member_create(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """In an office: whoever may give that person that capacity. Other things are put into an office by an admin."""
    office = _office(data_dict.get("id"))
    if office is None:
        return up(context, data_dict)
    if data_dict.get("object_type") != "user":
        return _only_sysadmins(context)
    return _membership(context, office.id, data_dict.get("object"), data_dict.get("capacity") or "")


@tk.chained_auth_function
@tk.auth_sysadmins_check
def member_delete(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """In an office: whoever may end that membership. Other things are taken out of an office by an admin."""
    office = _office(data_dict.get("id"))
    if office is None:
        return up(context, data_dict)
    if data_dict.get("object_type") != "user":
        return _only_sysadmins(context)
    return _membership(context, office.id, data_dict.get("object"), None)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def organization_member_create(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """Whoever may give that person that role; before that is known, whoever may manage the office's members."""
    return _role(up, context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def group_member_create(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """In an office: as ``organization_member_create``."""
    return _role(up, context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def user_invite(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """In an office: whoever may give a new person that role."""
    office = _office(data_dict.get("group_id"))
    if office is None:
        return up(context, data_dict)
    return _membership(context, office.id, None, data_dict.get("role") or "")


@tk.chained_auth_function
@tk.auth_sysadmins_check
def organization_member_delete(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """Whoever may end that membership; before the person is known, whoever may manage the office's members."""
    office = _office(data_dict.get("id"))
    if office is None:
        return up(context, data_dict)
    person = data_dict.get("username") or data_dict.get("user_id")
    return _membership(context, office.id, person, None) if person else _may_manage(context, office.id)


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
def member_list(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """The people of an office are told to who is signed in; the public gets no names of staff.

    What else an office or a group has is told to who works there: among its records are those that are hidden.
    """
    user = _user(context)
    if _office(data_dict.get("id")) is not None and data_dict.get("object_type") != "package" and not user:
        return _answer(tk._("Sign in to see who works for this office."))
    if data_dict.get("object_type") != "user":
        group = model.Group.get(data_dict.get("id") or "")
        works = group and user and authz.has_user_permission_for_group_or_org(group.id, user.name, "read")
        return up(context, data_dict) if works else _answer(tk._("Only an administrator may do this."))
    return up(context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def organization_create(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """Sysadmins; the members are granted after, each by name."""
    if data_dict.get("users"):
        return _answer(_members_elsewhere())
    user = _user(context)
    return _answer(None) if user and user.sysadmin else up(context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def organization_update(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """As in CKAN, but not for what makes it another office, or gives it other members.

    CKAN lets the head of an office delete it by ``state``, make it a group by ``is_organization``, put it under another
    office by ``groups``, and change its members by ``users``.
    """
    office = _office(data_dict.get("id"))
    if office is None:
        return up(context, data_dict)
    if "users" in data_dict and not same_members(office, "user", data_dict["users"]):
        return _answer(_members_elsewhere())
    user = _user(context)
    if data_dict.get("is_organization", True) is not True or data_dict.get("type", office.type) != office.type:
        return _answer(tk._("An office is changed by organization_update."))
    if user and user.sysadmin:
        return _answer(None)
    kept = {"state": office.state, "is_organization": True, "approval_status": office.approval_status}
    changed = any(key in data_dict and data_dict[key] != value for key, value in kept.items())
    moved = "groups" in data_dict and not same_members(office, "group", data_dict["groups"])
    return _only_sysadmins(context) if changed or moved else up(context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def group_update(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """As in CKAN for a group; an office is changed by ``organization_update``, which keeps its datasets and members."""
    return _of_group(up, context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def group_delete(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """As in CKAN for a group. An office is closed by ``organization_delete``, which looks at its records."""
    return _of_group(up, context, data_dict)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def group_purge(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    """As ``group_delete``: CKAN would purge an office with all its records by this name."""
    return _of_group(up, context, data_dict)


def _of_group(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    if _office(data_dict.get("id")) is not None:
        return _answer(tk._("An office is changed by organization_update."))
    user = _user(context)
    return _answer(None) if user and user.sysadmin else up(context, data_dict)


def _role(up: AuthFunction, context: Context, data_dict: Any) -> AuthResult:
    office = _office(data_dict.get("id"))
    if office is None:
        return up(context, data_dict)
    if "role" not in data_dict and "username" not in data_dict:
        return _may_manage(context, office.id)
    return _membership(context, office.id, data_dict.get("username"), data_dict.get("role") or "")


def _membership(context: Context, office_id: Any, person_name: Any, after: str | None) -> AuthResult:
    """Whether the user may change the membership of a person; a person who is not known yet has none."""
    office = _office(office_id)
    person = _account(person_name)
    if office is None:
        return _answer(tk._("There is no such organization. Choose one from the list."))
    before = capacity_in(office.id, person.id) if person else None
    return _ask(lambda: check(actor_in(office.id, _user(context), person), before, after))


def _may_manage(context: Context, office_id: Any) -> AuthResult:
    office = _office(office_id)
    actor = actor_in(office.id, _user(context)) if office else Actor()
    return _ask(lambda: check(actor, HEAD, HEAD))


def _ask(rule: Callable[[], None]) -> AuthResult:
    try:
        rule()
    except Refused as refused:
        return _answer(refused.sentence(tk._))
    return _answer(None)


def _only_sysadmins(context: Context) -> AuthResult:
    user = _user(context)
    return _answer(None if user and user.sysadmin else tk._("Only an administrator may do this."))


def _members_elsewhere() -> str:
    return tk._("Who works for an office is changed on its page of staff, each person by name.")


def _answer(sentence: str | None) -> AuthResult:
    return {"success": False, "msg": sentence} if sentence else {"success": True}


def _user(context: Context) -> model.User | None:
    name = context.get("user")
    return model.User.get(name) if name else None


def _account(name: Any) -> model.User | None:
    return model.User.get(name) if isinstance(name, str) and name else None


def _office(name: Any) -> model.Group | None:
    """The organization of this name or id; None for what is a group, or does not exist."""
    found = model.Group.get(name) if isinstance(name, str) and name else None
    return found if found and found.is_organization else None
