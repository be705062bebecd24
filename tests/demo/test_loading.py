"""The demonstration catalog comes in through the public actions, and goes without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.tests import factories, helpers
from ckanext.activity.model import Activity
from ckanext.datastore.backend import DatastoreBackend

from ckanext.lebak.demo import catalog as catalog_module
from ckanext.lebak.demo import loading
from ckanext.lebak.demo.catalog import Catalog, read_catalog
from ckanext.lebak.feed.changes import PUBLISH
from ckanext.lebak.files import content
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

FEW = ("contoh-kecamatan", "contoh-penduduk", "contoh-peserta-kb-aktif")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """Three of the datasets, for tests that need not load all."""
    whole = read_catalog()
    some = Catalog(whole.organization, [example for example in whole.examples if example.fields["name"] in FEW])
    monkeypatch.setattr(loading, "read_catalog", lambda: some)
    return some


def load() -> dict[str, str]:
    states: dict[str, str] = {}
    loading.load(lambda title, state: states.update({title: state}))
    return states


def remove() -> list[str]:
    titles: list[str] = []
    loading.remove(titles.append)
    return titles


def files(ckan_config: Any) -> list[Path]:
    return [path for path in Path(ckan_config["ckan.storage_path"]).glob("resources/**/*") if path.is_file()]


def test_every_dataset_is_public_with_its_table(app: Any) -> None:
    assert set(load().values()) == {"created"}
    examples = read_catalog().examples
    result = helpers.call_action("package_search", fq="organization:koleksi-contoh", rows=100)
    assert result["count"] == len(examples) == 15
    for example in examples:
        dataset = helpers.call_action("package_show", {"ignore_auth": False, "user": ""}, id=example.fields["name"])
        (resource,) = dataset["resources"]
        rows = example.table.path.read_text(encoding="utf-8").count("\n") - 1
        shown = helpers.call_action("lebak_table_show", id=resource["id"])
        assert shown == {"state": "complete", "rows": rows, "message": ""}, shown
        assert resource["kolom"] == example.table.fields["kolom"]
        assert {tag["name"] for tag in dataset["tags"]} == {tag["name"] for tag in example.fields["tags"]}
        for key in ("title", "notes", "catatan_data", "url", "license_id", "temporal_start"):
            assert dataset.get(key, "") == example.fields.get(key, "")
    assert [job for job in jobs.get_queue().jobs if job.meta["title"] != PUBLISH] == []


def test_codes_and_figures_are_in_the_datastore_as_they_are_written(few: Catalog) -> None:
    load()
    (resource,) = helpers.call_action("package_show", id="contoh-penduduk")["resources"]
    rows = helpers.call_action("datastore_search", resource_id=resource["id"], filters={"tahun": 2022})["records"]
    assert [(row["kode_wilayah"], row["nilai"], row["satuan"]) for row in rows] == [("36.02", 1433853, "jiwa")]


def test_a_visitor_sees_that_it_is_a_quotation(few: Catalog, app: Any) -> None:
    load()
    page = app.get("/dataset/contoh-penduduk", status=200)
    assert "bukan rilis resmi perangkat daerah mana pun" in page.body
    assert "https://satelitnews.com/48130/" in page.body


def test_loading_again_changes_nothing(few: Catalog) -> None:
    load()
    before = {name: helpers.call_action("package_show", id=name)["metadata_modified"] for name in FEW}
    assert set(load().values()) == {"unchanged"}
    assert {name: helpers.call_action("package_show", id=name)["metadata_modified"] for name in FEW} == before


def test_loading_again_brings_back_what_was_changed(few: Catalog, tmp_path: Path) -> None:
    load()
    sysadmin = {"user": factories.Sysadmin()["name"]}
    helpers.call_action("package_patch", dict(sysadmin), id="contoh-kecamatan", notes="Sesuatu yang lain")
    (resource,) = helpers.call_action("package_show", id="contoh-penduduk")["resources"]
    helpers.call_action("resource_delete", dict(sysadmin), id=resource["id"])
    helpers.call_action("package_delete", dict(sysadmin), id="contoh-peserta-kb-aktif")
    assert set(load().values()) == {"updated"}
    assert "kutipan" in helpers.call_action("package_show", id="contoh-kecamatan")["notes"]
    assert len(helpers.call_action("package_show", id="contoh-penduduk")["resources"]) == 1
    assert helpers.call_action("package_search", q="*:*")["count"] == len(FEW)


def test_a_new_file_replaces_the_old_one(few: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    example = few.examples[0]
    changed = tmp_path / "kecamatan.csv"
    changed.write_text("kode_kemendagri,kode_bps,nama\n36.02.01,3602010,Malingping\n", encoding="utf-8")
    table = catalog_module.Table(changed, example.table.fields)
    few.examples[0] = catalog_module.Example(example.fields, table)
    assert sorted(load().values()) == ["unchanged", "unchanged", "updated"]
    (resource,) = helpers.call_action("package_show", id="contoh-kecamatan")["resources"]
    assert helpers.call_action("datastore_search", resource_id=resource["id"])["total"] == 1


def test_removing_leaves_nothing(few: Catalog, ckan_config: Any) -> None:
    own = factories.Dataset(**complete_dataset(owner_org=factories.Organization()["id"]))
    kept_files = set(files(ckan_config))
    load()
    shown = [helpers.call_action("package_show", id=name) for name in FEW]
    ids = {dataset["id"] for dataset in shown} | {shown[0]["owner_org"]}
    resources = {resource["id"] for dataset in shown for resource in dataset["resources"]}
    assert len(remove()) == len(FEW)
    assert helpers.call_action("package_list") == [own["name"]]
    assert helpers.call_action("package_search", q="contoh")["count"] == 0
    assert model.Group.by_name("koleksi-contoh") is None
    # The same content, left by a test before whose records are gone, goes with it.
    assert set(files(ckan_config)) <= kept_files
    assert not any(content.exists(resource["hash"]) for dataset in shown for resource in dataset["resources"])
    backend = DatastoreBackend.get_active_backend()
    assert not any(backend.resource_exists(id_) for id_ in resources)
    left = (
        model.Session.query(model.Package).filter(model.Package.id.in_(ids)),
        model.Session.query(model.Resource).filter(model.Resource.id.in_(resources)),
        model.Session.query(model.ResourceView).filter(model.ResourceView.resource_id.in_(resources)),
        model.Session.query(model.TaskStatus).filter(model.TaskStatus.entity_id.in_(resources)),
        model.Session.query(model.Member).filter(model.Member.group_id.in_(ids)),
        model.Session.query(Activity).filter(Activity.object_id.in_(ids)),
    )
    assert [query.count() for query in left] == [0] * len(left)
    assert [job for job in jobs.get_queue().jobs if job.meta["title"] != PUBLISH] == []


def test_removing_twice_is_no_harm(few: Catalog) -> None:
    load()
    remove()
    assert remove() == []


def test_datasets_of_others_are_not_removed_with_it(few: Catalog) -> None:
    load()
    owner = helpers.call_action("organization_show", id="koleksi-contoh")["id"]
    foreign = factories.Dataset(**complete_dataset(owner_org=owner))
    with pytest.raises(loading.ForeignDatasetsError) as refused:
        remove()
    assert refused.value.names == [foreign["name"]]
    assert helpers.call_action("package_search", q="*:*")["count"] == len(FEW) + 1


def test_the_commands_load_and_remove(few: Catalog, cli: Any) -> None:
    from ckan.cli.cli import ckan

    loaded = cli.invoke(ckan, ["lebak", "demo", "load"])
    assert (loaded.exit_code, "Demonstration catalog: 3 created" in loaded.output) == (0, True)
    assert "created: Contoh: Daftar kecamatan" in loaded.output
    removed = cli.invoke(ckan, ["lebak", "demo", "remove"])
    assert (removed.exit_code, "is removed" in removed.output) == (0, True)
    assert "There is no demonstration catalog." in cli.invoke(ckan, ["lebak", "demo", "remove"]).output
