"""A change of a released record waits in a working copy; the public keeps what was released until it is approved."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import CKANTestApp
from werkzeug.datastructures import FileStorage

from ckanext.lebak.release import gate, working_copy
from ckanext.lebak.release.model import WorkingFile
from ckanext.lebak.tables.loading import load_table
from ckanext.lebak.tables.scanning import ensure_scanned, stored_resource
from tests.release.conftest import TABLE, act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Released = Callable[..., dict[str, Any]]
SECOND = TABLE.replace(b",10,", b",11,")


def _read(app: CKANTestApp, resource: dict[str, Any]) -> bytes:
    answer = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}/download/simulasi.csv")
    assert answer.status_code == 200
    return answer.data


def _figures(resource_id: str) -> list[int]:
    found = act("datastore_search", "", resource_id=resource_id, sort="_id")
    return [row["jumlah"] for row in found["records"]]


def _upload(county: SimpleNamespace, resource_id: str, content: bytes) -> None:
    file = FileStorage(io.BytesIO(content), "simulasi.csv", "upload", "text/csv")
    act("resource_patch", county.operator, id=resource_id, upload=file)
    ensure_scanned(stored_resource(resource_id))


def test_readers_keep_the_release_until_the_change_is_approved(
    county: SimpleNamespace, released: Released, app: CKANTestApp
) -> None:
    record = released()
    (file,) = record["resources"]
    load_table(file["id"])
    copy = act("lebak_release_change", county.operator, id=record["id"])
    assert copy["release_of"] == record["id"]
    assert act("lebak_release_change", county.colleague, id=record["id"])["id"] == copy["id"]
    (mine,) = act("package_show", county.operator, id=copy["id"])["resources"]
    assert mine["id"] != file["id"]
    assert mine["hash"] == file["hash"]

    act("package_patch", county.operator, id=copy["id"], notes="Simulasi: definisi yang diperbarui")
    _upload(county, mine["id"], SECOND)
    load_table(mine["id"])
    submit(county, copy["id"], kind="revisi", reason="Simulasi: salah hitung")

    shown = act("package_show", "", id=record["id"])
    assert shown["notes"] == record["notes"]
    assert _read(app, shown["resources"][0]) == TABLE
    assert _figures(file["id"]) == [10, 20]
    for hidden in (copy["id"], copy["name"]):
        with pytest.raises(tk.NotAuthorized):
            act("package_show", "", id=hidden)
    with pytest.raises(tk.NotAuthorized):
        act("datastore_search", "", resource_id=mine["id"])

    state = act("lebak_release_approve", county.walidata, id=copy["id"])
    assert (state["id"], state["status"]) == (record["id"], "approved")
    shown = act("package_show", "", id=record["id"])
    assert (shown["name"], shown["notes"]) == (record["name"], "Simulasi: definisi yang diperbarui")
    (now,) = shown["resources"]
    assert now["id"] == file["id"]
    assert _read(app, now) == SECOND
    assert _figures(file["id"]) == [11, 20]
    newest, first = act("lebak_release_list", "", id=record["id"])
    assert (newest["number"], newest["kind"], newest["reason"]) == (2, "revisi", "Simulasi: salah hitung")
    assert first["record"]["resources"][0]["hash"] == file["hash"]
    assert newest["record"]["resources"][0]["id"] == file["id"]
    assert model.Package.get(copy["id"]) is None
    assert gate.workflow_of(copy["id"]) is None
    assert model.Session.query(WorkingFile).count() == 0


def test_a_change_may_be_returned_and_given_up(county: SimpleNamespace, released: Released, app: CKANTestApp) -> None:
    record = released()
    copy = act("lebak_release_change", county.operator, id=record["id"])
    (mine,) = act("package_show", county.operator, id=copy["id"])["resources"]
    _upload(county, mine["id"], SECOND)
    submit(county, copy["id"], kind="revisi", reason="Simulasi: salah hitung")
    act("lebak_release_return", county.walidata, id=copy["id"], text="Simulasi: jelaskan")
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_discard", county.walidata, id=copy["id"])
    act("lebak_release_discard", county.operator, id=copy["id"])
    shown = act("package_show", "", id=record["id"])
    assert shown["metadata_modified"] == record["metadata_modified"]
    assert _read(app, shown["resources"][0]) == TABLE
    binned = model.Package.get(copy["id"])
    assert binned is not None
    assert binned.state == model.State.DELETED
    assert act("lebak_release_show", county.operator, id=record["id"])["change"] is None
    assert act("lebak_release_change", county.operator, id=record["id"])["id"] != copy["id"]


def test_a_new_period_begins_with_the_words_and_columns_of_the_last(
    county: SimpleNamespace, released: Released
) -> None:
    record = released(temporal_start="2023", temporal_end="2024")
    copy = act("lebak_release_change", county.operator, id=record["id"], new_period=True)
    shown = act("package_show", county.operator, id=copy["id"])
    assert (shown["temporal_start"], shown["temporal_end"], shown["title"]) == ("2023", "2025", record["title"])
    last, new = shown["resources"]
    assert (new["url"], new["periode"], new["kolom"]) == ("", "2025", last["kolom"])
    with pytest.raises(tk.ValidationError) as refused:
        submit(county, copy["id"])
    assert "resources.1.url" in refused.value.error_dict
    _upload(county, new["id"], SECOND)
    act("resource_patch", county.operator, id=new["id"], name="Tabel simulasi 2025")
    submit(county, copy["id"], kind="sementara")
    act("lebak_release_approve", county.walidata, id=copy["id"])
    after = act("package_show", "", id=record["id"])
    assert [file["name"] for file in after["resources"]] == ["Tabel simulasi", "Tabel simulasi 2025"]
    assert after["resources"][0]["id"] == record["resources"][0]["id"]


def test_a_switch_that_was_cut_off_is_ended_later(
    county: SimpleNamespace, released: Released, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = released()
    (file,) = record["resources"]
    load_table(file["id"])
    copy = act("lebak_release_change", county.operator, id=record["id"])
    (mine,) = act("package_show", county.operator, id=copy["id"])["resources"]
    _upload(county, mine["id"], SECOND)
    load_table(mine["id"])
    submit(county, copy["id"], kind="revisi", reason="Simulasi: salah hitung")

    def cut_off(places: dict[str, str]) -> None:
        raise ConnectionError("simulasi")

    with monkeypatch.context() as patch:
        patch.setattr(working_copy, "exchange", cut_off)
        act("lebak_release_approve", county.walidata, id=copy["id"])
    assert act("package_show", "", id=record["id"])["resources"][0]["hash"] != file["hash"]
    assert working_copy.unfinished() == [copy["id"]]
    working_copy.finish(copy["id"])
    assert working_copy.unfinished() == []
    assert _figures(file["id"]) == [11, 20]
    assert model.Package.get(copy["id"]) is None


@pytest.mark.parametrize("who", ["operator", "head", "walidata", "sysadmin"])
def test_what_is_released_is_written_by_nobody(county: SimpleNamespace, released: Released, who: str) -> None:
    record = released()
    (file,) = record["resources"]
    load_table(file["id"])
    record = act("package_show", "", id=record["id"])
    upload = FileStorage(io.BytesIO(SECOND), "simulasi.csv", "upload", "text/csv")
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("package_patch", {"id": record["id"], "notes": "Simulasi lain"}),
        ("package_update", {**record, "title": "Simulasi lain"}),
        ("package_revise", {"match": {"id": record["id"]}, "update": {"title": "Simulasi lain"}}),
        ("package_delete", {"id": record["id"]}),
        ("resource_patch", {"id": file["id"], "upload": upload}),
        ("resource_delete", {"id": file["id"]}),
        ("resource_create", {"package_id": record["id"], "url": "https://example.org/a", "name": "Simulasi"}),
        ("package_owner_org_update", {"id": record["id"], "organization_id": county.other["id"]}),
        ("datastore_upsert", {"resource_id": file["id"], "records": [], "method": "insert", "force": True}),
        ("datastore_delete", {"resource_id": file["id"], "force": True}),
    ]
    for action, data in attempts:
        with pytest.raises((tk.NotAuthorized, tk.ValidationError)):
            act(action, getattr(county, who), **data)
        model.Session.rollback()
    assert act("package_show", "", id=record["id"]) == record
    assert _figures(file["id"]) == [10, 20]
