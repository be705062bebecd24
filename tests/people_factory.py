"""The eleven roles of the catalog, for tests of who may what. All names and figures are simulation.

    cast = make_cast()
    call_auth("package_update", cast.context(OPERATOR), id=...)
    app.get("/orang", headers=cast.headers(WALIDATA))

One office (`Cast.office`) has an operator, a head and a reader; another (`Cast.other_office`) an operator. The
organisations of walidata (`Cast.custodian`), pembina and coordinator have that role, and a person who holds it. The
walidata is a member of no office: what they may is by capacity alone.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.lib import api_token

from ckanext.lebak import config
from ckanext.lebak.people.model import Capacity

ANONYMOUS = "anonymous"
STRANGER = "stranger"
READER = "reader"
OPERATOR = "operator"
OTHER_OPERATOR = "other_operator"
HEAD = "head"
WALIDATA = "walidata"
PEMBINA = "pembina"
KOORDINATOR = "koordinator"
HARVESTER = "harvester"
SYSADMIN = "sysadmin"

ROLES = (
    ANONYMOUS,
    STRANGER,
    READER,
    OPERATOR,
    OTHER_OPERATOR,
    HEAD,
    WALIDATA,
    PEMBINA,
    KOORDINATOR,
    HARVESTER,
    SYSADMIN,
)
"""reliability.md, section 5, "Privileges matrix". STRANGER is signed in without an office; READER is CKAN's ``member``;
HARVESTER is an account without an office that comes with its API token only."""

PASSWORD = "Kata-sandi-simulasi-1"


@dataclass
class Cast:
    """The offices and the people of a test.

    Attributes:
        office: Name of the office whose reader, operator and head there are.
        other_office: Name of the office of the other operator.
        custodian: Name of the organisation of the walidata; it is a producer too.
        supervisor: Name of the pembina's.
        coordinator: Name of the coordinator's.
    """

    office: str
    other_office: str
    custodian: str
    supervisor: str
    coordinator: str
    _tokens: dict[str, str] = field(default_factory=dict)

    def user(self, role: str) -> model.User | None:
        """The account of a role; None for ANONYMOUS. The name of the account is ``sim-`` and the role."""
        return None if role == ANONYMOUS else model.User.get(name_of(role))

    def context(self, role: str) -> dict[str, Any]:
        """What an action takes as context when this role calls it. A new dict at each call."""
        return {"user": "" if role == ANONYMOUS else name_of(role), "ignore_auth": False}

    def token(self, role: str) -> str:
        """An API token of the role, the same at each call."""
        if role not in self._tokens:
            user = self.user(role)
            assert user is not None, "a visitor has no token"
            token = model.ApiToken(user_id=user.id, name="simulasi")
            model.Session.add(token)
            model.Session.commit()
            made = {"jti": token.id, "iat": api_token.into_seconds(token.created_at or dt.datetime.now())}
            self._tokens[role] = api_token.encode(made)
        return self._tokens[role]

    def headers(self, role: str) -> dict[str, str]:
        """What a request sends to come as this role, by token."""
        return {} if role == ANONYMOUS else {"Authorization": self.token(role)}

    def id_of(self, organization: str) -> str:
        """The id of one of the offices."""
        group = model.Group.get(organization)
        assert group is not None
        return group.id


def name_of(role: str) -> str:
    """Name of the account of a role."""
    return "sim-" + role.replace("_", "-")


def make_cast() -> Cast:
    """Makes the offices and the people, straight in the database: a fraction of a second."""
    cast = Cast("sim-dinas", "sim-dinas-lain", config.custodian(), config.supervisor(), config.coordinator())
    _office(cast.office, ["produsen"])
    _office(cast.other_office, ["produsen"])
    _office(cast.custodian, ["walidata", "produsen"])
    _office(cast.supervisor, ["pembina"])
    _office(cast.coordinator, ["koordinator", "produsen"])
    password = None
    for role in ROLES[1:]:
        user = model.User(name=name_of(role), email=f"{name_of(role)}@example.org", sysadmin=role == SYSADMIN)
        if password is None:
            user.password = PASSWORD  # pyright: ignore[reportAttributeAccessIssue] - hashing it once is slow enough
            password = user._password  # pyright: ignore[reportAttributeAccessIssue]
        user._password = password  # pyright: ignore[reportAttributeAccessIssue]
        model.Session.add(user)
    model.Session.flush()
    for role, office, capacity in (
        (READER, cast.office, "member"),
        (OPERATOR, cast.office, "editor"),
        (HEAD, cast.office, "admin"),
        (OTHER_OPERATOR, cast.other_office, "editor"),
    ):
        join(name_of(role), office, capacity)
    for capacity, organization in (
        (WALIDATA, cast.custodian),
        (PEMBINA, cast.supervisor),
        (KOORDINATOR, cast.coordinator),
    ):
        hold(name_of(capacity), organization, capacity)
    model.Session.commit()
    return cast


def add_user(name: str, **fields: Any) -> model.User:
    """An account more, without an office. Commits."""
    user = model.User(name=name, email=f"{name}@example.org", **fields)
    model.Session.add(user)
    model.Session.commit()
    return user


def join(user: str, organization: str, capacity: str) -> None:
    """Makes an account a member of an office, past all rules. Leaves the commit to its caller."""
    person, group = model.User.get(user), model.Group.get(organization)
    assert person is not None
    assert group is not None
    member = model.Member(table_name="user", table_id=person.id, group=group, group_id=group.id, capacity=capacity)
    model.Session.add(member)


def hold(user: str, organization: str, capacity: str, since: dt.date = dt.date(2026, 1, 1)) -> Capacity:
    """Lets an account hold a capacity, past all rules. Leaves the commit to its caller."""
    person, group = model.User.get(user), model.Group.get(organization)
    assert person is not None
    assert group is not None
    capacity_ = Capacity(
        user_id=person.id, organization_id=group.id, capacity=capacity, since=since, granted_by="simulasi"
    )
    model.Session.add(capacity_)
    return capacity_


def acts() -> list[tuple[str, str, str | None]]:
    """What the audit log says: who did what to whom, the oldest first."""
    from ckanext.lebak.audit import AuditEntry

    query = sa.select(AuditEntry.actor, AuditEntry.act, AuditEntry.person).order_by(AuditEntry.id)
    return [(row.actor, row.act, row.person) for row in model.Session.execute(query)]


def _office(name: str, roles: list[str]) -> None:
    group = model.Group(name=name, title=f"SIMULASI {name}", type="organization", is_organization=True)
    group.extras = {"peran_sdi": json.dumps(roles)}  # pyright: ignore[reportAttributeAccessIssue] - as scheming keeps it
    model.Session.add(group)
