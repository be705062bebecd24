"""The demonstration catalog is quotations: each figure is one of a source, with its address, and nothing is added."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ckanext.lebak.demo.catalog import Example, read_catalog, sources
from ckanext.lebak.organizations.catalog import offices
from ckanext.lebak.vocabulary import vocabulary

CATALOG = read_catalog()
EXAMPLES = {example.fields["name"]: example for example in CATALOG.examples}
FIGURES = {name: example for name, example in EXAMPLES.items() if example.table.fields["kolom"][0]["nama"] == "tahun"}
REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "lebak-data"

every = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
needs_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="../shared/reference is not here")


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(EXAMPLES[name].table.path.read_text(encoding="utf-8"))))


def reference(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures() -> list[dict[str, str]]:
    return [row for name in FIGURES for row in table(name)]


@every
def test_a_dataset_says_what_it_is(example: Example) -> None:
    fields = example.fields
    assert fields["title"].startswith("Contoh: ")
    assert fields["name"].startswith("contoh-")
    assert "bukan rilis resmi perangkat daerah mana pun" in fields["notes"]
    assert fields["url"].startswith("https://")
    assert fields["license_id"] in ("notspecified", "other-open")
    assert fields["license_id"] == "notspecified" or "lisensi MIT" in fields["catatan_data"]


@every
def test_what_no_source_says_is_empty(example: Example) -> None:
    assert not {"maintainer", "author", "jadwal_rilis", "jadwal_pemutakhiran", "konsep", "id_sds"} & set(example.fields)


@every
def test_every_column_is_described(example: Example) -> None:
    header = example.table.path.read_text(encoding="utf-8").splitlines()[0].split(",")
    described = example.table.fields["kolom"]
    assert [column["nama"] for column in described] == header
    for column in described:
        assert column["definisi"]
        assert column["tipe_data"] in vocabulary("column_type")
        assert column["peran"] in vocabulary("column_role")


@every
def test_codes_are_those_of_the_lists(example: Example) -> None:
    fields = example.fields
    assert fields.get("kode_urusan", "2.14") in vocabulary("urusan")
    assert all(theme in vocabulary("theme") for theme in fields.get("theme", []))
    assert "kode_urusan" in fields or "theme" in fields
    assert fields.get("level_estimasi", "kecamatan") in vocabulary("presentation_level")


@pytest.mark.parametrize("example", FIGURES.values(), ids=FIGURES)
def test_every_figure_has_its_address_and_the_dataset_names_it(example: Example) -> None:
    rows = table(example.fields["name"])
    assert all(re.fullmatch(r"https?://\S+", row["sumber"]) for row in rows)
    assert example.fields["url"] in sources(example.table.path)
    assert all(f"- {address}" in example.fields["catatan_data"] for address in sources(example.table.path))


@pytest.mark.parametrize("example", FIGURES.values(), ids=FIGURES)
def test_what_is_said_of_the_table_is_true(example: Example) -> None:
    fields, rows = example.fields, table(example.fields["name"])
    years = [int(row["tahun"]) for row in rows if row["tahun"]]
    assert (fields["temporal_start"][:4], fields["temporal_end"][:4]) == (str(min(years)), str(max(years)))
    units = {row["satuan"] for row in rows}
    assert fields.get("satuan") == (units.pop() if len(units) == 1 else None)
    kecamatan = any(len(row["kode_wilayah"]) > len("36.02") for row in rows)
    assert fields["level_estimasi"] == ("kecamatan" if kecamatan else "kabupaten_kota")
    assert all(row["kode_wilayah"] in vocabulary("area") for row in rows)


@needs_reference
def test_each_figure_is_a_row_of_the_source_and_none_is_left_out_or_added() -> None:
    def key(row: dict[str, str], **names: str) -> tuple[str, ...]:
        columns = ("indikator", "nilai", "periode", "rincian", "wilayah", "kode_wilayah", "produsen")
        return tuple(row[names.get(column, column)] for column in columns)

    shown = Counter(key(row, wilayah="nama_wilayah") for row in figures())
    published = Counter(key(row, kode_wilayah="kode_wilayah_kemendagri") for row in reference("angka_lebak.csv"))
    areas = Counter(
        ("Luas wilayah", row["luas_ha_lda2013"], "2013", "", f"Kecamatan {row['nama']}", row["kode_kemendagri"])
        + ("BPS Lebak Dalam Angka 2013",)
        for row in reference("kecamatan.csv")
    )
    assert shown == published + areas


@needs_reference
def test_the_source_s_own_word_for_the_unit_stays() -> None:
    units = {(row["indikator"], row["periode"], row["rincian"], row["nilai"], row["satuan"]) for row in figures()}
    for row in reference("angka_lebak.csv"):
        wrote = re.fullmatch(r'berita menulis "(.+)"', row["catatan"])
        unit = wrote[1] if wrote else row["satuan"]
        assert (row["indikator"], row["periode"], row["rincian"], row["nilai"], unit) in units


@needs_reference
def test_each_figure_stands_with_the_address_of_its_source() -> None:
    addresses = {(row["indikator"], row["periode"], row["rincian"], row["nilai"], row["sumber"]) for row in figures()}
    for row in reference("angka_lebak.csv"):
        address = row["sumber_url"].split(" ")[0]
        assert (row["indikator"], row["periode"], row["rincian"], row["nilai"], address) in addresses


def test_sources_that_disagree_stand_side_by_side() -> None:
    areas = {row["nilai"] for row in table("contoh-luas-wilayah") if row["kode_wilayah"] == "36.02"}
    assert areas == {"3312.298", "3312.18", "3044.72"}
    assert "tidak sepakat" in EXAMPLES["contoh-luas-wilayah"].fields["catatan_data"]


def test_nothing_is_summed() -> None:
    # The seven methods of April 2018 add up to another number than the total of the same report.
    assert not any("182237" in row["nilai"] or "182.237" in row["catatan"] for row in figures())
    # Fish ponds of 2023: the kinds are given, a total is not.
    totals = [row for row in table("contoh-perikanan") if row["rincian"] == "total"]
    assert [(row["tahun"], row["nilai"]) for row in totals] == [("2025", "4089.15")]


def test_the_areas_are_those_of_the_code_list() -> None:
    areas = vocabulary("area")
    for name, level in (("contoh-kecamatan", {"kecamatan"}), ("contoh-desa-kelurahan", {"desa", "kelurahan"})):
        listed = {
            (code, term.more["bps"], term.more["name"]) for code, term in areas.items() if term.more["level"] in level
        }
        assert {(row["kode_kemendagri"], row["kode_bps"], row["nama"]) for row in table(name)} == listed


def test_the_offices_are_those_that_are_loaded() -> None:
    listed: list[dict[str, Any]] = table("contoh-perangkat-daerah")
    county = [office for office in offices() if office.producer]
    assert [row["id"] for row in listed] == [office.id for office in county]
    for row, office in zip(listed, county, strict=True):
        fields = {key: office.fields[key] for key in ("singkatan", "jenis", "status_urusan", "situs", "sumber")}
        assert {key: row[key] for key in fields} == fields
        assert row["nama"] == office.fields["title"]


def test_the_affairs_are_those_of_the_code_list() -> None:
    listed = [(row["kode_urusan"], row["nama_urusan"], row["kelompok"]) for row in table("contoh-urusan")]
    urusan = [term for term in vocabulary("urusan").terms() if term.more["group"] in "123"]
    assert listed == [(term.code, term.id, term.more["group_name"]) for term in urusan]
    assert len(listed) == 32
