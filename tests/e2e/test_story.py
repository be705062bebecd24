"""A table on its way to the public, in the browser: returned, mended, consented to, released, corrected.

With ``LEBAK_PICTURES`` set to a folder the pages of the guides are kept there as pictures.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.sdi_factory import complete_dataset, complete_resource
from tests.steps import act, fill, follow, sign_in, sign_up, text, wait_for

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE, CUSTODIAN = "dp3ap2kb", "diskominfosp"
RUN = uuid.uuid4().hex[:6]
NAME = f"simulasi-cerita-{RUN}"
COLUMNS = [
    {"nama": "tahun", "definisi": "Tahun", "tipe_data": "tahun", "peran": "dimensi"},
    {"nama": "kecamatan", "definisi": "Kecamatan", "tipe_data": "teks", "peran": "dimensi"},
    {"nama": "jumlah", "definisi": "Peserta KB aktif", "tipe_data": "bilangan_bulat", "peran": "ukuran"},
    {"nama": "baru", "definisi": "Peserta KB baru", "tipe_data": "bilangan_bulat", "peran": "ukuran"},
]
HEAD = "tahun,kecamatan,jumlah,baru\n2024,Rangkasbitung,10,3\n2024,Malingping,5,2\n"
WRONG = f"{HEAD}2024,Jumlah,16,6\n"
RIGHT = f"{HEAD}2024,Jumlah,15,5\n"
CORRECTED = f"{HEAD}2024,Jumlah,15,6\n".replace("10,3", "10,4")


@pytest.fixture(scope="module")
def people(site: Site) -> Iterator[SimpleNamespace]:
    """An operator and the head of the first office, and a person of the walidata."""
    names = SimpleNamespace(operator=f"operator-{RUN}", head=f"kepala-{RUN}", walidata=f"walidata-{RUN}")
    for name, office, role in (
        (names.operator, OFFICE, "editor"),
        (names.head, OFFICE, "admin"),
        (names.walidata, CUSTODIAN, "editor"),
    ):
        sign_up(site, name)
        act(site, "organization_member_create", id=office, username=name, role=role)
    act(site, "lebak_capacity_grant", user=names.walidata, organization=CUSTODIAN, capacity="walidata")
    act(site, "organization_patch", id=OFFICE, persetujuan_kepala="1")
    yield names
    act(site, "organization_patch", id=OFFICE, persetujuan_kepala="2")


def picture(browser: Chrome, name: str) -> None:
    """Keeps a picture for the guides, where that is asked for."""
    folder = os.environ.get("LEBAK_PICTURES")
    if folder:
        browser.save_screenshot(str(Path(folder) / f"{name}.png"))


def leave(browser: Chrome) -> None:
    browser.delete_all_cookies()


def wait_until(done: Callable[[], bool]) -> None:
    """Waits a minute at most for what is done in the background."""
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until
        time.sleep(1)


def wait_until_checked(site: Site, file_id: str) -> None:
    """The worker looks for personal data and loads the table before a person would press the next button."""
    wait_until(lambda: act(site, "lebak_table_show", id=file_id)["state"] == "complete")


def wait_until_in_feed(site: Site, name: str, word: str) -> None:
    """A release reaches the feed with the publication that is under way, or with the next one."""
    wait_until(lambda: word in requests.get(f"{site.url}/dataset/{name}.ttl", timeout=60).text)


def send_file(site: Site, token: str, file_id: str, content: str) -> None:
    answer = requests.post(
        f"{site.url}/api/3/action/resource_patch",
        headers={"Authorization": token},
        data={"id": file_id},
        files={"upload": ("peserta.csv", content.encode(), "text/csv")},
        timeout=60,
    )
    assert answer.ok, answer.text


def hand_in(browser: Chrome, site: Site, name: str, explanation: str) -> None:
    """Fills in the form of the hand-in and sends it, once the check of the file has ended."""
    for _attempt in range(30):
        browser.get(f"{site.url}/dataset/{name}/serahkan")
        browser.execute_script("document.querySelector('[name=kind][value=tetap]').click()")
        fill(browser, {"text": explanation})
        browser.execute_script("document.querySelector('[name=names_no_person]').checked = true")
        picture(browser, "serahkan")
        follow(browser, "form[action$='/serahkan'] [type=submit]")
        if not browser.current_url.endswith("/serahkan"):
            return
        time.sleep(1)  # the worker is not through with the check of the file
    pytest.fail(text(browser))


def read(site: Site, **query: Any) -> dict[str, Any]:
    """What a visitor's program reads of the record."""
    answer = requests.get(f"{site.url}/api/3/action/package_show", params={"id": NAME, **query}, timeout=30)
    return answer.json()


