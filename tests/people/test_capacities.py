"""What a person may act as, today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories

from ckanext.lebak.people.capacities import WALIDATA, capacities_of, holders, holds
from ckanext.lebak.people.model import Capacity

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def _grant(user: dict[str, Any], organization: dict[str, Any], **fields: Any) -> None:
    day = dt.date(2026, 1, 1)
    given = {"since": day, "granted_by": "admin", "capacity": WALIDATA, **fields}
    model.Session.add(Capacity(user_id=user["id"], organization_id=organization["id"], **given))
    model.Session.commit()


@pytest.fixture
def office() -> dict[str, Any]:
    return factories.Organization(peran_sdi=["walidata", "produsen"])


@pytest.fixture
def person() -> dict[str, Any]:
    return factories.User()


def test_holds_within_its_days_in_an_organisation_of_that_role(person: dict[str, Any], office: dict[str, Any]) -> None:
    _grant(person, office)
    user = model.User.get(person["id"])
    assert holds(user, WALIDATA)
    assert not holds(user, "pembina")
    assert capacities_of(user) == {WALIDATA}
    assert [u.id for u in holders(WALIDATA)] == [person["id"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"since": dt.date(2999, 1, 1)},
        {"until": dt.date(2026, 1, 2)},
        {"ended_at": dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc)},
        {"capacity": "pembina"},
    ],
    ids=["not yet", "no longer", "ended", "not the role of the organisation"],
)
def test_does_not_hold(person: dict[str, Any], office: dict[str, Any], fields: dict[str, Any]) -> None:
    _grant(person, office, **fields)
    assert capacities_of(model.User.get(person["id"])) == frozenset()


def test_a_deleted_account_and_a_visitor_hold_nothing(person: dict[str, Any], office: dict[str, Any]) -> None:
    _grant(person, office)
    user = model.User.get(person["id"])
    assert user is not None
    user.state = model.State.DELETED
    assert not holds(user, WALIDATA)
    assert not holds(None, WALIDATA)
