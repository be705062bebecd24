"""What every save goes through (logic/action/saving.py), on a real site."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import rebuild
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.fixture
def office() -> dict:
    return factories.Organization()


def call_action(action: str, **data: object) -> Any:
    """Calls an action as a sysadmin: who may what is not this module's question."""
    return helpers.call_action(action, {"user": factories.Sysadmin()["name"]}, **data)


def _draft(office: dict, **fields: object) -> dict:
    return call_action("package_create", **complete_dataset(owner_org=office["id"], state="draft", **fields))


def test_a_draft_may_be_incomplete(office: dict) -> None:
    dataset = call_action("package_create", name="baru", title="Baru", owner_org=office["id"], state="draft")
    assert dataset["publishing_status"] == "draft"


def test_a_release_names_every_missing_field(office: dict) -> None:
    call_action("package_create", name="baru", title="Baru", owner_org=office["id"], state="draft")
    with pytest.raises(tk.ValidationError) as refused:
        call_action("package_patch", id="baru", state="active", private=False)
    assert {"konsep", "notes", "ukuran", "satuan", "variabel_disaggregasi", "kode_urusan", "tag_string"} <= set(
        refused.value.error_dict
    )
    assert call_action("package_show", id="baru")["state"] == "draft"


def test_a_private_dataset_may_be_incomplete(office: dict) -> None:
    dataset = call_action("package_create", name="baru", title="Baru", owner_org=office["id"], private=True)
    assert (dataset["state"], dataset["publishing_status"]) == ("active", "draft")


@pytest.mark.parametrize("change", [{"state": "active"}, {"state": "active", "private": False}])
def test_a_file_without_a_name_is_not_released_by_a_change_of_state_alone(office: dict, change: dict) -> None:
    dataset = _draft(office, resources=[{"url": "https://example.org/a.csv"}])
    with pytest.raises(tk.ValidationError) as refused:
        call_action("package_patch", id=dataset["id"], **change)
    assert set(cast(Any, refused.value.error_dict)["resources"][0]) == {"name", "description"}


def test_a_file_without_a_name_is_not_released_by_making_the_dataset_public(office: dict) -> None:
    dataset = call_action(
        "package_create",
        **complete_dataset(owner_org=office["id"], private=True, resources=[{"url": "https://example.org/a.csv"}]),
    )
    with pytest.raises(tk.ValidationError):
        call_action("package_update", **{**dataset, "private": False})


def test_a_complete_dataset_is_released(office: dict) -> None:
    dataset = _draft(office)
    released = call_action("package_patch", id=dataset["id"], state="active")
    assert (released["state"], released["publishing_status"]) == ("active", "approved")


def test_the_status_cannot_be_written(office: dict) -> None:
    dataset = _draft(office, publishing_status="approved")
    assert dataset["publishing_status"] == "draft"


def test_posted_rows_win_over_the_stored_ones_in_a_patch(office: dict) -> None:
    dataset = _draft(office)
    resource = dataset["resources"][0]
    posted = {f"kolom-{i}-nama": f"kolom_{i}" for i in range(12)}
    saved = call_action("resource_patch", id=resource["id"], **posted)
    assert [row["nama"] for row in saved["kolom"]] == [f"kolom_{i}" for i in range(12)]


def test_too_many_rows_get_a_sentence(office: dict) -> None:
    dataset = _draft(office)
    posted = {f"kolom-{i}-nama": "x" for i in range(1001)}
    with pytest.raises(tk.ValidationError) as refused:
        call_action("resource_patch", id=dataset["resources"][0]["id"], **posted)
    assert "1000" in cast(Any, refused.value.error_dict)["kolom"][0]


def test_a_text_too_long_for_the_index_gets_a_sentence(office: dict) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        _draft(office, konsep="x" * 40_000)
    assert list(refused.value.error_dict) == ["konsep"]


def test_a_long_text_put_into_the_database_does_not_break_the_index(office: dict) -> None:
    dataset = call_action("package_patch", id=_draft(office)["id"], state="active")
    package = model.Package.get(dataset["id"])
    assert package is not None
    package.extras["konsep"] = "x" * 1_000_000
    model.Session.commit()
    rebuild(dataset["id"])
    found = call_action("package_search", q="simulasi")
    assert [result["id"] for result in found["results"]] == [dataset["id"]]


@pytest.mark.parametrize("action", ["package_patch", "resource_patch"])
def test_a_save_that_waited_keeps_what_another_saved_meanwhile(office: dict, action: str) -> None:
    dataset = _draft(office)
    factories.Sysadmin(name="penyimpan")
    read_before = model.Package.get(dataset["id"])
    # Another process saves: the session of this one does not know.
    package = model.package_table
    with cast(Any, model.Session.get_bind()).begin() as other:
        [extras] = other.execute(sa.select(package.c.extras).where(package.c.id == dataset["id"])).one()
        other.execute(
            package.update()
            .where(package.c.id == dataset["id"])
            .values(extras={**extras, "konsep": "Kata yang lain"}, metadata_modified=dt.datetime(2030, 1, 1))
        )
    assert read_before
    assert read_before.extras["konsep"] == dataset["konsep"]
    target = dataset["id"] if action == "package_patch" else dataset["resources"][0]["id"]
    helpers.call_action(action, {"user": "penyimpan"}, id=target, notes="Catatan", description="Catatan")
    assert call_action("package_show", id=dataset["id"])["konsep"] == "Kata yang lain"
