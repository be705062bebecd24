"""People out of a list into CKAN: accounts, memberships, capacities. All of it or nothing; invitations after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.people import granting, inviting, membership
from ckanext.lebak.people.refusal import N_, Refused
from ckanext.lebak.people.spreadsheet import MEMBER_OF, Plan


@dataclass
class Loaded:
    """What loading did, by the names of accounts.

    Attributes:
        made: New accounts.
        given: Who became what: name, kind and office of each.
        present: Who was that already.
        sent: Whose invitation the mail server took.
        unsent: Whose it did not take; their accounts are there.
    """

    made: list[str] = field(default_factory=list)
    given: list[tuple[str, str, str]] = field(default_factory=list)
    present: list[tuple[str, str, str]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)


def load(plans: Iterable[Plan], *, by: str = "", invite: bool = True) -> Loaded:
    """Makes the accounts and gives them what they shall be, in one transaction; then sends the invitations.

    Args:
        plans: What there is to do, as `spreadsheet.plan` says.
        by: Name of the account that does it; empty on the command line, where nobody is named.
        invite: Whether invitations are sent.

    Returns:
        What was done.

    Raises:
        Refused: A rule does not allow it; nothing was done.
        ValidationError: CKAN refuses an account; nothing was done.
    """
    result = Loaded()
    letters: dict[str, tuple[str, str | None]] = {}
    try:
        for plan in plans:
            person = _account(plan, by, result)
            if person.state == model.State.PENDING and (plan.new or person.name in letters):
                letters.setdefault(person.name, (plan.organization, MEMBER_OF.get(plan.person.kind)))
            told = (person.name, plan.person.kind, plan.person.opd)
            if plan.present:
                result.present.append(told)
                continue
            _give(plan, person, by)
            result.given.append(told)
        model.repo.commit()
    except Exception:
        model.Session.rollback()
        raise
    for name, (organization, role) in letters.items() if invite else ():
        user = model.User.get(name)
        if user:
            (result.sent if inviting.send_invitation(user.id, organization, role) else result.unsent).append(name)
    return result


def waiting(name: str) -> model.User:
    """The account of this name that has not chosen a password yet.

    Raises:
        Refused: There is none.
    """
    user = model.User.get(name)
    if user is None or user.state != model.State.PENDING:
        raise Refused("name", N_("There is no account {name} that waits for its person."), name=name)
    return user


def _account(plan: Plan, by: str, result: Loaded) -> model.User:
    person = plan.person
    user = model.User.get(person.name)
    if user is None:
        user = inviting.add_account(person.name, person.email, full_name=person.full_name, by=by)
        result.made.append(user.name)
    return user


def _give(plan: Plan, user: model.User, by: str) -> None:
    role = MEMBER_OF.get(plan.person.kind)
    if role:
        membership.check(
            membership.Actor(oversees=True, own=by == user.name),
            membership.capacity_in(plan.organization, user.id),
            role,
        )
        member = {"id": plan.organization, "object": user.id, "object_type": "user", "capacity": role}
        # The command line may do everything, and it is noted.
        tk.get_action("member_create")(Context(user=by, ignore_auth=True, defer_commit=True), member)
        return
    group = model.Group.get(plan.organization)
    assert group is not None  # noqa: S101 - the plan found it
    granting.grant(user, group, plan.person.kind, by=by or audit.COMMAND, until=plan.person.until)
