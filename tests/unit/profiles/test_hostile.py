"""Bad values are left out; they never stop the feed, and every syntax stays readable."""

from __future__ import annotations

import copy
import logging
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import URIRef
from rdflib.namespace import DCAT, RDF

from ckanext.lebak.profiles import dataset
from ckanext.lebak.profiles.addresses import Addresses
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.terms import Iri, Shared
from tests.profiles.feed import PARSERS, as_feed, as_graph
from tests.sdi_factory import shown_dataset

# One bad value each, as found in real catalogues (or as an API client could send them).
BAD: dict[str, dict[str, Any]] = {
    "control character in the title": {"title": "Judul\x0b\x01"},
    "NUL and a non-character in the definition": {"notes": "a\x00b\ufffe"},
    "lone surrogate": {"notes": "a\ud800b"},
    "title that is no text": {"title": {"id": "x"}},
    "tags that are no list": {"tags": "kata"},
    "tag without name": {"tags": [{}, None, "kata", {"name": None}, {"name": "baik"}]},
    "null in lists": {"variabel_disaggregasi": [None, "Kecamatan", 3], "kode_wilayah": [None, "36.02"]},
    "list where a text belongs": {"konsep": ["a"], "temporal_start": ["2024"], "license_id": ["cc-by"]},
    "dict where a list belongs": {"theme": {"a": 1}, "kodereferensi": {"b": 2}},
    "number where a text belongs": {"satuan": 5, "kode_urusan": 2.1, "temporal_start": 2024, "accessRights": 1},
    "frequency that is no address": {"accrualPeriodicity": "Tahunan"},
    "frequency with a script": {"accrualPeriodicity": "javascript:alert(1)"},
    "frequency with spaces and brackets": {"accrualPeriodicity": 'http://a b/<c>"{d}|\\^`'},
    "source with a line break": {"url": "https://example.org/a\n<b>"},
    "source with a broken host": {"url": "http://[::1"},
    "source without end": {"url": "https://example.org/" + "a" * 100_000},
    "e-mail with a header": {"maintainer_email": "a@example.org\nBcc: b@example.org", "author_email": "<script>"},
    "areas that are none": {"kode_wilayah": ["36.02/../..", "Lebak", "36.99.99", " "]},
    "themes that are none": {"theme": ["XXXX", "http://a b"]},
    "dates that are none": {"jadwal_rilis": "30 Februari", "metadata_modified": "kemarin", "metadata_created": 5},
    "time far away": {"metadata_modified": "9999-12-31T23:59:59.999999"},
    "resources null": {"resources": None},
    "resources with rubbish": {"resources": [None, "x", 3, {}, {"id": "r"}, {"url": "https://example.org/a"}]},
    "organization null": {"organization": None},
    "organization without name": {"organization": {"id": "x"}},
    "organization with a hostile name": {"organization": {"name": "a b<c>", "title": "\x0b"}},
    "text of 300 kB": {"catatan_data": "panjang " * 40_000},
    "deep JSON in a list field": {"kodereferensi": "[" * 100_000},
}

BAD_FILE: dict[str, dict[str, Any]] = {
    "size NaN": {"size": "NaN"},
    "size infinite": {"size": float("inf")},
    "size negative": {"size": -1},
    "size in words": {"size": "2 MB"},
    "size true": {"size": True},
    "address with a script": {"url": "javascript:alert(1)", "url_type": None},
    "address with controls": {"url": "https://example.org/\x0b a\u202e<b>"},
    "address null": {"url": None},
    "format a list": {"format": ["CSV"]},
    "format hostile": {"format": 'C"S<V>\x0b', "mimetype": 'text/"csv"\n'},
    "hash of no algorithm": {"hash": "xyz"},
    "hash with a name": {"hash": "sha256:" + "a" * 64},
    "columns null": {"kolom": [None, {"nama": None}, "x", {"nama": "a b<c>\x0b/ä", "peran": "dimensi"}]},
    "columns as a text": {"kolom": "tahun, jumlah"},
    "columns with unknown codes": {"kolom": [{"nama": "a", "peran": ["x"], "tipe_data": {"y": 1}}]},
    "foreign address of the file": {"uri": "http://a b/<c>"},
    "times null": {"created": None, "last_modified": "?"},
    "period that is none": {"periode": ["2024"]},
}


