"""An indicator in the browser: an operator types its formula, the walidata releases it, a visitor reads it typeset."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from selenium.webdriver import Chrome

from tests.sdi_factory import complete_dataset
from tests.steps import act, fill, follow, save, sign_in, sign_up, text, values, wait_for

if TYPE_CHECKING:
    from embedded.site import Site

OFFICE, CUSTODIAN, SUPERVISOR = "dp3ap2kb", "diskominfosp", "bps-lebak"
RUN = uuid.uuid4().hex[:8]  # a site may be used by several runs
NAME = f"simulasi-indikator-{RUN}"
TITLE = f"SIMULASI {RUN}: prevalensi kontrasepsi modern"
FORMULA = r"\text{mCPR} = \frac{\text{PUS pemakai metode modern}}{\text{PUS}} \times 100"
PAGE_1 = {
    "title": TITLE,
    "konsep": "Kontrasepsi",
    "notes": "Simulasi definisi untuk pengujian.",
    "interpretasi": "Simulasi: makin besar, makin banyak pemakai.",
    "metode_perhitungan": "Simulasi: pemakai dibagi PUS.",
    "ukuran": "Persentase",
    "satuan": "Persen",
    "variabel_disaggregasi": "Kecamatan",
}
PAGE_3 = {"level_estimasi": "kecamatan", "apakah_indikator_bisa_diakses_umum": "1"}


@pytest.fixture(scope="module")
def people(site: Site) -> SimpleNamespace:
    """An operator, the walidata and the pembina, and their tokens."""
    names = SimpleNamespace(operator=f"operator-{RUN}", walidata=f"walidata-{RUN}", pembina=f"pembina-{RUN}", tokens={})
    for name, office in ((names.operator, OFFICE), (names.walidata, CUSTODIAN), (names.pembina, SUPERVISOR)):
        names.tokens[name] = sign_up(site, name)
        act(site, "organization_member_create", id=office, username=name, role="editor")
    act(site, "lebak_capacity_grant", user=names.walidata, organization=CUSTODIAN, capacity="walidata")
    act(site, "lebak_capacity_grant", user=names.pembina, organization=SUPERVISOR, capacity="pembina")
    return names


def test_formula_is_typed_released_and_read(site: Site, browser: Chrome, people: SimpleNamespace) -> None:
    def as_(user: str, action: str, /, **data: Any) -> Any:
        headers = {"Authorization": people.tokens[user]}
        answer = requests.post(f"{site.url}/api/3/action/{action}", json=data, headers=headers, timeout=60)
        assert answer.ok, answer.text
        return answer.json()["result"]

    sign_in(browser, site, people.operator)
    browser.get(f"{site.url}/indikator/new")
    fill(browser, {**PAGE_1, "rumus": FORMULA.removesuffix("} \\times 100")})
    browser.execute_script("document.querySelector('[name=name]').value = arguments[0]", NAME)
    save(browser)
    # The brace that is missing is told, and nothing typed is lost.
    assert "Rumus" in text(browser, ".error-explanation")
    assert values(browser, *PAGE_1) == PAGE_1
    fill(browser, {"rumus": FORMULA})
    save(browser)
    assert f"/indikator/new/{NAME}/2" in browser.current_url, text(browser)
    fill(browser, {"apakah_indikator_komposit": "2"})
    row = {"kegiatan_penghasil": "Kompilasi simulasi", "nama": "PUS pemakai metode modern"}
    fill(browser, {f"variabel_pembangun-0-{key}": value for key, value in row.items()})
    save(browser)
    fill(browser, PAGE_3)
    save(browser)
    assert browser.current_url == f"{site.url}/indikator/{NAME}", text(browser)

    made = act(site, "package_show", id=NAME)
    assert made["rumus"] == FORMULA
    assert [{key: found[key] for key in row} for found in made["variabel_pembangun"]] == [row]
    as_(people.operator, "lebak_release_submit", id=made["id"])
    as_(people.pembina, "lebak_release_agree", id=made["id"])
    browser.delete_all_cookies()
    sign_in(browser, site, people.walidata)
    browser.get(f"{site.url}/meja-walidata/{made['id']}")
    wait_for(browser, "[name=act][value=approve]")
    follow(browser, "button[name=act][value=approve]")

    office = act(site, "organization_show", id=OFFICE)["id"]
    table = {"url": "https://example.org/simulasi.csv", "name": "Simulasi", "description": "Simulasi", "format": "CSV"}
    fields = complete_dataset(owner_org=office, indikator_id=made["id"], resources=[table], name=f"data-{NAME}")
    carrier = as_(people.operator, "package_create", **{**fields, "prioritas_tahun": []})
    as_(people.operator, "lebak_release_submit", id=carrier["id"], names_no_person=True, kind="tetap")
    as_(people.walidata, "lebak_release_approve", id=carrier["id"])

    browser.delete_all_cookies()
    browser.get(f"{site.url}/indikator/")
    assert TITLE in text(browser)
    browser.get(f"{site.url}/indikator/{NAME}")
    # The browser sets it by itself: the numerator stands above the denominator.
    above = "const [a, b] = document.querySelector('math mfrac').children; return a.getBoundingClientRect().bottom <= "
    assert browser.execute_script(above + "b.getBoundingClientRect().top + 1")
    assert PAGE_1["notes"] in text(browser)
    assert carrier["title"] in text(browser, ".lebak-indicator")
    follow(browser, f".lebak-indicator a[href$='/dataset/{carrier['name']}']")
    assert TITLE in text(browser, ".lebak-metadata")
