"""The national priority list and a change of what is on it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.release.conftest import act, submit
from tests.sdi_factory import complete_dataset


@pytest.mark.gate
@pytest.mark.usefixtures("clean_db", "clean_index")
def test_a_change_of_priority_data_goes_to_the_pembina_and_stays_on_the_list(county: SimpleNamespace) -> None:
    made = act("package_create", county.operator, **complete_dataset(owner_org=county.office["id"]))
    submit(county, made["id"])
    act("lebak_release_approve", county.walidata, id=made["id"])
    act("lebak_priority_set", county.walidata, id=made["id"], years=["2025"])
    copy = act("lebak_release_change", county.operator, id=made["id"])["id"]
    act("lebak_priority_set", county.koordinator, id=made["id"], years=["2026"], criterion="TPB/SDGs")
    act("package_patch", county.operator, id=copy, notes="Simulasi: definisi lain")
    assert submit(county, copy)["step"] == "pembina"
    act("lebak_release_agree", county.pembina, id=copy)
    act("lebak_release_approve", county.walidata, id=copy)
    shown = act("package_show", "", id=made["id"])
    assert (shown["notes"], shown["prioritas_tahun"]) == ("Simulasi: definisi lain", ["2026"])
    assert (shown["kriteria_prioritas"], shown["status_review_pembina"]) == ("TPB/SDGs", "approved")
