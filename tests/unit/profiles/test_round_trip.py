"""CKAN -> RDF -> CKAN gives back every field of the schema, in every syntax."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.profiles.feed import PARSERS, as_feed, harvested
from tests.profiles.generated import DATASET, RESOURCE, SCHEMA, records
from tests.sdi_factory import restricted, shown_dataset, shown_resource


def same(sent: dict[str, Any], received: dict[str, Any]) -> None:
    """All fields of the schema are equal; what was not sent did not come."""
    assert {key: received.get(key) for key in DATASET} == {key: sent.get(key) for key in DATASET}
    assert received["tags"] == [{"name": tag["name"]} for tag in sent["tags"]]
    assert len(received["resources"]) == len(sent["resources"])
    for ours, theirs in zip(sent["resources"], received["resources"], strict=True):
        keys = (*RESOURCE, "url", "size", "hash")
        assert {key: theirs.get(key) for key in keys} == {key: ours.get(key) for key in keys}


@pytest.mark.parametrize("format_", PARSERS)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=records())
def test_every_field_comes_back(format_: str, record: dict[str, Any]) -> None:
    [received] = harvested(as_feed([record], format_), format_)
    same(record, received)


@pytest.mark.parametrize("format_", PARSERS)
def test_a_complete_record_among_others_comes_back(format_: str) -> None:
    sent = [shown_dataset() for _ in range(3)]
    received = {record["title"]: record for record in harvested(as_feed(sent, format_), format_)}
    assert len(received) == len(sent)
    for record in sent:
        same(record, received[record["title"]])


def test_the_complete_record_has_every_field_of_the_schema() -> None:
    record = shown_dataset(**restricted())
    assert set(DATASET) <= set(record)
    assert set(RESOURCE) <= set(record["resources"][0])
    columns = next(field for field in SCHEMA["resource_fields"] if field["field_name"] == "kolom")[
        "repeating_subfields"
    ]
    assert {key for row in record["resources"][0]["kolom"] for key in row} == {
        column["field_name"] for column in columns
    }


@pytest.mark.parametrize("access", ["terbatas", "tertutup"])
def test_a_record_that_is_not_open_comes_back_without_its_files(access: str) -> None:
    record = shown_dataset(**restricted(access))
    [received] = harvested(as_feed([record]))
    same({**record, "resources": []}, received)


def test_files_and_columns_keep_their_order() -> None:
    record = shown_dataset()
    names = [f"kolom_{number}" for number in range(25)]
    record["resources"] = [
        shown_resource(record["id"], place, name=f"Berkas {place}", kolom=[{"nama": name} for name in names])
        for place in range(12)
    ]
    [received] = harvested(as_feed([record]))
    assert [resource["name"] for resource in received["resources"]] == [f"Berkas {place}" for place in range(12)]
    assert [row["nama"] for row in received["resources"][3]["kolom"]] == names


def test_what_a_receiver_parses_is_the_same_each_time() -> None:
    """A second harvest of the same feed must change nothing."""
    feed = as_feed([shown_dataset()], "xml")
    assert harvested(feed, "xml") == harvested(feed, "xml")


def test_the_parsed_record_names_its_source_and_repeats_nothing() -> None:
    record = shown_dataset()
    [received] = harvested(as_feed([record]))
    extras = {extra["key"]: extra["value"] for extra in received["extras"]}
    assert extras.keys() == {"uri", "identifier", "issued", "modified", "publisher_uri", "publisher_name"}
    assert extras["identifier"] == record["id"]
    assert received["type"] == "dataset"


def test_a_record_is_the_same_after_two_sites() -> None:
    """A province that harvests the county and is harvested in turn passes on producer, times and addresses."""
    first = as_feed([shown_dataset()])
    [taken] = harvested(first)
    kept = {
        **taken,
        "id": "5d1f0e1c-0000-4000-8000-000000000009",
        "name": "salinan",
        "metadata_created": "2026-07-01T00:00:00",
    }
    kept |= {"metadata_modified": "2026-07-01T00:00:00", "organization": {"name": "provinsi", "title": "Provinsi"}}
    kept["resources"] = [{**file, "id": "r", "package_id": kept["id"]} for file in taken["resources"]]
    [again] = harvested(as_feed([kept]))
    same({**taken, **kept}, again)
    assert sorted(map(str, again["extras"])) == sorted(map(str, taken["extras"]))
    assert [file["uri"] for file in again["resources"]] == [file["uri"] for file in taken["resources"]]


def test_a_record_of_another_portal_is_read_as_far_as_our_lists_know_it() -> None:
    feed = """
        @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <https://example.org/d/1> a dcat:Dataset ; dct:title "Data lain" ; dcat:keyword "penduduk" ;
            dcat:theme <http://publications.europa.eu/resource/authority/data-theme/SOCI> ,
                <https://example.org/tema/x> ;
            dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
            dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
            dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ;
                           dcat:endDate "2020-12-31T23:59:59Z"^^xsd:dateTime ] ;
            dct:spatial <https://example.org/lebak> ;
            dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://example.org/d/1.csv> ;
                dct:format "CSV" ; dct:license <http://publications.europa.eu/resource/authority/licence/CC_BY_4_0> ] .
        <https://example.org/lebak> a dct:Location ; dct:identifier "36.02" .
    """
    [received] = harvested(feed)
    wanted = {
        "title": "Data lain",
        "theme": ["SOCI"],
        "accrualPeriodicity": "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
        "accessRights": "terbuka",
        "temporal_start": "2020-01-01",
        "temporal_end": "2020-12-31",
        "kode_wilayah": ["36.02"],
        "license_id": "cc-by",
    }
    assert {key: received.get(key) for key in wanted} == wanted
    assert [(file["url"], file["format"]) for file in received["resources"]] == [("https://example.org/d/1.csv", "CSV")]
