"""An uploaded table into the datastore, with the types that its columns were described with."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers
from ckanext.datastore.backend import DatastoreBackend
from werkzeug.datastructures import FileStorage

from ckanext.lebak import config
from ckanext.lebak.files.content import uploader
from ckanext.lebak.tables.jobs import load_table_job, tables_by_caller
from ckanext.lebak.tables.loading import load_table, needs_loading
from ckanext.lebak.tables.status import LOADING, TableStatus, keep_status, table_status
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

TABLE = """\
kode,tahun,nilai,jumlah,tanggal,aktif,lain
36.02.08,2024,"12,5",137546,2024-07-01,ya,007
36.02.14,2023,,2,,tidak,x
"""
COLUMNS = [
    {"nama": "kode", "definisi": "Kode kecamatan", "tipe_data": "teks", "peran": "dimensi"},
    {"nama": "tahun", "definisi": "Tahun", "tipe_data": "tahun", "peran": "dimensi"},
    {"nama": "nilai", "definisi": "Nilai", "tipe_data": "desimal", "satuan": "Persen", "peran": "ukuran"},
    {"nama": "jumlah", "definisi": "Jumlah", "tipe_data": "bilangan_bulat", "satuan": "Orang", "peran": "ukuran"},
    {"nama": "tanggal", "definisi": "Tanggal", "tipe_data": "tanggal", "peran": "atribut"},
    {"nama": "aktif", "definisi": "Masih aktif", "tipe_data": "boolean", "peran": "atribut"},
]


def upload(content: str | bytes, name: str = "tabel.csv") -> FileStorage:
    return FileStorage(io.BytesIO(content.encode() if isinstance(content, str) else content), name, "upload")


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """Makes a public dataset with one uploaded table, and gives the table's resource."""
    context = {"user": factories.Sysadmin()["name"]}
    office = factories.Organization()

    def made(content: str | bytes = TABLE, name: str = "tabel.csv", **fields: Any) -> dict[str, Any]:
        record = complete_dataset(owner_org=office["id"], resources=[])
        dataset = helpers.call_action("package_create", dict(context), **record)
        given = {"name": "Tabel", "description": "Satu baris", "kolom": COLUMNS, **fields}
        resource = {"package_id": dataset["id"], "upload": upload(content, name), **given}
        return helpers.call_action("resource_create", dict(context), **resource)

    return made


def save(action: str, **data: Any) -> dict[str, Any]:
    """Calls an action that changes something as a sysadmin: who may what is not the question of most tests."""
    return helpers.call_action(action, {"user": factories.Sysadmin()["name"]}, **data)


