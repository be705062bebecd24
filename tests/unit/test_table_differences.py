"""What became of a table (release/table_differences.py), read by tables/table.py."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.release.table_differences import TableDifferences, table_differences
from ckanext.lebak.tables.columns import Column
from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.tables.table import Table, dimensions, measures, rows_of, written

DESCRIBED = [
    {"nama": "tahun", "definisi": "Tahun data", "tipe_data": "tahun", "peran": "dimensi"},
    {"nama": "kode", "definisi": "Kode kecamatan", "tipe_data": "teks", "peran": "dimensi"},
    {"nama": "nilai", "definisi": "Jumlah", "tipe_data": "desimal", "peran": "ukuran"},
    {"nama": "catatan", "tipe_data": "teks", "peran": "atribut"},
]
FIRST = "tahun,kode,nilai,catatan\n2023,36.02.01,10,\n2023,36.02.02,20,tetap\n2023,36.02.10,30,\n"


def _table(text: str, described: Sequence[dict[str, str]] = DESCRIBED) -> Table:
    return rows_of(io.BytesIO(text.encode()), "CSV", described)


def _compared(before: str, after: str, described: Any = DESCRIBED, **more: Any) -> TableDifferences:
    return table_differences(_table(before), _table(after, described), **more)


def test_the_same_table_sorted_anew_is_the_same() -> None:
    header, *rows = FIRST.splitlines()
    told = _compared(FIRST, "\n".join([header, *reversed(rows)]))
    assert told.same
    assert (told.rows_before, told.rows_after, told.key) == (3, 3, ("tahun", "kode"))


def test_rows_that_came_went_and_changed() -> None:
    header = FIRST.splitlines()[0]
    told = _compared(FIRST, f"{header}\n2023,36.02.01,11,baru\n2023,36.02.02,20,tetap\n2024,36.02.01,5,\n")
    (changed,) = told.changed.shown
    assert (changed.number, changed.number_before, changed.key) == (2, 2, ("2023", "36.02.01"))
    assert [(cell.column, cell.before, cell.after) for cell in changed.cells] == [
        ("nilai", "10", "11"),
        ("catatan", "", "baru"),
    ]
    assert [(row.number, row.cells["nilai"]) for row in told.added.shown] == [(4, "5")]
    assert [(row.number, row.key) for row in told.removed.shown] == [(4, ("2023", "36.02.10"))]
    assert told.cells_changed == {"nilai": 1, "catatan": 1}


def test_a_decimal_comma_is_no_change_and_a_code_keeps_its_zero() -> None:
    before = "tahun;kode;nilai;catatan\n2023;2.10;12,50;\n2023;2.1;1;\n"
    told = _compared(before, "tahun,kode,nilai,catatan\n2023,2.1,1,\n2023,2.10,12.5,\n")
    assert told.same


def test_columns_that_came_went_and_changed_their_type() -> None:
    described = [
        {"nama": "kode", "definisi": "Kode kecamatan", "tipe_data": "teks", "peran": "dimensi"},
        {"nama": "tahun", "definisi": "Tahun data", "tipe_data": "teks", "peran": "dimensi"},
        {"nama": "nilai_baru", "definisi": "Jumlah", "tipe_data": "desimal", "peran": "ukuran"},
        {"nama": "satuan", "peran": "atribut"},
    ]
    told = _compared(FIRST, "kode,tahun,nilai_baru,satuan\n36.02.01,2023,11,orang\n36.02.02,2023,20,orang\n", described)
    assert [(c.change, c.name, c.before, c.after) for c in told.columns] == [
        ("retyped", "tahun", "tahun", "teks"),
        ("renamed", "nilai_baru", "nilai", "nilai_baru"),
        ("added", "satuan", "", ""),
        ("removed", "catatan", "", ""),
    ]
    assert told.reordered
    (changed,) = told.changed.shown
    assert [(c.column, c.before, c.after) for c in changed.cells] == [("nilai_baru", "10", "11")]


def test_rows_that_nothing_tells_apart_are_reported() -> None:
    told = _compared(FIRST, FIRST + "2023,36.02.01,12,\n2023,36.02.01,10,\n")
    (double,) = told.duplicates.shown
    assert (double.key, double.rows, double.count) == (("2023", "36.02.01"), (2, 5, 6), 3)
    assert [row.number for row in told.added.shown] == [5, 6]
    assert not told.changed.count


def test_without_roles_the_texts_tell_rows_apart() -> None:
    columns = [Column("nama"), Column("nilai", "bilangan_bulat")]
    told = table_differences(Table(columns, [(2, ["a", 1])]), Table(columns, [(2, ["a", 2])]))
    assert (told.key, told.changed.count, told.added.count) == (("nama",), 1, 0)


def test_tables_without_a_column_in_common_share_no_row() -> None:
    told = table_differences(Table([Column("a")], [(2, ["x"])]), Table([Column("b")], [(2, ["x"])]))
    assert (told.added.count, told.removed.count, told.changed.count) == (1, 1, 0)


def test_long_lists_are_cut_and_truly_counted() -> None:
    rows = "".join(f"2024,kode {n},1,\n" for n in range(500))
    told = _compared(FIRST, FIRST + rows, limit=7)
    assert (told.added.count, len(told.added.shown)) == (500, 7)
    assert [row.number for row in told.added.shown] == list(range(5, 12))


def test_an_empty_table_is_a_table() -> None:
    columns = [Column("a")]
    told = table_differences(Table(columns, []), Table(columns, [(2, ["x"])]))
    assert (told.rows_before, told.rows_after, told.added.count) == (0, 1, 1)


def test_a_workbook_and_a_csv_of_the_same_table_are_the_same() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Tabel 1"
    for row in (["tahun", "kode", "nilai", "catatan"], [2023, "36.02.01", 10], [2023, "36.02.02", 20.0, "tetap"]):
        book.active.append(row)
    book.active.append([2023, "36.02.10", 30])
    saved = io.BytesIO()
    book.save(saved)
    table = rows_of(saved, "xlsx", DESCRIBED)
    assert table.sheet == "Tabel 1"
    assert table_differences(_table(FIRST), table).same


@pytest.mark.parametrize(("text", "word"), [("", "empty"), ("tahun,kode,nilai,catatan\n2023,a,x,\n", "not a number")])
def test_a_file_that_is_no_such_table_is_told(text: str, word: str) -> None:
    with pytest.raises(TableError, match=word):
        _compared(FIRST, text)


def test_roles_of_columns() -> None:
    columns = [Column("a"), Column("b", "tahun"), Column("c", "desimal"), Column("d", "desimal", role="atribut")]
    assert (dimensions(columns), measures(columns)) == ([0, 1], [2])


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("12.50"), "12.5"), (Decimal("100"), "100"), (Decimal("-0.0"), "0"), (None, ""), (True, "true"), (7, "7")],
)
def test_equal_values_are_written_the_same(value: Any, text: str) -> None:
    assert written(value) == text


_COLUMNS = [Column("d", role="dimensi"), Column("e", role="dimensi"), Column("m", "bilangan_bulat", role="ukuran")]
_KEYS = st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))
_UNIQUE = st.dictionaries(_KEYS, st.one_of(st.none(), st.integers(0, 3)))


def _rows(cells: dict[tuple[str, str], int | None]) -> list[tuple[int, list[Any]]]:
    return [(number, [*key, value]) for number, (key, value) in enumerate(cells.items(), start=2)]


@given(_UNIQUE, _UNIQUE)
def test_the_differences_lead_from_the_one_table_to_the_other(
    before: dict[tuple[str, str], int | None], after: dict[tuple[str, str], int | None]
) -> None:
    told = table_differences(Table(_COLUMNS, _rows(before)), Table(_COLUMNS, _rows(after)))
    made = {key: written(value) for key, value in before.items()}
    for row in told.removed.shown:
        assert made.pop((row.cells["d"], row.cells["e"])) == row.cells["m"]
    for row in told.changed.shown:
        (cell,) = row.cells
        assert made[row.key[0], row.key[1]] == cell.before
        made[row.key[0], row.key[1]] = cell.after
    for row in told.added.shown:
        made[row.cells["d"], row.cells["e"]] = row.cells["m"]
    assert made == {key: written(value) for key, value in after.items()}
    assert told.same is (before == after)


_ANY = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 2)), max_size=8)


@given(_ANY, _ANY, st.randoms())
def test_the_order_of_rows_does_not_matter(before: list[Any], after: list[Any], chance: Any) -> None:
    def told(old: list[Any], new: list[Any]) -> tuple[Any, ...]:
        found = table_differences(
            Table(_COLUMNS, list(enumerate(old, start=2))), Table(_COLUMNS, list(enumerate(new, start=2)))
        )
        return (
            Counter(tuple(row.cells.values()) for row in found.added.shown),
            Counter(tuple(row.cells.values()) for row in found.removed.shown),
            Counter((row.key, row.cells) for row in found.changed.shown),
            {double.key: double.count for double in found.duplicates.shown},
        )

    mixed_before, mixed_after = before[:], after[:]
    chance.shuffle(mixed_before)
    chance.shuffle(mixed_after)
    assert told(before, after) == told(mixed_before, mixed_after)
