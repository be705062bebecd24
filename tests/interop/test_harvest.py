"""Stock harvesters of another CKAN take our catalog over HTTP: `dcat_rdf` and `ckan`, with our schema and without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.sdi_factory import complete_dataset
from tests.steps import act

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


@pytest.fixture(scope="module")
def records(source_site: Site) -> list[dict[str, Any]]:
    """Three simulated datasets with complete metadata, and a draft that nobody may take, of one office."""
    office = act(
        source_site, "organization_create", name=OFFICE, title="Dinas uji (simulasi)", email="kantor@example.org"
    )
    act(source_site, "package_create", **complete_dataset(owner_org=office["id"], state="draft"))
    return [act(source_site, "package_create", **complete_dataset(owner_org=office["id"])) for _ in range(3)]


def _add_source(receiver: Site, source: Site, kind: str, config: str = "{}") -> str:
    """Adds a harvest source owned by an organisation of the receiver and returns its name."""
    organization = f"penerima-{kind.replace('_', '-')}"
    act(receiver, "organization_create", name=organization, title="Penerima")
    address = f"{source.url}/catalog.xml" if kind == "dcat_rdf" else source.url
    name = f"sumber-{kind.replace('_', '-')}"
    act(
        receiver,
        "harvest_source_create",
        name=name,
        title=name,
        url=address,
        source_type=kind,
        owner_org=organization,
        config=config,
        frequency="MANUAL",
    )
    return name


def _harvest(receiver: Site, name: str) -> dict[str, int]:
    """Runs one harvest to its end and returns its counts."""
    # ckanext-harvest 1.6.3 indexes a source without its own fields after each job, and looks there for its type.
    receiver.ckan("search-index", "rebuild", name)
    receiver.ckan("harvester", "run-test", name)
    source = act(receiver, "harvest_source_show", id=name)
    status = act(receiver, "harvest_source_show_status", id=source["id"])
    return status["last_job"]["stats"]


def _datasets(site: Site) -> dict[str, dict[str, Any]]:
    """All public datasets of a site, by title."""
    found: dict[str, dict[str, Any]] = {}
    while True:
        answer = requests.get(
            f"{site.url}/api/3/action/package_search",
            params={"rows": 100, "start": len(found), "fq": "dataset_type:dataset"},
            timeout=30,
        ).json()["result"]
        if not answer["results"]:
            return found
        found |= {dataset["title"]: dataset for dataset in answer["results"]}


def _stamps(site: Site) -> dict[str, str]:
    return {title: dataset["metadata_modified"] for title, dataset in _datasets(site).items()}


def _same_fields(sent: dict[str, Any], received: dict[str, Any]) -> None:
    """Every SDI field of the dataset and its files arrived."""
    expected = {key: value for key, value in sent.items() if key not in OWN and value not in (None, "", [])}
    assert {key: received.get(key) for key in expected} == expected
    assert {tag["name"] for tag in received["tags"]} == {tag["name"] for tag in sent["tags"]}
    assert len(received["resources"]) == len(sent["resources"])
    for ours, theirs in zip(sent["resources"], received["resources"], strict=True):
        wanted = {key: value for key, value in ours.items() if key not in OWN_OF_FILE and value not in (None, "", [])}
        assert {key: theirs.get(key) for key in wanted} == wanted


def _same_core(sent: dict[str, Any], received: dict[str, Any]) -> None:
    """What every CKAN knows arrived."""
    assert (received["title"], received["notes"]) == (sent["title"], sent["notes"])
    assert {tag["name"] for tag in received["tags"]} == {tag["name"] for tag in sent["tags"]}
    files = [{key: resource[key] for key in ("url", "name", "description", "format")} for resource in sent["resources"]]
    assert [
        {key: resource.get(key) for key in ("url", "name", "description", "format")}
        for resource in received["resources"]
    ] == files


KINDS = {"dcat_rdf": "{}", "ckan": '{"remote_orgs": "create"}'}
RECEIVERS: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "receiver_with_lebak": _same_fields,
    "plain_receiver": _same_core,
}


@pytest.fixture(
    params=[(receiver, kind) for receiver in RECEIVERS for kind in KINDS],
    ids=lambda param: "-".join(param),
    scope="module",
)
def harvest(
    request: pytest.FixtureRequest, source_site: Site, records: list[dict[str, Any]]
) -> Iterator[tuple[Site, str, str]]:
    """A receiver with one harvest source; its datasets are cleared afterwards."""
    receiver_name, kind = request.param
    receiver: Site = request.getfixturevalue(receiver_name)
    source = _add_source(receiver, source_site, kind, KINDS[kind])
    yield receiver, source, receiver_name
    receiver.ckan("harvester", "source", "clear", source)


def test_a_harvest_takes_the_whole_catalog_and_follows_its_changes(
    harvest: tuple[Site, str, str], source_site: Site, records: list[dict[str, Any]]
) -> None:
    receiver, source, receiver_name = harvest
    kind = source.removeprefix("sumber-").replace("-", "_")
    sent = _datasets(source_site)

    first = _harvest(receiver, source)
    received = _datasets(receiver)
    assert first["errored"] == 0
    assert set(received) == set(sent)
    for title, dataset in sent.items():
        _same_core(dataset, received[title])
    for record in records:
        RECEIVERS[receiver_name](sent[record["title"]], received[record["title"]])
    if kind == "ckan":
        assert {dataset["organization"]["name"] for dataset in received.values()} == {
            dataset["organization"]["name"] for dataset in sent.values()
        }

    # A second run changes nothing.
    before = _stamps(receiver)
    second = _harvest(receiver, source)
    assert (second["errored"], second["added"], second["deleted"]) == (0, 0, 0)
    assert _stamps(receiver) == before

    # One edited, one added, one deleted: just these arrive.
    time.sleep(1.1)  # CKAN's harvester asks by whole seconds
    edited, gone = records[0], act(source_site, "package_create", **complete_dataset(owner_org=records[0]["owner_org"]))
    _harvest(receiver, source)
    before = _stamps(receiver)
    act(
        source_site,
        "package_patch",
        id=edited["id"],
        catatan_data=f"Catatan baru untuk {receiver_name} {kind}.",
        notes="Definisi baru.",
    )
    added = act(source_site, "package_create", **complete_dataset(owner_org=records[0]["owner_org"]))
    act(source_site, "package_delete", id=gone["id"])
    third = _harvest(receiver, source)
    after = _stamps(receiver)
    assert third["errored"] == 0
    assert _datasets(receiver)[edited["title"]]["notes"] == "Definisi baru."
    assert added["title"] in after
    changed = {title for title in after if after[title] != before.get(title)}
    assert changed == {edited["title"], added["title"]}
    if kind == "dcat_rdf":
        assert gone["title"] not in after
    act(source_site, "package_delete", id=added["id"])
    act(source_site, "package_patch", id=edited["id"], notes=edited["notes"], catatan_data=edited["catatan_data"])
