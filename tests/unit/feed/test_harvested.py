"""A record for portals without our schema: what CKAN's own schema takes, and the national keys in extras."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from ckanext.lebak.profiles.harvested import CORE, NATIONAL, record_for_harvesters
from tests.profiles.generated import SCHEMA, records
from tests.sdi_factory import restricted, shown_dataset

FIELDS = {field["field_name"] for field in SCHEMA["dataset_fields"]} - {"tag_string"}


def extras(record: dict[str, Any]) -> dict[str, str]:
    """The extras by key; none stands twice."""
    told = record_for_harvesters(record)["extras"]
    assert len({extra["key"] for extra in told}) == len(told)
    return {extra["key"]: extra["value"] for extra in told}


def test_every_field_of_the_schema_is_one_of_ckan_or_mirrored() -> None:
    assert {key for key in (*CORE, *NATIONAL) if key in FIELDS} == FIELDS
    assert not set(CORE) & set(NATIONAL)


def test_national_keys_stand_at_the_root_and_in_extras() -> None:
    record = shown_dataset(**restricted())
    told = record_for_harvesters(record)
    assert {key: told[key] for key in FIELDS} == {key: record[key] for key in FIELDS}
    mirrored = extras(record)
    assert set(mirrored) == set(NATIONAL)
    assert mirrored["konsep"] == record["konsep"]
    assert json.loads(mirrored["kode_wilayah"]) == record["kode_wilayah"]


@settings(max_examples=50)
@given(record=records())
def test_extras_are_texts_that_give_the_fields_back(record: dict[str, Any]) -> None:
    mirrored = extras(record)
    for key in NATIONAL:
        value, text = record.get(key), mirrored.get(key, "")
        assert isinstance(text, str)
        assert (json.loads(text) if isinstance(value, list) and value else text) == (value or "")


def test_a_national_key_wins_over_an_extra_that_is_left_over() -> None:
    assert extras(shown_dataset(extras=[{"key": "konsep", "value": "lama"}]))["konsep"] == "Peserta Keluarga Berencana"


def test_an_extra_of_the_record_stays() -> None:
    assert extras(shown_dataset(extras=[{"key": "guid", "value": "x"}]))["guid"] == "x"


@pytest.mark.parametrize("key", ["title", "license_id", "resources", "owner_org"])
def test_an_extra_that_a_receiver_would_refuse_is_left_out(key: str) -> None:
    assert key not in extras(shown_dataset(extras=[{"key": key, "value": "x"}]))


def test_what_a_harvester_reads_is_there() -> None:
    record = shown_dataset(tags=[{"name": "b", "id": "1"}, {"name": "a"}, {"name": "a"}], private=None)
    told = record_for_harvesters(record)
    assert told["tags"] == [{"name": name, "display_name": name} for name in ("a", "b")]
    assert (told["state"], told["private"], told["type"]) == ("active", False, "dataset")
    assert told["organization"]["name"] == "dp3ap2kb"
    assert told["owner_org"] == record["owner_org"]
    assert told["groups"] == []
    assert told["license_title"] == "Creative Commons Attribution"


def test_a_file_keeps_its_keys_and_holds_no_list_of_rows() -> None:
    record = shown_dataset()
    [file], [sent] = record_for_harvesters(record)["resources"], record["resources"]
    assert set(file) == set(sent)
    assert json.loads(file["kolom"]) == sent["kolom"]
    assert {key: value for key, value in file.items() if key != "kolom"} == {
        key: value for key, value in sent.items() if key != "kolom"
    }


def test_nobodys_user_id_goes_out() -> None:
    record = shown_dataset(creator_user_id="5d1f0e1c-0000-4000-8000-00000000000f", plugin_data={"a": 1})
    told = json.dumps(record_for_harvesters(record))
    assert "00000000000f" not in told
    assert "plugin_data" not in told
