"""Restricted files for an agency: it asks, the walidata decides, and an approval ends by itself or before.

Each step is in the audit log, with the words of who made it.
"""

from __future__ import annotations

import datetime as dt

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak import audit
from ckanext.lebak.files.model import AccessRequest
from ckanext.lebak.people.capacities import PEMBINA, WALIDATA, capacities_of
from ckanext.lebak.profiles.terms import WIB

ASKED = "asked"
APPROVED = "approved"
REFUSED = "refused"
ENDED = "ended"
LONGEST = 4000
"""Characters of a purpose or a reason."""


def today() -> dt.date:
    """The day in the county."""
    return dt.datetime.now(WIB).date()


def in_force() -> ColumnElement[bool]:
    """The condition on `AccessRequest` under which it is an approval that holds today."""
    return sa.and_(AccessRequest.state == APPROVED, AccessRequest.until >= today())


def names_agency_of(user: model.User, package_id: str) -> bool:
    """Whether an approval that is in force names an agency that somebody is a member of.

    Args:
        user: The account.
        package_id: The record.
    """
    query = (
        sa.select(AccessRequest.id)
        .join(model.Group, model.Group.id == AccessRequest.organization_id)
        .where(
            in_force(),
            AccessRequest.package_id == package_id,
            AccessRequest.organization_id.in_(agencies_of(user)),
            model.Group.state == model.State.ACTIVE,
        )
    )
    return model.Session.scalar(query.limit(1)) is not None


def agencies_of(user: model.User) -> list[str]:
    """Ids of the organisations that somebody is a member of."""
    member = model.Member
    query = (
        sa.select(member.group_id)
        .join(model.Group, model.Group.id == member.group_id)
        .where(
            member.table_name == "user",
            member.table_id == user.id,
            member.state == model.State.ACTIVE,
            model.Group.is_organization.is_(True),
            model.Group.state == model.State.ACTIVE,
        )
        .order_by(model.Group.title)
    )
    return [id_ for id_ in model.Session.scalars(query) if id_]


def open_request(package_id: str, organization_id: str) -> AccessRequest | None:
    """The request of an agency that waits for its decision, or its approval that is in force.

    Args:
        package_id: The record.
        organization_id: The agency.
    """
    query = sa.select(AccessRequest).where(
        AccessRequest.package_id == package_id,
        AccessRequest.organization_id == organization_id,
        sa.or_(AccessRequest.state == ASKED, in_force()),
    )
    return model.Session.scalars(query.limit(1)).first()


def ask(user: model.User, package: model.Package, organization_id: str, purpose: str, until: dt.date) -> AccessRequest:
    """Asks for the files of a record, for an agency.

    Args:
        user: Who asks; a member of the agency.
        package: The record.
        organization_id: The agency.
        purpose: What the files are wanted for.
        until: Last day for which they are wanted.

    Raises:
        ValidationError: The agency has asked already, or may take the files already.
    """
    # One at a time: two members who ask at once make one request.
    model.Session.execute(sa.select(model.Package.id).where(model.Package.id == package.id).with_for_update())
    if open_request(package.id, organization_id):
        raise tk.ValidationError(
            {"organization_id": [tk._("This agency has asked for these files already. Look at its request.")]}
        )
    request = AccessRequest(
        package_id=package.id,
        organization_id=organization_id,
        asked_by=user.name,
        purpose=purpose,
        until=until,
        state=ASKED,
    )
    model.Session.add(request)
    model.Session.flush([request])
    _note(user, request, "access.request", (None, ASKED), purpose)
    model.Session.commit()
    return request


def decide(
    user: model.User, request_id: str, *, approve: bool, reason: str, until: dt.date | None, letter: str
) -> AccessRequest:
    """Approves or refuses a request.

    Args:
        user: The walidata.
        request_id: The request.
        approve: Whether the agency gets the files.
        reason: Why.
        until: Last day of the approval; None for the day that was asked for.
        letter: Number of the letter that it is decided by; empty for none.

    Raises:
        ObjectNotFound: There is no such request.
        ValidationError: It is decided already, or asked for by who decides.
    """
    request = _locked(request_id)
    if request.state != ASKED:
        raise tk.ValidationError({"id": [tk._("This request was decided already. Load the page again.")]})
    if request.asked_by == user.name:
        raise tk.ValidationError({"id": [tk._("You asked for this yourself; another person must decide.")]})
    request.state = APPROVED if approve else REFUSED
    request.decision, request.letter = reason, letter or None
    request.decided_by, request.decided_at = user.name, dt.datetime.now(dt.timezone.utc)
    if approve and until:
        request.until = until
    _note(user, request, "access.approve" if approve else "access.refuse", (ASKED, request.state), reason)
    model.Session.commit()
    return request


def end(user: model.User, request_id: str, reason: str) -> AccessRequest:
    """Ends an approval, or takes a request back. It holds no longer from now on.

    Args:
        user: Who ends it.
        request_id: The request.
        reason: Why.

    Raises:
        ObjectNotFound: There is no such request.
        ValidationError: It is refused or ended already.
    """
    request = _locked(request_id)
    before = request.state
    if before not in (ASKED, APPROVED):
        raise tk.ValidationError({"id": [tk._("This request is closed already. Load the page again.")]})
    request.state = ENDED
    request.ended_by, request.ended_at = user.name, dt.datetime.now(dt.timezone.utc)
    _note(user, request, "access.end", (before, ENDED), reason)
    model.Session.commit()
    return request


def get(request_id: str) -> AccessRequest:
    """A request.

    Args:
        request_id: Its id.

    Raises:
        ObjectNotFound: There is none.
    """
    request = model.Session.get(AccessRequest, request_id)
    if request is None:
        raise tk.ObjectNotFound(tk._("There is no such request."))
    return request


def seen_by(user: model.User, package_id: str | None = None) -> list[AccessRequest]:
    """The requests that somebody may see: walidata and pembina all, others those of their agency or office.

    Args:
        user: The account.
        package_id: Only those for this record.

    Returns:
        Those that wait first, the oldest first; then the others, the newest first.
    """
    query = sa.select(AccessRequest).join(model.Package, model.Package.id == AccessRequest.package_id)
    if not user.sysadmin and not capacities_of(user) & {WALIDATA, PEMBINA}:
        own = agencies_of(user)
        query = query.where(sa.or_(AccessRequest.organization_id.in_(own), model.Package.owner_org.in_(own)))
    if package_id:
        query = query.where(AccessRequest.package_id == package_id)
    found = list(model.Session.scalars(query.order_by(AccessRequest.asked_at)))
    return [r for r in found if r.state == ASKED] + [r for r in reversed(found) if r.state != ASKED]


def is_in_force(request: AccessRequest) -> bool:
    """Whether a request is an approval that holds today."""
    return request.state == APPROVED and request.until >= today()


def _locked(request_id: str) -> AccessRequest:
    get(request_id)
    query = sa.select(AccessRequest).where(AccessRequest.id == request_id).with_for_update()
    return model.Session.scalars(query.execution_options(populate_existing=True)).one()


def _note(user: model.User, request: AccessRequest, act: str, states: tuple[str | None, str], text: str) -> None:
    audit.note(
        user.name,
        act,
        package_id=request.package_id,
        organization_id=request.organization_id,
        person=request.asked_by,
        text=text,
        details={
            "request": request.id,
            "before": states[0],
            "after": states[1],
            "until": request.until.isoformat(),
            "letter": request.letter,
        },
    )
