"""A visitor finds a dataset, understands it and takes its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.steps import WAIT, text, wait_for, words_of

if TYPE_CHECKING:
    from embedded.site import Site

# What CKAN says in English where the catalogue has a hole; names of formats and of software stay.
ENGLISH = re.compile(
    r"\b(Search|Filter|Organizations?|Datasets found|Download|Additional|License|Unknown|Created|Last [Uu]pdated"
    r"|Powered|Followers?"
    r"|Explore|Preview|Show more|Order by|Relevance|Log in|About|Home|Data Dictionary|Column|Type|Field|Value|Tags"
    r"|Groups|Activity)\b"
)


def test_a_dataset_is_found_understood_and_taken(site: Site, browser: Chrome) -> None:
    browser.get(site.url)
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "id"
    search = browser.find_element(
        By.CSS_SELECTOR, ".search-form input[name=q], #search-form input[name=q], main input[name=q], input[name=q]"
    )
    search.send_keys("penduduk")
    search.submit()
    wait_for(browser, ".dataset-list")
    assert "Contoh:" in text(browser, ".dataset-list")

    # The facets of the catalog, in words, not codes.
    facets = text(browser, ".filters")
    for heading in ("OPD", "Urusan pemerintahan", "Topik", "Format", "Tahun", "Tingkat penyajian"):
        assert heading in facets
    assert "vocab_" not in facets
    browser.find_element(By.PARTIAL_LINK_TEXT, "CSV").click()
    WebDriverWait(browser, WAIT).until(lambda b: "res_format=CSV" in b.current_url)
    browser.get(browser.current_url)  # the list is exchanged in place; its address leads to the same
    assert "CSV" in words_of(browser, ".filter-list")

    browser.find_element(By.CSS_SELECTOR, ".dataset-heading a").click()
    page = words_of(browser, ".lebak-metadata")
    for group in ("Data", "Waktu dan wilayah", "Klasifikasi dan tautan", "Akses dan kontak"):
        assert group in page
    assert "belum terbit" in page
    assert re.search(r"\d{1,2} [A-Z][a-z]+ \d{4} pukul \d\d\.\d\d WIB", page)

    browser.find_element(By.CSS_SELECTOR, ".resource-item a.heading, .resource-item a").click()
    wait_for(browser, ".module-resource")
    link = browser.find_element(By.CSS_SELECTOR, "a.resource-url-analytics").get_attribute("href") or ""
    answer = requests.get(link, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sumber" in answer.text.splitlines()[0]


def test_a_table_is_shown_on_its_page(site: Site, browser: Chrome) -> None:
    found = requests.get(
        f"{site.url}/api/3/action/package_search", params={"q": "kecamatan", "rows": 20}, timeout=30
    ).json()
    resource = next(r for d in found["result"]["results"] for r in d["resources"] if r["datastore_active"])
    browser.get(f"{site.url}/dataset/{resource['package_id']}/resource/{resource['id']}")
    frame = wait_for(browser, ".resource-view iframe, [data-module=data-viewer] iframe, iframe")
    browser.switch_to.frame(frame)
    assert words_of(browser, "table tbody tr td")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/dataset/",
        "/organization/",
        "/organization/dp3ap2kb",
        "/organization/about/dp3ap2kb",
        "/about",
        "/user/login",
        "/wilayah/36.02.14",
        "/tidak-ada",
    ],
)
def test_pages_speak_indonesian_and_fetch_nothing_from_elsewhere(site: Site, browser: Chrome, address: str) -> None:
    browser.get(site.url + address)
    left = ENGLISH.findall(text(browser))
    assert left == []
    fetched = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert {urlparse(url).hostname for url in fetched} <= {"127.0.0.1"}


def test_the_page_of_an_office_is_found_by_its_former_name(site: Site, browser: Chrome) -> None:
    browser.get(f"{site.url}/organization/?q=DP2KBP3A")
    assert "Pemberdayaan Perempuan" in text(browser, ".primary")


def test_english_is_offered(site: Site, browser: Chrome) -> None:
    browser.get(f"{site.url}/en/dataset/")
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert "Presentation level" in text(browser, ".filters")


def test_the_words_of_scripts_are_indonesian(site: Site) -> None:
    words = requests.get(f"{site.url}/api/i18n/id", timeout=30).json()
    assert len(words) > 40  # CKAN has 52
