"""Stock harvesters of another CKAN take our catalog over HTTP, with our schema and without.

`dcat_rdf` reads the pages of ``/catalog.xml``, `dcat_json` reads ``/data.json``, `ckan` reads the action API: the plain
one, or the one for portals without our schema, which also tells what is gone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from ckanext.lebak.profiles.harvested import NATIONAL
from tests.sdi_factory import complete_dataset
from tests.steps import act, published
from tests.thoroughness import WHOLE

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE = "dp3ap2kb"

# What a receiver sets on its own: ids and dates of its copy, and what it derives.
OWN = {
    *(
        "id",
        "name",
        "owner_org",
        "organization",
        "metadata_created",
        "metadata_modified",
        "creator_user_id",
        "num_resources",
    ),
    *("num_tags", "extras", "relationships_as_object", "relationships_as_subject", "groups", "isopen", "license_title"),
    *("license_url", "resources", "tags", "type", "state", "private", "version", "tracking_summary"),
}
OWN_OF_FILE = {
    *("id", "package_id", "created", "last_modified", "metadata_modified", "position", "revision_id", "state", "uri"),
    *("distribution_ref", "datastore_active", "tracking_summary", "cache_url", "cache_last_updated", "mimetype_inner"),
    *("resource_type", "url_type", "access_url", "download_url", "license", "rights", "availability", "hash_algorithm"),
    *("datastore_contains_all_records_of_source_file", "size", "hash", "issued", "modified", "access_services"),
}


@dataclass(frozen=True)
class Way:
    """A way to take the catalog.

    Attributes:
        harvester: Name of the stock harvester.
        path: What its source's address ends with.
        config: Its configuration.
        deletes: Whether it deletes what is gone.
        told_gone: Whether something is to go while it harvests.
        keeps_ids: Whether the receiver's records have the ids of ours.
        rewrites: Whether the harvester saves every record anew in each run, changed or not.
    """

    harvester: str
    path: str = ""
    config: str = "{}"
    deletes: bool = True
    told_gone: bool = True
    keeps_ids: bool = False
    rewrites: bool = False


WAYS = {
    "rdf": Way("dcat_rdf", "/catalog.xml", config='{"rdf_format": "application/rdf+xml"}'),
    # It deletes too, but `harvester run-test` of ckanext-harvest 1.6.3 stops at what it deletes.
    "json": Way("dcat_json", "/data.json", deletes=False, told_gone=False, rewrites=True),
    "ckan": Way("ckan", config='{"remote_orgs": "create"}', deletes=False, keeps_ids=True),
    "facade": Way("ckan", "/harvest", config='{"remote_orgs": "create"}', keeps_ids=True),
}


@pytest.fixture(scope="module")
def office(source_site: Site) -> dict[str, Any]:
    """The office that owns everything at the source."""
    return act(
        source_site, "organization_create", name=OFFICE, title="Dinas uji (simulasi)", email="kantor@example.org"
    )


@pytest.fixture(scope="module")
def records(source_site: Site, office: dict[str, Any]) -> list[dict[str, Any]]:
    """Two simulated datasets with complete metadata, and a draft that nobody may take."""
    act(source_site, "package_create", **complete_dataset(owner_org=office["id"], state="draft"))
    return [act(source_site, "package_create", **complete_dataset(owner_org=office["id"])) for _ in range(2)]


def _add_source(receiver: Site, source: Site, name: str) -> str:
    """Adds a harvest source owned by an organisation of the receiver and returns its name."""
    way = WAYS[name]
    act(receiver, "organization_create", name=f"penerima-{name}", title="Penerima")
    act(
        receiver,
        "harvest_source_create",
        name=f"sumber-{name}",
        title=f"sumber-{name}",
        url=source.url + way.path,
        source_type=way.harvester,
        owner_org=f"penerima-{name}",
        config=way.config,
        frequency="MANUAL",
    )
    return f"sumber-{name}"


def _harvest(receiver: Site, name: str, source_site: Site) -> dict[str, int]:
    """Runs one harvest of what the source has now to its end, and returns its counts."""
    published(source_site)
    # ckanext-harvest 1.6.3 indexes a source without its own fields after each job, and looks there for its type.
    receiver.ckan("search-index", "rebuild", name)
    receiver.ckan("harvester", "run-test", name)
    source = act(receiver, "harvest_source_show", id=name)["id"]
    last = act(receiver, "harvest_source_show_status", id=source)["last_job"]
    assert last["stats"]["errored"] == 0, (last["gather_error_summary"], last["object_error_summary"])
    assert not last["gather_error_summary"]
    return last["stats"]


def _datasets(site: Site) -> dict[str, dict[str, Any]]:
    """All public datasets of a site, by title."""
    found: dict[str, dict[str, Any]] = {}
    start = 0
    while True:
        parameters = {"rows": 100, "start": start, "fq": "dataset_type:dataset"}
        answer = requests.get(f"{site.url}/api/3/action/package_search", params=parameters, timeout=30)
        results = answer.json()["result"]["results"]
        if not results:
            assert len(found) == start, "a record stands there twice"
            return found
        found |= {dataset["title"]: dataset for dataset in results}
        start += len(results)


def _core(dataset: dict[str, Any]) -> dict[str, Any]:
    """What every CKAN knows of a record."""
    files = [{key: file.get(key) for key in ("url", "name", "description", "format")} for file in dataset["resources"]]
    tags = sorted(tag["name"] for tag in dataset["tags"])
    return {"title": dataset["title"], "notes": dataset["notes"], "tags": tags, "resources": files}


def _states(site: Site, way: Way) -> dict[str, Any]:
    """What tells whether a record was changed, by title: that it was saved, or what it says."""
    return {
        title: _core(dataset) if way.rewrites else dataset["metadata_modified"]
        for title, dataset in _datasets(site).items()
    }


def _is_public(site: Site, dataset: dict[str, Any]) -> bool:
    return requests.get(f"{site.url}/api/3/action/package_show", params={"id": dataset["id"]}, timeout=30).ok


def _same_core(sent: dict[str, Any], received: dict[str, Any]) -> None:
    """What every CKAN knows arrived."""
    assert _core(received) == _core(sent)


def _same_fields(sent: dict[str, Any], received: dict[str, Any]) -> None:
    """Every SDI field of the dataset and its files arrived under its own name."""
    _same_core(sent, received)
    expected = {key: value for key, value in sent.items() if key not in OWN and value not in (None, "", [])}
    assert {key: received.get(key) for key in expected} == expected
    for ours, theirs in zip(sent["resources"], received["resources"], strict=True):
        wanted = {key: value for key, value in ours.items() if key not in OWN_OF_FILE and value not in (None, "", [])}
        assert {key: theirs.get(key) for key in wanted} == wanted


def _same_extras(sent: dict[str, Any], received: dict[str, Any]) -> None:
    """Every SDI field of the dataset arrived among the extras."""
    _same_core(sent, received)
    extras = {extra["key"]: extra["value"] for extra in received["extras"]}
    assert len(extras) == len(received["extras"])
    expected = {key: sent[key] for key in NATIONAL if sent.get(key) not in (None, "", [])}
    assert {key: _read(extras.get(key), value) for key, value in expected.items()} == expected
    assert [file["periode"] for file in received["resources"]] == [file["periode"] for file in sent["resources"]]


def _read(text: str | None, like: Any) -> Any:
    return json.loads(text or "null") if isinstance(like, list) else text


CASES: dict[tuple[str, str], Callable[[dict[str, Any], dict[str, Any]], None]] = {
    ("receiver_with_lebak", "rdf"): _same_fields,
    ("receiver_with_lebak", "ckan"): _same_fields,
    ("plain_receiver", "rdf"): _same_core,
    ("plain_receiver", "json"): _same_core,
    ("plain_receiver", "ckan"): _same_core,
    ("plain_receiver", "facade"): _same_extras,
}
TRIED = [case for case in CASES if WHOLE or case[0] == "plain_receiver"]
"""All, or those of the plain receiver only, which knows every way."""


@pytest.fixture(params=TRIED, ids="-".join, scope="module")
def harvest(
    request: pytest.FixtureRequest, source_site: Site, records: list[dict[str, Any]]
) -> Iterator[tuple[Site, str, tuple[str, str]]]:
    """A receiver with one harvest source; its datasets are cleared afterwards."""
    receiver_name, way = request.param
    receiver: Site = request.getfixturevalue(receiver_name)
    source = _add_source(receiver, source_site, way)
    yield receiver, source, request.param
    receiver.ckan("harvester", "source", "clear", source)


def test_a_harvest_takes_the_whole_catalog_and_follows_its_changes(
    harvest: tuple[Site, str, tuple[str, str]],
    source_site: Site,
    office: dict[str, Any],
    records: list[dict[str, Any]],
) -> None:
    receiver, source, case = harvest
    way, same = WAYS[case[1]], CASES[case]
    going = {
        why: act(source_site, "package_create", **complete_dataset(owner_org=office["id"]))
        for why in ("deleted", "withdrawn", "purged")
    }
    sent = _datasets(source_site)

    # The receiver's own page of sources finds records that are no datasets.
    assert f"/harvest/{source}" in requests.get(f"{receiver.url}/harvest", timeout=60).text

    _harvest(receiver, source, source_site)
    received = _datasets(receiver)
    assert set(received) == set(sent) >= {record["title"] for record in (*records, *going.values())}
    for title, dataset in sent.items():
        same(dataset, received[title])
    if way.harvester == "ckan":
        assert {dataset["organization"]["name"] for dataset in received.values()} == {OFFICE}
    assert all(_is_public(receiver, dataset) for dataset in going.values()) is way.keeps_ids

    # A second run changes nothing.
    before = _states(receiver, way)
    second = _harvest(receiver, source, source_site)
    assert (second["added"], second["deleted"]) == (0, 0)
    assert _states(receiver, way) == before

    # One edited, one added, three gone, one in each of the ways to go: just these arrive.
    time.sleep(1.1)  # CKAN's harvester asks by whole seconds
    edited = records[0]
    words = {"catatan_data": f"Catatan baru untuk {' '.join(case)}.", "notes": "Definisi baru."}
    act(source_site, "package_patch", id=edited["id"], **words)
    added = act(source_site, "package_create", **complete_dataset(owner_org=office["id"]))
    if way.told_gone:
        act(source_site, "package_delete", id=going["deleted"]["id"])
        act(source_site, "package_patch", id=going["withdrawn"]["id"], private=True)
        act(source_site, "dataset_purge", id=going["purged"]["id"])
    _harvest(receiver, source, source_site)
    after = _states(receiver, way)
    assert _datasets(receiver)[edited["title"]]["notes"] == "Definisi baru."
    changed = {title for title in after if after[title] != before.get(title)}
    assert changed == {edited["title"], added["title"]}
    gone = {dataset["title"] for dataset in going.values()}
    if way.deletes:
        assert not gone & set(after)
        assert not any(_is_public(receiver, dataset) for dataset in going.values())

    act(source_site, "package_delete", id=added["id"])
    act(source_site, "package_patch", id=edited["id"], notes=edited["notes"], catatan_data=edited["catatan_data"])
