"""Who consents in the place of an office's head while the head is away: named by the head, until a day."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.people.capacities import DEPUTY, HEAD, in_force, membership
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.profiles.terms import WIB


def name(head: model.User, organization: model.Group, person: model.User | None, until: dt.date) -> Capacity:
    """Names a member of the office, from today on, in the caller's transaction. Named again, the new day holds.

    Args:
        head: Who names; checked by the caller.
        organization: The office.
        person: Who is named.
        until: The last day.

    Returns:
        The capacity.

    Raises:
        ValidationError: The person is no member of the office or its head, or the day is past.
    """
    today = dt.datetime.now(WIB).date()
    place = membership(person, organization.id)
    if person is None or place is None:
        raise tk.ValidationError({"username": [tk._("Choose somebody who works for your office.")]})
    if place == HEAD:
        raise tk.ValidationError({"username": [tk._("This person is head of the office already.")]})
    if until < today:
        raise tk.ValidationError({"until": [tk._("This day is past. Choose today or a later day.")]})
    for capacity, named in of_office(organization.id):
        if named.id == person.id:
            end(capacity, by=head.name)
    capacity = Capacity(
        user_id=person.id,
        organization_id=organization.id,
        capacity=DEPUTY,
        since=today,
        until=until,
        stand_in_for=head.id,
        granted_by=head.name,
    )
    model.Session.add(capacity)
    _note(head.name, "capacity.grant", capacity, person.name, until=until.isoformat())
    return capacity


def end(capacity: Capacity, *, by: str) -> None:
    """Ends it at once, in the caller's transaction.

    Args:
        capacity: One that `name` made.
        by: Name of the account that ends it.
    """
    capacity.ended_at, capacity.ended_by = dt.datetime.now(dt.timezone.utc), by
    person = model.Session.get(model.User, capacity.user_id)
    _note(by, "capacity.end", capacity, person.name if person else None)


def of_office(organization_id: str) -> list[tuple[Capacity, model.User]]:
    """Who acts in the place of the office's head today, by name."""
    query = (
        sa.select(Capacity, model.User)
        .join(model.User, model.User.id == Capacity.user_id)
        .where(Capacity.organization_id == organization_id, Capacity.capacity == DEPUTY, in_force())
        .order_by(model.User.name)
    )
    return [(row[0], row[1]) for row in model.Session.execute(query)]


def _note(by: str, act: str, capacity: Capacity, person: str | None, **details: str) -> None:
    audit.note(
        by, act, organization_id=capacity.organization_id, person=person, details={"capacity": DEPUTY, **details}
    )
