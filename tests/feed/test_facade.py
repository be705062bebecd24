"""What a CKAN harvester without our schema is given at ``/harvest`` (feed/facade.py)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.profiles.harvested import NATIONAL
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Ask = Callable[..., Any]


def acting(action: str, **data: Any) -> Any:
    return call_action(action, {"user": factories.Sysadmin()["name"]}, **data)


def saved(office: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return acting("package_create", **complete_dataset(owner_org=office["id"], **fields))


@pytest.fixture
def office() -> dict[str, Any]:
    return factories.Organization(name="kantor-uji", title="Kantor uji (simulasi)")


@pytest.fixture
def ask(app: Any) -> Ask:
    """Calls an action of the facade, which must succeed, and returns its result."""

    def asked(action: str, **parameters: Any) -> Any:
        answer = app.get(f"/harvest/api/3/action/{action}", query_string=parameters)
        assert answer.status_code == 200, answer.body
        body = json.loads(answer.body, object_pairs_hook=_once)
        assert body["success"] is True
        return body["result"]

    return asked


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, in which no key may stand twice."""
    assert len({key for key, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def found(ask: Ask, fq: str = "") -> dict[str, dict[str, Any]]:
    result = ask("package_search", rows=100, sort="id asc", fq=fq)
    assert result["count"] == len(result["results"])
    return {record["id"]: record for record in result["results"]}


def hide(office: dict[str, Any], *, hidden: bool) -> None:
    """Deletes an office, or brings it back, as nothing in CKAN does that would touch its records."""
    group = model.Group.get(office["id"])
    assert group is not None
    group.state = model.State.DELETED if hidden else model.State.ACTIVE
    model.repo.commit()


def test_records_are_those_of_the_catalogue_with_national_fields_as_extras(ask: Ask, office: dict[str, Any]) -> None:
    sent = saved(office, extras=[{"key": "satuan_lama", "value": "Jiwa"}])
    (record,) = found(ask).values()
    shown = call_action("package_show", {"user": "", "ignore_auth": False}, id=sent["id"])
    for key in ("id", "name", "title", "notes", "satuan", "kode_wilayah", "owner_org", "license_id", "state", "type"):
        assert record[key] == shown[key], key
    assert [file["url"] for file in record["resources"]] == [file["url"] for file in shown["resources"]]
    assert record["organization"]["name"] == "kantor-uji"
    extras = {extra["key"]: extra["value"] for extra in record["extras"]}
    assert len(extras) == len(record["extras"])
    assert (extras["satuan"], extras["satuan_lama"]) == ("Orang", "Jiwa")
    assert {key for key in NATIONAL if shown.get(key)} <= set(extras)
    assert ask("package_show", id=sent["id"]) == ask("package_show", id=sent["name"]) == record
    assert ask("package_list") == [sent["name"]]


def test_what_is_gone_is_told_by_id_and_time_only(ask: Ask, office: dict[str, Any]) -> None:
    other = factories.Organization(name="kantor-hilang")
    records = {why: saved(other if why == "office" else office) for why in ("deleted", "private", "purged", "office")}
    left = saved(office)
    before = found(ask)
    acting("package_delete", id=records["deleted"]["id"])
    acting("package_patch", id=records["private"]["id"], private=True)
    acting("dataset_purge", id=records["purged"]["id"])
    hide(other, hidden=True)
    after = found(ask)
    assert list(after) == list(before) == sorted(before), "each keeps its place"
    assert {id_ for id_, record in after.items() if record["state"] == "active"} == {left["id"]}
    for record in records.values():
        id_ = record["id"]
        assert after[id_] == {
            "id": id_,
            "name": id_,
            "title": id_,
            "state": "deleted",
            "metadata_modified": after[id_]["metadata_modified"],
            "resources": [],
            "tags": [],
            "extras": [],
        }
        assert after[id_]["metadata_modified"] > before[id_]["metadata_modified"]
        assert ask("package_show", id=id_) == after[id_]
    assert after[left["id"]] == before[left["id"]]

    # Public again, without anybody having saved the record: newer than its deletion, or no harvester would take it.
    hide(other, hidden=False)
    back = found(ask)[records["office"]["id"]]
    assert back["title"] == records["office"]["title"]
    assert back["metadata_modified"] > after[back["id"]]["metadata_modified"]
    since = after[back["id"]]["metadata_modified"]
    assert back["id"] in found(ask, f"metadata_modified:[{since}Z TO *]")


def test_a_crawl_misses_nothing_while_records_come_and_go(ask: Ask, office: dict[str, Any]) -> None:
    records = sorted((saved(office) for _ in range(6)), key=lambda record: record["id"])
    writes = iter(
        [
            lambda: acting("package_delete", id=records[0]["id"]),
            lambda: acting("package_patch", id=records[1]["id"], notes="Definisi baru."),
            lambda: saved(office),
            lambda: acting("dataset_purge", id=records[2]["id"]),
        ]
    )
    seen: dict[str, dict[str, Any]] = {}
    start = 0
    while page := ask("package_search", rows=2, start=start, sort="id asc")["results"]:
        seen |= {record["id"]: record for record in page}
        start += 2
        next(writes, lambda: None)()
    assert {record["id"] for record in records} <= set(seen)
    assert {seen[record["id"]]["state"] for record in records[3:]} == {"active"}


def test_filters_of_the_harvesters_configuration(ask: Ask, office: dict[str, Any]) -> None:
    second, third = factories.Organization(name="kantor-dua"), factories.Organization(name="kantor-tiga")
    group = factories.Group(name="kelompok-uji")
    first = saved(office, groups=[{"id": group["id"]}])
    others = [saved(second), saved(third)]
    gone = saved(third)
    all_ids = set(found(ask))
    acting("package_delete", id=gone["id"])

    def ids(fq: str) -> set[str]:
        """What is found, without what is gone: that is told to everybody."""
        told = set(found(ask, fq))
        assert gone["id"] in told
        return told - {gone["id"]}

    assert ids("organization:kantor-uji OR organization:kantor-dua") == {first["id"], others[0]["id"]}
    assert ids("-organization:kantor-uji -organization:kantor-dua") == {others[1]["id"]}
    assert ids("groups:kelompok-uji") == {first["id"]}
    assert ids("-groups:kelompok-uji") == {record["id"] for record in others}
    assert ids("organization:tidak-ada") == set()
    assert ids("+dataset_type:dataset -organization:kantor-tiga") == {first["id"], others[0]["id"]}
    last = found(ask)[gone["id"]]["metadata_modified"]
    assert set(found(ask, f"metadata_modified:[{last}Z TO *]")) == {gone["id"]}
    assert set(found(ask, "metadata_modified:[2001-01-01T00:00:00Z TO *]")) == all_ids
    assert not found(ask, "metadata_modified:[2999-01-01T00:00:00.000001Z TO *]")


REFUSED = [
    ("package_create?id=a", 404, "package_search"),
    ("package_search?fq=tags:kontrasepsi", 400, "tags:kontrasepsi"),
    ("package_search?q=kontrasepsi", 400, "q"),
    ("package_search?sort=score+desc", 400, "id asc"),
    ("package_search?rows=1001", 400, "rows"),
    ("package_search?start=-1", 400, "start"),
    ("package_show", 400, "id"),
    ("package_show?id=tidak-ada", 404, "Not found"),
    ("organization_show?id=tidak-ada", 404, "Not found"),
    ("help_show?name=tidak-ada", 404, "tidak-ada"),
]


def test_what_it_cannot_answer_is_refused_with_a_sentence(app: Any) -> None:
    for address, status, word in REFUSED:
        answer = app.get(f"/harvest/api/3/action/{address}")
        assert answer.status_code == status, address
        body = json.loads(answer.body)
        assert (body["success"], "result" in body) == (False, False)
        assert word in body["error"]["message"]


def test_unchanged_answers_are_not_sent_again(app: Any, office: dict[str, Any]) -> None:
    saved(office)
    address = "/harvest/api/3/action/package_search?rows=100&start=0&sort=id+asc"
    first = app.get(address)
    packed = app.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == first.data
    assert json.loads(first.data)["result"]["count"] == 1
    tags = {"If-None-Match": first.headers["ETag"]}
    assert app.get(address, headers=tags).status_code == 304
    head = app.test_client().head(address)
    assert (head.data, head.headers["ETag"]) == (b"", first.headers["ETag"])
    for other in ("rows=99", "start=1", "fq=organization:kantor-uji"):
        assert app.get(f"{address}&{other}").status_code == 200
    acting("organization_patch", id=office["id"], title="Kantor uji dengan nama baru (simulasi)")
    again = app.get(address, headers=tags)
    assert again.status_code == 200
    (old,), (new,) = (json.loads(answer.data)["result"]["results"] for answer in (first, again))
    assert new["organization"]["title"] == "Kantor uji dengan nama baru (simulasi)"
    assert new["metadata_modified"] > old["metadata_modified"]


def test_offices_groups_and_what_the_site_is(ask: Ask, office: dict[str, Any], ckan_config: Any) -> None:
    group = factories.Group(name="kelompok-uji")
    acting("organization_patch", id=office["id"], image_url="lambang.png")
    saved(office, groups=[{"id": group["id"]}])
    saved(office, private=True)
    assert ask("organization_list") == ["kantor-uji"]
    shown = ask("organization_show", id=office["id"])
    assert shown == ask("organization_show", id="kantor-uji")
    assert [shown] == ask("organization_list", all_fields="true")
    assert (shown["title"], shown["package_count"]) == ("Kantor uji (simulasi)", 1)
    assert shown["image_url"] == shown["image_display_url"] == "http://test.ckan.net/uploads/group/lambang.png"
    assert ask("group_list") == ["kelompok-uji"]
    shown = ask("group_show", id="kelompok-uji")
    assert (shown["is_organization"], shown["package_count"]) == (False, 1)
    assert ask("organization_list", offset=1) == []
    assert "cc-by" in {licence["id"] for licence in ask("license_list")}
    assert ask("status_show")["site_title"] == ckan_config["ckan.site_title"]
    assert ask("site_read") is True
    assert ":param fq:" in ask("help_show", name="package_search")
