"""Promises by spreadsheet: tried, mended, written all or none; what was taken out comes back in as it was."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from werkzeug.datastructures import FileStorage

from ckanext.lebak.planning import importing
from ckanext.lebak.planning.model import Promise
from ckanext.lebak.planning.spreadsheet import HEADINGS
from tests.planning.conftest import YEAR, Browser, act, given

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]


def _template(county: SimpleNamespace) -> Any:
    return openpyxl.load_workbook(io.BytesIO(importing.workbook(YEAR, county.office["id"], "SIMULASI")))


def _row(**values: Any) -> list[Any]:
    said = {**given(), **values}
    return [said.get(key) for key in HEADINGS]


def _file(book: Any) -> FileStorage:
    stream = io.BytesIO()
    book.save(stream)
    return FileStorage(io.BytesIO(stream.getvalue()), "janji.xlsx", "upload")


def _import(county: SimpleNamespace, book: Any, **more: Any) -> dict[str, Any]:
    said = {"year": YEAR, "organization": county.office["id"], "upload": _file(book), **more}
    return act("lebak_promise_import", county.operator, **said)


def _titles(county: SimpleNamespace) -> list[str]:
    found = act("lebak_promise_list", county.operator, year=YEAR, organization=county.office["id"])
    return [one["title"] for one in found]


def test_what_was_taken_out_comes_back_in_as_it_was(county: SimpleNamespace, promise: Make, draft: Make) -> None:
    record = draft()
    promise(title="SIMULASI satu", unit_produsen="Bidang simulasi", prioritas_daerah="SIMULASI program")
    promise(title="", dataset=record["id"], period="2025-Q3", accessRights="terbatas")
    before = act("lebak_promise_list", county.operator, year=YEAR, organization=county.office["id"])
    outcome = _import(county, _template(county), write=True)
    assert (outcome["new"], outcome["changed"], outcome["same"], outcome["problems"]) == (0, 0, 2, [])
    assert act("lebak_promise_list", county.operator, year=YEAR, organization=county.office["id"]) == before


def test_problems_are_named_by_sheet_cell_and_field_and_nothing_is_written(
    county: SimpleNamespace, promise: Make
) -> None:
    made = promise(title="SIMULASI satu")
    book = _template(county)
    sheet = book["Janji"]
    sheet.append(_row(title="SIMULASI dua", period="2025/26"))
    sheet.append(_row(title="SIMULASI tiga", accrualPeriodicity="kadang"))
    sheet.append(_row(title='=HYPERLINK("https://example.org")'))
    sheet.append(_row(title="SIMULASI satu"))
    outcome = _import(county, book, write=True)
    told = {(one["sheet"], one["cell"], one["key"]) for one in outcome["problems"]}
    assert told == {
        ("Janji", "D3", "period"),
        ("Janji", "F4", "accrualPeriodicity"),
        ("Janji", "C5", "title"),
        ("Janji", "D6", "period"),
    }
    assert not outcome["written"]
    assert _titles(county) == [made["title"]]


@pytest.mark.parametrize(
    "formula",
    [ArrayFormula("C2:C2", '=HYPERLINK("https://example.org")'), DataTableFormula("C2:C2", r1="A1")],
    ids=["array", "table"],
)
def test_a_formula_over_several_cells_is_no_title(county: SimpleNamespace, promise: Make, formula: Any) -> None:
    book = _template(county)
    book["Janji"].append(_row())
    book["Janji"]["C2"] = formula
    outcome = _import(county, book, write=True)
    assert [(one["cell"], one["key"]) for one in outcome["problems"]] == [("C2", "title")]
    assert _titles(county) == []


def test_signs_that_nobody_sees_come_into_no_workbook(county: SimpleNamespace, promise: Make) -> None:
    made = promise(title="SIMULASI\x0b satu")
    assert made["title"] == "SIMULASI satu"
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    act("lebak_promise_drop", county.operator, id=made["id"], alasan_perubahan="Simulasi\x0b batal")
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_promise_drop", county.operator, id=made["id"], alasan_perubahan="Simulasi\0")
    assert list(refused.value.error_dict) == ["alasan_perubahan"]
    # What came in before they were looked at breaks no template either.
    old = model.Session.get_one(Promise, promise(title="SIMULASI dua")["id"])
    old.said = {**old.said, "title": "SIMULASI\x0b lama"}
    model.Session.commit()
    assert "SIMULASI lama" in [row[2].value for row in _template(county)["Janji"].iter_rows()]


def test_rows_are_written_all_at_once_and_promises_changed_by_their_id(county: SimpleNamespace, promise: Make) -> None:
    made = promise(title="SIMULASI satu")
    book = _template(county)
    sheet = book["Janji"]
    sheet.cell(2, 3).value = "SIMULASI satu, diperbaiki"
    sheet.append(_row(title="SIMULASI dua", period=2025, accrualPeriodicity="Bulanan"))
    tried = _import(county, book)
    assert (tried["new"], tried["changed"], tried["written"]) == (1, 1, False)
    assert _titles(county) == [made["title"]]
    assert _import(county, book, write=True)["written"]
    assert _titles(county) == ["SIMULASI dua", "SIMULASI satu, diperbaiki"]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 simulasi", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"nama;umur\n1;2\n"]
)
def test_what_is_no_such_file_is_said_so(county: SimpleNamespace, promise: Make, content: bytes) -> None:
    upload = FileStorage(io.BytesIO(content), "janji.xlsx", "upload")
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_promise_import", county.operator, year=YEAR, organization=county.office["id"], upload=upload)
    assert set(refused.value.error_dict) == {"upload"}


def test_a_mistake_is_mended_on_the_page(browser: Browser, county: SimpleNamespace, promise: Make) -> None:
    address = f"/daftar-data/kerja/{YEAR}/{county.office['name']}/lembar"
    book = openpyxl.load_workbook(
        io.BytesIO(browser.raw(address.replace("lembar", "templat.xlsx"), county.operator).data)
    )
    assert book["Janji"].data_validations.dataValidation
    book["Janji"].append(_row(title="SIMULASI dari lembar", jadwal_rilis="31 Maret"))
    page = browser.send(address, county.operator, upload=_file(book))
    field = page.select_one("#mend-2-jadwal_rilis")
    assert field["value"] == "31 Maret"
    rows = page.select_one("input[name=rows]")["value"]
    assert json.loads(html.unescape(rows))[0]["values"]["title"] == "SIMULASI dari lembar"
    mended: dict[str, Any] = {"rows": rows, "mend-2-jadwal_rilis": "2026-03-31", "try": "1"}
    page = browser.send(address, county.operator, **mended)
    assert page.select_one("button[name=write]")
    rows = page.select_one("input[name=rows]")["value"]
    assert browser.redirect(address, county.operator, {"rows": rows, "write": "1"}).startswith("/daftar-data/kerja")
    assert _titles(county) == ["SIMULASI dari lembar"]
