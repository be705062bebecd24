"""What a person is to a record, from the database as it is now."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.lebak import config
from ckanext.lebak.people import capacities
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.rules import OFFICE, Part, Review

YES = "1"
"""Code of vocabularies/yes_no.csv."""


def parts_of(user: model.User | None, owner_org: str | None) -> frozenset[Part]:
    """What a person is to the records of an office.

    Args:
        user: The account; None for a visitor, who is nothing.
        owner_org: Id of the office.
    """
    found: set[Part] = set()
    membership = capacities.membership(user, owner_org)
    if membership in (capacities.OPERATOR, capacities.HEAD):
        found.add(Part.OPERATOR if membership == capacities.OPERATOR else Part.HEAD)
    if Part.HEAD not in found and capacities.is_deputy(user, owner_org):
        found.add(Part.HEAD)
    held = capacities.capacities_of(user)
    if capacities.WALIDATA in held:
        found.add(Part.WALIDATA)
    if capacities.PEMBINA in held:
        found.add(Part.PEMBINA)
    return frozenset(found)


def offices_of(user: model.User | None) -> list[str]:
    """Ids of the offices that a person works for, as operator, as head or in the head's place."""
    found = user.get_groups("organization") if user is not None else []
    return [office.id for office in found if parts_of(user, office.id) & OFFICE]


def review_by(user: model.User | None, package: model.Package, workflow: Workflow) -> Review:
    """What decides whether a person may release a record (``rules.may_approve``)."""
    authors = {workflow.last_editor, workflow.submitted_by}
    own_office = model.Group.get(config.custodian())
    return Review(
        parts=parts_of(user, package.owner_org),
        edited=user is not None and user.name in authors,
        own_data=own_office is not None and package.owner_org == own_office.id,
        others=sum(holder.name not in authors for holder in capacities.holders(capacities.WALIDATA)),
    )


def consent_asked(owner_org: str | None) -> bool:
    """Whether an office wants its head to consent before a hand-in (its own setting)."""
    group = model.group_table.c
    asked = sa.select(group.extras["persetujuan_kepala"].astext).where(group.id == owner_org)
    return model.Session.scalar(asked) == YES