def with_bad_file(fields: dict[str, Any]) -> dict[str, Any]:
    record = shown_dataset()
    record["resources"][0] |= fields
    return record


def readable(records: list[dict[str, Any]]) -> None:
    """Every syntax parses, and holds all the records; XML with a second parser too."""
    for format_ in PARSERS:
        text = as_feed(records, format_)
        graph = as_graph(text, format_)
        assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == len(records)
        if format_ == "xml":
            ET.fromstring(text)  # noqa: S314, what we wrote ourselves


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
def test_a_bad_value_is_left_out_and_the_rest_stays(fields: dict[str, Any]) -> None:
    readable([shown_dataset(), {**shown_dataset(), **fields}])


@pytest.mark.parametrize("fields", BAD_FILE.values(), ids=BAD_FILE)
def test_a_bad_value_of_a_file_is_left_out_and_the_rest_stays(fields: dict[str, Any]) -> None:
    readable([shown_dataset(), with_bad_file(fields)])


@pytest.mark.parametrize(
    "fields", [{"resources": [3]}, {"konsep": {"a": 1}}, {"kode_wilayah": ["Lebak"]}, {"url": "ftp://a"}]
)
def test_what_is_left_out_is_logged(fields: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "ckanext.lebak.profiles"):
        as_feed([{**shown_dataset(), **fields}])
    assert any(line.startswith("left out of the feed of simulasi-") for line in caplog.messages)


def test_rubbish_in_extras_is_left_out() -> None:
    """Without ckanext-dcat, whose search for the address of a record does not stand it."""
    record = shown_dataset(extras=[None, {}, {"key": "uri"}, {"key": 3, "value": []}])
    assert list(dataset.write(record, Iri("http://test.ckan.net/dataset/1"), current_site(), Shared()))


def test_a_bad_value_does_not_take_its_record_along() -> None:
    graph = as_graph(as_feed([with_bad_file({"size": "NaN"})]))
    assert not list(graph.objects(None, DCAT.byteSize))
    assert list(graph.objects(None, DCAT.downloadURL))


def test_addresses_are_encoded_not_broken() -> None:
    graph = as_graph(as_feed([shown_dataset(url="https://example.org/a b?c={d}")]))
    assert URIRef("https://example.org/a%20b?c=%7Bd%7D") in set(graph.objects())


HOSTILE_ADDRESSES = {
    "https://example.org/a b<c>": "https://example.org/a%20b%3Cc%3E",
    "javascript:alert(1)": "http://test.ckan.net/dataset/1",
    "urn:x": "http://test.ckan.net/dataset/1",
    "http://[::1": "http://test.ckan.net/dataset/1",
}


@pytest.mark.parametrize(("brought", "given"), HOSTILE_ADDRESSES.items())
def test_an_address_that_a_record_brings_is_encoded_or_replaced(brought: str, given: str) -> None:
    assert Addresses().dataset_uri({"id": "1", "uri": brought}, brought) == given
    file = given.replace("/dataset/1", "/dataset/1/resource/2")
    assert Addresses().resource_uri({"id": "2", "package_id": "1", "uri": brought}, brought) == file


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["\x0b", "\ud800", "http://a b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_json_in_any_field_stays_readable(data: st.DataObject) -> None:
    record = copy.deepcopy(shown_dataset())
    keys = [key for key in record if key not in ("id", "extras")]
    keys_of_files = [key for key in record["resources"][0] if key not in ("id", "package_id")]
    for key in data.draw(st.lists(st.sampled_from(keys), max_size=6)):
        record[key] = data.draw(_JSON)
    if isinstance(record.get("resources"), list) and record["resources"] and isinstance(record["resources"][0], dict):
        file = record["resources"][0]
        for key in data.draw(st.lists(st.sampled_from(keys_of_files), max_size=4)):
            file[key] = data.draw(_JSON)
    text = as_feed([record], "xml")
    ET.fromstring(text)  # noqa: S314, what we wrote ourselves
    as_graph(text, "xml")
    as_graph(as_feed([record], "nt"), "nt")
