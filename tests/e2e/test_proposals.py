"""A compilation for 2026 is proposed in the browser: similar work is shown, and it becomes an activity with its number.

All of it is simulated. With ``LEBAK_PICTURES`` set to a folder its pages are kept there as pictures.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.e2e.test_story import picture
from tests.proposals.factory import LETTER, complete_proposal
from tests.steps import act, fill, follow, save, sign_in, sign_up, text, values

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE, OTHER, CUSTODIAN = "dp3ap2kb", "dinkes", "diskominfosp"
RUN = uuid.uuid4().hex[:6]
NAME = f"usulan-peserta-kb-{RUN}"
TITLE = f"SIMULASI {RUN}: kompilasi peserta KB aktif 2026"
THEIRS = f"SIMULASI {RUN}: pendataan peserta KB aktif"
THEIR_PURPOSE = f"SIMULASI {RUN}: tujuan yang belum umum"
NUMBER = f"K-26.3602.{int(RUN, 16) % 1000:03}"
CHOSEN_BY_HAND = {"type", "jenis_formulir", "name", "title", "tahun_kegiatan"}


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    """Operators of two offices and a person of the walidata, with the tokens of their programs."""
    names = SimpleNamespace(operator=f"pengusul-{RUN}", other=f"pengusul-lain-{RUN}", walidata=f"pemeriksa-{RUN}")
    names.tokens = {}
    for name, office in ((names.operator, OFFICE), (names.other, OTHER), (names.walidata, CUSTODIAN)):
        names.tokens[name] = sign_up(site, name)
        act(site, "organization_member_create", id=office, username=name, role="editor")
    act(site, "lebak_capacity_grant", user=names.walidata, organization=CUSTODIAN, capacity="walidata")
    return names


def call(site: Site, people: SimpleNamespace, user: str, action: str, **data: Any) -> Any:
    """Calls an action as a person's own program."""
    headers = {"Authorization": people.tokens[user]}
    answer = requests.post(f"{site.url}/api/3/action/{action}", json=data, headers=headers, timeout=60)
    assert answer.ok, answer.text
    return answer.json()["result"]


def record(browser: Chrome, site: Site, name: str, what: str) -> None:
    """Records what Romantik says of a proposal."""
    browser.get(f"{site.url}/usulan-rekomendasi/{name}/romantik")
    fill(browser, {"what": what})
    follow(browser, "form[action$='/catat'] [type=submit]")
    assert "/romantik" in browser.current_url


def test_a_compilation_is_proposed_and_gets_its_number_with_its_letter(
    site: Site, browser: Chrome, people: SimpleNamespace, tmp_path: Path
) -> None:
    theirs = complete_proposal(title=THEIRS, tujuan=THEIR_PURPOSE, name=f"usulan-lain-{RUN}", owner_org=OTHER)
    theirs_id = call(site, people, people.other, "package_create", **theirs)["id"]
    call(site, people, people.other, "lebak_release_submit", id=theirs_id)

    sign_in(browser, site, people.operator)
    browser.get(f"{site.url}/usulan-rekomendasi/new")
    fill(browser, {"jenis_formulir": "FP-KPA", "title": TITLE, "tahun_kegiatan": "2026"})
    browser.execute_script("document.querySelector('[name=name]').value = arguments[0]", NAME)
    save(browser)
    assert f"/usulan-rekomendasi/new/{NAME}/2" in browser.current_url, text(browser)
    similar = text(browser, ".lebak-similar")
    picture(browser, "usulan-serupa")
    assert THEIRS in similar
    assert THEIR_PURPOSE not in similar
    rest = {key: value for key, value in complete_proposal().items() if key not in CHOSEN_BY_HAND}
    call(site, people, people.operator, "package_patch", id=NAME, **rest)
    browser.get(f"{site.url}/usulan-rekomendasi/{NAME}/serahkan".replace("/usulan-rekomendasi/", "/dataset/"))
    follow(browser, "form[action$='/serahkan'] [type=submit]")
    assert not browser.current_url.endswith("/serahkan"), text(browser)

    browser.delete_all_cookies()
    sign_in(browser, site, people.walidata)
    browser.get(f"{site.url}/meja-walidata/{call(site, people, people.walidata, 'package_show', id=NAME)['id']}")
    follow(browser, "#tinjauan [value=pass_on]")
    for what in ("belum_divalidasi", "dalam_proses_validasi", "lengkap", "layak"):
        record(browser, site, NAME, what)

    # A number without its letter is refused, and what was typed stays.
    browser.get(f"{site.url}/usulan-rekomendasi/{NAME}/romantik")
    fill(browser, {"number": NUMBER})
    follow(browser, "form[action$='/nomor'] [type=submit]")
    assert browser.find_elements(By.CSS_SELECTOR, ".alert-danger")
    assert values(browser, "number") == {"number": NUMBER}
    letter = tmp_path / "surat-simulasi.pdf"
    letter.write_bytes(LETTER)
    browser.find_element(By.ID, "nomor-upload").send_keys(str(letter))
    follow(browser, "form[action$='/nomor'] [type=submit]")
    assert NUMBER in text(browser)
    assert "surat-simulasi.pdf" in text(browser)
    picture(browser, "usulan-romantik")

    browser.delete_all_cookies()
    sign_in(browser, site, people.operator)
    browser.get(f"{site.url}/usulan-rekomendasi/{NAME}/romantik")
    follow(browser, "form[action$='/kegiatan'] [type=submit]")
    assert "/kegiatan-statistik/" in browser.current_url, text(browser)
    assert NUMBER in text(browser)

    browser.delete_all_cookies()
    browser.get(f"{site.url}/usulan-rekomendasi/")
    public = text(browser, "article")
    picture(browser, "usulan-daftar")
    assert TITLE in public
    assert NUMBER in public
    assert THEIRS not in public
    assert requests.get(f"{site.url}/usulan-rekomendasi/{NAME}", timeout=30).status_code in (403, 404)
