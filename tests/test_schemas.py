"""The schemas: every name they use exists, and every field helps the person who fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import yaml
from ckan.plugins import toolkit as tk

from ckanext.lebak.vocabulary import names

SCHEMAS = ("dataset.yaml", "indikator.yaml", "kegiatan_statistik.yaml", "organization.yaml")


def _schema(file: str) -> dict[str, Any]:
    return yaml.safe_load(files("ckanext.lebak.schemas").joinpath(file).read_text(encoding="utf-8"))


def _fields() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every schema with its place. One loop, not one test a field: each test loads the plugins anew."""
    for file in SCHEMAS:
        schema = _schema(file)
        for part in ("dataset_fields", "resource_fields", "fields"):
            for field in schema.get(part, []):
                yield f"{file} {field['field_name']}", field
                for subfield in field.get("repeating_subfields", []):
                    yield f"{file} {field['field_name']}-{subfield['field_name']}", subfield


def test_every_name_a_field_uses_exists() -> None:
    for place, field in _fields():
        preset = tk.h.scheming_get_preset(field["preset"]) if "preset" in field else {}
        assert preset is not None, place
        whole = {**preset, **field}
        for validator in " ".join(whole.get(key, "") for key in ("validators", "output_validators")).split():
            tk.get_validator(validator.partition("(")[0])
        if "vocabulary" in whole:
            assert whole["vocabulary"] in names(), place
            if whole.get("choices_helper"):
                assert tk.h.scheming_field_choices(whole), place


def test_every_field_is_labelled_in_both_languages() -> None:
    for place, field in _fields():
        assert "label" in field, place
        for key in ("label", "help_text", "repeating_label"):
            if key in field:
                assert set(field[key]) == {"id", "en"}, place
                assert all(field[key].values()), place


# These show their choices, take a date, or are filled in when somebody else issues a code: an example says no more.
NO_EXAMPLE_NEEDED = (
    *("lebak_code", "lebak_codes", "lebak_date", "lebak_period", "lebak_rows", "lebak_issued_id", "lebak_record"),
    *("dataset_organization", "resource_url_upload", "dataset_slug"),
)


def test_every_field_of_a_dataset_has_help_and_an_example() -> None:
    schema = _schema("dataset.yaml")
    for field in [*schema["dataset_fields"], *schema["resource_fields"]]:
        if "form_snippet" in field and field["form_snippet"] is None:
            continue
        place = field["field_name"]
        assert field.get("help_text"), place
        example = "Contoh" in field["help_text"]["id"] or "form_placeholder" in field
        assert example or field.get("preset") in NO_EXAMPLE_NEEDED, place


def test_each_field_is_there_once() -> None:
    for file in SCHEMAS:
        schema = _schema(file)
        for part in ("dataset_fields", "resource_fields", "fields"):
            found = [field["field_name"] for field in schema.get(part, [])]
            assert len(found) == len(set(found))


def test_the_fields_of_the_national_schema_are_there() -> None:
    """sdi-standards 6.1: groups core, Daftar Data, indicator; keys verbatim."""
    national = {
        *(
            "title",
            "name",
            "notes",
            "tag_string",
            "owner_org",
            "author",
            "author_email",
            "maintainer",
            "maintainer_email",
            "url",
        ),
        *(
            "accrualPeriodicity",
            "accessRights",
            "id_dds",
            "id_indikator_mms",
            "id_sds",
            "satuan",
            "ukuran",
            "konsep",
            "jenis",
        ),
        *(
            "theme",
            "prioritas_tahun",
            "kriteria_prioritas",
            "indikator_prioritas",
            "publisher_type",
            "publishing_status",
        ),
        *(
            "status_review_pembina",
            "id_msind",
            "id_mskeg",
            "interpretasi",
            "metode_perhitungan",
            "rumus",
            "kodereferensi",
        ),
        *("level_estimasi", "apakah_indikator_komposit", "variabel_disaggregasi"),
    }
    assert national <= {field["field_name"] for field in _schema("dataset.yaml")["dataset_fields"]}
