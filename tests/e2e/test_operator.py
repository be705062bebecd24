"""An operator of DP3AP2KB describes a dataset in the browser, makes mistakes on the way, and loses nothing."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.steps import act, fill, follow, save, sign_in, sign_up, text, token, values, wait_for

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE = "dp3ap2kb"
TITLE = "Jumlah peserta KB aktif menurut kecamatan (simulasi uji)"
RUN = uuid.uuid4().hex[:8]  # a site may be used by several runs
NAME = f"peserta-kb-aktif-{RUN}"
TABLE = "tahun,kode_kecamatan,nama_kecamatan,jumlah\n2024,36.02.14,Rangkasbitung,10\n2024,36.02.01,Malingping,5\n"

PAGE_1 = {
    "title": TITLE,
    "notes": "Peserta KB yang sedang memakai alat kontrasepsi (simulasi uji).",
    "konsep": "Peserta Keluarga Berencana",
    "variabel_disaggregasi": "Kecamatan\nMetode kontrasepsi",
    "ukuran": "Jumlah",
    "satuan": "Orang",
}
PAGE_2 = {
    "temporal_start": "2020",
    "temporal_end": "2024",
    "jadwal_rilis": "2027-02-01",
    "jadwal_pemutakhiran": "2027-02-01",
}
TAHUNAN = "http://publications.europa.eu/resource/authority/frequency/ANNUAL"


@pytest.fixture(scope="module")
def operator(site: Site) -> str:
    """An account that may write for the first office."""
    name = f"operator-{RUN}"
    sign_up(site, name)
    act(site, "organization_member_create", id=OFFICE, username=name, role="editor")
    return name


def test_a_dataset_through_the_paged_form_with_mistakes_on_the_way(
    site: Site, browser: Chrome, operator: str, tmp_path: Path
) -> None:
    sign_in(browser, site, operator)
    browser.get(f"{site.url}/dataset/new")
    fill(browser, PAGE_1)
    browser.execute_script("document.querySelector('[name=tag_string]').value = 'keluarga berencana, kontrasepsi'")
    browser.execute_script("document.querySelector('[name=name]').value = arguments[0]", NAME)
    save(browser)
    assert f"/dataset/new/{NAME}/2" in browser.current_url

    # A mistake on the second page: nothing typed is lost, the sentence says what to do.
    fill(browser, {**PAGE_2, "temporal_end": "20x4", "accrualPeriodicity": TAHUNAN, "level_estimasi": "kecamatan"})
    save(browser)
    assert "Periode akhir" in text(browser, ".error-explanation")
    kept = values(browser, *PAGE_2, "accrualPeriodicity", "level_estimasi")
    assert kept == {**PAGE_2, "temporal_end": "20x4", "accrualPeriodicity": TAHUNAN, "level_estimasi": "kecamatan"}
    fill(browser, {"temporal_end": "2024"})
    save(browser)
    assert browser.current_url.endswith("/3")

    # The third page is left incomplete on purpose.
    save(browser)
    assert browser.current_url.endswith("/4")
    save(browser)
    assert "/resource/new" in browser.current_url

    # A mistake beside an uploaded file: the file need not be chosen again.
    table = tmp_path / "peserta kb.csv"
    table.write_text(TABLE, encoding="utf-8")
    browser.find_element(By.NAME, "upload").send_keys(str(table))
    fill(browser, {"name": "Peserta KB aktif 2024", "description": "Satu baris per kecamatan.", "periode": "dua ribu"})
    save(browser)
    assert "peserta kb.csv" in text(browser, ".alert-info")
    assert values(browser, "name", "periode") == {"name": "Peserta KB aktif 2024", "periode": "dua ribu"}
    fill(browser, {"periode": "2024"})
    save(browser)

    assert browser.current_url == f"{site.url}/dataset/{NAME}", text(browser)
    assert act(site, "package_show", id=NAME)["state"] == "draft"

    # Handed in too early: the missing affair is named with the way to its page, and what was typed stays.
    browser.get(f"{site.url}/dataset/{NAME}/serahkan")
    browser.execute_script("document.querySelector('[name=kind][value=tetap]').click()")
    fill(browser, {"text": "Simulasi: penjelasan operator."})
    browser.execute_script("document.querySelector('[name=names_no_person]').checked = true")
    follow(browser, "form[action$='/serahkan'] [type=submit]")
    assert "Urusan" in text(browser, ".error-explanation")
    assert values(browser, "text") == {"text": "Simulasi: penjelasan operator."}
    browser.get(f"{site.url}/dataset/edit/{NAME}/3")
    fill(browser, {"kode_urusan": "2.14"})
    save(browser)

    dataset = act(site, "package_show", id=NAME)
    assert not requests.get(f"{site.url}/api/3/action/package_show", params={"id": NAME}, timeout=30).ok
    assert {key: dataset[key] for key in ("title", "notes", "konsep", "ukuran", "satuan")} == {
        key: PAGE_1[key] for key in ("title", "notes", "konsep", "ukuran", "satuan")
    }
    assert dataset["variabel_disaggregasi"] == ["Kecamatan", "Metode kontrasepsi"]
    assert {key: dataset[key] for key in PAGE_2} == PAGE_2
    assert dataset["kode_wilayah"] == ["36.02"]
    assert {tag["name"] for tag in dataset["tags"]} == {"keluarga berencana", "kontrasepsi"}
    assert dataset["publishing_status"] == "draft"
    assert dataset["kode_urusan"] == "2.14"
    (resource,) = dataset["resources"]
    assert (resource["name"], resource["periode"], resource["format"]) == ("Peserta KB aktif 2024", "2024", "CSV")
    shown = requests.get(resource["url"], headers={"Authorization": token(site)}, timeout=30)
    assert shown.text == TABLE


def test_25_columns_are_edited_deleted_and_reordered(
    site: Site, browser: Chrome, operator: str, tmp_path: Path
) -> None:
    columns = [
        {"nama": f"kolom_{i}", "definisi": f"Arti {i}", "tipe_data": "teks", "satuan": "", "peran": "dimensi"}
        for i in range(25)
    ]
    dataset = act(
        site, "package_create", name=f"kolom-{RUN}", title="Kolom (simulasi uji)", owner_org=OFFICE, private=True
    )
    resource = act(
        site, "resource_create", package_id=dataset["id"], name="Berkas", url="https://example.org/a", kolom=columns
    )
    sign_in(browser, site, operator)
    browser.get(f"{site.url}/dataset/kolom-{RUN}/resource/{resource['id']}/edit")
    wait_for(browser, ".lebak-rows[data-ready]")

    def press(row: int, button: str) -> None:
        found = browser.find_element(By.CSS_SELECTOR, f".lebak-rows tbody tr:nth-child({row + 1}) [data-row={button}]")
        browser.execute_script("arguments[0].click()", found)

    fill(browser, {"kolom-3-definisi": "Arti tiga, diubah"})
    press(12, "remove")
    press(20, "up")
    press(19, "up")
    press(0, "down")
    browser.execute_script("document.querySelector('[data-row=add]').click()")
    fill(browser, {"kolom-24-nama": "kolom_baru", "kolom-24-tipe_data": "desimal"})
    save(browser, "#resource-edit button.btn-primary")

    expected = [dict(column) for column in columns]
    expected[3]["definisi"] = "Arti tiga, diubah"
    del expected[12]
    expected.insert(18, expected.pop(20))
    expected[0], expected[1] = expected[1], expected[0]
    expected.append({"nama": "kolom_baru", "definisi": "", "tipe_data": "desimal", "satuan": "", "peran": ""})
    stored = act(site, "resource_show", id=resource["id"])["kolom"]
    assert [{key: row.get(key) or "" for key in expected[0]} for row in stored] == expected

    # All rows removed: nothing comes back.
    browser.get(f"{site.url}/dataset/kolom-{RUN}/resource/{resource['id']}/edit")
    wait_for(browser, ".lebak-rows[data-ready]")
    browser.execute_script("document.querySelectorAll('.lebak-rows tbody [data-row=remove]').forEach(b => b.click())")
    save(browser, "#resource-edit button.btn-primary")
    assert not act(site, "resource_show", id=resource["id"]).get("kolom")
