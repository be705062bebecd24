"""Who may change who works for an office.

Operators of an office are granted and ended by its head, a sysadmin, or who holds walidata; its head only by the last
two. Nobody raises their own membership. The rule is pure; every door of CKAN that changes a member asks it
(``logic/auth/people.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.organizations.changes import CAPACITIES
from ckanext.lebak.organizations.names import as_list
from ckanext.lebak.people.access import end_access
from ckanext.lebak.people.capacities import GRANTED, HEAD, WALIDATA, holds, membership
from ckanext.lebak.people.refusal import N_, Refused


@dataclass(frozen=True)
class Actor:
    """Who wants to change a membership of an office.

    Attributes:
        oversees: A sysadmin, or who holds walidata now.
        heads: Head of this office.
        own: It is a membership of their own.
    """

    oversees: bool = False
    heads: bool = False
    own: bool = False

    @property
    def manages(self) -> bool:
        """Whether they may change any membership of this office."""
        return self.oversees or self.heads


def check(actor: Actor, before: str | None, after: str | None) -> None:
    """Whether a membership may change. Pure.

    Args:
        actor: Who wants it.
        before: CKAN's capacity of the person in the office now; None if they are no member.
        after: The one that they shall have; None to end it.

    Raises:
        Refused: It may not, and why.
    """
    if after is not None and after not in CAPACITIES:
        raise Refused("role", N_("Choose head, operator or reader."))
    if not actor.manages:
        raise Refused("user", N_("Only the head of this office, the walidata or an administrator may change this."))
    if actor.own and _rank(after) > _rank(before):
        raise Refused("user", N_("Nobody raises their own membership. Ask the walidata or an administrator."))
    if not actor.oversees and HEAD in (before, after) and before != after:
        raise Refused("role", N_("Only the walidata or an administrator appoints and ends the head of an office."))


def actor_in(organization_id: str | None, user: model.User | None, person: model.User | None = None) -> Actor:
    """What the user is, in an office and toward a person.

    Args:
        organization_id: The office.
        user: Who acts; None for a visitor.
        person: Whose membership it is about, if that is known yet.
    """
    if user is None or user.state != model.State.ACTIVE:
        return Actor()
    return Actor(
        oversees=bool(user.sysadmin) or holds(user, WALIDATA),
        heads=membership(user, organization_id) == HEAD,
        own=person is not None and person.id == user.id,
    )


def capacity_in(organization_id: str, user_id: str) -> str | None:
    """CKAN's capacity of an account in an office, whatever its state; the strongest, if there are two."""
    query = sa.select(model.Member.capacity).where(
        model.Member.group_id == organization_id,
        model.Member.table_name == "user",
        model.Member.table_id == user_id,
        model.Member.state == model.State.ACTIVE,
    )
    return max(model.Session.scalars(query), key=_rank, default=None)


def note_change(actor: str, organization_id: str, person: model.User, before: str | None, after: str | None) -> None:
    """Notes that a membership changes; when it ends, tokens and sessions of the person end with it.

    Leaves the commit to its caller.

    Args:
        actor: Name of the account that acts.
        organization_id: The office.
        person: Whose membership it is.
        before: CKAN's capacity of the person now.
        after: The one that they get; None if it ends.
    """
    act = "member.end" if after is None else "member.grant"
    details = {"before": before, "after": after}
    audit.note(actor, act, organization_id=organization_id, person=person.name, details=details)
    if after is None and person.name != actor:
        end_access(person)


def same_members(organization: model.Group, kind: str, given: Any) -> bool:
    """Whether a list of members, as CKAN's actions take it, is what the office has now.

    Args:
        organization: The office.
        kind: ``user`` or ``group``.
        given: Dictionaries with ``name`` or ``id``, and ``capacity``.
    """
    known = model.User if kind == "user" else model.Group
    stored = sa.select(model.Member.table_id, model.Member.capacity).where(
        model.Member.group_id == organization.id,
        model.Member.table_name == kind,
        model.Member.state == model.State.ACTIVE,
    )
    present = {(row.table_id, row.capacity) for row in model.Session.execute(stored)}
    return isinstance(given, list) and {_named(known, entry) for entry in given} == present


