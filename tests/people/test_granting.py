"""Capacities: who grants and ends them, and what the log says."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action, call_auth

from ckanext.lebak.people.capacities import capacities_of, holds
from tests.days import today
from tests.people_factory import (
    HEAD,
    PEMBINA,
    ROLES,
    STRANGER,
    SYSADMIN,
    WALIDATA,
    Cast,
    acts,
    name_of,
)


def grant(cast: Cast, by: str, **fields: Any) -> dict[str, Any]:
    given = {"user": name_of(STRANGER), "organization": cast.custodian, "capacity": WALIDATA, **fields}
    return call_action("lebak_capacity_grant", cast.context(by), **given)


def allowed(cast: Cast, action: str, role: str) -> bool:
    try:
        return call_auth(action, cast.context(role))
    except tk.NotAuthorized:
        return False


@pytest.mark.parametrize(
    "action", ["lebak_capacity_grant", "lebak_capacity_end", "lebak_capacity_list", "lebak_member_count"]
)
def test_the_walidata_and_an_administrator_grant_end_and_see(cast: Cast, action: str) -> None:
    assert [role for role in ROLES if allowed(cast, action, role)] == [WALIDATA, SYSADMIN]


@pytest.mark.parametrize("by", [WALIDATA, SYSADMIN])
def test_a_capacity_is_granted_ended_and_noted(cast: Cast, by: str) -> None:
    granted = grant(cast, by, until="2098-12-31")
    person = cast.user(STRANGER)
    assert (granted["in_force"], granted["since"], granted["until"]) == (True, today().isoformat(), "2098-12-31")
    assert holds(person, WALIDATA)
    listed = call_action("lebak_capacity_list", cast.context(by))
    assert granted in listed
    call_action("lebak_capacity_end", cast.context(by), id=granted["id"])
    assert not holds(person, WALIDATA)
    assert granted["id"] not in [found["id"] for found in call_action("lebak_capacity_list", cast.context(by))]
    ended = call_action("lebak_capacity_list", cast.context(by), ended=True)
    assert [found["ended_by"] for found in ended if found["id"] == granted["id"]] == [name_of(by)]
    assert acts() == [
        (name_of(by), "capacity.grant", name_of(STRANGER)),
        (name_of(by), "capacity.end", name_of(STRANGER)),
    ]
    with pytest.raises(tk.ValidationError):
        call_action("lebak_capacity_end", cast.context(by), id=granted["id"])


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"user": name_of(WALIDATA), "capacity": PEMBINA, "organization": "bps-lebak"}, "user"),  # to themself
    ({"organization": "sim-dinas"}, "organization"),  # which has not that role
    ({"capacity": PEMBINA}, "organization"),
    ({"organization": "tidak-ada"}, "organization"),
    ({"capacity": "produsen"}, "capacity"),
    ({"capacity": ""}, "capacity"),
    ({"user": "tidak-ada"}, "user"),
    ({"user": ""}, "user"),
    ({"since": "2098-01-02", "until": "2098-01-01"}, "until"),
    ({"since": "2026-01-01", "until": "2026-01-02"}, "until"),  # past
    ({"since": "besok"}, "since"),
    ({"stand_in_for": "tidak-ada"}, "stand_in_for"),
    ({"stand_in_for": name_of(STRANGER)}, "stand_in_for"),  # themself
    ({"stand_in_for": name_of(PEMBINA)}, "stand_in_for"),  # who is no walidata
]


def test_what_cannot_be_granted_is_refused_with_its_field(cast: Cast) -> None:
    for fields, wrong in WRONG:
        with pytest.raises(tk.ValidationError) as refused:
            grant(cast, WALIDATA, **fields)
        assert list(refused.value.error_dict) == [wrong], fields
    assert acts() == []


def test_nobody_grants_to_themself_not_even_an_administrator(cast: Cast) -> None:
    with pytest.raises(tk.ValidationError):
        grant(cast, SYSADMIN, user=name_of(SYSADMIN))
    assert capacities_of(cast.user(SYSADMIN)) == frozenset()


def test_days_of_one_person_do_not_overlap(cast: Cast) -> None:
    grant(cast, WALIDATA, until="2098-12-31")
    for since in (None, "2098-12-31"):
        with pytest.raises(tk.ValidationError):
            grant(cast, WALIDATA, since=since)
    later = grant(cast, WALIDATA, since="2099-01-01")
    assert not later["in_force"]


def test_what_was_ended_can_be_granted_again(cast: Cast) -> None:
    first = grant(cast, WALIDATA)
    call_action("lebak_capacity_end", cast.context(WALIDATA), id=first["id"])
    assert grant(cast, WALIDATA)["in_force"]


def test_a_stand_in_is_named(cast: Cast) -> None:
    assert grant(cast, SYSADMIN, stand_in_for=name_of(WALIDATA))["stand_in_for"] == name_of(WALIDATA)


def test_who_has_ended_their_own_capacity_grants_no_more(cast: Cast) -> None:
    (own,) = [
        found["id"]
        for found in call_action("lebak_capacity_list", cast.context(WALIDATA))
        if found["user"] == name_of(WALIDATA)
    ]
    call_action("lebak_capacity_end", cast.context(WALIDATA), id=own)
    with pytest.raises(tk.NotAuthorized):
        call_auth("lebak_capacity_grant", cast.context(WALIDATA))


def test_a_deleted_account_gets_nothing_and_keeps_nothing(cast: Cast) -> None:
    call_action("user_delete", cast.context(SYSADMIN), id=name_of(PEMBINA))
    call_action("user_delete", cast.context(SYSADMIN), id=name_of(HEAD))
    assert acts() == [
        (name_of(SYSADMIN), "capacity.end", name_of(PEMBINA)),
        (name_of(SYSADMIN), "member.end", name_of(HEAD)),
    ]
    person = cast.user(PEMBINA)
    assert person is not None
    person.state = model.State.ACTIVE
    assert capacities_of(person) == frozenset()
    person.state = model.State.DELETED
    with pytest.raises(tk.ValidationError):
        grant(cast, WALIDATA, user=name_of(PEMBINA))


def test_each_office_is_counted(cast: Cast) -> None:
    (row,) = [row for row in call_action("lebak_member_count", cast.context(WALIDATA)) if row["name"] == cast.office]
    assert (row["heads"], row["operators"]) == (1, 1)


def test_the_organisations_of_the_cast_are_stored_as_ckan_stores_them(cast: Cast) -> None:
    shown = call_action("organization_show", {}, id=cast.custodian)
    assert shown["peran_sdi"] == ["walidata", "produsen"]
