"""A request as a spreadsheet."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lebak.data_requests.filling import Cell
from ckanext.lebak.data_requests.workbook import Sheet, write

FACTS = [("Unit", "Orang"), ("Sumber", "=1+1")]


def _read(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_each_table_is_a_sheet_as_it_was_asked_for() -> None:
    cells = [[Cell(10), Cell(problem="nothing")], [Cell(1.5), Cell("x")]]
    table = Sheet("Peserta KB: aktif/baru", FACTS, "Kecamatan", ["L", "=P"], ["Bayah", "Cibeber"], cells)
    book = _read(write([table, Sheet(table.title, [], "Kecamatan", ["L"], ["Bayah"], [])]))
    assert book.sheetnames == ["1 Peserta KB aktif baru", "2 Peserta KB aktif baru"]
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[0][0] == "Peserta KB: aktif/baru"
    assert rows[4] == ["Kecamatan", "L", "=P"]
    assert rows[5] == ["Bayah", 10, None]
    assert rows[6] == ["Cibeber", 1.5, "x"]
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_a_request_without_tables_is_a_spreadsheet_too() -> None:
    assert _read(write([])).sheetnames == ["-"]


@settings(max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), max_size=5))
def test_any_titles_make_names_that_excel_takes(titles: list[str]) -> None:
    names = _read(write(Sheet(title, [], "", [], [], []) for title in titles)).sheetnames
    assert len({name.casefold() for name in names}) == max(len(titles), 1)
    assert all(len(name) <= 31 for name in names)


def test_a_sign_that_no_cell_holds_breaks_no_spreadsheet() -> None:
    table = Sheet("SIM\x0bULASI", [("Unit", "O\x01rang")], "Kec\x1famatan", ["L\x08"], ["Bayah"], [[Cell("x\x02")]])
    page = _read(write([table])).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["SIMULASI", None],
        ["Unit", "Orang"],
        [None, None],
        ["Kecamatan", "L"],
        ["Bayah", "x"],
    ]