def patch(resource: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return save("resource_patch", id=resource["id"], **changes)


def show(resource: dict[str, Any]) -> dict[str, Any]:
    return helpers.call_action("resource_show", id=resource["id"])


def stored(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return helpers.call_action("datastore_search", resource_id=resource["id"], sort="_id")["records"]


def in_datastore(resource: dict[str, Any]) -> bool:
    return DatastoreBackend.get_active_backend().resource_exists(resource["id"])


def queued() -> list[Any]:
    """The jobs that wait for the worker to load a table."""
    return [job for job in jobs.get_queue().jobs if job.meta["title"].startswith("Table of")]


def titles() -> list[str]:
    return [job.meta["title"] for job in queued()]


def test_the_described_type_decides(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    status = load_table(resource["id"])
    assert status
    assert (status.state, status.rows) == ("complete", 2)
    fields = helpers.call_action("datastore_info", id=resource["id"])["fields"]
    assert [field["type"] for field in fields] == ["text", "int8", "numeric", "int8", "date", "bool", "text"]
    first, second = stored(resource)
    assert {key: first[key] for key in first if key != "_id"} == {
        "kode": "36.02.08",
        "tahun": 2024,
        "nilai": 12.5,
        "jumlah": 137546,
        "tanggal": "2024-07-01",
        "aktif": True,
        "lain": "007",
    }
    assert (second["nilai"], second["tanggal"], second["aktif"]) == (None, None, False)


def test_the_datastore_says_what_the_columns_mean(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    fields = helpers.call_action("datastore_info", id=resource["id"])["fields"]
    assert fields[2]["info"] == {"notes": "Nilai", "unit": "Persen", "role": "ukuran"}


def test_a_preview_of_the_table_is_made_once(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    load_table(resource["id"], force=True)
    views = helpers.call_action("resource_view_list", id=resource["id"])
    assert [view["view_type"] for view in views].count("datatables_view") == 1
    assert show(resource)["datastore_active"] is True


def test_the_page_of_the_file_shows_the_preview(make: Callable[..., dict[str, Any]], app: Any) -> None:
    resource = make()
    load_table(resource["id"])
    page = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}", status=200)
    assert "datatables" in page.body


@pytest.mark.parametrize(("name", "format_"), [("tabel.tsv", "TSV"), ("tabel.xlsx", "XLSX")])
def test_other_formats_are_read(make: Callable[..., dict[str, Any]], name: str, format_: str) -> None:
    if format_ == "TSV":
        content: bytes = b"kode\ttahun\n36.02.08\t2024\n"
    else:
        book, out = openpyxl.Workbook(), io.BytesIO()
        book.worksheets[0].append(["kode", "tahun"])
        book.worksheets[0].append(["36.02.08", 2024])
        book.save(out)
        content = out.getvalue()
    resource = make(content, name, kolom=COLUMNS[:2])
    assert resource["format"] == format_
    load_table(resource["id"])
    assert [(row["kode"], row["tahun"]) for row in stored(resource)] == [("36.02.08", 2024)]


def test_a_table_of_more_than_one_part_is_whole(make: Callable[..., dict[str, Any]]) -> None:
    rows = "".join(f"36.02.{n},2024\n" for n in range(12_001))
    resource = make(f"kode,tahun\n{rows}", kolom=COLUMNS[:2])
    status = load_table(resource["id"])
    assert status
    assert status.rows == 12_001
    assert helpers.call_action("datastore_search", resource_id=resource["id"], limit=1)["total"] == 12_001


def test_a_value_that_does_not_fit_refuses_the_table_and_keeps_the_file(
    make: Callable[..., dict[str, Any]], app: Any
) -> None:
    resource = make(TABLE.replace("137546", "137.546"))
    status = load_table(resource["id"])
    assert status
    assert status.state == "error"
    assert 'Row 2, column "jumlah": "137.546" is not a whole number' in str(status.sentence)
    assert not in_datastore(resource)
    kept = model.Session.query(model.TaskStatus).filter_by(entity_id=resource["id"]).one()
    assert (kept.task_type, kept.state) == ("lebak_table", "error")
    answer = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}/download/tabel.csv", status=200)
    assert "137.546" in answer.body


def test_what_is_no_table_of_this_description_gets_a_sentence(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    for table in ("\n", "kode,tahun\n", "kode\n1\n"):
        patch(resource, upload=upload(table))
        status = load_table(resource["id"])
        assert status
        assert (status.state, status.sentence[-1]) == ("error", ".")
        assert not in_datastore(resource)


def test_a_table_with_too_many_rows_is_not_loaded(
    make: Callable[..., dict[str, Any]], ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, config.MAX_TABLE_ROWS, 1)
    status = load_table(make()["id"])
    assert status
    assert (status.state, "more than 1 rows" in status.sentence) == ("error", True)


def test_a_new_file_replaces_the_table(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    patch(resource, upload=upload("kode,tahun\n36.02.01,2020\n"), kolom=COLUMNS[:2])
    load_table(resource["id"])
    assert [(row["kode"], row["tahun"]) for row in stored(resource)] == [("36.02.01", 2020)]


def test_a_new_file_that_does_not_fit_takes_the_old_table_away(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    patch(resource, upload=upload("kode\n1\n"))
    load_table(resource["id"])
    assert not in_datastore(resource)
    assert show(resource)["datastore_active"] is False
    views = helpers.call_action("resource_view_list", id=resource["id"])
    assert "datatables_view" not in [view["view_type"] for view in views]


def test_a_new_description_changes_the_types(make: Callable[..., dict[str, Any]]) -> None:
    resource = make("kode,tahun\n36.02.01,2020\n", kolom=COLUMNS[:1])
    load_table(resource["id"])
    assert stored(resource)[0]["tahun"] == "2020"
    patch(resource, kolom=COLUMNS[:2])
    load_table(resource["id"])
    assert stored(resource)[0]["tahun"] == 2020


def test_a_link_in_place_of_the_file_takes_the_table_away(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    patch(resource, url="https://example.org/tabel.csv", clear_upload="true")
    assert needs_loading(show(resource))
    assert load_table(resource["id"]) is None
    assert not in_datastore(resource)
    assert table_status(resource["id"]) is None


def test_a_table_that_another_wrote_is_left_alone(make: Callable[..., dict[str, Any]]) -> None:
    resource = make("%PDF-1.4", "buku.pdf", format="PDF", kolom=[])
    save(
        "datastore_create",
        resource_id=resource["id"],
        force=True,
        fields=[{"id": "a", "type": "text"}],
        records=[{"a": "1"}],
    )
    assert not needs_loading(show(resource))
    assert load_table(resource["id"]) is None
    assert in_datastore(resource)


def test_what_was_tried_is_not_tried_again(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    first = load_table(resource["id"])
    assert load_table(resource["id"]) == first
    assert not needs_loading(show(resource))
    again = load_table(resource["id"], force=True)
    assert again
    assert first
    assert again.when > first.when


def test_an_attempt_that_was_given_up_is_made_again(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    complete = load_table(resource["id"])
    assert complete
    keep_status(resource["id"], TableStatus(complete.signature, LOADING))
    assert not needs_loading(show(resource))
    keep_status(resource["id"], TableStatus(complete.signature, LOADING, when=complete.when - 100_000))
    assert needs_loading(show(resource))
    again = load_table(resource["id"])
    assert again
    assert again.state == "complete"


def test_a_file_that_is_gone_gets_a_sentence(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    Path(uploader(show(resource)).get_path(resource["id"])).unlink()
    status = load_table(resource["id"])
    assert status
    assert "Upload it again" in status.sentence


# --- when ---------------------------------------------------------------------------------------------------------


def test_saving_a_file_has_its_table_loaded(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    assert titles() == ["Table of Tabel"]
    (job,) = queued()
    job.perform()
    assert in_datastore(resource)
    assert titles() == ["Table of Tabel"]  # loading saves the dataset, which asks for no further loading


def test_saving_something_else_loads_nothing(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    jobs.get_queue().empty()
    save("package_patch", id=resource["package_id"], notes="Definisi yang lain")
    patch(resource, description="Keterangan yang lain")
    assert titles() == []


def test_other_columns_have_the_table_loaded_again(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    jobs.get_queue().empty()
    patch(resource, kolom=COLUMNS[:-1])
    assert titles() == ["Table of Tabel"]


def test_a_caller_may_load_the_tables_itself(make: Callable[..., dict[str, Any]]) -> None:
    with tables_by_caller():
        make()
    assert titles() == []


def test_a_job_for_a_file_that_was_removed_ends_quietly(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    save("resource_delete", id=resource["id"])
    load_table_job(resource["id"])
    assert table_status(resource["id"]) is None


# --- the digest -----------------------------------------------------------------------------------------------------


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def test_an_upload_has_its_sha256(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    assert resource["hash"] == digest(TABLE)
    assert patch(resource, upload=upload("kode\n1\n"))["hash"] == digest("kode\n1\n")


def test_an_upload_through_the_form_has_its_sha256(app: Any) -> None:
    user = factories.SysadminWithToken()
    dataset = factories.Dataset(**complete_dataset(owner_org=factories.Organization()["id"], resources=[]))
    app.post(
        f"/dataset/{dataset['id']}/resource/new",
        headers={"Authorization": user["token"]},
        data={
            "id": "",
            "name": "Tabel",
            "description": "Satu baris",
            "url": "",
            "save": "go-metadata",
            "upload": (io.BytesIO(TABLE.encode()), "tabel.csv"),
        },
        content_type="multipart/form-data",
        status=302,
        follow_redirects=False,
    )
    (resource,) = helpers.call_action("package_show", id=dataset["id"])["resources"]
    assert resource["hash"] == digest(TABLE)


def test_the_digest_of_an_upload_is_not_the_editors_to_say(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    assert patch(resource, hash="0" * 64)["hash"] == digest(TABLE)
    revised = save(
        "package_revise",
        match={"id": resource["package_id"]},
        update__resources__0__hash="0" * 64,
    )
    assert revised["package"]["resources"][0]["hash"] == digest(TABLE)


def test_a_digest_goes_with_its_file(make: Callable[..., dict[str, Any]]) -> None:
    changed = patch(make(), url="https://example.org/tabel.csv", clear_upload="true")
    assert not changed["hash"]


def test_a_link_keeps_the_digest_that_its_editor_gives() -> None:
    record = complete_dataset(owner_org=factories.Organization()["id"])
    record["resources"][0]["hash"] = "abc"
    dataset = save("package_create", **record)
    assert dataset["resources"][0]["hash"] == "abc"


# --- actions --------------------------------------------------------------------------------------------------------


def test_everybody_learns_what_became_of_a_public_table(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    assert helpers.call_action("lebak_table_show", id=resource["id"])["state"] == "pending"
    load_table(resource["id"])
    assert helpers.call_action("lebak_table_show", id=resource["id"]) == {"state": "complete", "rows": 2, "message": ""}
    patch(resource, upload=upload("kode\n1\n"))
    load_table(resource["id"])
    shown = helpers.call_action("lebak_table_show", id=resource["id"])
    assert (shown["state"], shown["rows"]) == ("error", 0)
    assert '"tahun"' in shown["message"]


def test_a_link_is_no_table() -> None:
    dataset = save("package_create", **complete_dataset(owner_org=factories.Organization()["id"]))
    id_ = dataset["resources"][0]["id"]
    assert helpers.call_action("lebak_table_show", id=id_)["state"] == "none"
    with pytest.raises(tk.ValidationError):
        save("lebak_table_load", id=id_)


def test_who_may_see_a_file_may_see_its_table_and_who_may_edit_it_may_load_it(
    make: Callable[..., dict[str, Any]],
) -> None:
    resource = make()
    dataset = helpers.call_action("package_show", id=resource["package_id"])
    stranger, member, editor = (factories.User() for _ in range(3))
    for user, role in ((member, "member"), (editor, "editor")):
        save("organization_member_create", id=dataset["owner_org"], username=user["name"], role=role)
    save("package_patch", id=dataset["id"], private=True)

    def may(action: str, user: dict[str, Any] | None) -> bool:
        try:
            return helpers.call_auth(action, {"user": user["name"] if user else "", "model": model}, id=resource["id"])
        except tk.NotAuthorized:
            return False

    people = (None, stranger, member, editor)
    assert [may("lebak_table_show", user) for user in people] == [False, False, True, True]
    assert [may("lebak_table_load", user) for user in people] == [False, False, False, True]
    save("package_patch", id=dataset["id"], private=False)
    assert may("lebak_table_show", None)


def test_loading_again_can_be_asked_for(make: Callable[..., dict[str, Any]]) -> None:
    resource = make()
    load_table(resource["id"])
    jobs.get_queue().empty()
    assert save("lebak_table_load", id=resource["id"])["state"] == "pending"
    assert titles() == ["Table of Tabel"]
    before = table_status(resource["id"])
    queued()[0].perform()
    after = table_status(resource["id"])
    assert before
    assert after
    assert after.when > before.when


# --- command ----------------------------------------------------------------------------------------------------------


def test_the_command_loads_a_table(make: Callable[..., dict[str, Any]], cli: Any) -> None:
    from ckan.cli.cli import ckan

    resource = make()
    done = cli.invoke(ckan, ["lebak", "table", "load", resource["id"]])
    assert (done.exit_code, "2 rows loaded" in done.output) == (0, True)
    patch(resource, upload=upload("kode\n1\n"))
    refused = cli.invoke(ckan, ["lebak", "table", "load", resource["id"]])
    assert refused.exit_code == 1
    assert "is described" in refused.output
    assert cli.invoke(ckan, ["lebak", "table", "load", "tidak-ada"]).exit_code == 1
