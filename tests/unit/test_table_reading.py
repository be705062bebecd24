"""A file of a table, CSV or XLSX: its rows as they were written, or a sentence."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lebak.tables.problem import TableError
from ckanext.lebak.tables.reading import csv_rows, xlsx_rows
from ckanext.lebak.tables.workbook import MAX_SHARED_TEXT


def rows(data: bytes | str) -> list[tuple[int, list[Any]]]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return [(number, list(cells)) for number, cells in csv_rows(stream)]


def workbook(*sheets: list[list[Any]], hidden: int = 0) -> io.BytesIO:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, cells in enumerate(sheets):
        sheet = book.create_sheet()
        for row in cells:
            sheet.append(row)
        sheet.sheet_state = "hidden" if number < hidden else "visible"
    book.active = hidden
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_header(mark: str) -> None:
    text = f'kode{mark}"nama, lengkap; semua"\n36.02{mark}"Lebak{mark}"\n'
    assert rows(text) == [(1, ["kode", "nama, lengkap; semua"]), (2, ["36.02", f"Lebak{mark}"])]


def test_the_mark_of_utf_8_is_no_part_of_the_first_name() -> None:
    assert rows("\ufeffkode,nama\n1,a\n".encode())[0] == (1, ["kode", "nama"])


def test_rows_without_a_value_are_left_out_and_counted() -> None:
    assert [number for number, _ in rows("a,b\n\n1,2\n,\n3,4\n")] == [1, 3, 5]


@pytest.mark.parametrize("data", ["a,b\né,1\n".encode("cp1252"), "a,b\n1,2\n".encode("utf-16")])
def test_another_encoding_than_utf_8_is_refused(data: bytes) -> None:
    with pytest.raises(TableError, match="UTF-8"):
        rows(data)


def test_a_quotation_mark_that_is_not_closed_is_refused_with_its_row() -> None:
    with pytest.raises(TableError, match="row 2"):
        rows('a,b\n1,2\n"3,4\n')


def test_the_file_can_be_read_again() -> None:
    stream = io.BytesIO(b"a\n1\n")
    assert list(csv_rows(stream)) == list(csv_rows(stream if stream.seek(0) == 0 else stream))


_CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(st.lists(_CELLS, min_size=2, max_size=2), min_size=1, max_size=10), st.sampled_from(",;\t"))
def test_what_was_written_as_csv_is_read(table: list[list[str]], mark: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark)
    writer.writerows([["a", "b"], *table])
    expected = [(n, cells) for n, cells in enumerate(table, start=2) if any(cell.strip() for cell in cells)]
    assert rows(text.getvalue()) == [(1, ["a", "b"]), *expected]


def test_a_large_file_is_not_held_in_memory() -> None:
    data = io.BytesIO(b"kode,nilai\n" + b"36.02.08,123456\n" * 500_000)
    tracemalloc.start()
    count = sum(1 for _ in csv_rows(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 500_001
    assert peak < 2**20


def test_the_first_visible_sheet_is_read() -> None:
    book = workbook([["rahasia"], [1]], [["kode", "nilai"], ["36.02", 5.5]], [["lain"]], hidden=1)
    assert list(xlsx_rows(book)) == [(1, ["kode", "nilai"]), (2, ["36.02", 5.5])]


def test_a_row_of_a_sheet_has_as_many_cells_as_its_header() -> None:
    book = workbook([["a", "b", "c", None], [1], [None, None], [1, 2, 3, 4]])
    assert list(xlsx_rows(book)) == [(1, ["a", "b", "c"]), (2, [1, None, None]), (4, [1, 2, 3, 4])]


@pytest.mark.parametrize("data", [b"", b"kode,nama\n", b"PK\x03\x04" + b"x" * 100])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(TableError, match="XLSX"):
        list(xlsx_rows(io.BytesIO(data)))


def test_a_damaged_sheet_is_refused() -> None:
    whole = workbook([["a"], [1]])
    broken = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, content[: len(content) // 2] if "sheet1" in entry.filename else content)
    broken.seek(0)
    with pytest.raises(TableError, match="XLSX"):
        list(xlsx_rows(broken))


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    book = workbook([["a"], [1]])
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"x" * (MAX_SHARED_TEXT + 1))
    assert len(book.getvalue()) < 2**20
    book.seek(0)
    with pytest.raises(TableError, match="too large"):
        list(xlsx_rows(book))
