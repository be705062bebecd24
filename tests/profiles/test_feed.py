"""The feed of a site: its pages as ckanext-dcat serves them, from records that went through the actions."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from ckan import model
from ckan.lib import plugins as lib_plugins
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action
from ckanext.dcat.profiles.base import DCAT, DCT, FOAF
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF, SH, XSD

from ckanext.lebak.demo import loading
from ckanext.lebak.feed.score import Statements, score
from tests.profiles.feed import OWN, as_feed, as_graph, findings, harvested, needs_official_shapes, official
from tests.profiles.generated import DATASET, RESOURCE
from tests.sdi_factory import complete_dataset, complete_resource, restricted, shown_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

SITE = URIRef("http://test.ckan.net")
FORMATS = ("ttl", "xml", "jsonld")


@pytest.fixture
def office() -> dict[str, Any]:
    return factories.Organization(name="dp3ap2kb", title="Dinas simulasi")


def saved(office: dict[str, Any], **fields: Any) -> dict[str, Any]:
    context = {"user": factories.Sysadmin()["name"]}
    return call_action("package_create", context, **complete_dataset(owner_org=office["id"], **fields))


def pages(app: Any, format_: str) -> Graph:
    """All pages of the catalogue in one graph."""
    return as_graph(app.get(f"/catalog.{format_}").body, format_)


@needs_official_shapes
def test_the_pages_of_complete_records_conform(app: Any, office: dict[str, Any]) -> None:
    saved(office)
    saved(office, resources=[])
    saved(office, **restricted("tertutup"), resources=[])
    saved(office, resources=[complete_resource(format="XLSX"), complete_resource(url="https://example.org/a.csv")])
    for format_ in FORMATS:
        graph = pages(app, format_)
        assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == 4
        assert official(graph) == []
        assert findings(graph, OWN) == []


@needs_official_shapes
def test_the_page_of_a_record_conforms(app: Any, office: dict[str, Any]) -> None:
    record = saved(office)
    for format_ in FORMATS:
        graph = as_graph(app.get(f"/dataset/{record['id']}.{format_}").body, format_)
        assert official(graph) == []
        assert findings(graph, OWN) == []


def test_the_catalogue_says_who_when_and_under_which_licence(app: Any, office: dict[str, Any]) -> None:
    first, last = saved(office), saved(office)
    graph = pages(app, "ttl")
    assert graph.value(SITE, DCT["title"]) == Literal("Katalog Data Kabupaten Lebak", lang="id")
    assert graph.value(SITE, DCT.description)
    assert graph.value(graph.value(SITE, DCT.publisher), FOAF.name) == Literal(
        "Walidata Kabupaten Lebak (DiskominfoSP)"
    )
    assert graph.value(SITE, DCT.license) == URIRef(
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    )
    assert graph.value(SITE, DCT.spatial) == URIRef(f"{SITE}/wilayah/36.02")
    assert len(list(graph.objects(SITE, DCAT.themeTaxonomy))) == 2
    own = {record["id"]: URIRef(f"{SITE}/dataset/{record['id']}") for record in (first, last)}
    assert graph.value(SITE, DCT.issued) == graph.value(own[first["id"]], DCT.issued)
    # When it was last published: a harvester learns of a record when the catalogue begins to tell of it.
    assert graph.value(SITE, DCT.modified) >= graph.value(own[last["id"]], DCT.modified)  # type: ignore[operator]
    assert str(graph.value(SITE, DCT.modified)).endswith("+07:00")
    assert graph.value(SITE, DCT.modified).datatype == XSD.dateTime  # type: ignore[union-attr]


def test_the_catalogues_dates_are_not_those_of_hidden_records(app: Any, office: dict[str, Any]) -> None:
    saved(office)
    before = pages(app, "ttl")
    saved(office, private=True)
    assert pages(app, "ttl").value(SITE, DCT.modified) == before.value(SITE, DCT.modified)


def test_the_description_of_a_site_without_one_names_its_area(
    app: Any, monkeypatch: pytest.MonkeyPatch, ckan_config: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.site_description", "")
    said = pages(app, "ttl").value(SITE, DCT.description)
    assert said == Literal("Katalog data Kabupaten Lebak menurut Satu Data Indonesia.", lang="id")


def test_addresses_follow_the_path_under_which_the_site_is_reached(
    monkeypatch: pytest.MonkeyPatch, ckan_config: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.root_path", "/data/{{LANG}}")
    monkeypatch.setitem(ckan_config, "ckanext.dcat.base_uri", "https://id.example.org/lebak")
    record = shown_dataset()
    graph = as_graph(as_feed([record]))
    ref = URIRef(f"https://id.example.org/lebak/dataset/{record['id']}")
    assert graph.value(ref, DCAT.landingPage) == URIRef(f"{SITE}/data/dataset/{record['name']}")
    assert graph.value(ref, DCT.publisher) == URIRef("https://id.example.org/lebak/organization/dp3ap2kb")


@pytest.mark.parametrize("format_", FORMATS)
def test_a_record_with_a_hostile_address_does_not_break_the_page(
    app: Any, office: dict[str, Any], format_: str
) -> None:
    saved(office)
    saved(office, extras=[{"key": "uri", "value": "https://example.org/a b<c>"}])
    saved(office, extras=[{"key": "uri", "value": "javascript:alert(1)"}])
    assert len(list(pages(app, format_).subjects(RDF.type, DCAT.Dataset))) == 3


@needs_official_shapes
def test_the_profile_may_follow_ckanext_dcats_own(office: dict[str, Any]) -> None:
    """It takes back what that one said; a type of the source's page is all that stays."""
    record = saved(office)
    together, alone = (
        set(as_feed([record], "nt", profiles).splitlines()) for profiles in ("euro_dcat_ap_3 sdi", "sdi")
    )
    assert alone <= together
    assert {line.split()[0] for line in together - alone} <= {f"<{record['url']}>"}
    assert official(as_graph("\n".join(together), "nt")) == []


