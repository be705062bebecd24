"""What a release needs (release/requirements.py)."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
import yaml

from ckanext.lebak.release.requirements import missing_at_release, required_now

SCHEMA = yaml.safe_load(files("ckanext.lebak.schemas").joinpath("dataset.yaml").read_text(encoding="utf-8"))


def _names(dataset: dict[str, Any]) -> list[str]:
    return [missing["field_name"] for missing in missing_at_release(dataset, SCHEMA)]


def test_an_empty_dataset_lacks_what_the_standard_asks() -> None:
    missing = _names({})
    # Perpres 39/2019 article 4: the five elements of the data standard
    assert {"konsep", "notes", "variabel_disaggregasi", "ukuran", "satuan"} <= set(missing)
    assert {"tag_string", "accrualPeriodicity", "kode_urusan", "accessRights", "license_id", "jadwal_rilis"} <= set(
        missing
    )


def test_ids_that_others_issue_are_never_needed() -> None:
    assert not {"id_sds", "id_dds", "id_msind", "id_mskeg", "identitas_rekomendasi"} & set(_names({}))


@pytest.mark.parametrize(
    ("access", "needed"), [("terbuka", False), ("terbatas", True), ("tertutup", True), (None, False)]
)
def test_a_restriction_needs_its_reason(access: str | None, needed: bool) -> None:
    assert ("alasan_akses" in _names({"accessRights": access})) is needed


def test_files_are_asked_by_position() -> None:
    missing = missing_at_release({"resources": [{"name": "a", "description": "b"}, {"name": "c"}]}, SCHEMA)
    assert [(m["field_name"], m["resource"], m["page"]) for m in missing if m["resource"] is not None] == [
        ("description", 1, 0)
    ]


def test_each_missing_field_names_its_page() -> None:
    pages = {m["field_name"]: m["page"] for m in missing_at_release({}, SCHEMA)}
    assert (pages["konsep"], pages["accrualPeriodicity"], pages["kode_urusan"], pages["license_id"]) == (1, 2, 3, 4)


def test_required_when_follows_the_other_field() -> None:
    field = {"field_name": "alasan_akses", "required_when": {"field": "accessRights", "not": "terbuka"}}
    assert required_now(field, {"accessRights": "terbatas"})
    assert not required_now(field, {"accessRights": "terbuka"})
