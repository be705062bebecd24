"""Who may what: capacities, members of an office, invitations. What CKAN's own actions do to members is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict, ErrorDict

from ckanext.lebak import audit
from ckanext.lebak.logic.action.guarding import refuse_collecting
from ckanext.lebak.logic.validators import lebak_iso_date
from ckanext.lebak.people import granting, inviting
from ckanext.lebak.people.access import end_access
from ckanext.lebak.people.handover import hand_over
from ckanext.lebak.people.membership import capacity_in, counts, members, note_change
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.people.refusal import Refused

__all__ = [
    "lebak_capacity_end",
    "lebak_capacity_grant",
    "lebak_capacity_list",
    "lebak_invitation_send",
    "lebak_member_count",
    "lebak_member_hand_over",
    "lebak_member_list",
    "member_create",
    "member_delete",
    "organization_create",
    "user_delete",
    "user_invite",
]


def lebak_capacity_grant(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Grant a capacity to a person within an organization that has that role.

    You must hold walidata, or be a sysadmin. Nobody grants to themself.

    :param user: name or id of the account
    :type user: string
    :param organization: name or id of the organization
    :type organization: string
    :param capacity: ``walidata``, ``pembina`` or ``koordinator``
    :type capacity: string
    :param since: first day, ``2026-08-17`` (optional, default: today)
    :type since: string
    :param until: last day (optional, default: until it is ended)
    :type until: string
    :param stand_in_for: name or id of the account that the person stands in for (optional)
    :type stand_in_for: string

    :returns: the capacity, as in ``lebak_capacity_list``
    :rtype: dictionary
    """
    tk.check_access("lebak_capacity_grant", context, data_dict)
    problems: ErrorDict = {}
    person = _account(data_dict, "user", problems)
    stand_in_for = _account(data_dict, "stand_in_for", problems) if data_dict.get("stand_in_for") else None
    organization = model.Group.get(data_dict.get("organization") or "")
    if organization is None:
        problems["organization"] = [tk._("There is no such organization. Choose one from the list.")]
    since, until = (_day(data_dict, key, problems) for key in ("since", "until"))
    if problems or person is None or organization is None:
        raise tk.ValidationError(problems)
    with _one_transaction(context):
        granted = granting.grant(
            person,
            organization,
            str(data_dict.get("capacity") or ""),
            by=_actor(context),
            since=since,
            until=until,
            stand_in_for=stand_in_for,
        )
    return granting.shown(granted)


