"""Every door to a restricted file: who passes, and that nothing of it is told to those who do not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan import model
from ckan.lib.search.common import make_connection
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from ckanext.lebak.feed import records
from ckanext.lebak.files.access import may_read_file, reason_for
from ckanext.lebak.files.doors import StorageDoors
from ckanext.lebak.tables.loading import load_table
from tests.files.conftest import CANARY, TABLE, Restricted, as_sysadmin

INSIDERS = ("owner", "agency", "walidata", "pembina")
OUTSIDERS = ("visitor", "stranger", "former", "coordinator")
ALL = (*INSIDERS, *OUTSIDERS)

DRAW = {"draw": "1", "search[value]": "", "start": "0", "length": "10"}


def downloads(case: Restricted) -> list[str]:
    ids = (case.dataset["id"], case.dataset["name"])
    head = [f"/dataset/{id_}/resource/{case.table['id']}/download" for id_ in ids]
    names = ("", "/simulasi.csv", "/lain.html", "/%00.csv")
    return [address + name for address in head for name in names]


def pages(case: Restricted) -> dict[str, list[str]]:
    """Addresses that give rows or a preview, by how they refuse."""
    table = case.table["id"]
    dumps = [f"/datastore/dump/{table}?format={format_}" for format_ in ("csv", "tsv", "json", "xml")]
    views = [f"/dataset/{case.dataset['id']}/resource/{table}/view/{case.view['id']}"]
    api = [
        f"/api/3/action/datastore_search?resource_id={table}",
        f"/api/action/datastore_search?resource_id={table}&limit=1&records_format=csv",
        f"/api/3/action/datastore_info?id={table}",
        f"/api/3/action/resource_view_show?id={case.view['id']}",
        f"/api/3/action/lebak_file_show?id={table}",
    ]
    return {"pages": [*dumps, *views, f"/datastore/api_info/{table}"], "api": api}


def test_every_door_opens_for_those_who_may(case: Restricted, app: Any) -> None:
    for role in INSIDERS:
        assert app.get(downloads(case)[1], headers=case.headers(role), status=200).data == TABLE
        for address in [address for group in pages(case).values() for address in group]:
            app.get(address, headers=case.headers(role), status=200)
        link = f"/dataset/{case.dataset['id']}/resource/{case.link['id']}/download"
        answer = app.get(link, headers=case.headers(role), status=302, follow_redirects=False)
        assert CANARY in answer.headers["Location"]
        rows = app.post(f"/datatables/ajax/{case.view['id']}", data=DRAW, headers=case.headers(role), status=200)
        assert CANARY in rows.body


def test_no_door_opens_for_those_who_may_not(case: Restricted, app: Any) -> None:
    for role in OUTSIDERS:
        headers = case.headers(role)
        bodies = set()
        for address in [*downloads(case), *pages(case)["pages"]]:
            damaged = "%00" in address  # refused before anybody looks what it is of
            answer = app.get(address, headers=headers, status=400 if damaged else 403)
            assert CANARY not in answer.body, address
            bodies.add(damaged or "restricted" in answer.body or "terbatas" in answer.body)
        assert bodies == {True}
        for address in pages(case)["api"]:
            assert CANARY not in app.get(address, headers=headers, status=403).body, address
        link = f"/dataset/{case.dataset['id']}/resource/{case.link['id']}/download"
        assert CANARY not in str(app.get(link, headers=headers, status=403, follow_redirects=False).headers)
        assert app.test_client().head(downloads(case)[1], headers=headers).status_code == 403
        app.get(downloads(case)[1], headers={**headers, "Range": "bytes=0-9"}, status=403)
        for door in ("ajax", "filtered-download"):
            data = {**DRAW, "params": json.dumps({"search": {"value": ""}}), "format": "csv"}
            app.post(f"/datatables/{door}/{case.view['id']}", data=data, headers=headers, status=403)
        data = {"resource_id": case.table["id"]}
        app.post("/api/3/action/datastore_search", json=data, headers=headers, status=403)
        # Off, so there is no such action; on, it asks the same.
        sql = "SELECT 1"
        app.get("/api/3/action/datastore_search_sql", query_string={"sql": sql}, headers=headers, status=400)
        context: Any = {**case.context(role), "table_names": [case.table["id"]]}
        with pytest.raises(tk.NotAuthorized):
            tk.check_access("datastore_search_sql", context, {"sql": sql})


def test_a_download_is_saved_and_not_shown_nor_kept_by_caches(case: Restricted, app: Any) -> None:
    answer = app.get(downloads(case)[1], headers={**case.headers("owner"), "Range": "bytes=0-3"}, status=206)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_hidden_record_is_not_told_of(case: Restricted, app: Any) -> None:
    as_sysadmin("package_patch", id=case.dataset["id"], private=True)
    for role in ("visitor", "stranger", "agency", "former"):
        for address in [downloads(case)[0], *pages(case)["pages"]]:
            # What was public and is not any more says so at its address, and no more.
            gone = 410 if address.startswith("/dataset/") else 404
            answer = app.get(address, headers=case.headers(role), status=gone)
            assert CANARY not in answer.body
            assert case.dataset["title"] not in answer.body
    app.get(downloads(case)[0], headers=case.headers("owner"), status=200)


def test_a_file_of_an_open_record_is_for_everyone(case: Restricted, app: Any) -> None:
    as_sysadmin("package_patch", id=case.dataset["id"], accessRights="terbuka")
    for role in ALL:
        assert app.get(downloads(case)[0], headers=case.headers(role), status=200).data == TABLE
        assert CANARY in case.call(role, "package_show", id=case.dataset["id"])["resources"][1]["url"]
    assert CANARY in case.call("visitor", "package_search")["results"][0]["resources"][1]["url"]


def test_who_may_take_it_is_asked_anew_each_time(case: Restricted) -> None:
    package = model.Package.get(case.dataset["id"])
    resource = model.Resource.get(case.table["id"])
    assert package is not None
    assert reason_for(case.user("owner"), package) == "office"
    assert reason_for(case.user("walidata"), package) == "capacity"
    assert reason_for(case.user("agency"), package) == "approval"
    assert reason_for(None, package) is None
    as_sysadmin("organization_member_delete", id=case.agency["id"], username=case.people["agency"]["name"])
    assert not may_read_file(case.user("agency"), package, resource)
    removed = case.user("walidata")
    removed.state = "deleted"
    model.Session.commit()
    assert not may_read_file(removed, package, resource)


# --- what is told of them ---------------------------------------------------------------------------------------------


def test_addresses_are_masked_for_outsiders_and_given_to_insiders(case: Restricted) -> None:
    id_, link = case.dataset["id"], case.link["id"]

    def told(role: str) -> list[str]:
        shown = case.call(role, "package_show", id=id_)
        found = case.call(role, "package_search", fq=f"id:{id_}")["results"]
        file = case.call(role, "resource_show", id=link)
        return [json.dumps(shown), json.dumps(found), json.dumps(file)]

    for role in INSIDERS:
        assert all(CANARY in text for text in told(role)), role
        assert all(case.table["hash"] in text for text in told(role)[:2]), role
    for role in OUTSIDERS:
        assert not any(CANARY in text or case.table["hash"] in text for text in told(role)), role
        assert f"/dataset/{id_}/resource/{link}" in told(role)[0]


def test_nobody_saves_what_is_masked(case: Restricted) -> None:
    office = factories.Organization()["id"]
    as_sysadmin("package_owner_org_update", id=case.dataset["id"], organization_id=office)
    as_sysadmin("package_owner_org_update", id=case.dataset["id"], organization_id=case.office["id"])
    case.call("owner", "package_patch", id=case.dataset["id"], konsep="Konsep lain")
    case.call("owner", "resource_patch", id=case.table["id"], description="Keterangan lain")
    as_sysadmin("package_update", **as_sysadmin("package_show", id=case.dataset["id"]) | {"konsep": "Konsep ketiga"})
    stored = model.Resource.get(case.link["id"])
    assert stored is not None
    assert stored.url == case.link["url"]
    assert stored.extras["download_url"] == case.link["download_url"]


def test_the_index_and_the_feed_hold_nothing(case: Restricted) -> None:
    documents = make_connection(decode_dates=False).search(f"id:{case.dataset['id']}", fl="*").docs
    assert documents
    assert CANARY not in json.dumps(documents)
    assert case.table["hash"] not in json.dumps(documents)
    assert make_connection().search(f"text:{CANARY} OR res_url:*{CANARY}*").hits == 0
    loaded = records.load(model.Session.connection(), [case.dataset["id"]])
    assert CANARY not in json.dumps(loaded, default=str)
    anonymous = helpers.call_action("package_show", {"user": "", "ignore_auth": False}, id=case.dataset["id"])
    assert loaded[case.dataset["id"]]["resources"] == anonymous["resources"]


def test_a_search_for_the_address_does_not_find_it(case: Restricted) -> None:
    for role in ("visitor", "owner"):
        for query in (f"url:{CANARY}", f"hash:{case.table['hash'][:10]}", "name:Tabel"):
            assert case.call(role, "resource_search", query=query)["count"] == 0
        assert case.call(role, "package_search", q=CANARY)["count"] == 0


def test_old_versions_are_masked_by_what_holds_now(case: Restricted) -> None:
    streams = (
        ("package_activity_list", {"id": case.dataset["id"]}),
        ("organization_activity_list", {"id": case.office["id"]}),
        ("recently_changed_packages_activity_list", {}),
    )
    as_sysadmin("package_patch", id=case.dataset["id"], accessRights="terbuka")
    as_sysadmin("package_patch", id=case.dataset["id"], accessRights="terbatas")
    for action, query in streams:
        assert CANARY in json.dumps(case.call("owner", action, **query)), action
        told = case.call("visitor", action, **query)
        assert told
        assert CANARY not in json.dumps(told), action
        one = case.call("visitor", "activity_show", id=told[0]["id"], include_data=False)
        assert CANARY not in json.dumps(one)
    as_sysadmin("package_patch", id=case.dataset["id"], private=True)
    for action, query in streams[1:]:
        assert case.dataset["id"] not in json.dumps(case.call("visitor", action, **query)), action


def surfaces(case: Restricted) -> list[str]:
    id_, name, table, link = case.dataset["id"], case.dataset["name"], case.table["id"], case.link["id"]
    api = "/api/3/action"
    return [
        "/",
        "/dataset/",
        f"/dataset/?q={CANARY[:6]}",
        f"/dataset/{name}",
        f"/dataset/{id_}/resource/{table}",
        f"/dataset/{id_}/resource/{link}",
        f"/dataset/activity/{id_}",
        f"/dataset/groups/{id_}",
        f"/organization/{case.office['name']}",
        f"/organization/activity/{case.office['id']}",
        "/feeds/dataset.atom",
        f"/feeds/organization/{case.office['name']}.atom",
        "/catalog.ttl",
        "/catalog.xml",
        "/catalog.jsonld",
        "/catalog.nt",
        "/data.json",
        "/catalog/dump.nt",
        f"/dataset/{id_}.ttl",
        f"/dataset/{id_}.xml",
        f"/dataset/{id_}.jsonld",
        f"/dataset/{id_}.rdf?profiles=schemaorg",
        f"{api}/package_show?id={id_}",
        f"{api}/package_show?id={id_}&use_default_schema=true",
        f"{api}/package_search?q=*:*",
        f"{api}/package_search?q=*:*&use_default_schema=true",
        f"{api}/package_search?q=*:*&fl=id,res_url,data_dict,validated_data_dict",
        f"{api}/package_search?q=*:*&facet.field=[%22res_url%22]&rows=0",
        f"{api}/resource_show?id={link}",
        f"{api}/resource_show?id={table}",
        f"{api}/resource_search?query=name:Simulasi",
        f"{api}/resource_view_list?id={table}",
        f"{api}/current_package_list_with_resources",
        f"{api}/organization_show?id={case.office['id']}&include_datasets=true",
        f"{api}/package_activity_list?id={id_}",
        f"{api}/recently_changed_packages_activity_list",
        f"{api}/package_autocomplete?q=simulasi",
        f"{api}/lebak_table_show?id={table}",
        f"{api}/task_status_show?entity_id={table}&task_type=lebak_table&key=lebak_table",
        f"{api}/dcat_dataset_show?id={id_}",
        f"{api}/dcat_catalog_show?format=ttl",
        f"{api}/datastore_search?resource_id=_table_metadata",
        f"{api}/format_autocomplete?q=cs",
        f"/dataset/{id_}/akses",
    ]


def test_a_word_of_the_address_and_of_the_file_is_nowhere_for_outsiders(case: Restricted, app: Any) -> None:
    for role in ("visitor", "stranger"):
        for address in surfaces(case):
            answer = app.get(address, headers=case.headers(role))
            assert answer.status_code < 500, address
            assert CANARY not in answer.body.replace(f"q={CANARY[:6]}", ""), address
            assert case.table["hash"] not in answer.body, address


def test_why_a_table_could_not_be_loaded_is_not_told_outside(case: Restricted, app: Any) -> None:
    columns = [{"nama": "kode", "tipe_data": "teks"}, {"nama": "nilai", "tipe_data": "bilangan_bulat"}]
    as_sysadmin("resource_patch", id=case.table["id"], kolom=columns)
    status = load_table(case.table["id"])
    assert status
    assert CANARY in status.values["value"]
    api = "/api/3/action"
    table = case.table["id"]
    task = f"{api}/task_status_show?entity_id={table}&task_type=lebak_table&key=lebak_table"
    for role, expected in (("owner", 200), ("stranger", 403)):
        assert (CANARY in app.get(task, headers=case.headers(role), status=expected).body) is (role == "owner")
    page = f"/dataset/{case.dataset['id']}/resource/{table}"
    for address in (page, f"{api}/lebak_table_show?id={table}"):
        assert CANARY not in app.get(address, headers=case.headers("stranger"), status=200).body


def test_the_page_says_why_and_offers_no_button(case: Restricted, app: Any) -> None:
    page = f"/dataset/{case.dataset['name']}"
    for address in (page, f"{page}/resource/{case.table['id']}", f"{page}/resource/{case.link['id']}"):
        visitor = app.get(address, status=200).body
        assert "/download/" not in visitor, address
        assert "resource-url-analytics" not in visitor
        assert "lebak-note" in visitor
    assert "/user/login" in app.get(page).body
    assert f"{page}/akses" in app.get(page, headers=case.headers("stranger")).body
    assert f"{page}/akses" not in app.get(page, headers=case.headers("owner")).body
    owner = app.get(f"{page}/resource/{case.link['id']}", headers=case.headers("owner"), status=200).body
    assert CANARY in owner


def test_the_storages_of_ckan_ask_too(case: Restricted) -> None:
    class Owner:
        owner_type, owner_id = "resource", case.table["id"]

    class File:
        owner, storage = Owner(), "resources"

    doors: Any = StorageDoors()
    assert doors.files_file_allows(case.context("owner"), File(), "show") is True
    for role in OUTSIDERS:
        assert doors.files_file_allows(case.context(role), File(), "show") is False
    assert doors.files_file_allows(case.context("owner"), File(), "update") is None
    File.owner = None  # pyright: ignore[reportAttributeAccessIssue]
    assert doors.files_file_allows(case.context("owner"), File(), "show") is False


# --- closed -----------------------------------------------------------------------------------------------------------


def test_a_closed_record_takes_neither_file_nor_link(case: Restricted) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        as_sysadmin("package_patch", id=case.dataset["id"], accessRights="tertutup")
    assert list(refused.value.error_dict) == ["accessRights"]
    with pytest.raises(tk.ValidationError):
        as_sysadmin(
            "package_update", **as_sysadmin("package_show", id=case.dataset["id"]) | {"accessRights": "tertutup"}
        )
    for resource in (case.table, case.link):
        as_sysadmin("resource_delete", id=resource["id"])
    closed = as_sysadmin("package_patch", id=case.dataset["id"], accessRights="tertutup")
    for given in ({"url": "https://example.org/x.csv"}, {"url": "", "upload": _upload()}):
        with pytest.raises(tk.ValidationError) as refused:
            as_sysadmin("resource_create", package_id=closed["id"], name="x", description="x", **given)
        assert list(refused.value.error_dict) == ["url"]
    with pytest.raises(tk.ValidationError):
        as_sysadmin("package_patch", id=closed["id"], resources=[{"url": "https://example.org/x.csv", "name": "x"}])


def _upload() -> Any:
    import io

    from werkzeug.datastructures import FileStorage

    return FileStorage(io.BytesIO(TABLE), "simulasi.csv", "upload")


def test_a_file_left_in_a_closed_record_is_for_those_who_take_it_away(case: Restricted, app: Any) -> None:
    package = model.Package.get(case.dataset["id"])
    assert package is not None
    package.extras["accessRights"] = "tertutup"
    model.Session.commit()
    allowed = {role: app.get(downloads(case)[0], headers=case.headers(role)).status_code for role in ALL}
    assert {role for role, status in allowed.items() if status == 200} == {"owner", "walidata"}


def test_a_restriction_without_its_decision_is_called_proposed(case: Restricted, app: Any) -> None:
    draft = as_sysadmin("package_patch", id=case.dataset["id"], private=True, rujukan_keputusan_akses="")
    page = app.get(f"/dataset/{draft['name']}", headers=case.headers("owner"), status=200).body
    assert "held back until" in page or "ditahan" in page
    with pytest.raises(tk.ValidationError) as refused:
        as_sysadmin("package_patch", id=draft["id"], private=False)
    assert "rujukan_keputusan_akses" in refused.value.error_dict
