"""What is public, said once, in terms of the database. Everything that shows anything asks here.

A record is public when it is active, not private, and owned by an office that exists. Nothing else hides a record: no
flag of our own, no filter in a template. CKAN's search labels, pages, files and feeds all follow it.
"""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from ckan.lib.plugins import DefaultPermissionLabels
from sqlalchemy.sql.elements import ColumnElement

PUBLIC_LABEL = "public"


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
    """CKAN's labels, with ``public`` given by ``is_public`` and by nothing else."""

    def get_dataset_labels(self, dataset_obj: model.Package) -> list[str]:
        """The labels of a record: ``public``, or those of its office's members."""
        if is_public(dataset_obj):
            return [PUBLIC_LABEL]
        labels = [label for label in super().get_dataset_labels(dataset_obj) if label != PUBLIC_LABEL]
        return labels or [f"member-{dataset_obj.owner_org}"]