def lebak_capacity_end(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """End a capacity now. Tokens and sessions of its person end with it.

    You must hold walidata, or be a sysadmin.

    :param id: id of the capacity
    :type id: string

    :returns: the capacity, as in ``lebak_capacity_list``
    :rtype: dictionary
    """
    id_ = tk.get_or_bust(data_dict, "id")
    tk.check_access("lebak_capacity_end", context, data_dict)
    capacity = model.Session.get(Capacity, str(id_))
    if capacity is None:
        raise tk.ObjectNotFound(tk._("There is no such capacity."))
    with _one_transaction(context):
        granting.end(capacity, by=_actor(context))
    return granting.shown(capacity)


@tk.side_effect_free
def lebak_capacity_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Who holds which capacity.

    You must hold walidata, or be a sysadmin.

    :param ended: also what has ended (optional, default: ``False``)
    :type ended: bool

    :returns: dictionaries with ``id``, ``capacity``, ``user``, ``user_title``, ``organization``,
        ``organization_title``, ``since``, ``until``, ``stand_in_for``, ``granted_by``, ``granted_at``, ``ended_by``,
        ``ended_at``, ``in_force`` and ``invited``
    :rtype: list
    """
    tk.check_access("lebak_capacity_list", context, data_dict)
    return granting.listed(ended=tk.asbool(data_dict.get("ended", False)))


@tk.side_effect_free
def lebak_member_count(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """How many heads and operators each office has.

    You must hold walidata, or be a sysadmin.

    :returns: dictionaries with ``name``, ``title``, ``roles`` (those that are granted to people), ``heads`` and
        ``operators``
    :rtype: list
    """
    tk.check_access("lebak_member_count", context, data_dict)
    return counts()


@tk.side_effect_free
def lebak_member_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """The people of an office, with their addresses.

    You must be the head of the office, hold walidata, or be a sysadmin.

    :param id: name or id of the office
    :type id: string

    :returns: dictionaries with ``user``, ``user_title``, ``email``, ``capacity`` and ``invited`` (whether the
        invitation is not taken up yet)
    :rtype: list
    """
    office = _office(data_dict)
    tk.check_access("lebak_member_list", context, data_dict)
    return members(office.id)


def lebak_member_hand_over(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Move the work of a person in an office to a successor, and end the person's membership.

    Tokens and sessions of the person end with it. You must be allowed to end the membership.

    :param id: name or id of the office
    :type id: string
    :param user: name or id of the account that leaves
    :type user: string
    :param successor: name or id of the account that goes on; an operator or head of the office
    :type successor: string

    :returns: how many were moved, by kind of work
    :rtype: dictionary
    """
    office = _office(data_dict)
    tk.check_access("lebak_member_hand_over", context, data_dict)
    problems: ErrorDict = {}
    leaver, successor = (_account(data_dict, key, problems) for key in ("user", "successor"))
    if leaver is None or successor is None:
        raise tk.ValidationError(problems)
    with _one_transaction(context):
        return hand_over(leaver, successor, office, by=_actor(context))


def lebak_invitation_send(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Send the invitation of an account again, which has not chosen its password yet.

    You must be the head of the office, hold walidata, or be a sysadmin.

    :param id: name or id of the office
    :type id: string
    :param user: name or id of the account, a member of the office
    :type user: string

    :returns: ``sent``: whether the mail server took it
    :rtype: dictionary
    """
    office = _office(data_dict)
    tk.check_access("lebak_invitation_send", context, data_dict)
    problems: ErrorDict = {}
    person = _account(data_dict, "user", problems)
    role = capacity_in(office.id, person.id) if person else None
    if person is None or role is None or person.state != model.State.PENDING:
        raise tk.ValidationError({"user": [tk._("There is no invitation of this name that waits in this office.")]})
    return {"sent": inviting.send_invitation(person.id, office.id, role)}


@tk.chained_action
def member_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``member_create``; who becomes a member of an office, or gets another role there, is noted."""
    office, person = _membership(data_dict)
    if office is None or person is None:
        _refuse_collecting("member_create", context, data_dict)
        return up(context, data_dict)
    tk.check_access("member_create", context, data_dict)
    before, after = capacity_in(office.id, person.id), data_dict.get("capacity")
    if before == after:
        return up(context, data_dict)
    with _undone_if_refused():
        note_change(_actor(context), office.id, person, before, str(after))
        return up(context, data_dict)


@tk.chained_action
def member_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``member_delete``; who leaves an office is noted, and their tokens and sessions end."""
    office, person = _membership(data_dict)
    before = capacity_in(office.id, person.id) if office and person else None
    if office is None or person is None or before is None:
        _refuse_collecting("member_delete", context, data_dict)
        return up(context, data_dict)
    tk.check_access("member_delete", context, data_dict)
    with _undone_if_refused():
        note_change(_actor(context), office.id, person, before, None)
        return up(context, data_dict)


@tk.chained_action
def organization_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``organization_create``. Its form names who makes the office as a member, which the action does itself.

    That it does so by ``member_create``, where it is noted. Other members are refused (``logic/auth/people.py``).
    """
    users = data_dict.get("users")
    if isinstance(users, list) and context.get("user"):
        own = {"name": context.get("user"), "capacity": "admin"}
        data_dict = {**data_dict, "users": [user for user in users if user != own]}
    return up(context, data_dict)


@tk.chained_action
def user_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``user_delete``; the person's memberships and capacities end with their account, and are noted."""
    tk.check_access("user_delete", context, data_dict)
    person = model.User.get(data_dict.get("id") or "")
    if person is None:
        return up(context, data_dict)
    with _undone_if_refused():
        actor = _actor(context)
        for group_id, before in inviting.invited_to(person):
            note_change(actor, group_id, person, before, None)
        granting.end_all(person, by=actor)
        end_access(person)
        return up(context, data_dict)


@tk.chained_action
def user_invite(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``user_invite``; into an office, an account stays when its letter cannot be sent.

    :param email: e-mail address of the person
    :type email: string
    :param group_id: name or id of the office
    :type group_id: string
    :param role: ``member``, ``editor`` or ``admin``
    :type role: string
    :param name: name of the account (optional, default: from the address)
    :type name: string

    :returns: the account, with ``invitation_sent``
    :rtype: dictionary
    """
    office = model.Group.get(data_dict.get("group_id") or "")
    if office is None or not office.is_organization:
        return up(context, data_dict)
    tk.check_access("user_invite", context, data_dict)
    email, role = (str(data_dict.get(key) or "").strip() for key in ("email", "role"))
    if email and inviting.account_of(email):
        raise tk.ValidationError({"email": [tk._("There is an account with this address. Add it by its name.")]})
    actor = _actor(context)
    with _one_transaction(context):
        person = inviting.add_account(data_dict.get("name") or inviting.free_name(email), email, by=actor)
        member = {"id": office.id, "object": person.id, "object_type": "user", "capacity": role}
        # The right to invite was asked above; the account is not in anybody's office before this.
        tk.get_action("member_create")(Context(user=actor, ignore_auth=True, defer_commit=True), member)
    person_id, office_id = person.id, office.id
    sent = inviting.send_invitation(person_id, office_id, role)
    reader = Context(user=actor, ignore_auth=context.get("ignore_auth", False))
    shown = tk.get_action("user_show")(reader, {"id": person_id})
    return {**shown, "invitation_sent": sent}


def _membership(data_dict: DataDict) -> tuple[model.Group | None, model.User | None]:
    """The office and the person that a call of ``member_create`` or ``member_delete`` is about.

    None for what is no office or no person, and for the site's own account: CKAN makes it a member of each office that
    it creates, and it is nobody's colleague.
    """
    if data_dict.get("object_type") != "user":
        return None, None
    office = model.Group.get(data_dict.get("id") or "")
    person = model.User.get(data_dict.get("object") or "")
    if office is None or not office.is_organization or person is None or person.name == tk.config["ckan.site_id"]:
        return None, None
    return office, person


@contextmanager
def _one_transaction(context: Context) -> Iterator[None]:
    """Commits what is done inside, or nothing of it; what the rooms refuse becomes the answer of an action."""
    with _undone_if_refused():
        try:
            yield
        except Refused as refused:
            raise refused.as_validation_error() from refused
        if not context.get("defer_commit"):
            model.repo.commit()


@contextmanager
def _undone_if_refused() -> Iterator[None]:
    try:
        yield
    except Exception:
        model.Session.rollback()
        raise


def _actor(context: Context) -> str:
    return context.get("user") or audit.COMMAND


def _office(data_dict: DataDict) -> model.Group:
    office = model.Group.get(tk.get_or_bust(data_dict, "id"))
    if office is None or not office.is_organization:
        raise tk.ObjectNotFound(tk._("There is no such organization. Choose one from the list."))
    return office


def _account(data_dict: DataDict, key: str, problems: ErrorDict) -> model.User | None:
    name = data_dict.get(key)
    found = model.User.get(name) if isinstance(name, str) and name else None
    if found is None:
        problems[key] = [tk._("There is no account of this name. Invite the person first.")]
    return found


def _day(data_dict: DataDict, key: str, problems: ErrorDict) -> dt.date | None:
    try:
        text = lebak_iso_date(data_dict.get(key))
    except tk.Invalid as error:
        problems[key] = [error.error]
        return None
    return dt.date.fromisoformat(text) if text else None


def _refuse_collecting(action: str, context: Context, data_dict: DataDict) -> None:
    """A record comes into a group, or goes, only by who may change it, while it may be changed."""
    package = model.Package.get(str(data_dict.get("object") or ""))
    if data_dict.get("object_type") == "package" and package is not None:
        tk.check_access(action, context, data_dict)
        refuse_collecting(context, [package.id])
