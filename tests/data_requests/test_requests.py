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

from ckanext.lebak.data_requests import reminders
from ckanext.lebak.data_requests.model import DataRequest
from ckanext.lebak.tables.loading import load_table
from tests.days import in_days
from tests.desks.conftest import Browser, browser
from tests.release.conftest import act, county, draft, released

__all__ = ["browser", "county", "draft", "released"]

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

DUE = in_days(30)
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


def test_signs_that_nobody_sees_are_in_no_request(county: SimpleNamespace, browser: Browser) -> None:
    table = {**TABLE, "organization": county.office["id"], "title": "Peserta\x0b KB", "rows": ["Bayah\x1f"]}
    request = _ask(county, title="SIMULASI\x0b", tables=[table])
    assert request["title"] == "SIMULASI"
    [made] = act("lebak_data_request_show", county.operator, id=request["id"])["tables"]
    assert (made["title"], made["rows"]) == ("Peserta KB", ["Bayah"])
    act("lebak_data_request_answer", county.operator, id=made["id"], note="Terbit\x0b nanti")
    for wrong in ({"title": "SIMULASI\0"}, {"tables": [{**table, "title": "\0"}]}, {"tables": [{**table, "rows": 5}]}):
        with pytest.raises(tk.ValidationError):
            _ask(county, **wrong)
        model.Session.rollback()
    assert browser.raw(f"/permintaan-data/{request['id']}/unduh", county.pembina).data.startswith(b"PK")


def test_a_page_of_tables_is_filled_at_a_time(
    county: SimpleNamespace, released: Callable[..., dict[str, Any]], browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = _loaded(released())
    tables = [{**TABLE, "organization": county.office["id"], "title": f"SIMULASI {number}"} for number in range(23)]
    request = _ask(county, tables=tables)
    shown = act("lebak_data_request_show", county.operator, id=request["id"])
    assert (shown["count"], len(shown["tables"])) == (23, 20)
    rest = act("lebak_data_request_show", county.operator, id=request["id"], offset=20)["tables"]
    assert [table["title"] for table in rest] == ["SIMULASI 20", "SIMULASI 21", "SIMULASI 22"]
    for table in (*shown["tables"][:2], rest[0]):
        act("lebak_data_request_answer", county.operator, id=table["id"], resource_id=resource, **CHOICE)
    read: list[Any] = []
    ask = tk.get_action

    def counted(name: str) -> Any:
        read.extend([name] if name == "datastore_search" else [])
        return ask(name)

    monkeypatch.setattr(tk, "get_action", counted)
    page = browser.get(f"/permintaan-data/{request['id']}", county.operator)
    assert len(page.select("section[id^=tabel-]")) == 20
    assert [cell.text for cell in page.select("tbody td")].count("10") == 2
    assert len(read) == 1  # two tables are answered from one file
    read.clear()
    browser.get(f"/permintaan-data/{request['id']}/isi/{rest[1]['id']}", county.operator)
    assert read == []
    last = browser.get(f"/permintaan-data/{request['id']}?hal=2", county.operator)
    assert len(last.select("section[id^=tabel-]")) == 3
    answer = {"resource_id": "", "note": "SIMULASI nanti"}
    to = browser.redirect(f"/permintaan-data/{request['id']}/isi/{rest[2]['id']}", county.operator, answer)
    assert to.endswith(f"hal=2#tabel-{rest[2]['id']}")


def test_what_was_typed_stays_when_the_data_are_chosen_and_a_refusal_is_said(
    county: SimpleNamespace, released: Callable[..., dict[str, Any]], browser: Browser
) -> None:
    resource, request = _loaded(released()), _ask(county)
    [table] = act("lebak_data_request_show", county.operator, id=request["id"])["tables"]
    address = f"/permintaan-data/{request['id']}/isi/{table['id']}"
    form = browser.get(address, county.operator)
    button = form.select_one("button[name=take]")
    assert button.find_parent("form") == form.select_one("textarea[name=note]").find_parent("form")
    typed: dict[str, Any] = {"resource_id": resource, "note": "SIMULASI catatan", "take": button["value"]}
    taken = browser.send(address, county.operator, **typed)
    assert taken.select_one("textarea[name=note]").text.strip() == "SIMULASI catatan"
    assert taken.select_one("select[name=resource_id] option[selected]")["value"] == resource
    assert "kode_kecamatan" in [option["value"] for option in taken.select("select[name=row_field] option")]
    [still] = act("lebak_data_request_show", county.operator, id=request["id"])["tables"]
    assert (still["choice"], still["note"]) == (None, "")
    act("lebak_data_request_close", county.pembina, id=request["id"])
    refused = browser.send(address, county.operator, resource_id="", note="SIMULASI terlambat")
    assert refused.select(".alert-danger")
    assert refused.select_one("textarea[name=note]").text.strip() == "SIMULASI terlambat"


@pytest.mark.usefixtures("with_request_context")
def test_offices_are_told_that_they_are_asked_and_when_it_is_due(county: SimpleNamespace) -> None:
    def told(user: str) -> list[str]:
        return sorted(one["what"] for one in act("lebak_notice_list", user)["notices"])

    tables = [{**TABLE, "organization": county.office["id"], "title": f"SIMULASI {number}"} for number in range(2)]
    request = _ask(county, tables=tables)
    assert told(county.operator) == told(county.head) == ["tables_asked"]
    assert told(county.stranger) == told(county.pembina) == []
    (notice,) = act("lebak_notice_list", county.operator)["notices"]
    assert "SIMULASI: Dalam Angka" in notice["sentence"]
    assert notice["address"].endswith(f"/permintaan-data/{request['id']}")
    due = dt.date.fromisoformat(DUE)
    assert reminders.note_due(due - dt.timedelta(days=60)) == 0
    for day in (-7, -7, 1):
        assert reminders.note_due(due + dt.timedelta(days=day)) == 1
    assert told(county.operator) == ["tables_asked", "tables_due", "tables_overdue"]
    shown = act("lebak_data_request_show", county.operator, id=request["id"])["tables"]
    for table in shown:
        act("lebak_data_request_answer", county.operator, id=table["id"], note="SIMULASI nanti")
    assert reminders.note_due(due + dt.timedelta(days=30)) == 0
    act("lebak_data_request_close", county.pembina, id=request["id"])


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
