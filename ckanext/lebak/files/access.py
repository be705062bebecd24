"""Who may take a file. One rule, and every door asks it.

The access classes are those of the national portal (vocabularies/access.csv). Reason, legal basis, decision and review
date of a restriction are asked for at its release (``release.requirements``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import authz, model
from ckan.model.user import AnonymousUser
from ckan.types import Context
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak.files import approvals
from ckanext.lebak.people.capacities import PEMBINA, WALIDATA, capacities_of
from ckanext.lebak.release.visibility import is_public

OPEN = "terbuka"
RESTRICTED = "terbatas"
CLOSED = "tertutup"

EVERYONE = "open"
RECORD = "record"
OFFICE = "office"
CAPACITY = "capacity"
APPROVAL = "approval"

DECIDED = ("alasan_akses", "dasar_hukum_akses", "rujukan_keputusan_akses", "tanggal_tinjau_akses")
"""What a restriction says once it is decided."""


@dataclass(frozen=True)
class Facts:
    """What the rule needs to know.

    Attributes:
        access: Access class of the record; empty counts as open, an unknown one as closed.
        public: Whether the record is public.
        sees_record: Whether the reader may see the record.
        in_office: Whether the reader works for the office that owns it.
        capacities: What the reader may act as.
        approved: Whether an approval that is in force names an agency of the reader.
    """

    access: str
    public: bool
    sees_record: bool = False
    in_office: bool = False
    capacities: frozenset[str] = frozenset()
    approved: bool = False


def reason(facts: Facts) -> str | None:
    """Why a reader may take the files of a record, None if not. Pure.

    ========================  =========================================================================================
    the record                its files are for
    ========================  =========================================================================================
    not public                who may see the record
    public, ``terbuka``       everyone
    public, ``terbatas``      its office, walidata, pembina, and agencies named in an approval that is in force
    public, ``tertutup``      nobody: none is kept. One that is left from before, for its office and the walidata, who
                              take it away
    ========================  =========================================================================================

    Args:
        facts: Of the record and the reader.
    """
    if not facts.public:
        return RECORD if facts.sees_record else None
    if is_open(facts.access):
        return EVERYONE
    if facts.in_office:
        return OFFICE
    if facts.capacities & ({WALIDATA, PEMBINA} if facts.access == RESTRICTED else {WALIDATA}):
        return CAPACITY
    return APPROVAL if facts.access == RESTRICTED and facts.approved else None


def is_open(access: object) -> bool:
    """Whether an access class is open; a record without one is."""
    return not access or access == OPEN


def access_of(package: model.Package) -> str:
    """The access class of a stored record, ``terbuka`` where it has none."""
    return str(package.extras.get("accessRights") or OPEN)


def open_packages() -> ColumnElement[bool]:
    """The condition on ``model.Package`` under which its files are open once it is public, for ``where()``."""
    access = model.package_table.c.extras["accessRights"].astext
    return sa.func.coalesce(access, "").in_(("", OPEN))


def is_proposed(record: Mapping[str, Any]) -> bool:
    """Whether a restriction is proposed only (diusulkan): it lacks something of its decision.

    Args:
        record: The dataset as ``package_show`` gives it, or as a form holds it.
    """
    return not is_open(record.get("accessRights")) and not all(record.get(field) for field in DECIDED)


def reason_for(user: model.User | None, package: model.Package) -> str | None:
    """Why somebody may take the files of a record now, None if not.

    Args:
        user: The account; None for a visitor.
        package: The record.
    """
    access, public = access_of(package), is_public(package)
    if public and is_open(access):
        return EVERYONE  # the usual case asks nothing more
    if not public:
        return reason(Facts(access, public, sees_record=sees_record(user, package)))
    if user is None or user.state != model.State.ACTIVE:
        return None
    # CKAN's own question: also who heads a parent office. A sysadmin passes it, and is logged like others.
    in_office = authz.has_user_permission_for_group_or_org(package.owner_org, user.name, "read")
    approved = approvals.names_agency_of(user, package.id)
    return reason(Facts(access, public, in_office=in_office, capacities=capacities_of(user), approved=approved))


def may_read_file(user: model.User | None, package: model.Package, resource: model.Resource | None = None) -> bool:
    """Whether somebody may take a file of a record now.

    Args:
        user: The account; None for a visitor.
        package: The record.
        resource: The file. All files of a record have its access class; one that is no longer part of it is for nobody.
    """
    if resource is not None and (resource.package_id != package.id or resource.state != model.State.ACTIVE):
        return False
    return reason_for(user, package) is not None


def user_of(context: Context) -> model.User | None:
    """The account that an action or an auth function is asked by, None for a visitor."""
    user = context.get("auth_user_obj")
    if isinstance(user, model.User):
        return user
    name = context.get("user")
    return model.User.get(name) if name else None


def sees_record(user: model.User | None, package: model.Package) -> bool:
    """Whether somebody may see a record now: CKAN's own question.

    Args:
        user: The account; None for a visitor.
        package: The record.
    """
    context = Context(user=user.name if user else "", auth_user_obj=user or AnonymousUser())
    return authz.is_authorized_boolean("package_show", context, {"id": package.id})
