"""The pages of the data list: what everybody reads, what an office does, what the coordinator does."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from ckan import model
from freezegun import freeze_time
from icalendar import Calendar

from ckanext.lebak.planning.model import Promise
from tests.planning.conftest import YEAR, Browser, act, agree, given, signed

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]
LIST, WORK, FORUM = "/daftar-data", "/daftar-data/kerja", "/daftar-data/koordinasi"


def _words(page: Any) -> str:
    return " ".join(page.get_text(" ").split())


def _list(county: SimpleNamespace, promise: Make) -> None:
    promise(title='=SIMULASI("rumus")', jadwal_rilis="2026-01-31")
    promise(title="SIMULASI kasus kekerasan", period="2025-S1", jadwal_rilis="2027-03-31")
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    agree(county)


def test_everybody_reads_the_agreed_list_and_takes_it_with_them(
    browser: Browser, county: SimpleNamespace, promise: Make
) -> None:
    empty = browser.get(f"/en{LIST}")
    assert empty.select_one("article h1").text.strip() == "Data list"
    assert "No list was agreed on yet." in _words(empty)
    _list(county, promise)
    page = browser.get(LIST)
    assert len(page.select("tbody tr")) == 2
    with freeze_time("2026-06-30"):
        assert len(browser.get(f"{LIST}?keadaan=late").select("tbody tr")) == 1
        shown = json.loads(browser.raw(f"{LIST}/{YEAR}.json").body)
    assert len(browser.get(f"{LIST}?q=KEKERASAN&opd={county.office['name']}").select("tbody tr")) == 1
    assert not browser.get(f"{LIST}?opd=lain").select("tbody tr")
    assert not page.select(f"a[href*='{LIST}/dokumen']")
    assert [one["state"] for one in shown["entries"]] == ["late", "not_yet_due"]
    rows = list(csv.reader(io.StringIO(browser.raw(f"{LIST}/{YEAR}.csv").body.lstrip("\ufeff"))))
    assert [row[4] for row in rows] == ["Judul data", '\'=SIMULASI("rumus")', "SIMULASI kasus kekerasan"]
    book = openpyxl.load_workbook(io.BytesIO(browser.raw(f"{LIST}/{YEAR}.xlsx").data))
    cells = [list(row) for row in book.worksheets[0].iter_rows()]
    assert (cells[1][4].value, cells[1][4].data_type) == ('=SIMULASI("rumus")', "s")
    assert len(cells[0]) == len(rows[0])
    browser.raw(f"{LIST}/2031.csv", status=404)
    browser.raw(f"{LIST}/{YEAR}.exe", status=404)
    browser.get(f"{LIST}?versi=9", status=404)


def test_the_calendar_tells_each_promised_day(browser: Browser, county: SimpleNamespace, promise: Make) -> None:
    browser.raw(f"{LIST}/kalender.ics", status=404)
    _list(county, promise)
    assert len(browser.get(f"{LIST}/kalender").select("section[aria-labelledby^=bulan]")) == 2
    events: Any = Calendar.from_ical(browser.raw(f"{LIST}/kalender.ics").body).walk("VEVENT")
    assert [str(event["dtstart"].dt) for event in events] == ["2026-01-31", "2027-03-31"]
    assert len({str(event["uid"]) for event in events}) == 2


def test_signed_documents_are_for_those_who_work_with_the_list(
    browser: Browser, county: SimpleNamespace, promise: Make
) -> None:
    _list(county, promise)
    (document,) = act("lebak_list_document_list", county.koordinator, year=YEAR)
    address = f"{LIST}/dokumen/{document['id']}"
    for nobody in ("", county.member):
        browser.raw(address, nobody, status=404)
    answer = browser.raw(address, county.operator)
    assert answer.data.startswith(b"%PDF")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "public" not in answer.headers["Cache-Control"]
    assert browser.get(LIST, county.operator).select(f"a[href$='{address}']")


def test_a_mistake_in_the_form_loses_nothing_that_was_typed(
    browser: Browser, county: SimpleNamespace, promise: Make
) -> None:
    address = f"{WORK}/{YEAR}/{county.office['name']}/janji"
    assert browser.redirect(address).startswith("/user/login")
    browser.get(address, county.stranger, status=403)
    assert browser.get(address, county.operator).select_one("#field-title")
    page = browser.send(address, county.operator, status=422, **given(jadwal_rilis="kapan-kapan"))
    assert page.select_one("#field-jadwal_rilis")["value"] == "kapan-kapan"
    assert page.select_one("#field-title")["value"] == given()["title"]
    assert page.select_one("#problem-jadwal_rilis")
    assert browser.redirect(address, county.operator, given()).startswith(WORK)
    work = browser.get(WORK, county.operator)
    assert given()["title"] in _words(work)
    assert browser.redirect(f"{WORK}/{YEAR}/{county.office['name']}/serahkan", county.operator, {})
    browser.send(f"{WORK}/{YEAR}/{county.office['name']}/serahkan", county.operator, status=422)


def test_the_coordinator_opens_closes_and_agrees(browser: Browser, county: SimpleNamespace) -> None:
    browser.get(FORUM, county.operator, status=403)
    refused = browser.send(f"{FORUM}/buka", county.koordinator, status=422, year=str(YEAR), until="2020-01-01")
    assert refused.select_one("#putaran-sampai")["value"] == "2020-01-01"
    browser.redirect(f"{FORUM}/buka", county.koordinator, {"year": str(YEAR), "until": "2099-01-01"})
    office = {"year": YEAR, "organization": county.office["id"]}
    act("lebak_promise_save", county.operator, **office, **given())
    act("lebak_promise_submit", county.operator, **office)
    page = browser.get(FORUM, county.koordinator)
    assert county.office["title"] in _words(page)
    assert not page.select_one("#sepakati")
    assert not browser.get(FORUM, county.walidata).select_one("#tutup")
    browser.redirect(f"{FORUM}/{YEAR}/tutup", county.koordinator, {})
    digest = browser.get(FORUM, county.koordinator).select_one("input[name=digest]")["value"]
    said = {"agreed_on": "2026-02-27", "letter": "SIM/1/2026", "digest": digest, "note": "Simulasi"}
    refused = browser.send(f"{FORUM}/{YEAR}/sepakati", county.koordinator, status=422, **said)
    assert refused.select_one("#sepakat-nomor")["value"] == said["letter"]
    browser.redirect(f"{FORUM}/{YEAR}/sepakati", county.koordinator, {**said, "upload": signed()})
    assert browser.get(LIST).select("tbody tr")


def test_national_priority_is_noted_and_taken_off_by_its_button(
    browser: Browser, county: SimpleNamespace, promise: Make
) -> None:
    made = promise()
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    address = f"{FORUM}/{YEAR}/prioritas/{made['id']}"
    for told in ("1", ""):
        button = browser.get(FORUM, county.walidata).select_one(f"form[action$='{address}'] button[name=listed]")
        browser.redirect(address, county.walidata, {"listed": button["value"]})
        (seen,) = act("lebak_promise_list", county.walidata, year=YEAR, organization=county.office["id"])
        assert seen["prioritas_nasional"] == told
    browser.send(address, county.walidata, status=422, listed="mungkin")


@pytest.mark.parametrize("year", ["9999", "99999999999", "2018"])
def test_a_number_that_is_no_year_is_no_page(browser: Browser, county: SimpleNamespace, year: str) -> None:
    for address in (
        f"{WORK}/{year}/{county.office['name']}/lembar",
        f"{WORK}/{year}/{county.office['name']}/templat.xlsx",
    ):
        browser.raw(address, county.operator, status=404)
    browser.raw(f"{LIST}/berita-acara/{year}.pdf", county.koordinator, status=404)


def test_the_page_says_what_was_taken_over_and_what_was_not(
    browser: Browser, county: SimpleNamespace, promise: Make
) -> None:
    promise()
    broken = promise(title="SIMULASI yang berubah kode")
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    act("lebak_round_open", county.koordinator, year=YEAR + 1, until="2099-01-31")
    lost = model.Session.get_one(Promise, broken["id"])
    lost.handed_in = {**(lost.handed_in or {}), "accessRights": "sandi-lama"}
    model.Session.commit()
    where = {"year": YEAR + 1, "organization": county.office["id"]}
    told = act("lebak_promise_roll", county.operator, **where)
    assert told == {"taken": 1, "left": [broken["title"]]}
    to = browser.redirect(f"{WORK}/{YEAR + 1}/{county.office['name']}/gulirkan", county.operator, {})
    assert broken["title"] in _words(browser.get(to, county.operator).select_one(".flash-messages"))


def test_what_is_alike_is_shown_in_one_line(browser: Browser, county: SimpleNamespace, promise: Make) -> None:
    promise(title="SIMULASI kasus kekerasan terhadap perempuan")
    for period in ("2024", "2025"):
        other = given(title="SIMULASI kasus kekerasan terhadap perempuan", period=period)
        act("lebak_promise_save", county.stranger, year=YEAR, organization=county.other["id"], **other)
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    act("lebak_promise_submit", county.stranger, year=YEAR, organization=county.other["id"])
    assert len(act("lebak_list_doubles", county.koordinator, year=YEAR)) == 2
    for address, user in ((FORUM, county.koordinator), (WORK, county.operator)):
        (line,) = browser.get(address, user).select(".lebak-doubles li")
        assert _words(line).count("SIMULASI kasus kekerasan") == 3
