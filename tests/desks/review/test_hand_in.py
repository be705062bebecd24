"""The page of one hand-in: what it shows, and what its buttons do."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from werkzeug.datastructures import FileStorage

from ckanext.lebak import audit
from ckanext.lebak.desks import tables
from ckanext.lebak.desks.model import TableReading
from ckanext.lebak.release.content import record
from ckanext.lebak.tables.scanning import ensure_scanned, stored_resource
from tests.release.conftest import TABLE, act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Draft = Callable[..., dict[str, Any]]
Browser = Callable[..., Any]

OTHER_TABLE = TABLE.replace(b"36.02.14,10", b"36.02.14,90") + b"2024,36.02.01,5,simulasi\n"
SUMS = TABLE + b"2024,36.02.01,30,simulasi\n2024,Jumlah,99,simulasi\n"


def _page(package_id: str, desk: str = "walidata") -> str:
    return f"/meja-{desk}/{package_id}"


def _content(browser: Browser, person: str, package_id: str) -> str:
    return browser(person, _page(package_id)).soup.select_one("[name=content]")["value"]


def _upload(person: str, resource_id: str, content: bytes) -> None:
    stored = act("resource_show", person, id=resource_id)
    upload = FileStorage(io.BytesIO(content), "simulasi.csv", "upload", "text/csv")
    act("resource_update", person, **{**stored, "upload": upload})
    ensure_scanned(stored_resource(resource_id))


def _change(county: SimpleNamespace, released_id: str, content: bytes, **fields: Any) -> str:
    copy = act("lebak_release_change", county.operator, id=released_id)["id"]
    act("package_patch", county.operator, id=copy, **fields)
    (resource,) = act("package_show", county.operator, id=copy)["resources"]
    _upload(county.operator, resource["id"], content)
    submit(county, copy, kind="revisi", reason="Simulasi: salah ketik", text="Simulasi: kecamatan ditambah")
    return copy


def test_the_page_of_a_change_shows_what_differs_from_what_the_public_reads(
    county: SimpleNamespace, released: Draft, browser: Browser
) -> None:
    public = released()["id"]
    copy = _change(county, public, OTHER_TABLE, konsep="Konsep simulasi yang lain")
    page = browser(county.walidata, _page(copy)).soup
    changed = page.select(".lebak-diff tr[data-field]")
    assert [row["data-field"] for row in changed] == ["konsep", "url"]
    assert "Konsep simulasi yang lain" in changed[0].text
    (cell,) = page.select("tr[data-row][data-column]")
    assert (cell["data-row"], cell["data-column"]) == ("2", "jumlah")
    assert [cell.find("del").text, cell.find("ins").text] == ["10", "90"]
    assert "Rows added: 1" in page.text
    for said in ("Simulasi: kecamatan ditambah", "Simulasi: salah ketik", "Change of a release"):
        assert said in page.text
    points = {row["data-point"]: row.select_one(".badge").text for row in page.select("tr[data-point]")}
    assert points == dict.fromkeys(("standard", "metadata", "codes", "format", "columns", "persons", "scan"), "Yes")
    assert model.Session.query(TableReading).count() == 1
    assert act("package_show", "", id=public)["konsep"] != "Konsep simulasi yang lain"


def test_a_large_table_is_read_in_the_background(
    county: SimpleNamespace, draft: Draft, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft()
    submit(county, made["id"])
    jobs: list[tuple[Any, Any]] = []
    monkeypatch.setattr(tables, "AT_ONCE", 0)
    monkeypatch.setattr(tk, "enqueue_job", lambda job, args, **_: jobs.append((job, args)))
    for _ in range(2):
        assert "being computed" in browser(county.walidata, _page(made["id"])).soup.text
    ((job, args),) = jobs
    job(*args)
    page = browser(county.walidata, _page(made["id"])).soup
    assert "being computed" not in page.text
    assert "What is unusual" in page.text
    tables.forget(made["resources"][0]["hash"])
    assert model.Session.query(TableReading).count() == 0


def test_what_is_kept_of_a_table_comes_back_as_it_was(county: SimpleNamespace, draft: Draft) -> None:
    files = []
    for content in (TABLE, OTHER_TABLE):
        made = draft(content)
        told = record(model.Session.connection(), made["id"])
        assert told is not None
        files.append(told["resources"][0])
    pair = tables.Pair(files[1], files[0], replaces=True, level="kecamatan")
    first = tables.reading_of(pair)
    assert first is not None
    assert first.differences is not None
    assert first.differences.added.count == 1
    assert first.rows[0] == (2, ("2024", "36.02.14", "90", "simulasi"))
    assert tables.reading_of(pair) == first
    described = {**files[1], "kolom": [{"nama": "lain"}]}
    unfit = tables.reading_of(tables.Pair(described, files[0], replaces=True))
    assert unfit is not None
    assert unfit.sentence(str)
    assert unfit.findings is None


def test_notes_are_collected_at_fields_and_cells_and_go_with_the_return(
    county: SimpleNamespace, draft: Draft, browser: Browser
) -> None:
    made = draft(SUMS)
    submit(county, made["id"])
    address, file_id = _page(made["id"]), made["resources"][0]["id"]
    page = browser(county.walidata, address).soup
    asked = [button["value"] for button in page.select("button[form=tinjauan]")]
    cell = "add:" + urlencode({"resource_id": file_id, "row": 5, "column": "jumlah"})
    assert cell in asked
    assert any("field=konsep" in value for value in asked)
    finding = page.select_one('[data-row="5"] button')
    assert finding is not None
    assert finding["value"] == cell

    data: dict[str, Any] = {"act": cell, "text": "Simulasi alasan"}
    page = browser(county.walidata, address, data).soup
    assert page.select_one("textarea[autofocus]")["name"] == "note-0-text"
    assert page.select_one("#alasan").text == "Simulasi alasan"
    form = {field["name"]: field["value"] for field in page.select('#tinjauan [type=hidden][name^="note-0"]')}
    assert (form["note-0-row"], form["note-0-column"], form["note-0-resource_id"]) == ("5", "jumlah", file_id)
    form["note-0-text"] = "Simulasi: tidak sama dengan rinciannya"

    page = browser(county.walidata, address, {**form, "act": "add:field=konsep"}).soup
    assert page.select_one("#note-0").text == "Simulasi: tidak sama dengan rinciannya"
    second = {"note-1-field": "konsep", "note-1-text": "Simulasi: konsep belum jelas"}
    page = browser(county.walidata, address, {**form, **second, "act": "approve"}, status=409).soup
    assert page.select_one("#note-1").text == "Simulasi: konsep belum jelas"
    assert act("lebak_release_show", county.walidata, id=made["id"])["status"] == "in_review"

    page = browser(county.walidata, address, {**form, **second, "act": "keep:1"}).soup
    assert page.select_one("#note-1") is None
    assert "Simulasi: konsep belum jelas" in page.select_one(".list-group [id^=catatan-]").text
    browser(county.walidata, address, {**form, "act": "return"}, status=302)
    state = act("lebak_release_show", county.operator, id=made["id"])
    assert state["status"] == "rejected"
    assert [(note["field"], note["row"], note["column"], note["resource_id"]) for note in state["notes"]] == [
        ("", 5, "jumlah", file_id),
        ("konsep", None, None, None),
    ]
    act("lebak_review_note_answer", county.operator, id=state["notes"][0]["id"], text="Simulasi: sudah dibetulkan")
    page = browser(county.walidata, address).soup
    assert "Simulasi: sudah dibetulkan" in page.text
    assert page.select_one("#tinjauan") is None


def test_what_is_released_is_what_was_looked_at(county: SimpleNamespace, draft: Draft, browser: Browser) -> None:
    made = draft()
    submit(county, made["id"])
    address, seen = _page(made["id"]), _content(browser, county.walidata, made["id"])
    act("lebak_release_recall", county.operator, id=made["id"])
    typed = {"act": "approve", "content": seen, "text": "Simulasi catatan"}
    page = browser(county.walidata, address, typed, status=403).soup
    assert "Simulasi catatan" in page.text
    act("package_patch", county.operator, id=made["id"], notes="Simulasi: definisi lain")
    submit(county, made["id"])
    page = browser(county.walidata, address, typed, status=409).soup
    assert "The content is not the one you looked at" in page.text
    assert page.select_one("#alasan").text == "Simulasi catatan"
    browser(county.walidata, address, {"act": "approve"}, status=409)
    fresh = page.select_one("[name=content]")["value"]
    assert fresh != seen
    browser(county.walidata, address, {"act": "approve", "content": fresh, "when": "day"}, status=409)
    browser(
        county.walidata, address, {"act": "approve", "content": fresh, "when": "day", "day": "2999-01-01"}, status=302
    )
    assert act("lebak_release_show", county.walidata, id=made["id"])["release_on"] == "2999-01-01"
    page = browser(county.walidata, address).soup
    assert [button["value"] for button in page.select("fieldset button")] == ["return"]


def test_the_buttons_are_not_for_others(county: SimpleNamespace, draft: Draft, browser: Browser) -> None:
    made = draft()
    submit(county, made["id"])
    seen = act("lebak_release_show", county.walidata, id=made["id"])["content"]
    entry = audit.of_package(made["id"])[0].id
    for who in ("operator", "colleague", "head", "member", "stranger", "koordinator", "sysadmin"):
        person = getattr(county, who)
        for button in ("return", "approve", "agree", "object", "keep:0", "add:field=konsep"):
            data = {"act": button, "content": seen, "text": "Simulasi", "note-0-text": "Simulasi"}
            browser(person, _page(made["id"], "walidata"), data, status=403)
        browser(person, _page(made["id"], "pembina"), {"act": "agree"}, status=403)
        browser(person, f"{_page(made['id'])}/riwayat/{entry}", {}, status=403)
    state = act("lebak_release_show", county.walidata, id=made["id"])
    assert (state["status"], state["step"], state["notes"]) == ("in_review", "walidata", [])


def test_the_pembina_agrees_or_objects_and_has_no_button_of_the_walidata(
    county: SimpleNamespace, draft: Draft, browser: Browser
) -> None:
    made = draft()
    act("lebak_priority_set", county.walidata, id=made["id"], years=["2026"], indicator="Indikator simulasi")
    submit(county, made["id"], text="Simulasi penjelasan")
    address = _page(made["id"], "pembina")
    page = browser(county.pembina, address).soup
    assert [button["value"] for button in page.select("fieldset button")] == ["agree", "object"]
    assert "Indikator simulasi" in page.text
    assert page.select_one("#riwayat") is None
    fields = [row["data-field"] for row in page.select_one("#uraian dl").select("[data-field]")]
    order = [field["field_name"] for field in tk.h.scheming_get_dataset_schema("dataset")["dataset_fields"]]
    assert fields == [name for name in order if name in fields]
    assert fields[:4] == ["title", "owner_org", "notes", "konsep"]
    buttons = browser(county.walidata, _page(made["id"])).soup.select("fieldset button")
    assert [button["value"] for button in buttons] == ["return"]

    note = {"note-0-field": "konsep", "note-0-text": "Simulasi: lihat standar data"}
    browser(county.pembina, address, {"act": "object", **note}, status=409)
    browser(county.pembina, address, {"act": "approve", "content": "x"}, status=409)
    browser(county.pembina, address, {"act": "object", "text": "Simulasi keberatan", **note}, status=302)
    page = browser(county.walidata, _page(made["id"])).soup
    for said in ("The pembina objected", "Simulasi keberatan", "Simulasi: lihat standar data", "Simulasi penjelasan"):
        assert said in page.text
    assert [button["value"] for button in page.select("fieldset button")] == ["return", "approve"]


def test_the_words_of_the_log_are_taken_away_by_a_post(county: SimpleNamespace, draft: Draft, browser: Browser) -> None:
    made = draft()
    submit(county, made["id"], text="Simulasi: menyebut seseorang")
    (entry,) = audit.of_package(made["id"])
    address = f"{_page(made['id'])}/riwayat/{entry.id}"
    form = browser(county.walidata, _page(made["id"])).soup.select_one(f'form[action$="{address}"]')
    assert form is not None
    assert form["method"] == "post"
    browser(county.walidata, address, {}, status=302)
    assert "menyebut seseorang" not in browser(county.walidata, _page(made["id"])).body


def test_the_last_editor_is_told_why_there_is_no_button(
    county: SimpleNamespace, draft: Draft, browser: Browser
) -> None:
    act("organization_member_create", county.sysadmin, id=county.office["id"], username=county.walidata, role="editor")
    made = draft()
    act("package_patch", county.walidata, id=made["id"], notes="Simulasi: definisi dari walidata")
    submit(county, made["id"])
    page = browser(county.walidata, _page(made["id"])).soup
    assert [button["value"] for button in page.select("fieldset button")] == ["return"]
