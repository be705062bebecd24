"""An item of data.json: the members that the national list knows, and every field of the schema under its own name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckanext.lebak.profiles import fields, pod
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.vocabulary import vocabulary
from tests.profiles.feed import ROOT
from tests.profiles.generated import SCHEMA
from tests.sdi_factory import linked_records, restricted, shown_dataset, shown_resource

MAPPING = (ROOT / "docs" / "mapping.md").read_text(encoding="utf-8")


def item(**overrides: Any) -> dict[str, Any]:
    return pod.item(shown_dataset(**overrides), current_site())


def members(section: str) -> dict[str, list[str]]:
    """The column "data.json" of a table of docs/mapping.md, by field."""
    part = re.split(r"\n#+ ", MAPPING.split(f"\n{section}", 1)[1], maxsplit=1)[0]
    rows = [[cell.strip() for cell in line.split(" | ")] for line in part.splitlines() if line.startswith("| `")]
    return {re.findall(r"`(\w+)`", row[0])[0]: re.findall(r"`(\w+)`", row[5]) for row in rows}


def test_every_field_of_the_schema_is_where_the_mapping_says() -> None:
    """A record that has them all: a restricted one has reasons, an open one files."""
    dataset, file = item(**restricted(), **linked_records()), item()["distribution"][0]
    told = members("## Dataset")
    assert set(told) == {field["field_name"] for field in SCHEMA["dataset_fields"]}
    assert all(told.values())
    assert {name for names in told.values() for name in names} <= set(dataset)
    files = members("## Files")
    assert set(files) == {field["field_name"] for field in SCHEMA["resource_fields"]}
    assert {name for names in files.values() for name in names} <= set(file)


@pytest.mark.parametrize("key", [key for key in fields.ALL if key != "theme"])
def test_a_national_key_keeps_its_name_and_its_value(key: str) -> None:
    record = shown_dataset(**restricted())
    assert pod.item(record, current_site())[key] == record[key]


def test_the_members_are_those_of_project_open_data() -> None:
    record = shown_dataset()
    told = pod.item(record, current_site())
    wanted = {
        "@type": "dcat:Dataset",
        "@id": f"http://test.ckan.net/dataset/{record['id']}",
        "identifier": record["id"],
        "title": record["title"],
        "description": record["notes"],
        "keyword": ["keluarga berencana", "kontrasepsi"],
        "issued": "2026-01-02T08:02:03.000004+07:00",
        "modified": "2026-05-07T00:08:09.123456+07:00",
        "publisher": {"@type": "org:Organization", "name": "Dinas simulasi"},
        "contactPoint": {
            "@type": "vcard:Contact",
            "fn": "Walidata Kabupaten Lebak (simulasi)",
            "hasEmail": "mailto:walidata@example.org",
        },
        "accessLevel": "public",
        "accessRights": "terbuka",
        "accrualPeriodicity": "R/P1Y",
        "temporal": "2020-01-01/2024-06-30",
        "spatial": "Kabupaten Lebak; Kecamatan Rangkasbitung",
        "theme": ["Penduduk dan masyarakat", "Kesehatan"],
        "landingPage": f"http://test.ckan.net/dataset/{record['name']}",
        "language": ["id"],
        "license": "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
    }
    assert {key: told.get(key) for key in wanted} == wanted
    [file], [sent] = told["distribution"], record["resources"]
    assert file["@type"] == "dcat:Distribution"
    assert (file["downloadURL"], file["format"], file["mediaType"]) == (sent["url"], "CSV", "text/csv")
    assert file["accessURL"] == f"{told['landingPage']}/resource/{sent['id']}"
    assert (file["byteSize"], file["hash"], file["kolom"]) == (sent["size"], sent["hash"], sent["kolom"])


@pytest.mark.parametrize("term", vocabulary("frequency").terms(), ids=lambda term: term.code)
def test_a_frequency_is_an_interval_of_iso_8601_or_not_told(term: Any) -> None:
    told = item(accrualPeriodicity=term.uri).get("accrualPeriodicity", "")
    assert re.fullmatch(r"R/P(\d+[YMWD]|T1S)|irregular|", told)
    assert bool(told) == bool(term.more["iso8601"])


@pytest.mark.parametrize("term", vocabulary("access").terms(), ids=lambda term: term.code)
def test_an_access_class_is_told_in_both_words(term: Any) -> None:
    told = item(accessRights=term.code)
    assert (told["accessRights"], told["accessLevel"]) == (term.code, term.more["pod"])


def test_the_files_of_a_record_that_is_not_open_stay_inside() -> None:
    record = shown_dataset(**restricted())
    assert record["resources"]
    [page] = pod.item(record, current_site())["distribution"]
    assert page["accessURL"] == f"http://test.ckan.net/dataset/{record['name']}"
    assert "downloadURL" not in page


def test_a_file_elsewhere_has_no_download_of_its_own() -> None:
    record = shown_dataset()
    record["resources"] = [shown_resource(record["id"], url="https://example.org/a.csv", url_type="", mimetype=None)]
    [file] = pod.item(record, current_site())["distribution"]
    assert file["accessURL"] == "https://example.org/a.csv"
    assert "downloadURL" not in file


def test_two_records_with_the_same_identifier_of_their_source_stay_two() -> None:
    """The stock harvester knows a record by its identifier alone."""
    brought = [{"key": "identifier", "value": "sama"}]
    assert item(extras=brought)["identifier"] != item(extras=brought)["identifier"]


def test_nothing_empty_is_told() -> None:
    bare = pod.item(dict.fromkeys(shown_dataset()) | {"id": "1", "name": "a"}, current_site())
    assert all(value not in (None, "", [], {}) for value in bare.values())
    assert (bare["title"], bare["description"], bare["publisher"]["name"]) == (
        "a",
        "a",
        current_site().custodian.name,
    )
