"""A planning round in the browser: opened, promised by form and spreadsheet, agreed on, changed; version 1 stays.

The year differs by run, so that what an earlier run on the same site has agreed on is not in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import openpyxl
import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from ckanext.lebak.planning.spreadsheet import HEADINGS
from tests.steps import PASSWORD, act, fill, follow, sign_in, text

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE, COORDINATOR = "dp3ap2kb", "bapperida"
RUN = uuid.uuid4().hex[:6]
YEAR = 2030 + int(RUN, 16) % 70
WORK, FORUM = "/daftar-data/kerja", "/daftar-data/koordinasi"
FIRST, SECOND, THIRD = (f"SIMULASI {RUN} {word}" for word in ("satu", "dua", "tiga"))


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    """An operator of the office, and who coordinates."""
    names = SimpleNamespace(operator=f"operator-{RUN}", koordinator=f"koordinator-{RUN}")
    for name in vars(names).values():
        act(site, "user_create", name=name, email=f"{name}@example.org", password=PASSWORD)
    act(site, "organization_member_create", id=OFFICE, username=names.operator, role="editor")
    act(site, "lebak_capacity_grant", user=names.koordinator, organization=COORDINATOR, capacity="koordinator")
    return names


def _as(browser: Chrome, site: Site, name: str, address: str) -> None:
    browser.delete_all_cookies()
    sign_in(browser, site, name)
    browser.get(f"{site.url}{address}")


def _promise(browser: Chrome, site: Site, values: Mapping[str, str]) -> None:
    browser.get(f"{site.url}{WORK}/{YEAR}/{OFFICE}/janji")
    fill(browser, values)
    follow(browser, "#promise-edit [name=save]")


def _send_file(browser: Chrome, field: str, path: Path, button: str) -> None:
    browser.find_element(By.CSS_SELECTOR, field).send_keys(str(path))
    follow(browser, button)


def _agree(browser: Chrome, site: Site, document: Path, letter: str, name: str) -> None:
    _as(browser, site, name, f"{FORUM}?tahun={YEAR}")
    follow(browser, "#tutup")
    fill(browser, {"letter": letter, "agreed_on": "2026-02-27"})
    _send_file(browser, "#sepakat-dokumen", document, "#sepakati [type=submit]")


def _open(browser: Chrome, site: Site, name: str) -> None:
    _as(browser, site, name, FORUM)
    browser.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
    fill(browser, {"year": str(YEAR), "until": f"{YEAR}-01-31"})
    follow(browser, "form[action$='/buka'] [type=submit]")


def _listed(site: Site, version: int) -> list[str]:
    answer = requests.get(f"{site.url}/daftar-data/{YEAR}.json?versi={version}", timeout=30).json()
    return sorted(one["title"] for one in answer["entries"])


def test_a_round_is_opened_promised_agreed_on_and_changed(
    site: Site, browser: Chrome, people: SimpleNamespace, tmp_path: Path
) -> None:
    document = tmp_path / "berita-acara.pdf"
    document.write_bytes(b"%PDF-1.4\nSIMULASI\n%%EOF\n")
    _open(browser, site, people.koordinator)

    _as(browser, site, people.operator, f"{WORK}?tahun={YEAR}")
    annual = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
    said = {
        "title": FIRST,
        "period": f"{YEAR - 1}/{YEAR}",
        "jadwal_rilis": f"{YEAR}-03-31",
        "accrualPeriodicity": annual,
    }
    _promise(browser, site, said)
    assert browser.find_element(By.ID, "field-title").get_attribute("value") == FIRST
    assert browser.find_element(By.ID, "problem-period").is_displayed()
    fill(browser, {"period": str(YEAR - 1)})
    follow(browser, "#promise-edit [name=save]")
    assert FIRST in text(browser, "tbody")

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(HEADINGS.values()))
    row = {
        **said,
        "title": SECOND,
        "period": str(YEAR - 1),
        "jadwal_rilis": "akhir Maret",
        "accrualPeriodicity": "Tahunan",
    }
    sheet.append([{**row, "accessRights": "Terbuka"}.get(key) for key in HEADINGS])
    book.save(tmp_path / "janji.xlsx")
    browser.get(f"{site.url}{WORK}/{YEAR}/{OFFICE}/lembar")
    _send_file(browser, "#berkas-janji", tmp_path / "janji.xlsx", "#unggah [type=submit]")
    assert "E2" in text(browser, "#uji-coba")
    fill(browser, {"mend-2-jadwal_rilis": f"{YEAR}-03-30"})
    follow(browser, "#uji-coba [name=try]")
    follow(browser, "#uji-coba [name=write]")
    follow(browser, "#serahkan")

    _agree(browser, site, document, f"SIM/{RUN}/1", people.koordinator)
    assert _listed(site, 1) == [SECOND, FIRST]

    _open(browser, site, people.koordinator)
    _as(browser, site, people.operator, WORK)
    _promise(browser, site, {**said, "title": THIRD, "period": str(YEAR - 1)})
    follow(browser, "#serahkan")
    _agree(browser, site, document, f"SIM/{RUN}/2", people.koordinator)
    assert _listed(site, 2) == [SECOND, FIRST, THIRD]
    assert _listed(site, 1) == [SECOND, FIRST]
    browser.delete_all_cookies()
    browser.get(f"{site.url}/daftar-data?tahun={YEAR}")
    assert len(browser.find_elements(By.CSS_SELECTOR, "tbody tr")) == 3
