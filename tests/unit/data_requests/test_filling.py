"""The cells of a requested table, out of the rows of a released one. Figures are simulated."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.data_requests.filling import NOTHING, SEVERAL, Cell, Choice, Column, fill, key
from ckanext.lebak.data_requests.shape import MOST_ROWS, TWICE, districts, labels, problem

RECORDS: list[dict[str, Any]] = [
    {"tahun": "2024", "kode": "36.02.14", "jenis": "L", "jumlah": 10},
    {"tahun": "2024", "kode": "36.02.14", "jenis": "P", "jumlah": 12},
    {"tahun": "2024", "kode": "36.02.08", "jenis": "L", "jumlah": 0},
    {"tahun": "2023", "kode": "36.02.08", "jenis": "L", "jumlah": 7},
]
CHOICE = Choice(
    "r",
    "kode",
    {"Laki-laki": Column("jumlah", {"jenis": "l"}), "Perempuan": Column("jumlah", {"jenis": "P"})},
    {"tahun": "2024"},
)
ROWS = ["Kecamatan Rangkasbitung", districts()[7]]


def test_rows_are_found_by_name_or_code_and_columns_by_a_condition() -> None:
    assert fill(ROWS, ["Laki-laki", "Perempuan"], CHOICE, RECORDS) == [
        [Cell(10), Cell(12)],
        [Cell(0), Cell(problem=NOTHING)],
    ]


def test_several_rows_are_neither_added_up_nor_chosen_from() -> None:
    every_year = Choice("r", "kode", {"L": Column("jumlah", {"jenis": "L"})})
    assert fill(ROWS, ["L", "lain"], every_year, RECORDS) == [[Cell(10), Cell()], [Cell(problem=SEVERAL), Cell()]]


def test_labels_without_a_code_are_the_same_by_their_words() -> None:
    assert key("  Pasangan  Usia Subur ") == key("pasangan usia subur")
    assert key(None) == key("")
    assert key("Rangkasbitung") == key("36.02.14") == key("Kecamatan Rangkasbitung") == "36.02.14"


@given(st.dictionaries(st.text(min_size=1), st.builds(Column, st.text(), st.dictionaries(st.text(), st.text()))))
def test_what_is_kept_is_what_was_chosen(columns: dict[str, Column]) -> None:
    choice = Choice("r", "kode", columns, {"tahun": "2024"})
    assert Choice.from_json(choice.as_json()) == choice


def test_the_shape_of_a_table() -> None:
    assert labels(" a  b \n\n c") == ["a b", "c"]
    assert labels(["a", " "]) == ["a"]
    assert len(districts()) == 28
    assert problem(districts(), MOST_ROWS) == ""
    assert problem(["a", "A"], MOST_ROWS) == TWICE
    assert problem([], MOST_ROWS)
    assert problem(["a", "b"], 1)
    assert problem(["a" * 201], 1)
