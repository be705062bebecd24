"""What a person may act as today. Read at each request and never kept: what was ended ends at once."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from ckan import model
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak.people.model import Capacity
from ckanext.lebak.profiles.terms import WIB

WALIDATA = "walidata"
PEMBINA = "pembina"
KOORDINATOR = "koordinator"
GRANTED = (WALIDATA, PEMBINA, KOORDINATOR)
"""What is granted to a person; codes of vocabularies/sdi_role.csv. The fourth, produsen, is membership of an office."""

DEPUTY = "wakil_kepala"
"""Of a member of an office who acts in its head's place for some days, named by the head (``people.deputies``)."""

OPERATOR = "editor"
HEAD = "admin"
"""CKAN's capacities of an office's operator and of its head."""


def in_force(day: dt.date | None = None) -> ColumnElement[bool]:
    """The condition on `Capacity` under which it holds, and its organisation still has that role.

    Any office has a head, so that of a `DEPUTY` asks for no role of the organisation.

    Args:
        day: In the county's time; without it, today.
    """
    today = day or dt.datetime.now(WIB).date()
    group = model.group_table.c
    organisation = (
        sa.select(group.id)
        .where(
            group.id == Capacity.organization_id,
            group.state == model.State.ACTIVE,
            # Kept by CKAN as an extra, a list as JSON text.
            sa.or_(
                Capacity.capacity == DEPUTY,
                sa.cast(group.extras["peran_sdi"].astext, sa.UnicodeText).contains(
                    sa.func.concat('"', Capacity.capacity, '"')
                ),
            ),
        )
        .correlate(Capacity.__table__)  # where a query names organisations too, this one's is its own
    )
    return sa.and_(
        Capacity.since <= today,
        sa.or_(Capacity.until.is_(None), Capacity.until >= today),
        Capacity.ended_at.is_(None),
        sa.exists(organisation),
    )


def holds(user: model.User | None, capacity: str) -> bool:
    """Whether a person may act as walidata, pembina or coordinator now.

    Args:
        user: The account; None for a visitor. A deleted account holds nothing. A sysadmin holds what was granted, no
            more.
        capacity: One of `GRANTED`.
    """
    if user is None or user.state != model.State.ACTIVE:
        return False
    query = sa.select(Capacity.id).where(Capacity.user_id == user.id, Capacity.capacity == capacity, in_force())
    return model.Session.scalar(query.limit(1)) is not None


def capacities_of(user: model.User | None) -> frozenset[str]:
    """The capacities that a person holds now."""
    if user is None or user.state != model.State.ACTIVE:
        return frozenset()
    query = sa.select(Capacity.capacity).where(Capacity.user_id == user.id, in_force())
    return frozenset(model.Session.scalars(query))


def holders(capacity: str) -> list[model.User]:
    """The people who hold a capacity now, by name."""
    query = (
        sa.select(model.User)
        .join(Capacity, Capacity.user_id == model.User.id)
        .where(Capacity.capacity == capacity, in_force(), model.User.state == model.State.ACTIVE)
        .order_by(model.User.name)
        .distinct()
    )
    return list(model.Session.scalars(query))


def membership(user: model.User | None, organization_id: str | None) -> str | None:
    """CKAN's capacity of a person in an office (``admin``: its head; ``editor``: an operator), or None."""
    if user is None or not organization_id or user.state != model.State.ACTIVE:
        return None
    query = sa.select(model.Member.capacity).where(
        model.Member.group_id == organization_id,
        model.Member.table_name == "user",
        model.Member.table_id == user.id,
        model.Member.state == model.State.ACTIVE,
    )
    return model.Session.scalar(query.limit(1))


def is_deputy(user: model.User | None, organization_id: str | None) -> bool:
    """Whether a person acts in the place of an office's head today. Only a member of the office does."""
    if user is None or membership(user, organization_id) is None:
        return False
    query = sa.select(Capacity.id).where(
        Capacity.user_id == user.id,
        Capacity.organization_id == organization_id,
        Capacity.capacity == DEPUTY,
        in_force(),
    )
    return model.Session.scalar(query.limit(1)) is not None
