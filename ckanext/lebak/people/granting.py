"""Granting a capacity to a person and ending it, both noted in the audit log.

Who may ask for it is said in ``logic/auth/people.py``; what can be granted at all, here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.lebak import audit
from ckanext.lebak.organizations.names import as_list
from ckanext.lebak.people.access import end_access
from ckanext.lebak.people.capacities import GRANTED, in_force
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.people.refusal import N_, Refused
from ckanext.lebak.profiles.terms import WIB


@dataclass(frozen=True)
class Span:
    """The days from ``since`` to ``until``; without ``until``, all days from then on."""

    since: dt.date
    until: dt.date | None = None

    def overlaps(self, other: Span) -> bool:
        """Whether there is a day that belongs to both."""
        return (self.until is None or other.since <= self.until) and (other.until is None or self.since <= other.until)


@dataclass(frozen=True)
class Wish:
    """A capacity that somebody wants to grant.

    Attributes:
        capacity: One of `GRANTED`.
        person: Name of the account that gets it.
        by: Name of the account that grants it.
        span: Its days.
        stand_in_for: Name of the account that the person stands in for.
    """

    capacity: str
    person: str
    by: str
    span: Span
    stand_in_for: str | None = None


def check(
    wish: Wish, *, roles: Collection[str], held: Iterable[Span], stood_in: Iterable[Span], today: dt.date
) -> None:
    """Whether a capacity can be granted. Pure.

    Args:
        wish: What is to be granted.
        roles: Roles of the organisation in Satu Data (peran_sdi).
        held: When the person holds that capacity there already.
        stood_in: When the person that is stood in for holds it there.
        today: In the county's time.

    Raises:
        Refused: It cannot, and why.
    """
    if wish.capacity not in GRANTED:
        raise Refused("capacity", N_("Choose walidata, pembina or koordinator."))
    if wish.capacity not in roles:
        raise Refused(
            "organization",
            N_("This organization does not have the role {capacity}. Choose one that has it."),
            capacity=wish.capacity,
        )
    if wish.by == wish.person:
        raise Refused("user", N_("Nobody grants a capacity to themself. Ask another walidata or an administrator."))
    if wish.span.until and wish.span.until < wish.span.since:
        raise Refused("until", N_("The last day lies before the first. Correct one of the two."))
    if wish.span.until and wish.span.until < today:
        raise Refused("until", N_("The last day is past already. Choose a later one, or leave it empty."))
    if any(wish.span.overlaps(span) for span in held):
        raise Refused(
            "user",
            N_("{person} holds this capacity in these days already. End that first, or choose other days."),
            person=wish.person,
        )
    if wish.stand_in_for is None:
        return
    if wish.stand_in_for == wish.person:
        raise Refused("stand_in_for", N_("Nobody stands in for themself. Leave this empty, or name another person."))
    if not any(wish.span.overlaps(span) for span in stood_in):
        raise Refused(
            "stand_in_for",
            N_("{person} does not hold this capacity in these days, so nobody can stand in."),
            person=wish.stand_in_for,
        )


def grant(
    person: model.User,
    organization: model.Group,
    capacity: str,
    *,
    by: str,
    since: dt.date | None = None,
    until: dt.date | None = None,
    stand_in_for: model.User | None = None,
) -> Capacity:
    """Grants a capacity. Leaves the commit to its caller.

    Args:
        person: Who gets it.
        organization: Within which it is held; it has that role.
        capacity: One of `GRANTED`.
        by: Name of the account that grants it; `audit.COMMAND` on the command line.
        since: First day; without it, today.
        until: Last day; without it, until it is ended.
        stand_in_for: The person that this one stands in for.

    Returns:
        The capacity.

    Raises:
        Refused: It cannot be granted, and why.
    """
    for field, account in (("user", person), ("stand_in_for", stand_in_for)):
        if account is not None and account.state == model.State.DELETED:
            raise Refused(field, N_("The account {person} was deleted. Choose another."), person=account.name)
    if not organization.is_organization or organization.state != model.State.ACTIVE:
        raise Refused("organization", N_("There is no such organization. Choose one from the list."))
    today = dt.datetime.now(WIB).date()
    span = Span(since or today, until)
    # One grant to a person at a time: of two at once the second would not see the first.
    model.Session.execute(sa.select(model.User.id).where(model.User.id == person.id).with_for_update())
    check(
        Wish(capacity, person.name, by, span, stand_in_for.name if stand_in_for else None),
        roles=roles_of(organization),
        held=spans(person, organization, capacity),
        stood_in=spans(stand_in_for, organization, capacity) if stand_in_for else [],
        today=today,
    )
    granted = Capacity(
        user_id=person.id,
        organization_id=organization.id,
        capacity=capacity,
        since=span.since,
        until=span.until,
        stand_in_for=stand_in_for.id if stand_in_for else None,
        granted_by=by,
    )
    model.Session.add(granted)
    model.Session.flush()
    details = {"since": span.since.isoformat(), "until": span.until.isoformat() if span.until else None}
    if stand_in_for:
        details["stand_in_for"] = stand_in_for.name
    _note(by, "capacity.grant", granted, person.name, **details)
    return granted


def end(capacity: Capacity, *, by: str) -> None:
    """Ends a capacity now. It holds from this moment no more; its person's tokens and sessions end too.

    Leaves the commit to its caller. Who ends a capacity of their own stays signed in.

    Args:
        capacity: What is ended.
        by: Name of the account that ends it; `audit.COMMAND` on the command line.

    Raises:
        Refused: It has ended already.
    """
    model.Session.refresh(capacity, with_for_update=True)
    today = dt.datetime.now(WIB).date()
    if capacity.ended_at or (capacity.until and capacity.until < today):
        raise Refused("id", N_("This capacity has ended already."))
    capacity.ended_by = by
    capacity.ended_at = dt.datetime.now(dt.timezone.utc)
    model.Session.flush()
    person = model.User.get(capacity.user_id)
    _note(by, "capacity.end", capacity, person.name if person else None)
    if person and person.name != by:
        end_access(person)


def end_all(person: model.User, *, by: str) -> None:
    """Ends what a person holds now or later, in every organisation. Leaves the commit to its caller."""
    today = dt.datetime.now(WIB).date()
    query = sa.select(Capacity).where(
        Capacity.user_id == person.id,
        Capacity.ended_at.is_(None),
        sa.or_(Capacity.until.is_(None), Capacity.until >= today),
    )
    for capacity in model.Session.scalars(query).all():
        end(capacity, by=by)


def roles_of(organization: model.Group) -> list[str]:
    """The roles of an organisation in Satu Data, codes of vocabularies/sdi_role.csv."""
    extras: Any = organization.extras  # pyright: ignore[reportAttributeAccessIssue] - CKAN's mapping is untyped
    return as_list((extras or {}).get("peran_sdi"))


def spans(person: model.User, organization: model.Group, capacity: str) -> list[Span]:
    """The days in which a person holds a capacity in an organisation, or will, or did and it was not ended."""
    query = sa.select(Capacity.since, Capacity.until).where(
        Capacity.user_id == person.id,
        Capacity.organization_id == organization.id,
        Capacity.capacity == capacity,
        Capacity.ended_at.is_(None),
    )
    return [Span(row.since, row.until) for row in model.Session.execute(query)]


def listed(*, ended: bool = False) -> list[dict[str, Any]]:
    """Who holds what, by capacity and name.

    Args:
        ended: Whether what has ended is listed too, and not only what holds now or will hold.

    Returns:
        For each: ``id``, ``capacity``, ``user`` and ``user_title``, ``organization`` and ``organization_title``,
        ``since``, ``until``, ``stand_in_for``, ``granted_by``, ``granted_at``, ``ended_by``, ``ended_at``,
        ``in_force`` (whether it holds today) and ``invited`` (whether the person has not chosen a password yet).
    """
    stood_in = aliased(model.User)
    query = (
        sa.select(Capacity, model.User, model.Group, stood_in.name, in_force())
        .join(model.User, model.User.id == Capacity.user_id)
        .join(model.Group, model.Group.id == Capacity.organization_id)
        .outerjoin(stood_in, stood_in.id == Capacity.stand_in_for)
        .order_by(Capacity.capacity.desc(), model.User.name, Capacity.since)
    )
    if not ended:
        today = dt.datetime.now(WIB).date()
        query = query.where(
            Capacity.ended_at.is_(None),
            sa.or_(Capacity.until.is_(None), Capacity.until >= today),
            model.User.state != model.State.DELETED,
        )
    return [_shown(*row) for row in model.Session.execute(query)]


def shown(capacity: Capacity) -> dict[str, Any]:
    """One capacity, as in `listed`."""
    return next(found for found in listed(ended=True) if found["id"] == capacity.id)


def _shown(
    capacity: Capacity, user: model.User, organization: model.Group, stand_in_for: str | None, holds: bool
) -> dict[str, Any]:
    return {
        "id": capacity.id,
        "capacity": capacity.capacity,
        "user": user.name,
        "user_title": user.display_name,
        "organization": organization.name,
        "organization_title": organization.title,
        "since": capacity.since.isoformat(),
        "until": capacity.until.isoformat() if capacity.until else None,
        "stand_in_for": stand_in_for,
        "granted_by": capacity.granted_by,
        "granted_at": capacity.granted_at.isoformat(),
        "ended_by": capacity.ended_by,
        "ended_at": capacity.ended_at.isoformat() if capacity.ended_at else None,
        "in_force": bool(holds) and user.state == model.State.ACTIVE,
        "invited": user.state == model.State.PENDING,
    }


def _note(by: str, act: str, capacity: Capacity, person: str | None, **details: Any) -> None:
    audit.note(
        by,
        act,
        organization_id=capacity.organization_id,
        person=person,
        details={"id": capacity.id, "capacity": capacity.capacity, **details},
    )
