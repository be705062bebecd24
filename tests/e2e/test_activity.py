"""An operator describes a statistical activity in the browser, block by block: what is not asked is not shown."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.statistics_factory import variables
from tests.steps import act, fill, ready, save, sign_in, sign_up, text, values, wait_for

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE = "dp3ap2kb"
RUN = uuid.uuid4().hex[:8]  # a site may be used by several runs
NAME = f"simulasi-survei-{RUN}"
TITLE = f"SIMULASI {RUN}: survei kepuasan layanan"
PERSON = "SIMULASI nama penanggung jawab"
VARIABLES = "iii_variabel_yang_dikumpulkan"
SCHEDULE = ("perencanaan_kegiatan", "desain", "pengumpulan_data", "pengolahan_data", "analisis", "diseminasi_hasil")


@pytest.fixture(scope="module")
def operator(site: Site) -> str:
    """An account that may write for the office."""
    name = f"operator-{RUN}"
    sign_up(site, name)
    act(site, "organization_member_create", id=OFFICE, username=name, role="editor")
    return name


def _is_shown(browser: Chrome, name: str) -> bool:
    script = "const e = document.querySelector(`form [name='${arguments[0]}']:not([type=hidden])`); "
    return browser.execute_script(script + "return !!e && !e.closest('[hidden]') && !e.disabled", name)


def _tick(browser: Chrome, name: str, *codes: str) -> None:
    for code in codes:
        box = browser.find_element(By.CSS_SELECTOR, f"input[name='{name}'][value='{code}']")
        # In the middle of the window, where nothing that moves in from its edges lies over it.
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", box)


def _set_days(browser: Chrome, name: str, *days: str) -> None:
    script = (
        "document.querySelectorAll(`input[name='${arguments[0]}']`).forEach((e, i) => { e.value = arguments[1][i] })"
    )
    browser.execute_script(script, name, list(days))


def test_an_activity_is_described_block_by_block(site: Site, browser: Chrome, operator: str) -> None:
    sign_in(browser, site, operator)
    browser.get(f"{site.url}/kegiatan-statistik/new")
    fill(browser, {"title": TITLE, "tahun_kegiatan": "2026", "sektor_kegiatan": "2", "cara_pengumpulan_data": "3"})
    browser.execute_script("document.querySelector('[name=name]').value = arguments[0]", NAME)
    assert not _is_shown(browser, "mendapat_rekomendasi")
    fill(browser, {"cara_pengumpulan_data": "2"})
    assert _is_shown(browser, "mendapat_rekomendasi")
    fill(browser, {"mendapat_rekomendasi": "1", "identitas_rekomendasi": "V-26.3602.001"})
    save(browser)
    assert f"/kegiatan-statistik/new/{NAME}/2" in browser.current_url, text(browser)

    # I: a mobile number is refused, and nothing typed is lost.
    block_1 = {"i_instansi_penyelanggara": "Dinas simulasi", "i_alamat": "Jalan simulasi", "i_email": "a@example.org"}
    fill(browser, {**block_1, "i_telepon": "081234567890"})
    save(browser)
    assert "Telepon kantor" in text(browser, ".error-explanation")
    assert values(browser, *block_1) == block_1
    fill(browser, {"i_telepon": "(0252) 123456"})
    save(browser)
    assert browser.current_url.endswith("/3"), text(browser)

    # II: a mistake in what is private keeps what was typed too.
    fill(browser, {"ii_unit_eselon2": "Dinas simulasi", "ii_pj_jabatan": "Kepala Bidang", "ii_pj_alamat": "Jalan"})
    fill(browser, {"ii_pj_nama": f"{PERSON} 198001012005011001", "ii_pj_telepon": "0812 0000 0000"})
    save(browser)
    assert "NIP" in text(browser, ".error-explanation")
    assert values(browser, "ii_pj_telepon", "ii_pj_jabatan") == {
        "ii_pj_telepon": "0812 0000 0000",
        "ii_pj_jabatan": "Kepala Bidang",
    }
    fill(browser, {"ii_pj_nama": PERSON})
    save(browser)
    assert browser.current_url.endswith("/4"), text(browser)

    # III
    fill(browser, {"iii_latar_belakang_kegiatan": "Simulasi", "iii_tujuan_kegiatan": "Simulasi"})
    for name in SCHEDULE:
        _set_days(browser, f"iii_jadwal_{name}", "2026-03-01", "2026-03-31")
    fill(browser, {f"{VARIABLES}-0-nama": "Kepuasan", f"{VARIABLES}-0-konsep": "Layanan\nKepuasan"})
    save(browser)
    assert browser.current_url.endswith("/5"), text(browser)

    # IV: once, so how often is not asked; repeatedly, so it is.
    fill(browser, {"iv_kegiatan_ini_dilakukan": "1"})
    assert not _is_shown(browser, "iv_frekuensi_penyelanggara")
    fill(browser, {"iv_kegiatan_ini_dilakukan": "2", "iv_frekuensi_penyelanggara": "8"})
    assert _is_shown(browser, "frekuensi_tepat")
    fill(browser, {"iv_kegiatan_ini_dilakukan": "1"})
    assert not _is_shown(browser, "frekuensi_tepat")  # what depends on it goes with it
    fill(browser, {"iv_tipe_pengumpulan_data": "3", "iv_cakupan_wilayah_pengumpulan_data": "2"})
    areas = "iv_sebagian_cakupan_wilayah_pengumpulan_data"
    fill(browser, {f"{areas}-0-kode_provinsi": "36", f"{areas}-0-kode_kabupaten_kota": "3602"})
    _tick(browser, "iv_metode_pengumpulan_data", "1", "4")
    _tick(browser, "iv_sarana_pengumpulan_data", "8")
    _tick(browser, "iv_unit_pengumpulan_data", "1")
    save(browser)
    assert browser.current_url.endswith("/6"), text(browser)

    # V: a survey is asked for its sample; a method of the other kind is refused.
    ready(browser)
    assert not _is_shown(browser, "v_metode_yang_digunakan")
    fill(browser, {"v_metode_pemilihan_sampel_tahap_terakhir": "2", "v_metode_yang_digunakan": "1"})
    assert not _is_shown(browser, "v_fraksi_sampel_keseluruhan")
    save(browser)
    assert "Metode yang digunakan" in text(browser, ".error-explanation")
    fill(browser, {"v_metode_yang_digunakan": "8", "v_unit_sampel": "Peserta"})
    save(browser)
    assert browser.current_url.endswith("/7"), text(browser)

    # VI: CAWI has no staff, and the page says so without a field to fill in.
    ready(browser)
    assert not _is_shown(browser, "vi_petugas_pengumpulan_data")
    assert "PAPI" in text(browser, "[data-question=vi_petugas_pengumpulan_data]")
    save(browser)
    fill(browser, {"vii_tahapan_pengolahan_data-0-penyuntingan": "1", "vii_tahapan_pengolahan_data-0-penyandian": "2"})
    save(browser)
    save(browser)
    save(browser)
    assert browser.current_url == f"{site.url}/kegiatan-statistik/{NAME}", text(browser)

    stored = act(site, "package_show", id=NAME)
    assert stored["iii_jadwal_desain"] == ["2026-03-01", "2026-03-31"]
    assert stored["iv_metode_pengumpulan_data"] == ["1", "4"]
    assert stored[areas][0]["kode_kabupaten_kota"] == "36.02"
    assert stored[VARIABLES][0]["konsep"] == ["Layanan", "Kepuasan"]
    assert stored["vii_tahapan_pengolahan_data"][0]["penyandian"] == "2"
    assert "frekuensi_tepat" not in stored
    assert PERSON not in str(stored)
    # The office reads who is in charge; a visitor does not even see the draft.
    assert PERSON in text(browser, "[data-question=ii_pj_nama]")
    assert browser.find_elements(By.CSS_SELECTOR, "[data-question=vi_petugas_pengumpulan_data] .lebak-not-issued")
    assert requests.get(f"{site.url}/kegiatan-statistik/{NAME}", timeout=30).status_code == 404  # noqa: PLR2004

    # A compilation after all: the block of the sample is empty and is not asked.
    browser.get(f"{site.url}/kegiatan-statistik/edit/{NAME}/1")
    fill(browser, {"cara_pengumpulan_data": "3"})
    save(browser)
    browser.get(f"{site.url}/kegiatan-statistik/edit/{NAME}/6")
    assert not browser.find_elements(By.CSS_SELECTOR, "form [name^=v_]")
    assert not [key for key in act(site, "package_show", id=NAME) if key.startswith("v_")]


def test_25_variables_are_edited_deleted_and_reordered(site: Site, browser: Chrome, operator: str) -> None:
    rows: list[dict[str, Any]] = variables(25)
    name = f"simulasi-variabel-{RUN}"
    made = act(
        site,
        "package_create",
        **{"type": "kegiatan-statistik", "name": name, "title": f"SIMULASI {RUN} variabel", VARIABLES: rows},
        owner_org=OFFICE,
    )
    sign_in(browser, site, operator)
    page = f"{site.url}/kegiatan-statistik/edit/{made['id']}/4"
    browser.get(page)
    wait_for(browser, ".lebak-rows[data-ready]")

    def press(row: int, button: str) -> None:
        found = browser.find_element(By.CSS_SELECTOR, f".lebak-rows tbody tr:nth-child({row + 1}) [data-row={button}]")
        browser.execute_script("arguments[0].click()", found)

    fill(browser, {f"{VARIABLES}-3-definisi": "SIMULASI diubah", f"{VARIABLES}-3-konsep": "Satu\nDua\nTiga"})
    press(12, "remove")
    press(20, "up")
    press(19, "up")
    press(0, "down")
    browser.execute_script("document.querySelector('[data-row=add]').click()")
    fill(browser, {f"{VARIABLES}-24-nama": "SIMULASI baru"})
    save(browser)

    expected = [dict(row) for row in rows]
    expected[3] |= {"definisi": "SIMULASI diubah", "konsep": ["Satu", "Dua", "Tiga"]}
    del expected[12]
    expected.insert(18, expected.pop(20))
    expected[0], expected[1] = expected[1], expected[0]
    expected.append({"nama": "SIMULASI baru"})
    stored = act(site, "package_show", id=made["id"])[VARIABLES]
    assert [{key: value for key, value in row.items() if value} for row in stored] == expected

    # All rows removed: nothing comes back.
    browser.get(page)
    wait_for(browser, ".lebak-rows[data-ready]")
    browser.execute_script("document.querySelectorAll('.lebak-rows tbody [data-row=remove]').forEach(b => b.click())")
    save(browser)
    assert not act(site, "package_show", id=made["id"]).get(VARIABLES)
