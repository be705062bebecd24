"""The pages on people: for whom, what stands there, what their forms do."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model

from ckanext.lebak.people.capacities import holds
from ckanext.lebak.people.membership import capacity_in
from tests.people_factory import (
    HEAD,
    OPERATOR,
    READER,
    ROLES,
    STRANGER,
    SYSADMIN,
    WALIDATA,
    Cast,
    acts,
    name_of,
)

pytestmark = pytest.mark.usefixtures("mail_from")


REFUSED = (403, 404)
"""CKAN's form of an office answers 404 to who may not save it so."""


def post(app: Any, cast: Cast, role: str, address: str, /, **fields: str) -> Any:
    return app.post(address, headers=cast.headers(role), data=fields, follow_redirects=False)


def page(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def test_who_sees_which_page_and_its_link(cast: Cast, app: Any) -> None:
    staff = f"/organization/{cast.office}/petugas"
    for role in ROLES:
        headers = cast.headers(role)
        sees_all, sees_office = role in (WALIDATA, SYSADMIN), role in (HEAD, WALIDATA, SYSADMIN)
        assert (app.get("/orang", headers=headers).status_code == 200) == sees_all, role
        assert (app.get(staff, headers=headers).status_code == 200) == sees_office, role
        office = app.get(f"/organization/{cast.office}", headers=headers).body
        assert ("/orang" in office) == sees_all, role
        assert (staff in office) == sees_office, role
    assert app.get("/organization/tidak-ada/petugas", headers=cast.headers(SYSADMIN)).status_code == 404


def test_the_walidata_grants_and_ends_on_the_page(cast: Cast, app: Any) -> None:
    fields = {"user": name_of(STRANGER), "organization": cast.custodian, "capacity": "walidata"}
    wrong = post(app, cast, WALIDATA, "/orang", **fields, since="2026-02-01", until="2026-01-01")
    assert wrong.status_code == 400
    form = page(wrong).select_one("form[action='/orang']")
    assert form is not None
    kept = [form.select_one(f"[name={name}]") for name in ("user", "since", "until")]
    assert [field["value"] for field in kept if field] == [name_of(STRANGER), "2026-02-01", "2026-01-01"]
    assert page(wrong).select_one("[role=alert]")
    assert not holds(cast.user(STRANGER), "walidata")
    assert post(app, cast, WALIDATA, "/orang", **fields).status_code == 302
    assert holds(cast.user(STRANGER), "walidata")
    shown = page(app.get("/orang", headers=cast.headers(WALIDATA)))
    (row,) = [row for row in shown.select("table")[0].select("tbody tr") if name_of(STRANGER) in row.text]
    end = row.select_one("form")
    assert end is not None
    assert post(app, cast, WALIDATA, str(end["action"])).status_code == 302
    assert not holds(cast.user(STRANGER), "walidata")
    assert post(app, cast, WALIDATA, str(end["action"])).status_code == 400
    assert post(app, cast, WALIDATA, "/orang/tidak-ada/akhiri").status_code == 404


def test_others_post_in_vain(cast: Cast, app: Any) -> None:
    fields = {"user": name_of(STRANGER), "organization": cast.custodian, "capacity": "walidata"}
    staff = f"/organization/{cast.office}/petugas"
    for role in (STRANGER, READER, OPERATOR, HEAD):
        assert post(app, cast, role, "/orang", **fields).status_code == 403, role
    for role in (STRANGER, READER, OPERATOR):
        for address in ("", f"/{name_of(OPERATOR)}/peran", f"/{name_of(OPERATOR)}/akhiri"):
            given = {"person": name_of(STRANGER), "role": "editor", "successor": name_of(HEAD)}
            assert post(app, cast, role, staff + address, **given).status_code == 403, (role, address)
    assert post(app, cast, HEAD, f"{staff}/{name_of(OPERATOR)}/peran", role="admin").status_code == 403


def test_a_head_adds_changes_and_ends_on_the_page(cast: Cast, app: Any, mail_server: Any) -> None:
    staff = f"/organization/{cast.office}/petugas"

    def capacity(role: str) -> str | None:
        user = cast.user(role)
        assert user is not None
        return capacity_in(cast.id_of(cast.office), user.id)

    wrong = post(app, cast, HEAD, staff, person="tidak-ada", role="editor")
    assert wrong.status_code == 400
    field = page(wrong).select_one("[name=person]")
    assert field is not None
    assert field["value"] == "tidak-ada"
    assert post(app, cast, HEAD, staff, person=name_of(STRANGER), role="member").status_code == 302
    assert capacity(STRANGER) == "member"
    assert post(app, cast, HEAD, f"{staff}/{name_of(STRANGER)}/peran", role="editor").status_code == 302
    assert capacity(STRANGER) == "editor"
    handed = post(app, cast, HEAD, f"{staff}/{name_of(OPERATOR)}/serah-terima", successor=name_of(STRANGER))
    assert handed.status_code == 302
    assert (capacity(OPERATOR), capacity(STRANGER)) == (None, "editor")
    assert post(app, cast, HEAD, f"{staff}/{name_of(STRANGER)}/akhiri").status_code == 302
    assert capacity(STRANGER) is None
    assert post(app, cast, HEAD, staff, person="baru@example.org", role="editor").status_code == 302
    assert len(mail_server.get_smtp_messages()) == 1
    shown = page(app.get(staff, headers=cast.headers(HEAD)))
    assert "baru@example.org" in shown.text
    (again,) = shown.select("form[action$=undangan]")
    assert post(app, cast, HEAD, str(again["action"])).status_code == 302
    assert len(mail_server.get_smtp_messages()) == 2
    assert post(app, cast, HEAD, staff, person="baru@example.org", role="editor").status_code == 400


def test_an_invitation_that_cannot_be_sent_is_said_and_the_account_stays(
    cast: Cast, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("ckan.lib.mailer.mail_user", down)
    staff = f"/organization/{cast.office}/petugas"
    post(app, cast, HEAD, staff, person="baru@example.org", role="editor")
    assert model.User.get("baru") is not None
    shown = page(app.get(staff, headers=cast.headers(HEAD)))
    assert shown.select("form[action$=undangan]")


def test_the_tables_of_the_pages_can_be_read_by_a_screen_reader(cast: Cast, app: Any) -> None:
    for address in ("/orang", f"/organization/{cast.office}/petugas"):
        shown = page(app.get(address, headers=cast.headers(WALIDATA)))
        for table in shown.select("#content table, .primary table"):
            assert table.find("caption")
            assert all(cell.get("scope") for cell in table.find_all("th"))
        for form in shown.select(".primary form"):
            assert form["method"] == "post"
            for field in form.select("input:not([type=hidden]), select"):
                assert shown.select_one(f"label[for='{field['id']}']"), field


def test_ckans_own_forms_obey_the_same_rule(cast: Cast, app: Any) -> None:
    new = f"/organization/member_new/{cast.office}"
    stranger = cast.user(STRANGER)
    assert stranger is not None
    assert post(app, cast, HEAD, new, username=stranger.name, role="admin").status_code == 403
    assert post(app, cast, OPERATOR, new, username=stranger.name, role="editor").status_code == 403
    assert capacity_in(cast.id_of(cast.office), stranger.id) is None
    assert post(app, cast, HEAD, new, username=stranger.name, role="editor").status_code == 302
    assert capacity_in(cast.id_of(cast.office), stranger.id) == "editor"
    head = cast.user(HEAD)
    assert head is not None
    delete = f"/organization/member_delete/{cast.office}"
    assert post(app, cast, OPERATOR, f"{delete}?user={head.id}").status_code == 403
    assert post(app, cast, HEAD, f"{delete}?user={stranger.id}").status_code == 302
    assert capacity_in(cast.id_of(cast.office), stranger.id) is None


def test_a_head_gives_the_office_no_role_by_its_form(cast: Cast, app: Any) -> None:
    edit = f"/organization/edit/{cast.office}"
    posted = {
        "name": cast.office,
        "title": "SIMULASI dengan nama baru",
        "peran_sdi": "walidata",
        "jenis": "koleksi",
        "state": "active",
    }
    answer = post(app, cast, HEAD, edit, **posted)
    model.Session.remove()
    office: Any = model.Group.get(cast.office)
    assert (answer.status_code, office.title) == (302, "SIMULASI dengan nama baru")
    assert office.extras == {"peran_sdi": '["produsen"]'}
    for hidden in (
        {"state": "deleted"},
        {"is_organization": "False"},
        {"users__0__name": name_of(STRANGER), "users__0__capacity": "admin"},
    ):
        assert post(app, cast, HEAD, edit, **{**posted, **hidden}).status_code in REFUSED, hidden
    for address in ("/organization/new", f"/organization/delete/{cast.office}"):
        assert post(app, cast, HEAD, address, name="kantor-baru", title="Simulasi").status_code in REFUSED
    model.Session.remove()
    office = model.Group.get(cast.office)
    assert (office.state, office.is_organization) == ("active", True)


def test_an_administrator_makes_an_office_by_its_form(cast: Cast, app: Any) -> None:
    answer = post(app, cast, SYSADMIN, "/organization/new", name="kantor-baru", title="Simulasi kantor baru")
    assert answer.status_code == 302
    assert model.Group.get("kantor-baru") is not None
    assert acts() == [(name_of(SYSADMIN), "member.grant", name_of(SYSADMIN))]
