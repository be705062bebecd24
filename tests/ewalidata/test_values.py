"""A code takes its value from a released table, and shows the cells that it came from."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.lebak.tables.loading import load_table
from tests.desks.conftest import Browser
from tests.release.conftest import act

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]
TABLE = (
    b"tahun,kode_kecamatan,jumlah,catatan\n"
    b"2023,36.02.14,10,simulasi\n2024,36.02.14,10,simulasi\n2024,36.02.08,25,simulasi\n2024,36.02.01,,simulasi\n"
)


@pytest.fixture
def table(county: SimpleNamespace, draft: Make) -> str:
    """Id of the file of a released table."""
    record = draft(content=TABLE, temporal_end="2024")
    act("lebak_release_submit", county.operator, id=record["id"], names_no_person=True, kind="tetap")
    act("lebak_release_approve", county.walidata, id=record["id"])
    load_table(record["resources"][0]["id"])
    return record["resources"][0]["id"]


def _mapped(table: str, **more: Any) -> dict[str, Any]:
    said = {"code": "SIM.01", "title": "SIMULASI peserta KB aktif", "unit": "Orang", "resource_id": table}
    columns = {"year_column": "tahun", "value_column": "jumlah", "aggregation": "sum"}
    return {**said, **columns, **more}


def _lines(county: SimpleNamespace, user: str = "", year: int = 2024) -> dict[str, Any]:
    return {one["kodeindikator"]: one for one in act("lebak_ewalidata_show", user or county.walidata, year=year)}


def _errors(user: str, **said: Any) -> set[str]:
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_ewalidata_save", user, **said)
    model.Session.rollback()
    return set(refused.value.error_dict)


def test_a_value_comes_with_its_cells_and_says_what_to_look_at(county: SimpleNamespace, table: str) -> None:
    where = "kode_kecamatan=36.02.08"
    act("lebak_ewalidata_save", county.operator, **_mapped(table, code="SIM.02", filters=where, aggregation="single"))
    act("lebak_ewalidata_save", county.walidata, **_mapped(table, code="SIM.03", aggregation="count"))
    act("lebak_ewalidata_save", county.walidata, **_mapped(table))
    act("lebak_ewalidata_save", county.walidata, **_mapped(table, code="SIM.04", aggregation="single"))
    lines = _lines(county)
    assert (lines["SIM.02"]["data"], lines["SIM.02"]["flags"]) == ("25", ["new"])
    assert lines["SIM.02"]["cells"] == [{"row": 3, "text": "25"}]
    assert (lines["SIM.03"]["data"], lines["SIM.03"]["last_year"], lines["SIM.03"]["flags"]) == (
        "3",
        "1",
        ["great_change"],
    )
    # An empty cell is no nought, and several rows are no single value.
    assert (lines["SIM.01"]["data"], len(lines["SIM.01"]["cells"]), bool(lines["SIM.01"]["problem"])) == ("", 3, True)
    assert (lines["SIM.01"]["flags"], lines["SIM.04"]["flags"]) == (["gone"], ["gone"])
    assert lines["SIM.04"]["problem"]


def test_what_was_exported_is_compared_with_what_the_table_says_now(county: SimpleNamespace, table: str) -> None:
    mapping = act("lebak_ewalidata_save", county.walidata, **_mapped(table))
    assert act("lebak_ewalidata_export_keep", county.walidata, year=2023) == {"year": 2023, "codes": 1}
    assert "revised" not in _lines(county)["SIM.01"]["flags"]
    act("lebak_ewalidata_save", county.walidata, **_mapped(table, id=mapping["id"], aggregation="count"))
    assert _lines(county)["SIM.01"]["flags"] == ["great_change", "revised"]
    for user in (county.operator, county.koordinator):
        with pytest.raises(tk.NotAuthorized):
            act("lebak_ewalidata_export_keep", user, year=2023)


def test_only_the_walidata_and_the_office_of_a_released_table_map_it(
    county: SimpleNamespace, table: str, draft: Make
) -> None:
    with pytest.raises(tk.NotAuthorized):
        act("lebak_ewalidata_save", county.stranger, **_mapped(table))
    with pytest.raises(tk.NotAuthorized):
        _lines(county, county.operator)
    unreleased = draft()["resources"][0]["id"]
    assert _errors(county.operator, **_mapped(unreleased)) == {"resource_id"}
    assert _errors(county.operator, **_mapped(table, year_column="thn")) == {"year_column"}
    assert _errors(county.operator, **_mapped(table, filters="kecamatan")) == {"filters"}
    act("lebak_ewalidata_save", county.operator, **_mapped(table))
    assert _errors(county.walidata, **_mapped(table)) == {"code"}
    resource = model.Resource.get(table)
    assert resource is not None
    act("lebak_release_withdraw", county.walidata, id=resource.package_id, text="Simulasi")
    (line,) = _lines(county).values()
    assert (line["data"], line["dataset"], line["cells"]) == ("", "", [])


def test_the_page_and_its_files(browser: Browser, county: SimpleNamespace, table: str) -> None:
    assert browser.redirect("/e-walidata").startswith("/user/login")
    browser.get("/e-walidata", county.pembina, status=403)
    wrong = browser.send("/e-walidata", county.operator, status=422, **_mapped(table, value_column="jml"))
    assert wrong.select_one("#field-value_column")["value"] == "jml"
    browser.redirect("/e-walidata", county.operator, _mapped(table))
    page = browser.get("/e-walidata?tahun=2023", county.walidata)
    assert page.select_one("tbody td").text.split() == ["10", "Orang"]
    assert page.select_one(f"#field-resource_id option[value='{table}']")
    given = json.loads(browser.raw("/e-walidata/2023.json", county.walidata).body)
    assert given == {"data": [{"kodeindikator": "SIM.01", "kodepemda": "3602", "tahun": "2023", "data": "10"}]}
    book = openpyxl.load_workbook(io.BytesIO(browser.raw("/e-walidata/2023.xlsx", county.walidata).data))
    assert [sheet.title for sheet in book.worksheets] == ["e-Walidata", "Sel sumber"]
    assert book["Sel sumber"]["G2"].value == "10"


def test_a_mean_of_thirds_is_no_revision_of_itself(county: SimpleNamespace, draft: Make) -> None:
    rows = [
        f"{year},36.02.{area},{1 + (area == '01')},simulasi" for year in (2023, 2024) for area in ("14", "08", "01")
    ]
    content = "\n".join(["tahun,kode_kecamatan,jumlah,catatan", *rows, ""])
    record = draft(content=content.encode(), temporal_end="2024")
    act("lebak_release_submit", county.operator, id=record["id"], names_no_person=True, kind="tetap")
    act("lebak_release_approve", county.walidata, id=record["id"])
    resource = record["resources"][0]["id"]
    load_table(resource)
    act("lebak_ewalidata_save", county.walidata, **_mapped(resource, aggregation="mean"))
    act("lebak_ewalidata_export_keep", county.walidata, year=2023)
    (line,) = _lines(county).values()
    assert (line["data"], line["last_year"], line["exported_last_year"]) == ("1.333333",) * 3
    assert line["flags"] == []


def test_signs_that_nobody_sees_are_in_no_filter(county: SimpleNamespace, table: str) -> None:
    filters = {"kode_kecamatan": "36.02.08\x0b"}
    made = act("lebak_ewalidata_save", county.walidata, **_mapped(table, filters=filters))
    assert made["filters"] == {"kode_kecamatan": "36.02.08"}
    assert _errors(county.walidata, **_mapped(table, id=made["id"], filters="kode_kecamatan=\0")) == {"filters"}
    assert _errors(county.walidata, **_mapped(table, id=made["id"], aggregation=[])) == {"aggregation"}


def test_a_page_of_codes_looks_once_into_each_table(
    browser: Browser, county: SimpleNamespace, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(27):
        act("lebak_ewalidata_save", county.walidata, **_mapped(table, code=f"SIM.{number:02}", aggregation="count"))
    asked: list[str] = []
    ask = tk.get_action

    def counted(name: str) -> Any:
        asked.append(name)
        return ask(name)

    monkeypatch.setattr(tk, "get_action", counted)
    page = browser.get("/e-walidata?tahun=2024", county.walidata)
    assert len(page.select("tbody tr")) == 25
    assert asked.count("datastore_search") == 25
    change = page.select("tbody tr a[href*='ubah=']")[3]["href"]
    assert browser.get(change, county.walidata).select_one("#field-code")["value"] == "SIM.03"
    assert len(browser.get("/e-walidata?tahun=2024&hal=2", county.walidata).select("tbody tr")) == 2
    asked.clear()
    wrong = browser.send("/e-walidata", county.walidata, status=422, **_mapped(table, code="SIM.03"))
    assert wrong.select_one("#field-code")["value"] == "SIM.03"
    assert asked.count("datastore_search") == 1  # the columns of the one table
