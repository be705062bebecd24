"""An agency asks for restricted files, the walidata decides, and what is taken is noted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from ckanext.lebak import audit, config
from ckanext.lebak.files import approvals, readings
from ckanext.lebak.files.access import may_read_file
from ckanext.lebak.files.model import AccessRequest, FileReading
from tests.files.conftest import Restricted, as_sysadmin

LATER = "2099-12-31"


def ask(case: Restricted, role: str = "stranger", **fields: Any) -> dict[str, Any]:
    agency = approvals.agencies_of(case.user(role))[0]
    given = {"package_id": case.dataset["id"], "organization_id": agency, "purpose": "Simulasi", "until": LATER}
    return case.call(role, "lebak_access_request_create", **{**given, **fields})


def decide(case: Restricted, request: dict[str, Any], role: str = "walidata", **fields: Any) -> dict[str, Any]:
    given = {"id": request["id"], "decision": "approve", "reason": "Simulasi alasan"}
    return case.call(role, "lebak_access_request_decide", **{**given, **fields})


def may(case: Restricted, role: str) -> bool:
    package = model.Package.get(case.dataset["id"])
    assert package is not None
    return may_read_file(case.user(role), package)


def test_an_approval_gives_the_files_until_it_ends(case: Restricted) -> None:
    assert not may(case, "stranger")
    request = ask(case)
    assert (request["state"], may(case, "stranger")) == ("asked", False)
    decided = decide(case, request, letter="SIM/2", until="2098-01-01")
    assert (decided["state"], decided["letter"], decided["until"]) == ("approved", "SIM/2", "2098-01-01")
    assert may(case, "stranger")
    stored = model.Session.get(AccessRequest, request["id"])
    assert stored is not None
    stored.until = approvals.today() - dt.timedelta(days=1)
    model.Session.commit()
    assert not may(case, "stranger")
    stored.until = approvals.today()
    model.Session.commit()
    assert may(case, "stranger")
    case.call("walidata", "lebak_access_request_end", id=request["id"], reason="Simulasi selesai")
    assert not may(case, "stranger")


def test_each_step_is_in_the_log_with_its_words(case: Restricted) -> None:
    request = ask(case, purpose="Simulasi keperluan yang khusus")
    decide(case, request, decision="refuse", reason="Simulasi alasan menolak")
    own = [entry for entry in audit.of_package(case.dataset["id"]) if entry.details.get("request") == request["id"]]
    assert [(entry.act, entry.text) for entry in reversed(own)] == [
        ("access.request", "Simulasi keperluan yang khusus"),
        ("access.refuse", "Simulasi alasan menolak"),
    ]
    assert {entry.organization_id for entry in own} == {request["organization_id"]}
    assert own[0].actor == case.people["walidata"]["name"]
    assert not may(case, "stranger")


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"purpose": "  "}, "purpose"),
        ({"purpose": "x" * 5000}, "purpose"),
        ({"until": ""}, "until"),
        ({"until": "31-12-2099"}, "until"),
        ({"until": "2020-01-01"}, "until"),
    ],
)
def test_a_request_must_say_what_for_and_until_when(case: Restricted, fields: dict[str, Any], key: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        ask(case, **fields)
    assert list(refused.value.error_dict) == [key]


def test_who_may_ask_and_decide_and_end(case: Restricted) -> None:
    agency = approvals.agencies_of(case.user("stranger"))[0]
    for role, organization in (("visitor", agency), ("coordinator", agency), ("owner", case.office["id"])):
        given = {"package_id": case.dataset["id"], "organization_id": organization, "until": LATER}
        with pytest.raises(tk.NotAuthorized):
            case.call(role, "lebak_access_request_create", purpose="x", **given)
    request = ask(case)
    with pytest.raises(tk.ValidationError):
        ask(case)  # once
    for role in ("visitor", "owner", "stranger", "pembina", "coordinator"):
        with pytest.raises(tk.NotAuthorized):
            decide(case, request, role)
    context = {"user": factories.Sysadmin()["name"], "ignore_auth": False}
    with pytest.raises(tk.NotAuthorized):
        helpers.call_action("lebak_access_request_decide", context, id=request["id"], decision="approve", reason="x")
    with pytest.raises(tk.ValidationError):
        decide(case, request, reason="")
    with pytest.raises(tk.ValidationError):
        decide(case, request, decision="")
    decide(case, request)
    with pytest.raises(tk.ValidationError):
        decide(case, request, decision="refuse")
    for role in ("visitor", "owner", "former", "pembina"):
        with pytest.raises(tk.NotAuthorized):
            case.call(role, "lebak_access_request_end", id=request["id"], reason="x")
    as_sysadmin("organization_member_create", id=case.office["id"], username=case.user("owner").name, role="admin")
    assert case.call("owner", "lebak_access_request_end", id=request["id"], reason="x")["state"] == "ended"
    with pytest.raises(tk.ValidationError):
        case.call("walidata", "lebak_access_request_end", id=request["id"], reason="x")


def test_nobody_decides_what_they_asked_for(case: Restricted) -> None:
    agency = factories.Organization(users=[{"name": case.user("walidata").name, "capacity": "editor"}])
    given = {"package_id": case.dataset["id"], "organization_id": agency["id"], "purpose": "x", "until": LATER}
    request = case.call("walidata", "lebak_access_request_create", **given)
    with pytest.raises(tk.ValidationError):
        decide(case, request)


def test_only_public_restricted_records_are_asked_for(case: Restricted) -> None:
    for change in ({"accessRights": "terbuka"}, {"accessRights": "terbatas", "private": True}):
        as_sysadmin("package_patch", id=case.dataset["id"], **change)
        with pytest.raises(tk.NotAuthorized):
            ask(case)


def test_everyone_lists_their_own_requests(case: Restricted) -> None:
    request = ask(case)
    everything = {one["id"] for one in case.call("walidata", "lebak_access_request_list")}
    assert len(everything) == 3
    assert [one["id"] for one in case.call("walidata", "lebak_access_request_list")][0] == request["id"]
    assert {one["id"] for one in case.call("owner", "lebak_access_request_list")} == everything
    assert [one["id"] for one in case.call("stranger", "lebak_access_request_list")] == [request["id"]]
    assert case.call("coordinator", "lebak_access_request_list") == []
    with pytest.raises(tk.NotAuthorized):
        case.call("visitor", "lebak_access_request_list")


def test_the_form_on_the_page_and_the_walidatas_list(case: Restricted, app: Any) -> None:
    page = f"/dataset/{case.dataset['name']}/akses"
    agency = approvals.agencies_of(case.user("stranger"))[0]
    typed = {"organization_id": agency, "purpose": "Keperluan yang <b>diketik</b>", "until": "2020-01-01"}
    headers = case.headers("stranger")
    refused = app.post(page, data=typed, headers=headers, status=200).body
    assert "Keperluan yang &lt;b&gt;diketik&lt;/b&gt;" in refused
    app.post(page, data={**typed, "until": LATER}, headers=headers, status=302, follow_redirects=False)
    app.get(page, status=403)
    app.get("/dataset/tidak-ada/akses", status=404)
    desk = "/meja-walidata/akses"
    for role in ("visitor", "stranger", "owner", "pembina"):
        app.get(desk, headers=case.headers(role), status=403)
    listed = app.get(desk, headers=case.headers("walidata"), status=200).body
    assert "&lt;b&gt;diketik&lt;/b&gt;" in listed
    request = case.call("stranger", "lebak_access_request_list")[0]
    decision = {"decision": "approve", "reason": "", "letter": "SIM/9"}
    again = app.post(f"{desk}/{request['id']}/putusan", data=decision, headers=case.headers("walidata"), status=200)
    assert "SIM/9" in again.body
    app.post(f"{desk}/{request['id']}/putusan", data=decision, headers=headers, status=403)
    app.get(f"{desk}/{request['id']}/putusan", headers=case.headers("walidata"), status=404)
    done = {**decision, "reason": "Simulasi"}
    address = f"{desk}/{request['id']}"
    headers = case.headers("walidata")
    app.post(f"{address}/putusan", data=done, headers=headers, status=302, follow_redirects=False)
    assert may(case, "stranger")
    app.post(f"{address}/akhiri", data={"reason": "Simulasi"}, headers=headers, status=302, follow_redirects=False)
    assert not may(case, "stranger")
    app.post(f"{desk}/tidak-ada/putusan", data=done, headers=case.headers("walidata"), status=404)


# --- who took what ----------------------------------------------------------------------------------------------------


def test_each_reading_of_a_restricted_file_is_noted_by_name(case: Restricted, app: Any) -> None:
    began = dt.datetime.now(dt.timezone.utc) - dt.timedelta(seconds=5)
    address = f"/dataset/{case.dataset['id']}/resource"
    app.get(f"{address}/{case.table['id']}/download", headers=case.headers("agency"), status=200)
    app.get(f"{address}/{case.link['id']}/download", headers=case.headers("owner"), status=302, follow_redirects=False)
    app.get(f"/datastore/dump/{case.table['id']}", headers=case.headers("pembina"), status=200)
    app.test_client().head(f"{address}/{case.table['id']}/download", headers=case.headers("agency"))
    app.get(f"{address}/{case.table['id']}/download", status=403)
    app.get(
        f"/api/3/action/datastore_search?resource_id={case.table['id']}&limit=0",
        headers=case.headers("agency"),
        status=200,
    )
    taken = readings.since(case.dataset["id"], began)
    assert [(one.user_id, one.resource_id, one.kind, one.content) for one in taken.readings] == [
        (case.people["agency"]["id"], case.table["id"], "download", case.table["hash"]),
        (case.people["owner"]["id"], case.link["id"], "download", None),
        (case.people["pembina"]["id"], case.table["id"], "datastore", case.table["hash"]),
    ]
    assert taken.counts == []
    assert readings.since(case.dataset["id"], dt.datetime.now(dt.timezone.utc)).readings == []


def test_of_open_files_only_the_number_is_kept(case: Restricted, app: Any) -> None:
    as_sysadmin("package_patch", id=case.dataset["id"], accessRights="terbuka")
    address = f"/dataset/{case.dataset['id']}/resource/{case.table['id']}/download"
    for headers in ({}, case.headers("agency"), {"Range": "bytes=0-3"}, {"Range": "bytes=4-8"}):
        app.get(address, headers=headers)
    app.get(f"/api/3/action/datastore_search?resource_id={case.table['id']}", status=200)
    taken = readings.since(case.dataset["id"], dt.datetime.now(dt.timezone.utc))
    assert taken.readings == []
    assert {(one.kind, one.times, one.content) for one in taken.counts} == {
        ("download", 3, case.table["hash"]),
        ("datastore", 1, case.table["hash"]),
    }


def test_readings_are_forgotten_in_time(case: Restricted, app: Any, ckan_config: Any) -> None:
    days = ckan_config[config.FILE_READING_DAYS]
    old = sa.func.now() - sa.func.make_interval(0, 0, 0, days + 1)
    what = {"user_id": "x", "package_id": case.dataset["id"], "resource_id": "x", "kind": "download"}
    model.Session.execute(sa.insert(FileReading).values(at=old, **what))
    model.Session.commit()
    app.get(
        f"/dataset/{case.dataset['id']}/resource/{case.table['id']}/download", headers=case.headers("owner"), status=200
    )
    kept = model.Session.scalars(sa.select(FileReading.user_id)).all()
    assert kept == [case.people["owner"]["id"]]
