"""The offices as they are written down: all of them, with codes that exist, and nothing that no source says."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from ckanext.lebak.organizations.catalog import Office, offices
from ckanext.lebak.vocabulary import vocabulary

OFFICES = {office.id: office for office in offices()}
REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "lebak-data" / "opd.csv"

needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="../shared/reference is not here")


def test_all_offices_are_there() -> None:
    kinds = Counter(office.fields["jenis"] for office in OFFICES.values())
    assert kinds.pop("kecamatan") == 28
    assert kinds.pop("instansi_vertikal") == 1
    assert sum(kinds.values()) == 33


@pytest.mark.parametrize("office", OFFICES.values(), ids=lambda office: office.id)
def test_codes_and_sources_hold(office: Office) -> None:
    fields = office.fields
    assert fields["jenis"] in vocabulary("org_kind")
    assert fields["kode_wilayah"] in vocabulary("area")
    assert all(code in vocabulary("urusan") for code in fields["kode_urusan"])
    assert bool(fields["kode_urusan"]) == (fields["status_urusan"] in vocabulary("source_status"))
    assert fields["sumber"].startswith("https://")
    assert fields["induk"] in ("", *OFFICES)


def test_a_kecamatan_has_the_code_of_its_area() -> None:
    for office in OFFICES.values():
        if office.fields["jenis"] == "kecamatan":
            area = vocabulary("area")[office.fields["kode_wilayah"]]
            assert office.fields["title"] == f"Kecamatan {area.more['name']}"


def test_former_names_are_known() -> None:
    assert "DP2KBP3A" in OFFICES["dp3ap2kb"].fields["nama_lain"]
    assert "Bapelitbangda" in OFFICES["bapperida"].fields["nama_lain"]
    assert {"DPRKPP", "DPKPP", "Perkim"} <= set(OFFICES["disperkimtan"].fields["nama_lain"])


def test_roles_follow_the_configuration() -> None:
    chosen = {"custodian": "dlh", "supervisor": "bps-lebak", "coordinator": "bapperida"}
    roles = {id_: office.roles(id_, **chosen) for id_, office in OFFICES.items()}
    assert roles["dlh"] == ["produsen", "walidata"]
    assert roles["bps-lebak"] == ["pembina"]
    assert roles["bapperida"] == ["produsen", "koordinator"]
    assert all(roles[id_] == ["produsen"] for id_ in OFFICES if id_ not in chosen.values())


@needs_reference
def test_the_offices_are_those_of_the_reference() -> None:
    with REFERENCE.open(encoding="utf-8") as file:
        reference = {row["id"]: row for row in csv.DictReader(file)}
    assert set(OFFICES) - set(reference) == {"bps-lebak"}
    for id_, row in reference.items():
        fields = OFFICES[id_].fields
        assert fields["title"] == row["nama"]
        assert "|".join(fields["kode_urusan"]) == row["kode_urusan"]
        assert (fields["status_urusan"] == "diturunkan") == row["status_urusan"].startswith("diturunkan")
        assert fields["situs"] in ("", row["website"])


@needs_reference
def test_what_the_reference_calls_unverified_is_left_out() -> None:
    with REFERENCE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "(belum diverifikasi satu per satu)" in row["catatan"]:
                assert OFFICES[row["id"]].fields["situs"] == ""
    assert OFFICES["setwan"].fields["singkatan"] == ""
