"""Tables are asked for, answered from released data, and taken as a spreadsheet. Figures are simulated."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.lebak.data_requests.model import DataRequest
from ckanext.lebak.tables.loading import load_table
from tests.desks.conftest import Browser, browser
from tests.release.conftest import act, county, draft, released

__all__ = ["browser", "county", "draft", "released"]

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

DUE = (dt.date.today() + dt.timedelta(days=30)).isoformat()
TABLE = {
    "title": "Peserta KB aktif menurut kecamatan",
    "stub": "Kecamatan",
    "rows": "Kecamatan Rangkasbitung\n36.02.08\nKecamatan Bayah",
    "columns": ["Peserta"],
    "unit": "Orang",
    "period": "2024",
}
CHOICE = {
    "row_field": "kode_kecamatan",
    "columns": {"Peserta": {"field": "jumlah"}},
    "where": {"tahun": "2024"},
}


def _ask(county: SimpleNamespace, **more: Any) -> dict[str, Any]:
    tables = [{**TABLE, "organization": county.office["id"]}]
    given = {"title": "SIMULASI: Dalam Angka", "asker": "BPS (simulasi)", "due": DUE, "tables": tables}
    return act("lebak_data_request_create", county.pembina, **{**given, **more})


def _loaded(record: dict[str, Any]) -> str:
    resource = record["resources"][0]["id"]
    load_table(resource)
    return resource


def test_an_office_answers_from_its_released_data_as_long_as_they_are(
    county: SimpleNamespace, released: Callable[..., dict[str, Any]]
) -> None:
    record = released()
    resource, request = _loaded(record), _ask(county)
    [table] = act("lebak_data_request_show", county.operator, id=request["id"])["tables"]
    assert table["source"] is None
    wrong = {"row_field": "lain", "columns": {"Peserta": {"field": "tiada"}}}
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_data_request_answer", county.operator, id=table["id"], resource_id=resource, **wrong)
    assert set(refused.value.error_dict) == {"row_field", "columns"}
    model.Session.rollback()
    told = act("lebak_data_request_answer", county.operator, id=table["id"], resource_id=resource, **CHOICE)
    values = [[cell["value"] for cell in row] for row in told["cells"]]
    assert values == [[10], [20], [None]]
    assert told["empty"] == 1
    [listed] = act("lebak_data_request_list", county.koordinator)
    assert (listed["answered"], listed["tables"], listed["overdue"]) == (1, 1, False)
    assert act("lebak_data_request_show", county.pembina, id=request["id"])["tables"][0]["cells"] == told["cells"]
    act("lebak_release_withdraw", county.walidata, id=record["id"], text="Simulasi")
    [table] = act("lebak_data_request_show", county.pembina, id=request["id"])["tables"]
    assert table["cells"] == []
    assert table["problem"]


def test_a_draft_answers_nothing_and_a_remark_does(
    county: SimpleNamespace, draft: Callable[..., dict[str, Any]]
) -> None:
    resource, request = _loaded(draft()), _ask(county)
    [table] = act("lebak_data_request_show", county.operator, id=request["id"])["tables"]
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_data_request_answer", county.operator, id=table["id"], resource_id=resource, **CHOICE)
    assert "resource_id" in refused.value.error_dict
    model.Session.rollback()
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_data_request_answer", county.operator, id=table["id"])
    assert "note" in refused.value.error_dict
    told = act("lebak_data_request_answer", county.operator, id=table["id"], note="Terbit bulan depan (simulasi)")
    assert told["choice"] is None
    assert told["note"]


def test_who_asks_and_who_answers(county: SimpleNamespace) -> None:
    request = _ask(county)
    [table] = act("lebak_data_request_show", county.head, id=request["id"])["tables"]
    assert act("lebak_data_request_list", county.stranger) == []
    for action, user, data in (
        ("lebak_data_request_show", county.stranger, {"id": request["id"]}),
        ("lebak_data_request_show", county.member, {"id": request["id"]}),
        ("lebak_data_request_list", "", {}),
        ("lebak_data_request_create", county.operator, {"title": "x"}),
        ("lebak_data_request_answer", county.pembina, {"id": table["id"], "note": "x"}),
        ("lebak_data_request_answer", county.stranger, {"id": table["id"], "note": "x"}),
        ("lebak_data_request_close", county.operator, {"id": request["id"]}),
    ):
        with pytest.raises(tk.NotAuthorized):
            act(action, user, **data)


def test_what_is_missing_is_said_and_a_closed_request_stays(county: SimpleNamespace) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        _ask(county, title="", due="2020-01-01", tables=[])
    assert set(refused.value.error_dict) == {"title", "due"}
    request = _ask(county)
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_data_request_table_create", county.pembina, request_id=request["id"], rows="a\na")
    assert {"organization", "title", "rows", "columns"} <= set(refused.value.error_dict)
    model.Session.rollback()
    assert act("lebak_data_request_close", county.pembina, id=request["id"])["closed"]
    for action, data in (
        ("lebak_data_request_close", {"id": request["id"]}),
        (
            "lebak_data_request_table_create",
            {**TABLE, "request_id": request["id"], "organization": county.office["id"]},
        ),
    ):
        with pytest.raises(tk.ValidationError):
            act(action, county.pembina, **data)
        model.Session.rollback()
    assert model.Session.query(DataRequest).count() == 1


def test_the_pages(county: SimpleNamespace, released: Callable[..., dict[str, Any]], browser: Browser) -> None:
    resource = _loaded(released())
    assert "/user/login" in browser.redirect("/permintaan-data/")
    refused = browser.send("/permintaan-data/", county.pembina, title="SIMULASI ketikan", asker="", due="")
    assert refused.find("input", {"name": "title"})["value"] == "SIMULASI ketikan"
    assert len(refused.select(".alert-danger")) == 2
    page = browser.redirect("/permintaan-data/", county.pembina, {"title": "SIMULASI", "asker": "BPS", "due": DUE})
    shape = {key: TABLE[key] for key in ("title", "stub", "unit", "period")}
    given: dict[str, Any] = {
        **shape,
        "organization": county.office["id"],
        "districts": "1",
        "columns": "Peserta\r\nKatalog",
    }
    wrong = browser.send(f"{page}/tabel", county.pembina, **{**given, "columns": ""})
    assert wrong.find("input", {"name": "stub"})["value"] == "Kecamatan"
    browser.redirect(f"{page}/tabel", county.pembina, given)
    shown = browser.get(page, county.operator)
    assert len(shown.select("tbody tr")) == 28
    choose = shown.find("a", string="Pilih data") or shown.find("a", string="Choose the data")
    form = browser.get(f"{choose['href']}?resource_id={resource}", county.operator)
    assert "kode_kecamatan" in [option["value"] for option in form.select("select[name=row_field] option")]
    typed: dict[str, Any] = {"resource_id": resource, "row_field": "", "field-0": "jumlah", "note": "SIMULASI catatan"}
    again = browser.send(choose["href"], county.operator, **typed)
    assert again.find("textarea", {"name": "note"}).text.strip() == "SIMULASI catatan"
    chosen = {**typed, "row_field": "kode_kecamatan", "where-field": "tahun", "where-value": "2024"}
    browser.redirect(choose["href"], county.operator, chosen)
    cells = [cell.text for cell in browser.get(page, county.operator).select("tbody td")]
    assert cells.count("10") == 1
    assert cells.count("–") == 28 * 2 - 2
    browser.get(page, county.stranger, status=403)
    browser.get("/permintaan-data/tiada", county.pembina, status=404)
    book = openpyxl.load_workbook(io.BytesIO(browser.raw(f"{page}/unduh", county.pembina).data))
    values = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    assert values["Kecamatan Rangkasbitung"] == 10
    browser.redirect(f"{page}/tutup", county.pembina, {})