def _harvest(record: dict[str, Any], owner: str) -> str:
    """Saves a parsed record as ckanext-dcat's RDF harvester does, and returns its id."""
    plugin = lib_plugins.lookup_package_plugin(record.get("type"))
    existing = model.Package.get(record.get("id", ""))
    schema = plugin.update_package_schema() if existing else plugin.create_package_schema()
    if not existing:
        schema["id"] = [tk.get_validator("unicode_safe")]
    context = {"user": factories.Sysadmin()["name"], "return_id_only": True, "ignore_auth": True, "schema": schema}
    action = "package_update" if existing else "package_create"
    return tk.get_action(action)(context, {**record, "owner_org": owner})  # type: ignore[arg-type]


def test_a_receiver_with_our_schema_saves_every_field(office: dict[str, Any]) -> None:
    """What the harvester would save is what was sent, and saving it again changes nothing."""
    sent = saved(office)
    [parsed] = harvested(as_feed([sent], "xml"), "xml")
    parsed |= {"id": str(uuid.uuid4()), "name": "salinan"}
    _harvest(parsed, office["id"])
    kept = call_action("package_show", id=parsed["id"])
    assert {key: kept.get(key) for key in DATASET} == {key: sent.get(key) for key in DATASET}
    assert [{key: file.get(key) for key in RESOURCE} for file in kept["resources"]] == [
        {key: file.get(key) for key in RESOURCE} for file in sent["resources"]
    ]
    again = [{**file, "id": kept["resources"][0]["id"]} for file in parsed["resources"]]
    _harvest({**parsed, "resources": again}, office["id"])
    assert call_action("package_show", id=parsed["id"])["metadata_modified"] == kept["metadata_modified"]


@needs_official_shapes
def test_the_demonstration_catalog_conforms_and_has_a_score(app: Any, capsys: pytest.CaptureFixture[str]) -> None:
    loading.load(lambda _title, _state: None)
    for format_ in FORMATS:
        assert official(pages(app, format_)) == []
    graph = pages(app, "ttl")
    said = Statements(graph)
    records = sorted(graph.subjects(RDF.type, DCAT.Dataset), key=lambda ref: str(graph.value(ref, DCT["title"])))
    conforms = not official(graph, SH.Violation)
    with capsys.disabled():
        print("\nMetadata quality (MQA) of the demonstration catalog:")
        for ref in records:
            reached = score(said, str(ref), status=lambda url: _status(app, url), conforms=conforms)
            print(f"  {graph.value(ref, DCT['title'])}: {reached}")
            assert reached.total >= 351
    assert len(records) == 15


def _status(app: Any, url: str) -> int:
    return app.get(url.removeprefix(str(SITE))).status_code
