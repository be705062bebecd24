"""What a portal without our schema makes of the feed: ckanext-dcat's own profile reads it."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.lebak.vocabulary import vocabulary
from tests.profiles.feed import PARSERS, as_feed, harvested
from tests.sdi_factory import shown_dataset, shown_resource

STOCK = "euro_dcat_ap_3"


def taken(record: dict[str, Any], format_: str = "xml") -> dict[str, Any]:
    [received] = harvested(as_feed([record], format_), format_, STOCK)
    return received


@pytest.mark.parametrize("format_", PARSERS)
def test_the_core_fields_and_the_files_arrive(format_: str) -> None:
    record = shown_dataset()
    received = taken(record, format_)
    assert (received["title"], received["notes"]) == (record["title"], record["notes"])
    assert sorted(tag["name"] for tag in received["tags"]) == [tag["name"] for tag in record["tags"]]
    assert received["license_id"] == "cc-by"
    [file], [sent] = received["resources"], record["resources"]
    for key in ("url", "name", "description", "format", "mimetype", "size", "hash"):
        assert file[key] == sent[key]


def test_office_contact_time_and_place_arrive_in_extras() -> None:
    extras = {extra["key"]: extra["value"] for extra in taken(shown_dataset(kode_wilayah=["36.02"]))["extras"]}
    wanted = {
        "publisher_name": "Dinas simulasi",
        "contact_name": "Walidata Kabupaten Lebak (simulasi)",
        "contact_email": "walidata@example.org",
        "frequency": "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
        "access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
        "temporal_start": "2020-01-01",
        "temporal_end": "2024-06-30",
        "spatial_text": "Kabupaten Lebak",
    }
    assert {key: extras.get(key) for key in wanted} == wanted


# CKAN's own list of formats has no name for these media types.
UNNAMED = {"API", "GPKG", "PARQUET", "SHP"}


@pytest.mark.parametrize("code", vocabulary("file_type"))
def test_a_format_arrives_by_the_name_that_ckan_has_for_it(code: str) -> None:
    record = shown_dataset()
    record["resources"] = [shown_resource(record["id"], format=code, mimetype=None)]
    [file] = taken(record)["resources"]
    assert file["format"].upper() == code or (code in UNNAMED and file["format"].startswith("http"))


@pytest.mark.parametrize("code", ["cc-by", "cc-zero", "cc-by-sa", "odc-by", "odc-odbl", "other-open", "notspecified"])
def test_a_licence_arrives_as_ckans_own(code: str) -> None:
    assert taken(shown_dataset(license_id=code))["license_id"] == code


def test_a_record_without_files_arrives_with_its_page() -> None:
    record = shown_dataset(resources=[])
    [file] = taken(record)["resources"]
    assert (file["url"], file["format"]) == (f"http://test.ckan.net/dataset/{record['name']}", "HTML")