def members(organization_id: str) -> list[dict[str, Any]]:
    """The people of an office, its heads first.

    Returns:
        For each ``user`` (name), ``user_title``, ``email``, ``capacity`` and ``invited`` (whether the invitation is not
        taken up yet).
    """
    query = (
        sa.select(model.User, model.Member.capacity)
        .join(model.Member, model.Member.table_id == model.User.id)
        .where(
            model.Member.group_id == organization_id,
            model.Member.table_name == "user",
            model.Member.state == model.State.ACTIVE,
            model.User.state != model.State.DELETED,
        )
    )
    strongest: dict[str, tuple[model.User, str | None]] = {}
    for user, capacity in model.Session.execute(query):
        present = strongest.get(user.id)
        if present is None or _rank(capacity) > _rank(present[1]):
            strongest[user.id] = (user, capacity)
    return [
        {
            "user": user.name,
            "user_title": user.display_name,
            "email": user.email,
            "capacity": capacity,
            "invited": user.state == model.State.PENDING,
        }
        for user, capacity in sorted(strongest.values(), key=lambda found: (-_rank(found[1]), found[0].name))
    ]


def headed_by(user_id: str) -> list[model.Group]:
    """The offices whose head a person is, by title."""
    query = (
        sa.select(model.Group)
        .join(model.Member, model.Member.group_id == model.Group.id)
        .where(
            model.Member.table_name == "user",
            model.Member.table_id == user_id,
            model.Member.capacity == HEAD,
            model.Member.state == model.State.ACTIVE,
            model.Group.is_organization.is_(True),
            model.Group.state == model.State.ACTIVE,
        )
        .order_by(model.Group.title)
    )
    return list(model.Session.scalars(query))


def counts() -> list[dict[str, Any]]:
    """How many heads and operators each office has, by the name of the office.

    Returns:
        For each ``name``, ``title``, ``roles`` (the granted ones that it has), ``heads`` and ``operators``.
    """
    member = model.Member
    people = (
        sa.select(member.group_id, member.capacity, model.User.id)
        .join(model.User, model.User.id == member.table_id)
        .where(
            member.table_name == "user",
            member.state == model.State.ACTIVE,
            model.User.state != model.State.DELETED,
        )
        .subquery()
    )
    query = (
        sa.select(
            model.Group.name,
            model.Group.title,
            model.group_table.c.extras["peran_sdi"].astext.label("roles"),
            sa.func.count().filter(people.c.capacity == HEAD).label("heads"),
            sa.func.count().filter(people.c.capacity == "editor").label("operators"),
        )
        .outerjoin(people, people.c.group_id == model.Group.id)
        .where(model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE)
        .group_by(model.Group.id)
        .order_by(model.Group.title)
    )
    rows = [row._asdict() for row in model.Session.execute(query)]
    return [{**row, "roles": [role for role in as_list(row["roles"]) if role in GRANTED]} for row in rows]


def _named(known: type[model.User] | type[model.Group], entry: Any) -> tuple[str, str | None] | None:
    """The id and capacity of an entry; None for one that names nobody, or two at once."""
    if not isinstance(entry, Mapping):
        return None
    names: Iterable[Any] = (entry.get("id"), entry.get("name"))
    found = [known.get(name) for name in names if name]
    ids = {one.id if one else None for one in found}
    id_ = ids.pop() if len(ids) == 1 else None
    return (id_, entry.get("capacity", "public")) if id_ else None


def _rank(capacity: str | None) -> int:
    """How much a capacity allows; what CKAN does not know allows nothing."""
    return CAPACITIES.index(capacity) if capacity in CAPACITIES else -1
