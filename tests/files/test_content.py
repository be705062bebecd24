"""Files are kept by content: nothing is written over, and nobody reads a file that is not theirs by its digest."""

from __future__ import annotations

import errno
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.lib import files, uploader
from ckan.lib.search import SearchIndexError, index
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files import content
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

FIRST, SECOND = b"tahun,jumlah\n2024,1\n", b"tahun,jumlah\n2024,2\n"

Make = Callable[..., dict[str, Any]]


def upload(text: bytes, name: str = "simulasi.csv") -> FileStorage:
    return FileStorage(io.BytesIO(text), name, "upload")


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def act(action: str, **data: Any) -> Any:
    return helpers.call_action(action, {"user": factories.Sysadmin()["name"]}, **data)


@pytest.fixture(autouse=True)
def storage(ckan_config: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    return tmp_path


@pytest.fixture
def make() -> Make:
    office = factories.Organization()

    def made(text: bytes = FIRST, name: str = "simulasi.csv", **fields: Any) -> dict[str, Any]:
        dataset = act("package_create", **complete_dataset(owner_org=office["id"], resources=[], **fields))
        given = {"name": "Simulasi", "description": "Simulasi", "upload": upload(text, name)}
        return act("resource_create", package_id=dataset["id"], **given)

    return made


def served(app: Any, resource: dict[str, Any]) -> bytes:
    answer = app.get(f"/dataset/{resource['package_id']}/resource/{resource['id']}/download", status=200)
    return answer.data


def kept(storage: Path) -> set[str]:
    return {"".join(path.parts[-2:]) for path in storage.glob("resources/sha256/*/*")}


def test_the_file_lies_under_its_digest_and_nothing_else_is_written(make: Make, storage: Path, app: Any) -> None:
    resource = make()
    assert served(app, resource) == FIRST
    assert kept(storage) == {digest(FIRST)}
    assert [path for path in storage.rglob("*") if path.is_file() and "sha256" not in path.parts] == []


def test_a_replaced_file_stays_for_what_refers_to_it(make: Make, storage: Path, app: Any) -> None:
    resource = make()
    act("resource_patch", id=resource["id"], upload=upload(SECOND))
    assert served(app, resource) == SECOND
    assert kept(storage) == {digest(FIRST), digest(SECOND)}


def test_a_save_that_fails_leaves_the_old_file_served(make: Make, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = make()

    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise SearchIndexError("simulasi")

    with monkeypatch.context() as broken:
        broken.setattr(index.PackageSearchIndex, "index_package", fails)
        with pytest.raises(SearchIndexError):
            act("resource_patch", id=resource["id"], upload=upload(SECOND))
    model.Session.rollback()
    assert served(app, resource) == FIRST


def test_a_working_copy_holds_a_newer_file_and_the_switch_is_one_of_the_database(
    make: Make, storage: Path, app: Any
) -> None:
    released = make()
    copy = content.copy_of(act("resource_show", id=released["id"]))
    assert "id" not in copy
    record = complete_dataset(owner_org=factories.Organization()["id"], private=True, resources=[copy])
    with content.keeping([copy]):
        working = act("package_create", **record)["resources"][0]
    assert (working["hash"], working["url_type"]) == (digest(FIRST), "upload")
    assert working["id"] != released["id"]
    working = act("resource_patch", id=working["id"], upload=upload(SECOND))
    assert served(app, released) == FIRST
    before = {path: path.stat().st_mtime_ns for path in storage.rglob("*") if path.is_file()}
    new = content.copy_of(act("resource_show", id=working["id"]))
    with content.keeping([new]):
        act("resource_update", **{**new, "id": released["id"]})
    assert served(app, released) == SECOND
    assert {path: path.stat().st_mtime_ns for path in storage.rglob("*") if path.is_file()} == before


def test_a_file_that_was_kept_before_is_found_and_copied(make: Make, storage: Path, app: Any) -> None:
    resource = make()
    old = storage / "resources" / resource["id"][:3] / resource["id"][3:6] / resource["id"][6:]
    old.parent.mkdir(parents=True)
    Path(content.uploader(resource).get_path(resource["id"])).rename(old)
    assert served(app, resource) == FIRST
    copy = content.copy_of(act("resource_show", id=resource["id"]))
    assert copy["hash"] == digest(FIRST)
    assert kept(storage) == {digest(FIRST)}
    stored = model.Resource.get(resource["id"])
    assert stored is not None
    stored.hash = "md5 of another catalogue"
    model.Session.commit()
    assert served(app, resource) == FIRST
    assert content.copy_of({"id": resource["id"]})["hash"] == digest(FIRST)


# --- whose file it is -------------------------------------------------------------------------------------------------


def test_a_digest_that_is_sent_is_not_believed(make: Make) -> None:
    secret, own = make(SECOND, private=True), make(FIRST)
    office = factories.Organization()["id"]
    claim = {"url": "simulasi.csv", "url_type": "upload", "hash": secret["hash"], "name": "x", "description": "x"}
    dataset = own["package_id"]
    for action, data in (
        ("resource_create", {"package_id": dataset, **claim}),
        ("package_patch", {"id": dataset, "resources": [claim]}),
        ("package_create", complete_dataset(owner_org=factories.Organization()["id"], resources=[claim])),
        ("package_create", complete_dataset(owner_org=office, resources=[{**claim, "id": secret["hash"]}])),
        ("package_patch", {"id": dataset, "resources": [{**claim, "id": secret["id"]}]}),
        ("resource_create", {"package_id": dataset, **claim, "upload": "x"}),
        ("package_create", complete_dataset(owner_org=office, resources=[{**claim, "upload": "x"}])),
        ("package_create", complete_dataset(owner_org=office, resources=[{**claim, "upload": upload(FIRST)}])),
    ):
        with pytest.raises(tk.ValidationError):
            act(action, **data)
    patched = act("resource_patch", id=own["id"], hash=secret["hash"])
    assert patched["hash"] == own["hash"]
    link = act("resource_create", package_id=dataset, **{**claim, "url": "https://example.org/x.csv", "url_type": ""})
    with pytest.raises(tk.ValidationError):
        act("resource_patch", id=link["id"], url="x.csv", url_type="upload")


def test_the_id_of_a_removed_file_does_not_bring_it_back(make: Make) -> None:
    secret, own = make(SECOND, private=True), make(FIRST)
    act("resource_delete", id=secret["id"])
    claim = {"id": secret["id"], "url": "simulasi.csv", "url_type": "upload", "name": "x", "description": "x"}
    silent = {key: value for key, value in claim.items() if key != "url_type"}
    for taken_over in (claim, {**claim, "upload": "x"}, silent, {**silent, "upload": upload(FIRST)}):
        with pytest.raises(tk.ValidationError):
            act("package_patch", id=own["package_id"], resources=[dict(taken_over)])
    back = act("package_patch", id=secret["package_id"], resources=[{**silent, "url": "https://example.org/x.csv"}])
    assert back["resources"][0]["url_type"] == ""


def test_a_record_of_another_catalogue_has_its_files_as_links() -> None:
    claim = {"url": "https://example.org/a.csv", "url_type": "upload", "name": "x", "description": "x"}
    dataset = act("package_create", **complete_dataset(owner_org=factories.Organization()["id"], resources=[claim]))
    assert (dataset["resources"][0]["url_type"], dataset["resources"][0]["url"]) == ("", claim["url"])


def test_content_that_is_not_there_cannot_be_kept(make: Make) -> None:
    own = make()
    claim = {"url": "simulasi.csv", "url_type": "upload", "hash": "0" * 64, "name": "x", "description": "x"}
    with content.keeping([claim]), pytest.raises(tk.ValidationError):
        act("resource_create", package_id=own["package_id"], **claim)


# --- the end ----------------------------------------------------------------------------------------------------------


def test_content_is_erased_once_nothing_refers_to_it(
    make: Make, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make(), make()
    assert not content.erase(digest(FIRST))
    act("resource_delete", id=first["id"])
    assert not content.erase(digest(FIRST))
    act("dataset_purge", id=second["package_id"])
    monkeypatch.setattr(content, "KEEPERS", [lambda given: given == digest(FIRST)])
    assert not content.erase(digest(FIRST))
    monkeypatch.setattr(content, "KEEPERS", [])
    assert content.erase(digest(FIRST))
    assert kept(storage) == set()
    assert not content.erase(digest(FIRST))
    assert not content.erase("../../etc/passwd")


# --- what is not taken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        (b"", "simulasi.csv", "empty"),
        (b"MZ\x90\x00", "simulasi.pdf", "something else"),
        (b"<html>", "simulasi.html", "not taken"),
        (b"a" * 1_100_000, "simulasi.csv", "at most 1 MB"),
    ],
)
def test_a_refused_file_changes_nothing(
    make: Make, storage: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch, text: bytes, name: str, words: str
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.max_resource_size", 1)
    resource = make()
    with pytest.raises(tk.ValidationError) as refused:
        act("resource_patch", id=resource["id"], upload=upload(text, name))
    assert words in str(refused.value.error_dict["upload"])
    assert act("resource_show", id=resource["id"])["url"] == resource["url"]
    assert kept(storage) == {digest(FIRST)}


def test_a_refused_file_loses_nothing_of_its_form(make: Make, storage: Path, app: Any) -> None:
    dataset = make()["package_id"]
    answer = app.post(
        f"/dataset/{dataset}/resource/new",
        headers={"Authorization": factories.SysadminWithToken()["token"]},
        data={
            "id": "",
            "name": "Nama yang diketik",
            "description": "Keterangan yang diketik",
            "url": "",
            "save": "go-metadata",
            "upload": (io.BytesIO(b"MZ\x90\x00"), "simulasi.csv"),
        },
        content_type="multipart/form-data",
        status=200,
    )
    for words in ("Nama yang diketik", "Keterangan yang diketik"):
        assert words in answer.body
    assert "lebak_staged" not in answer.body
    assert not (storage / "lebak-staged").exists()


def test_a_full_disk_gets_a_sentence_and_leaves_nothing(
    make: Make, storage: Path, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = make()

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(content.os, "fsync", full)
    with pytest.raises(tk.ValidationError) as refused:
        act("resource_patch", id=resource["id"], upload=upload(SECOND))
    assert "full" in str(refused.value.error_dict["upload"])
    model.Session.rollback()
    assert kept(storage) == {digest(FIRST)}
    assert act("resource_show", id=resource["id"])["hash"] == digest(FIRST)
    assert served(app, resource) == FIRST


# --- a file storage of CKAN 2.12 --------------------------------------------------------------------------------------


@pytest.fixture
def file_storage(app: Any, tmp_path: Path) -> Iterator[files.Storage]:
    settings = {"type": "ckan:fs", "path": str(tmp_path / "storage"), "initialize": True}
    made: Any = files.make_storage("resources", settings)
    files.storages.register("resources", made)
    yield made
    files.storages.reset()


def test_a_file_storage_keeps_by_content_too(file_storage: Any, make: Make, app: Any, tmp_path: Path) -> None:
    resource = make()
    assert isinstance(uploader.get_resource_uploader(dict(resource)), content.StorageUpload)
    act("resource_patch", id=resource["id"], upload=upload(SECOND))
    assert served(app, resource) == SECOND
    lying = {"".join(path.parts[-2:]) for path in (tmp_path / "storage").glob("sha256/*/*")}
    assert lying == {digest(FIRST), digest(SECOND)}
    assert content.copy_of({"id": resource["id"]})["hash"] == digest(SECOND)
    assert content.erase(digest(FIRST))
    assert not content.erase(digest(SECOND))
    assert not content.exists(digest(FIRST))
    location = content.uploader(act("resource_show", id=resource["id"])).get_path("x" * 10)
    legacy = f"{resource['id'][:3]}/{resource['id'][3:6]}/{resource['id'][6:]}"
    old = tmp_path / "storage" / legacy
    old.parent.mkdir(parents=True)
    (tmp_path / "storage" / location).rename(old)
    assert served(app, resource) == SECOND
    assert content.copy_of({"id": resource["id"]})["hash"] == digest(SECOND)
    assert content.exists(digest(SECOND))
