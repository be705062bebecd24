"""What is public, said once, in terms of the database. Everything that shows anything asks here.

A record is public when it is active, not private, and owned by an office that exists. Nothing else hides a record: no
flag of our own, no filter in a template. CKAN's search labels, pages, files and feeds all follow it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib.plugins import DefaultPermissionLabels
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak.people.capacities import PEMBINA, WALIDATA, capacities_of
from ckanext.lebak.release import gate
from ckanext.lebak.release.rules import DRAFT, IN_REVIEW

PUBLIC_LABEL = "public"
_LABELS = {WALIDATA: "lebak-walidata", PEMBINA: "lebak-pembina"}


def public_packages() -> ColumnElement[bool]:
    """The condition on ``model.Package`` under which a record is public, for ``where()``."""
    offices = sa.select(model.Group.id).where(
        model.Group.is_organization.is_(True), model.Group.state == model.State.ACTIVE
    )
    return sa.and_(
        model.Package.state == model.State.ACTIVE,
        model.Package.private.is_(False),
        model.Package.owner_org.in_(offices),
    )


def is_public(package: model.Package) -> bool:
    """Whether this record, as it is in the session now, is public. The same rule as ``public_packages``."""
    if package.state != model.State.ACTIVE or package.private or not package.owner_org:
        return False
    office = model.Group.get(package.owner_org)
    return bool(office and office.is_organization and office.state == model.State.ACTIVE)


class PermissionLabels(DefaultPermissionLabels):
    """CKAN's labels, with ``public`` given by ``is_public`` and by nothing else.

    What was handed in is seen by the walidata, and while it is checked by the pembina. Drafts are the office's own.
    """

    def get_dataset_labels(self, dataset_obj: model.Package) -> list[str]:
        """The labels of a record: ``public``, or those of its office's members and of who checks it."""
        if is_public(dataset_obj):
            return [PUBLIC_LABEL]
        labels = [label for label in super().get_dataset_labels(dataset_obj) if label != PUBLIC_LABEL]
        status = gate.place_of(dataset_obj.id).status
        checking = [_LABELS[WALIDATA]] if status != DRAFT else []
        if status == IN_REVIEW:
            checking.append(_LABELS[PEMBINA])
        return [*(labels or [f"member-{dataset_obj.owner_org}"]), *checking]

    def get_user_dataset_labels(self, user_obj: Any) -> list[str]:
        """The labels of a person: CKAN's, and those of what they act as today."""
        user = user_obj if isinstance(user_obj, model.User) else None
        held = capacities_of(user)
        return [*super().get_user_dataset_labels(user_obj), *(_LABELS[each] for each in _LABELS if each in held)]
