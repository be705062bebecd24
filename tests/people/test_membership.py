"""Who changes who works for an office, through every door of CKAN that leads there."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action

from ckanext.lebak.people.membership import capacity_in
from tests.people_factory import (
    ANONYMOUS,
    HARVESTER,
    HEAD,
    KOORDINATOR,
    OPERATOR,
    OTHER_OPERATOR,
    PEMBINA,
    READER,
    ROLES,
    STRANGER,
    SYSADMIN,
    WALIDATA,
    Cast,
    acts,
    add_user,
    join,
    name_of,
)

APPOINTS = (WALIDATA, SYSADMIN)
NOBODY = (ANONYMOUS, STRANGER, READER, OPERATOR, OTHER_OPERATOR, PEMBINA, KOORDINATOR, HARVESTER)


def capacity(cast: Cast, user: str) -> str | None:
    person = model.User.get(user)
    assert person is not None
    return capacity_in(cast.id_of(cast.office), person.id)


#: The doors by which a person becomes a member of the office: name of the action, and what it takes.
GRANTING = {
    "organization_member_create": lambda office, user, to: {"id": office, "username": user, "role": to},
    "group_member_create": lambda office, user, to: {"id": office, "username": user, "role": to},
    "member_create": lambda office, user, to: {"id": office, "object": user, "object_type": "user", "capacity": to},
}
ENDING = {
    "organization_member_delete": lambda office, user: {"id": office, "username": user},
    "group_member_delete": lambda office, user: {"id": office, "username": user},
    "member_delete": lambda office, user: {"id": office, "object": user, "object_type": "user"},
}


def try_(cast: Cast, role: str, action: str, /, **fields: Any) -> bool:
    """Whether the action let the role through."""
    try:
        call_action(action, cast.context(role), **fields)
    except tk.NotAuthorized:
        model.Session.rollback()
        return False
    return True


@pytest.mark.parametrize("door", GRANTING)
def test_operators_are_granted_by_head_walidata_and_administrator(cast: Cast, door: str) -> None:
    passed = []
    for role in ROLES:
        name = f"baru-{name_of(role)}"
        add_user(name)
        if try_(cast, role, door, **GRANTING[door](cast.office, name, "editor")):
            passed.append(role)
            assert capacity(cast, name) == "editor"
            assert acts()[-1] == (name_of(role), "member.grant", name)
        else:
            assert capacity(cast, name) is None
    assert passed == [HEAD, WALIDATA, SYSADMIN]
    assert len(acts()) == len(passed)


@pytest.mark.parametrize("door", GRANTING)
def test_a_head_is_appointed_by_walidata_and_administrator(cast: Cast, door: str) -> None:
    add_user("calon-kepala")
    for role in ROLES:
        before = capacity(cast, "calon-kepala")
        allowed = try_(cast, role, door, **GRANTING[door](cast.office, "calon-kepala", "admin"))
        assert allowed == (role in APPOINTS), role
        assert capacity(cast, "calon-kepala") == ("admin" if allowed else before)


@pytest.mark.parametrize("door", ENDING)
def test_operators_are_ended_by_head_walidata_and_administrator(cast: Cast, door: str) -> None:
    for role in ROLES:
        name = f"lama-{name_of(role)}"
        add_user(name)
        join(name, cast.office, "editor")
        model.Session.commit()
        allowed = try_(cast, role, door, **ENDING[door](cast.office, name))
        assert allowed == (role in (HEAD, *APPOINTS)), role
        assert capacity(cast, name) == (None if allowed else "editor")
    assert [act for _, act, _ in acts()] == ["member.end"] * 3


@pytest.mark.parametrize("door", ENDING)
def test_a_head_is_ended_by_walidata_and_administrator(cast: Cast, door: str) -> None:
    for role in ROLES:
        name = f"kepala-{name_of(role)}"
        add_user(name)
        join(name, cast.office, "admin")
        model.Session.commit()
        assert try_(cast, role, door, **ENDING[door](cast.office, name)) == (role in APPOINTS), role


@pytest.mark.parametrize("door", GRANTING)
def test_nobody_raises_themself(cast: Cast, door: str) -> None:
    for role in ROLES[1:]:
        if role == HEAD:
            continue
        before = capacity(cast, name_of(role))
        for to in ("member", "editor", "admin"):
            if (before, to) in (("member", "member"), ("editor", "editor"), ("editor", "member")):
                continue
            assert not try_(cast, role, door, **GRANTING[door](cast.office, name_of(role), to)), (role, to)
        assert capacity(cast, name_of(role)) == before
    assert acts() == []


@pytest.mark.parametrize("door", GRANTING)
def test_a_head_demotes_no_head_and_gives_no_capacity_that_ckan_does_not_know(cast: Cast, door: str) -> None:
    add_user("kepala-lain")
    join("kepala-lain", cast.office, "admin")
    model.Session.commit()
    assert not try_(cast, HEAD, door, **GRANTING[door](cast.office, "kepala-lain", "editor"))
    for capacity_ in ("walidata", "public", ""):
        with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
            call_action(door, cast.context(HEAD), **GRANTING[door](cast.office, name_of(STRANGER), capacity_))
        model.Session.rollback()
    assert capacity(cast, name_of(STRANGER)) is None


@pytest.mark.usefixtures("with_request_context", "mail_from")
def test_an_invitation_is_a_door_too(cast: Cast, mail_server: Any) -> None:
    for number, role in enumerate(ROLES):
        for to in ("member", "editor", "admin", "walidata"):
            fields = {"email": f"undangan-{number}-{to}@example.org", "group_id": cast.office, "role": to}
            may = role in APPOINTS or (role == HEAD and to != "admin")
            assert try_(cast, role, "user_invite", **fields) == (may and to != "walidata"), (role, to)
    assert len(mail_server.get_smtp_messages()) == 8
    assert [act for _, act, _ in acts()] == ["member.grant"] * 8


@pytest.mark.usefixtures("with_request_context", "mail_from")
def test_an_account_stays_when_its_invitation_cannot_be_sent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("ckan.lib.mailer.mail_user", down)
    fields = {"email": "Siti.Simulasi@example.org", "group_id": cast.office, "role": "editor"}
    made = call_action("user_invite", cast.context(HEAD), **fields)
    assert (made["name"], made["state"], made["invitation_sent"]) == ("siti-simulasi", "pending", False)
    assert capacity(cast, "siti-simulasi") == "editor"
    with pytest.raises(tk.ValidationError):
        call_action("user_invite", cast.context(HEAD), **fields)
    again = {"id": cast.office, "user": "siti-simulasi"}
    assert call_action("lebak_invitation_send", cast.context(HEAD), **again) == {"sent": False}
    sent: list[Any] = []
    monkeypatch.setattr("ckan.lib.mailer.mail_user", lambda *letter: sent.append(letter))
    assert call_action("lebak_invitation_send", cast.context(HEAD), **again) == {"sent": True}
    assert len(sent) == 1
    for role in NOBODY:
        assert not try_(cast, role, "lebak_invitation_send", **again), role
    with pytest.raises(tk.ValidationError):
        call_action("lebak_invitation_send", cast.context(HEAD), id=cast.office, user=name_of(OPERATOR))


def test_nothing_but_people_is_put_into_an_office(cast: Cast) -> None:
    other = cast.other_office
    group = {"id": cast.office, "object": other, "object_type": "group", "capacity": "admin"}
    for role in ROLES[:-1]:
        assert not try_(cast, role, "member_create", **group), role
        assert not try_(cast, role, "member_delete", id=cast.office, object=other, object_type="group"), role


UPDATING = ("organization_update", "organization_patch")


SAVED_MEMBERS: list[dict[str, Any]] = [
    {"users": []},
    {"users": [{"name": name_of(STRANGER), "capacity": "editor"}]},
    {"users": [{"name": name_of(HEAD), "capacity": "admin"}, {"name": name_of(OPERATOR), "capacity": "admin"}]},
    {"users": [{"id": name_of(HEAD), "name": name_of(STRANGER), "capacity": "admin"}]},
    {"users": "sim-stranger"},
]


def test_saving_an_office_changes_no_members_whoever_saves(cast: Cast) -> None:
    before = members(cast)
    for action, fields, role in product(UPDATING, SAVED_MEMBERS, (HEAD, WALIDATA, SYSADMIN)):
        assert not try_(cast, role, action, **whole(cast), **fields), (action, fields, role)
        assert members(cast) == before


OTHER_OFFICE: list[dict[str, Any]] = [
    {"state": "deleted"},
    {"is_organization": False},
    {"approval_status": "rejected"},
    {"groups": [{"name": "sim-dinas-lain", "capacity": "public"}]},
]


def test_a_head_does_not_delete_the_office_or_make_it_another(cast: Cast) -> None:
    for action, fields in product(UPDATING, OTHER_OFFICE):
        assert not try_(cast, HEAD, action, **whole(cast), **fields), (action, fields)
        office = model.Group.get(cast.office)
        assert office is not None
        assert (office.state, office.is_organization) == ("active", True)


ROLE_OF_OFFICE: list[dict[str, Any]] = [
    {"peran_sdi": ["walidata", "produsen"]},
    {"jenis": "koleksi"},
    {"extras": [{"key": "peran_sdi", "value": '["walidata"]'}]},
    {"extras": [{"key": "jenis", "value": "koleksi"}]},
]


def test_a_head_gives_the_office_no_role(cast: Cast) -> None:
    for action, fields in product(UPDATING, ROLE_OF_OFFICE):
        try:
            call_action(action, cast.context(HEAD), **whole(cast), **fields)
        except tk.ValidationError:
            model.Session.rollback()
        office: Any = model.Group.get(cast.office)
        assert office.extras == {"peran_sdi": '["produsen"]'}, (action, fields)


def test_a_head_saves_the_office_as_it_was_shown(cast: Cast) -> None:
    shown = call_action("organization_show", cast.context(HEAD), id=cast.office, include_users=True)
    call_action("organization_update", cast.context(HEAD), **{**shown, "alamat": "Jalan simulasi 1"})
    assert call_action("organization_show", {}, id=cast.office)["alamat"] == "Jalan simulasi 1"
    call_action("organization_patch", cast.context(HEAD), id=cast.office, alamat="Jalan simulasi 2")
    assert len(members(cast)) == 3


def test_an_office_is_not_saved_as_a_group(cast: Cast) -> None:
    for role in (HEAD, SYSADMIN):
        assert not try_(cast, role, "group_update", **whole(cast), users=[])
    assert len(members(cast)) == 3


def test_nobody_but_an_administrator_makes_deletes_or_purges_an_office(cast: Cast) -> None:
    for role in ROLES[:-1]:
        assert not try_(cast, role, "organization_create", name="kantor-baru", title="Simulasi"), role
        assert not try_(cast, role, "group_create", name="kantor-baru", title="Simulasi"), role
        for action in ("organization_delete", "organization_purge", "group_delete", "group_purge"):
            assert not try_(cast, role, action, id=cast.office), (role, action)
    assert not try_(cast, SYSADMIN, "organization_create", name="kantor-baru", users=[{"name": name_of(STRANGER)}])
    assert try_(cast, SYSADMIN, "organization_create", name="kantor-baru", title="Simulasi")


def test_the_public_gets_no_names_of_staff(cast: Cast, app: Any) -> None:
    assert not try_(cast, ANONYMOUS, "member_list", id=cast.office)
    # Without a type it gives the ids of the office's records too, of hidden ones among them.
    assert not try_(cast, STRANGER, "member_list", id=cast.office)
    assert not try_(cast, STRANGER, "member_list", id=cast.office, object_type="package")
    assert try_(cast, OPERATOR, "member_list", id=cast.office, object_type="package")
    answer = app.get(f"/organization/members/{cast.office}")
    assert answer.status_code == 403
    assert name_of(OPERATOR) not in answer.body


def whole(cast: Cast) -> dict[str, Any]:
    return {"id": cast.office, "name": cast.office, "title": "SIMULASI"}


def members(cast: Cast) -> set[tuple[str, str]]:
    found = call_action("member_list", {}, id=cast.office, object_type="user")
    return {(user, capacity_) for user, _, capacity_ in found}
