"""The check of uploaded files for personal data, kept by what was checked."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli.cli import ckan
from ckan.lib import jobs, uploader
from ckan.lib import redis as ckan_redis
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers
from redis import ConnectionPool
from werkzeug.datastructures import FileStorage

from ckanext.lebak.tables import scan, scanning
from ckanext.lebak.tables.jobs import enqueue_scans, scan_job, tables_by_caller
from ckanext.lebak.tables.model import FileScan
from ckanext.lebak.tables.scanning import PENDING, ensure_scanned, findings_of_dataset, scan_of
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

# Simulated: there is no district 59 in 36.02.
NUMBERS = [f"3602590101{n:02d}0000" for n in range(5)]
PLANTED = "nama,NIK\n" + "".join(f"Simulasi,{number}\n" for number in NUMBERS)
CLEAN = "kecamatan,jumlah\nSimulasi,12\n"


def upload(content: str | bytes, name: str = "tabel.csv") -> FileStorage:
    return FileStorage(io.BytesIO(content.encode() if isinstance(content, str) else content), name, "upload")


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def save(action: str, **data: Any) -> dict[str, Any]:
    return helpers.call_action(action, {"user": factories.Sysadmin()["name"]}, **data)


@pytest.fixture
def make() -> Callable[..., dict[str, Any]]:
    """Makes a dataset with one uploaded file, and gives the dataset."""
    office = factories.Organization()

    def made(content: str | bytes, name: str = "tabel.csv", **fields: Any) -> dict[str, Any]:
        dataset = save("package_create", **complete_dataset(owner_org=office["id"], resources=[]))
        given = {"name": "Tabel", "description": "Simulasi", "upload": upload(content, name), **fields}
        save("resource_create", package_id=dataset["id"], **given)
        return helpers.call_action("package_show", id=dataset["id"])

    return made


def again(dataset: dict[str, Any]) -> dict[str, Any]:
    return helpers.call_action("package_show", id=dataset["id"])


def states(dataset: dict[str, Any]) -> list[str]:
    return [file.state for file in findings_of_dataset(dataset).files]


def checks() -> list[Any]:
    return [job for job in jobs.get_queue().jobs if job.meta["title"].startswith("Check of")]


def kept() -> list[Any]:
    model.Session.expire_all()
    return list(model.Session.scalars(sa.select(FileScan)))


def test_a_saved_file_is_pending_until_its_job_has_run(make: Callable[..., dict[str, Any]]) -> None:
    dataset = make(PLANTED)
    found = findings_of_dataset(dataset)
    assert (states(dataset), found.pending, found.may_be_handed_in) == ([PENDING], True, False)
    assert "still being checked" in found.files[0].sentences()[0]
    (job,) = checks()
    job.perform()
    found = findings_of_dataset(dataset)
    assert (states(dataset), found.stops, found.may_be_handed_in) == (["found"], True, False)
    where, advice = found.files[0].sentences(str)
    assert where.startswith("Column B (NIK), from row 2 on: 5 values")
    assert advice.startswith("Remove these columns")


def test_the_result_is_of_this_file_only(make: Callable[..., dict[str, Any]]) -> None:
    dataset = make(PLANTED)
    (resource,) = dataset["resources"]
    ensure_scanned(resource)
    save("resource_patch", id=resource["id"], upload=upload(CLEAN))
    assert states(again(dataset)) == [PENDING]
    result = ensure_scanned(again(dataset)["resources"][0])
    assert result
    assert result.state == scan.CLEAN
    assert findings_of_dataset(again(dataset)).may_be_handed_in
    save("resource_patch", id=resource["id"], upload=upload(PLANTED))
    assert states(again(dataset)) == ["found"]


def test_a_new_format_of_the_same_file_is_another_result(make: Callable[..., dict[str, Any]]) -> None:
    dataset = make(PLANTED, format="PDF")
    ensure_scanned(dataset["resources"][0])
    (file,) = findings_of_dataset(dataset).files
    assert (file.state, file.stops, file.for_walidata) == ("unreadable", False, True)
    save("resource_patch", id=dataset["resources"][0]["id"], format="CSV")
    assert states(again(dataset)) == [PENDING]


def test_a_table_that_cannot_be_read_stops(make: Callable[..., dict[str, Any]]) -> None:
    dataset = make("nama\né\n".encode("cp1252"))
    ensure_scanned(dataset["resources"][0])
    found = findings_of_dataset(dataset)
    assert (states(dataset), found.stops) == (["unreadable"], True)
    assert "UTF-8" in found.files[0].sentences(str)[0]


def test_a_few_hits_are_for_the_walidata_and_stop_nothing(make: Callable[..., dict[str, Any]]) -> None:
    dataset = make("nama,catatan\n" + "Simulasi,teks\n" * 20 + f"Simulasi,{NUMBERS[0]}\n")
    ensure_scanned(dataset["resources"][0])
    found = findings_of_dataset(dataset)
    assert (states(dataset), found.may_be_handed_in, found.files[0].for_walidata) == (["found"], True, True)


def test_a_link_needs_no_check() -> None:
    dataset = save("package_create", **complete_dataset(owner_org=factories.Organization()["id"]))
    assert ensure_scanned(dataset["resources"][0]) is None
    found = findings_of_dataset(dataset)
    assert (found.files, found.may_be_handed_in) == ((), True)
    assert checks() == []


def test_what_was_checked_is_not_checked_again(
    make: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make(CLEAN)
    ensure_scanned(dataset["resources"][0])
    (first,) = kept()
    when = first.scanned
    ensure_scanned(dataset["resources"][0])
    jobs.get_queue().empty()
    save("package_patch", id=dataset["id"], notes="Definisi yang lain")
    assert checks() == []
    ensure_scanned(dataset["resources"][0], force=True)
    assert kept()[0].scanned > when
    monkeypatch.setattr(scanning, "SCANNER", scan.SCANNER + 1)
    assert states(dataset) == [PENDING]
    ensure_scanned(dataset["resources"][0])
    assert [(row.sha256, row.format, row.scanner) for row in kept()] == [(digest(CLEAN), "CSV", scan.SCANNER + 1)]


def test_two_resources_with_one_file_share_its_result(make: Callable[..., dict[str, Any]]) -> None:
    ensure_scanned(make(PLANTED)["resources"][0])
    assert states(make(PLANTED)) == ["found"]
    assert scan_of(digest(PLANTED), "csv") == scan_of(digest(PLANTED), "CSV")


def test_a_fault_is_told_and_tried_again(make: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = make(CLEAN)
    with monkeypatch.context() as patched:

        def broken(*_: Any) -> None:
            raise RuntimeError

        patched.setattr(scanning, "scan", broken)
        ensure_scanned(dataset["resources"][0])
    assert (states(dataset), findings_of_dataset(dataset).stops) == (["failed"], True)
    jobs.get_queue().empty()
    enqueue_scans(dataset)
    checks()[0].perform()
    assert states(dataset) == ["clean"]


def test_a_file_that_is_gone_or_was_exchanged_is_told(make: Callable[..., dict[str, Any]]) -> None:
    dataset = make(CLEAN)
    (resource,) = dataset["resources"]
    path = uploader.get_resource_uploader(dict(resource)).get_path(resource["id"])
    with open(path, "a", encoding="utf-8") as stream:
        stream.write(PLANTED)
    ensure_scanned(resource)
    assert "not the one that was uploaded" in findings_of_dataset(dataset).files[0].sentences(str)[0]
    os.unlink(path)
    ensure_scanned(resource)
    assert "not there" in findings_of_dataset(dataset).files[0].sentences(str)[0]
    assert findings_of_dataset(dataset).stops


def test_without_redis_a_file_is_saved_and_checked_when_it_is_asked_for_again(
    make: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        # Port 1 of this machine: nothing listens there.
        without.setattr(ckan_redis, "_connection_pool", ConnectionPool.from_url("redis://127.0.0.1:1/0"))
        without.setattr(jobs, "_queues", {})
        dataset = make(CLEAN)
    assert helpers.call_action("package_show", id=dataset["id"])["resources"][0]["hash"]
    assert checks() == []
    enqueue_scans(dataset)
    assert len(checks()) == 1


def test_no_value_is_kept_or_logged(make: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    dataset = make(PLANTED)
    caplog.clear()
    scan_job(dataset["resources"][0]["id"])
    said = caplog.text + json.dumps(kept()[0].findings)
    assert "3602********0000" in said
    assert not any(number in said for number in NUMBERS)


def test_a_job_for_a_file_that_was_removed_ends_quietly(make: Callable[..., dict[str, Any]]) -> None:
    (resource,) = make(CLEAN)["resources"]
    save("resource_delete", id=resource["id"])
    scan_job(resource["id"])
    assert kept() == []
    with pytest.raises(tk.ObjectNotFound):
        scanning.stored_resource("tidak-ada")


def test_a_caller_who_loads_tables_has_nothing_checked(make: Callable[..., dict[str, Any]]) -> None:
    with tables_by_caller():
        make(CLEAN)
    assert checks() == []


def test_the_command_says_what_was_found(make: Callable[..., dict[str, Any]], cli: Any) -> None:
    found = cli.invoke(ckan, ["lebak", "table", "scan", make(PLANTED)["resources"][0]["id"]])
    assert found.exit_code == 1
    assert "Column B (NIK)" in found.output
    clean = cli.invoke(ckan, ["lebak", "table", "scan", make(CLEAN)["resources"][0]["id"]])
    assert (clean.exit_code, clean.output.strip()) == (0, "Nothing was found.")
    missing = cli.invoke(ckan, ["lebak", "table", "scan", "tidak-ada"])
    assert missing.exit_code == 1
