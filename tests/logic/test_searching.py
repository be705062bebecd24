"""Searches find datasets; other types only for those who name one (logic/action/searching.py, search.py)."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.cli.search_index import get_orphans
from ckan.lib.search.common import make_connection
from ckan.tests import factories, helpers

from tests.sdi_factory import complete_dataset, complete_resource

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

OTHER = "kegiatan-uji"
"""A type that no schema here knows, as those of ckanext-harvest and ckanext-showcase."""


def anonymous(action: str, **data: object) -> Any:
    return helpers.call_action(action, {"user": "", "ignore_auth": False}, **data)


@pytest.fixture
def records() -> dict[str, dict[str, Any]]:
    """A dataset, a private one, and a record of another type, each with a file, of one office."""
    office = factories.Organization(name="kantor-uji")
    made = {"user": factories.Sysadmin()["name"]}

    def create(name: str, **fields: Any) -> dict[str, Any]:
        file = complete_resource(url=f"https://example.org/{name}.csv")
        record = complete_dataset(owner_org=office["id"], name=name, title=f"SIMULASI {name}", resources=[file])
        return helpers.call_action("package_create", made, **{**record, **fields})

    return {
        "dataset": create("simulasi-dataset"),
        "private": create("simulasi-tertahan", private=True),
        "other": helpers.call_action(
            "package_create",
            made,
            name="simulasi-kegiatan",
            title="SIMULASI kegiatan",
            type=OTHER,
            owner_org=office["id"],
            resources=[{"url": "https://example.org/kegiatan.csv", "name": "Simulasi"}],
        ),
    }


def found(**query: Any) -> set[str]:
    result = anonymous("package_search", **query)
    assert result["count"] == len(result["results"])
    return {record["name"] for record in result["results"]}


def test_package_search_finds_datasets_unless_a_type_is_named(records: dict[str, dict[str, Any]]) -> None:
    dataset, other = records["dataset"]["name"], records["other"]["name"]
    assert found() == {dataset}
    assert found(q="simulasi", fq="organization:kantor-uji", include_private=True) == {dataset}
    assert found(fq="-dataset_type:harvest") == {dataset}
    assert found(fq=f"dataset_type:{OTHER}") == {other}
    assert found(q=f"dataset_type:{OTHER}") == {other}
    assert found(fq_list=["dataset_type:*"]) == {dataset, other}
    assert [row["name"] for row in anonymous("current_package_list_with_resources")] == [dataset]


def test_autocompletion_finds_datasets_that_one_may_see(records: dict[str, dict[str, Any]]) -> None:
    dataset = records["dataset"]
    completed = anonymous("package_autocomplete", q="simulasi")
    assert completed == [
        {
            "name": dataset["name"],
            "title": dataset["title"],
            "match_field": "name",
            "match_displayed": dataset["name"],
        }
    ]
    assert anonymous("package_autocomplete", q="SIMULASI simulasi")[0]["match_field"] == "title"
    member = factories.User()
    office = dataset["organization"]
    sysadmin = {"user": factories.Sysadmin()["name"]}
    helpers.call_action(
        "member_create", sysadmin, id=office["id"], object=member["id"], object_type="user", capacity="editor"
    )
    context = {"user": member["name"], "ignore_auth": False, "auth_user_obj": model.User.get(member["id"])}
    seen = helpers.call_action("package_autocomplete", context, q="simulasi")
    assert {row["name"] for row in seen} == {dataset["name"], records["private"]["name"]}


def test_resource_search_finds_files_of_public_datasets(records: dict[str, dict[str, Any]]) -> None:
    found = anonymous("resource_search", query="url:example.org")
    assert (found["count"], [row["package_id"] for row in found["results"]]) == (1, [records["dataset"]["id"]])
    office = model.Group.get("kantor-uji")
    assert office is not None
    office.state = model.State.DELETED
    model.repo.commit()
    assert anonymous("resource_search", query="url:example.org") == {"count": 0, "results": []}
    # What else is asked in this session is not narrowed.
    assert model.Session.query(model.Package).count() == len(records)


def test_upkeep_of_the_index_sees_every_type(records: dict[str, dict[str, Any]]) -> None:
    solr = make_connection(decode_dates=False)
    (left,) = solr.search(f"name:{records['other']['name']}").docs
    solr.add([{**left, "id": "tertinggal", "index_id": "tertinggal", "_version_": 0}], commit=True)
    assert get_orphans() == ["tertinggal"]