def test_a_table_is_returned_mended_released_and_corrected(
    site: Site, browser: Chrome, people: SimpleNamespace
) -> None:
    values = complete_dataset(owner_org=OFFICE, name=NAME, resources=[], prioritas_tahun=None, temporal_end="2024")
    token = act(site, "api_token_create", user=people.operator, name="uji")["token"]
    headers = {"Authorization": token}
    made = requests.post(f"{site.url}/api/3/action/package_create", json=values, headers=headers, timeout=60).json()
    file = complete_resource(url=None, name="Peserta KB 2024", kolom=COLUMNS, package_id=made["result"]["id"])
    sent = requests.post(f"{site.url}/api/3/action/resource_create", json=file, headers=headers, timeout=60).json()
    file_id = sent["result"]["id"]
    send_file(site, token, file_id, WRONG)
    wait_until_checked(site, file_id)

    # The operator hands in a table whose parts do not add up; the head consents.
    sign_in(browser, site, people.operator)
    browser.get(f"{site.url}/meja-opd")
    assert values["title"] in text(browser)
    hand_in(browser, site, NAME, "Simulasi: angka dari pencatatan bulanan.")
    leave(browser)
    sign_in(browser, site, people.head)
    browser.get(f"{site.url}/dataset/{NAME}/langkah/setujui")
    follow(browser, "form[action$='/langkah/setujui'] [type=submit]")
    leave(browser)

    # The walidata sees it and puts a note at each of the two cells.
    sign_in(browser, site, people.walidata)
    browser.get(f"{site.url}/meja-walidata")
    picture(browser, "meja-walidata")
    assert values["title"] in text(browser)
    browser.get(f"{site.url}/meja-walidata/{made['result']['id']}")
    for column in ("jumlah", "baru"):
        follow(browser, f"[data-rule=totals][data-column={column}] button")
        number = len(browser.find_elements(By.CSS_SELECTOR, "textarea[name^=note-]")) - 1
        fill(browser, {f"note-{number}-text": f"Simulasi: jumlah kolom {column} tidak sama dengan rinciannya."})
    picture(browser, "pemeriksaan")
    follow(browser, "button[name=act][value=return]")
    assert not read(site)["success"]
    leave(browser)

    # The operator reads why, explains, and mends the table.
    sign_in(browser, site, people.operator)
    browser.get(f"{site.url}/meja-opd")
    picture(browser, "meja-opd")
    desk = text(browser)
    assert "tidak sama dengan rinciannya" in desk
    browser.get(f"{site.url}/dataset/{NAME}/catatan")
    noted = [note.get_attribute("id") for note in browser.find_elements(By.CSS_SELECTOR, ".lebak-notes > li")]
    assert len(noted) == 2
    for note in noted:
        browser.get(f"{site.url}/dataset/{NAME}/catatan")
        browser.execute_script("document.querySelector(arguments[0]).open = true", f"#{note} details")
        answer = browser.find_element(By.CSS_SELECTOR, f"#{note} textarea")
        answer.send_keys("Simulasi: salah ketik pada baris jumlah, sudah dibetulkan.")
        follow(browser, f"#{note} [type=submit]")
    send_file(site, token, file_id, RIGHT)
    wait_until_checked(site, file_id)
    hand_in(browser, site, NAME, "Simulasi: baris jumlah dibetulkan.")
    leave(browser)
    sign_in(browser, site, people.head)
    browser.get(f"{site.url}/dataset/{NAME}/langkah/setujui")
    fill(browser, {"letter": "SIM/1/2026"})
    follow(browser, "form[action$='/langkah/setujui'] [type=submit]")
    leave(browser)

    # The walidata releases it; page, file and feed show it.
    sign_in(browser, site, people.walidata)
    browser.get(f"{site.url}/meja-walidata/{made['result']['id']}")
    assert not browser.find_elements(By.CSS_SELECTOR, "[data-rule=totals]")
    assert "SIM/1/2026" in text(browser)
    follow(browser, "button[name=act][value=approve]")
    leave(browser)
    browser.get(f"{site.url}/dataset/{NAME}")
    assert values["title"] in text(browser)
    address = read(site)["result"]["resources"][0]["url"]
    assert requests.get(address, timeout=30).text == RIGHT
    wait_until_in_feed(site, NAME, values["title"])

    # The next day the operator corrects a figure: the correction waits, readers keep the first release.
    sign_in(browser, site, people.operator)
    browser.get(f"{site.url}/dataset/{NAME}/ubah")
    follow(browser, "form[action$='/langkah/mulai-perubahan'] [type=submit]")
    wait_for(browser, "form[id^=dataset-edit], form.dataset-form, [name=title]")
    copy_id = requests.get(
        f"{site.url}/api/3/action/lebak_release_show", params={"id": NAME}, headers=headers, timeout=30
    ).json()["result"]["change"]
    copy = requests.get(
        f"{site.url}/api/3/action/package_show", params={"id": copy_id}, headers=headers, timeout=30
    ).json()["result"]
    send_file(site, token, copy["resources"][0]["id"], CORRECTED)
    wait_until_checked(site, copy["resources"][0]["id"])
    hand_in(browser, site, copy["name"], "Simulasi: peserta baru Rangkasbitung dikoreksi.")
    assert requests.get(address, timeout=30).text == RIGHT
    browser.get(f"{site.url}/dataset/{NAME}")
    picture(browser, "rilis")
    leave(browser)
    sign_in(browser, site, people.head)
    browser.get(f"{site.url}/dataset/{copy['name']}/langkah/setujui")
    follow(browser, "form[action$='/langkah/setujui'] [type=submit]")
    leave(browser)
    sign_in(browser, site, people.walidata)
    browser.get(f"{site.url}/meja-walidata/{copy_id}")
    follow(browser, "button[name=act][value=approve]")
    assert requests.get(address, timeout=30).text == CORRECTED
    assert read(site)["result"]["resources"][0]["id"] == file_id
    browser.get(f"{site.url}/dataset/{NAME}/rilis")
    assert "2" in text(browser)
