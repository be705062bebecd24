"""An office confirms that a released record still holds, without a change and so without a new approval."""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.lebak import audit
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import gate
from ckanext.lebak.release.model import Confirmation, Workflow
from ckanext.lebak.release.rules import APPROVED


def confirm(package: model.Package, actor: str, next_day: dt.date) -> Confirmation:
    """Notes that a released record still holds, and when the office looks at it again. Commits.

    Args:
        package: The released record.
        actor: Name of the account.
        next_day: When the office looks again.

    Raises:
        ValidationError: The record is not public, or the day is not to come.
    """
    if gate.place_of(package.id).status != APPROVED:
        raise tk.ValidationError({"publishing_status": [tk._("Only what is public can be confirmed.")]})
    if next_day <= dt.datetime.now(WIB).date():
        raise tk.ValidationError({"next_day": [tk._("Choose a day to come.")]})
    made = Confirmation(package_id=package.id, by=actor, next_day=next_day)
    model.Session.add(made)
    audit.note(
        actor,
        "release.confirm",
        package_id=package.id,
        organization_id=package.owner_org,
        details={"next_day": next_day.isoformat()},
    )
    model.Session.commit()
    return made


def of_release(package_id: str) -> Confirmation | None:
    """The newest confirmation of what is public now; None if there is none since it was released."""
    query = (
        sa.select(Confirmation)
        .join(Workflow, Workflow.package_id == Confirmation.package_id)
        .where(Confirmation.package_id == package_id, Workflow.status == APPROVED, Confirmation.at > Workflow.since)
        .order_by(Confirmation.id.desc())
    )
    return model.Session.scalar(query.limit(1))
