"""The header of a file against its description, and the rows against both."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.lebak.tables.columns import columns_of, records
from ckanext.lebak.tables.problem import TableError

DESCRIBED = [
    {"nama": "kode", "definisi": "Kode kecamatan", "tipe_data": "teks", "peran": "dimensi"},
    {"nama": "nilai", "definisi": "Jumlah", "tipe_data": "bilangan_bulat", "satuan": "Orang", "peran": "ukuran"},
]


def read(header: list[Any], *rows: list[Any], described: list[dict[str, str]] = DESCRIBED) -> list[dict[str, Any]]:
    return list(records(columns_of(header, described), enumerate(rows, start=2)))


def test_a_described_column_has_its_type_and_an_undescribed_one_is_text() -> None:
    columns = columns_of(["kode", "nilai", "lain"], DESCRIBED)
    assert [column.datastore_type for column in columns] == ["text", "bigint", "text"]
    assert read(["kode", "nilai", "lain"], ["36.02", "5", "5"]) == [{"kode": "36.02", "nilai": 5, "lain": "5"}]


def test_the_datastore_learns_what_a_column_means() -> None:
    (_, value) = columns_of(["kode", "nilai"], DESCRIBED)
    assert value.datastore_field() == {
        "id": "nilai",
        "type": "bigint",
        "info": {"notes": "Jumlah", "unit": "Orang", "role": "ukuran"},
    }


def test_every_type_of_the_code_list_is_read() -> None:
    from ckanext.lebak.tables.values import _READERS
    from ckanext.lebak.vocabulary import vocabulary

    assert set(_READERS) == set(vocabulary("column_type"))


@pytest.mark.parametrize(
    ("header", "word"),
    [
        (["kode", "", "nilai"], "Column 2 has no name"),
        (["kode", "nilai", "kode"], "twice"),
        (["kode"], '"nilai" is described'),
        (["kode", "nilai", "_id"], "cannot be stored"),
        (["kode", "nilai", 'a"b'], "cannot be stored"),
        (["kode", "nilai", "laki:perempuan"], "cannot be stored"),
        (["kode", "nilai", "x" * 64], "cannot be stored"),
        (["kode", "nilai", "é" * 32], "cannot be stored"),
        (["kode", "nilai", *(f"k{n}" for n in range(1000))], "1002 columns"),
    ],
)
def test_a_header_that_cannot_be_stored_is_refused(header: list[str], word: str) -> None:
    with pytest.raises(TableError, match=word):
        columns_of(header, DESCRIBED)


def test_separators_beside_the_table_are_passed_over() -> None:
    assert read(["kode", "nilai", "", ""], ["36.02", "5", "", ""]) == [{"kode": "36.02", "nilai": 5}]


@pytest.mark.parametrize("row", [["36.02"], ["36.02", "5", "6"]])
def test_a_row_of_another_width_is_refused(row: list[str]) -> None:
    with pytest.raises(TableError, match="Row 2 has"):
        read(["kode", "nilai"], row)


def test_a_value_that_does_not_fit_is_told_with_its_row_and_column() -> None:
    with pytest.raises(TableError) as told:
        read(["kode", "nilai"], ["36.02.01", "5"], ["36.02.02", "lima"])
    assert str(told.value) == (
        'Row 3, column "nilai": "lima" is not a whole number. Write only digits, without points or commas between them.'
    )


def test_the_sentence_can_be_said_in_another_language() -> None:
    with pytest.raises(TableError) as told:
        read(["kode", "nilai"], ["36.02", "{x}"])
    said = told.value.sentence(
        lambda text: text.replace("Row", "Baris").replace("is not a whole number", "bukan bilangan")
    )
    assert said.startswith('Baris 2, column "nilai": "{x}" bukan bilangan.')
