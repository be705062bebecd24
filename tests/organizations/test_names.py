"""An office is found by any of its names."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories, helpers

from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


@pytest.fixture
def office() -> dict[str, Any]:
    return factories.Organization(
        name="dp3ap2kb",
        title="Dinas Pemberdayaan Perempuan",
        singkatan="DP3AP2KB",
        nama_lain=["DP2KBP3A", "Dinas 100% Lama"],
        description="Melayani keluarga.",
    )


@pytest.fixture(autouse=True)
def others(clean_db: None) -> list[dict[str, Any]]:
    return [factories.Organization(name=f"lain-{n}", title=f"Kantor {n}", singkatan=f"K{n}") for n in range(3)]


def found(q: str, **more: Any) -> list[Any]:
    return helpers.call_action("organization_list", q=q, **more)


def test_every_name_finds_the_office(office: dict[str, Any]) -> None:
    words = ("DP2KBP3A", "dp2kbp3a", "2KBP", "dp3ap2kb", "DP3AP2KB", "perempuan", "keluarga", "100%", "%", " Lama ")
    assert {q: found(q) for q in words} == dict.fromkeys(words, ["dp3ap2kb"])


def test_what_is_no_name_finds_nothing(office: dict[str, Any]) -> None:
    assert [found(q) for q in ("_", "tidak ada")] == [[], []]


def test_a_deleted_office_is_not_found(office: dict[str, Any]) -> None:
    helpers.call_action("organization_delete", {"user": factories.Sysadmin()["name"]}, id=office["id"])
    assert found("DP2KBP3A") == []


def test_without_words_all_offices_are_listed(office: dict[str, Any]) -> None:
    assert found("") == ["dp3ap2kb", "lain-0", "lain-1", "lain-2"]


def test_pages_are_counted_over_what_was_found(office: dict[str, Any]) -> None:
    pages = [found("kantor", limit=2, offset=offset, sort="title desc") for offset in (0, 2)]
    assert pages == [["lain-2", "lain-1"], ["lain-0"]]


def test_a_choice_of_offices_is_kept(office: dict[str, Any]) -> None:
    assert found("kantor", organizations=["lain-1", "dp3ap2kb"]) == ["lain-1"]
    assert found("kantor", organizations="lain-2,dp3ap2kb") == ["lain-2"]


def test_the_whole_record_can_be_asked_for(office: dict[str, Any]) -> None:
    (record,) = found("DP2KBP3A", all_fields=True, include_extras=True)
    assert record["singkatan"] == "DP3AP2KB"


def test_the_search_box_finds_a_former_name(office: dict[str, Any], app: Any) -> None:
    page = BeautifulSoup(app.get("/organization/?q=DP2KBP3A").body, "html.parser")
    links = {str(link["href"]) for link in page.select("#content a[href*='/organization/']")}
    assert "/organization/dp3ap2kb" in links
    assert not any("lain-" in link for link in links)


def test_get_requests_may_use_the_list(office: dict[str, Any], app: Any) -> None:
    answer = app.get("/api/3/action/organization_list?q=DP2KBP3A")
    assert answer.json["result"] == ["dp3ap2kb"]


def test_datasets_are_found_by_a_former_name_of_their_office(office: dict[str, Any]) -> None:
    dataset = factories.Dataset(**complete_dataset(owner_org=office["id"]))
    result = helpers.call_action("package_search", q="DP2KBP3A")
    assert [record["id"] for record in result["results"]] == [dataset["id"]]
