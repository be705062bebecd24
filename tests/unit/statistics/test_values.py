"""The values of an indicator: which column says what, and how they are arranged. All figures are simulated."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.lebak.statistics.values import MOST_PERIODS, Arranged, arrange, roles_of
from ckanext.lebak.tables.columns import Column

YEAR = Column("tahun", "tahun", "Tahun data", role="dimensi")
AREA = Column("kode_kecamatan", "teks", "Kecamatan", role="dimensi")
SEX = Column("jenis_kelamin", "teks", role="dimensi")
COUNT = Column("jumlah", "bilangan_bulat", "Jumlah peserta", unit="Orang", role="ukuran")
SHARE = Column("persentase", "desimal", unit="Persen", role="ukuran")
NOTE = Column("catatan", "teks", role="atribut")


def shown(columns: list[Column], rows: list[dict[str, Any]], period: str = "") -> Arranged:
    roles = roles_of(columns)
    assert roles is not None
    return arrange(roles, rows, period)


def test_places_by_periods() -> None:
    found = shown(
        [YEAR, AREA, COUNT, NOTE],
        [
            {"tahun": 2024, "kode_kecamatan": "36.02.14", "jumlah": 12, "catatan": "Simulasi"},
            {"tahun": 2023, "kode_kecamatan": "36.02.14", "jumlah": 10},
            {"tahun": 2024, "kode_kecamatan": "36.02.01", "jumlah": 7},
        ],
    )
    assert found.heads == ("Kecamatan", "2023", "2024")
    assert found.rows == (("Kecamatan Malingping (36.02.01)", None, 7), ("Kecamatan Rangkasbitung (36.02.14)", 10, 12))
    assert found.unit == "Orang"


def test_one_figure_a_period() -> None:
    found = shown([YEAR, SHARE], [{"tahun": 2024, "persentase": 61.5}, {"tahun": 2023, "persentase": 60}])
    assert (found.heads, found.rows, found.unit) == (("2023", "2024"), ((60, 61.5),), "Persen")


def test_several_dimensions_or_measures_are_a_list() -> None:
    row = {"tahun": 2024, "kode_kecamatan": "36.02.14", "jenis_kelamin": "Perempuan", "jumlah": 12, "persentase": 1.5}
    found = shown([YEAR, AREA, SEX, COUNT, SHARE], [row])
    assert found.heads == ("Tahun data", "Kecamatan", "jenis_kelamin", "Jumlah peserta", "persentase")
    assert found.rows == (("2024", "Kecamatan Rangkasbitung (36.02.14)", "Perempuan", 12, 1.5),)
    assert found.unit == ""


def test_same_place_twice_is_not_lost() -> None:
    rows = [{"tahun": 2024, "kode_kecamatan": "36.02.14", "jumlah": number} for number in (1, 2)]
    assert [row[-1] for row in shown([YEAR, AREA, COUNT], rows).rows] == [1, 2]


def test_row_without_period_is_not_lost() -> None:
    found = shown([YEAR, COUNT], [{"tahun": 2024, "jumlah": 1}, {"tahun": None, "jumlah": 2}])
    assert found.rows == (("2024", 1), ("", 2))


def test_many_periods_are_a_list() -> None:
    found = shown([YEAR, COUNT], [{"tahun": 2000 + each, "jumlah": each} for each in range(MOST_PERIODS + 1)])
    assert len(found.rows) == MOST_PERIODS + 1


def test_table_of_one_period() -> None:
    found = shown([AREA, COUNT], [{"kode_kecamatan": "36.02.14", "jumlah": 12}], period="2024")
    assert (found.heads, found.rows) == (("Kecamatan", "2024"), (("Kecamatan Rangkasbitung (36.02.14)", 12),))
    assert shown([AREA, COUNT], [{"kode_kecamatan": "x", "jumlah": 1}]).rows == (("x", 1),)


@pytest.mark.parametrize("name", ["periode", "tahun_data", "Semester"])
def test_text_may_say_when(name: str) -> None:
    roles = roles_of([Column(name, role="dimensi"), AREA, COUNT])
    assert roles is not None
    assert roles.time is not None
    assert roles.time.name == name
    assert roles.dimensions == (AREA,)


def test_without_declared_measure_there_are_no_values() -> None:
    assert roles_of([YEAR, AREA, Column("jumlah", "bilangan_bulat")]) is None
