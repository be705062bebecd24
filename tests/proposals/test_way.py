"""The way of a proposal: prepared, checked, answered by BPS, become an activity; and what nobody else sees of it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import CKANTestApp
from sqlalchemy.exc import DBAPIError

from ckanext.lebak.files import content
from ckanext.lebak.notices.model import RESULTS_DUE, Notice
from ckanext.lebak.proposals import letters, looking, reminding
from ckanext.lebak.proposals.model import ProposalEntry
from ckanext.lebak.release import gate, rules
from tests.days import in_days
from tests.desks.conftest import Browser, browser
from tests.proposals.factory import LETTER, complete_proposal, letter
from tests.release.conftest import act, county, hand_in
from tests.statistics_factory import complete_activity

__all__ = ["browser", "county"]

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

TODAY = in_days(0)
NUMBER = "K-26.3602.001"


def _propose(county: SimpleNamespace, form: str = "FP-KPA", *, user: str = "", **fields: Any) -> str:
    given = complete_proposal(form, **{"owner_org": county.office["id"], **fields})
    return act("package_create", user or county.operator, **given)["id"]


def _passed_on(county: SimpleNamespace, form: str = "FP-KPA", **fields: Any) -> str:
    proposal = _propose(county, form, **fields)
    hand_in(county.operator, proposal)
    act("lebak_proposal_pass_on", county.walidata, id=proposal)
    return proposal


def _record(county: SimpleNamespace, proposal: str, *what: str, note: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {}
    for each in what:
        told = act("lebak_proposal_record", county.walidata, id=proposal, what=each, day=TODAY, note=note)
    return told


def _refused(action: str, user: str, **data: Any) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as refused:
        act(action, user, **data)
    model.Session.rollback()
    return refused.value.error_dict


FEASIBLE = ("belum_divalidasi", "dalam_proses_validasi", "lengkap", "layak")


def test_a_compilation_from_its_first_line_to_the_proof(county: SimpleNamespace) -> None:
    proposal = _propose(county)
    hand_in(county.operator, proposal)
    act("lebak_release_return", county.walidata, id=proposal, text="SIMULASI: jelaskan sumbernya")
    act("package_patch", county.operator, id=proposal, metode_analisis="Deskriptif sederhana")
    hand_in(county.operator, proposal)
    assert "what" in _refused("lebak_proposal_record", county.walidata, id=proposal, what="belum_divalidasi", day=TODAY)
    act("lebak_proposal_pass_on", county.walidata, id=proposal)
    assert "publishing_status" in _refused("package_patch", county.operator, id=proposal, tujuan="lain")

    told = _record(county, proposal, *FEASIBLE)
    assert (told["status"], told["days"], told["weekdays"], told["next"]) == ("layak", 0, 0, [])
    given: dict[str, Any] = {"id": proposal, "day": TODAY, "number": NUMBER, "upload": letter()}
    assert set(_refused("lebak_proposal_activity_create", county.operator, id=proposal)) == {"what"}
    record = "lebak_proposal_number_record"
    assert set(_refused(record, county.walidata, **{**given, "upload": None})) == {"upload"}
    assert set(_refused(record, county.walidata, **{**given, "number": "K-26.1"})) == {"number"}
    assert set(_refused(record, county.walidata, **{**given, "number": "V-26.3602.001"})) == {"number"}
    assert set(_refused(record, county.walidata, **{**given, "upload": letter("surat.csv", b"a,b\n")})) == {"upload"}
    assert act(record, county.walidata, **given)["number"] == NUMBER

    activity = act("lebak_proposal_activity_create", county.operator, id=proposal)["name"]
    made = act("package_show", county.operator, id=activity)
    assert made["identitas_rekomendasi"] == NUMBER
    assert (made["cara_pengumpulan_data"], made["tahun_kegiatan"]) == ("3", "2026")
    assert made["iii_variabel_yang_dikumpulkan"][0]["nama"] == "Peserta KB aktif"
    assert made["iv_metode_pengumpulan_data"] == ["8"]
    assert made["vii_tahapan_pengolahan_data"][0]["penyuntingan"] == "1"
    assert made["publishing_status"] == "draft"
    assert "what" in _refused("lebak_proposal_activity_create", county.operator, id=proposal)

    day = dt.date(2026, 4, 15)
    assert reminding.remind(dt.date(2026, 2, 1)) == 0
    assert reminding.remind(day) == reminding.remind(day) == 1
    due = sa.select(sa.func.count()).select_from(Notice).where(Notice.what == RESULTS_DUE)
    assert model.Session.scalar(due) == 3, "operator, colleague and head, once each"
    handed = {"id": proposal, "day": TODAY, "note": "SIMULASI: tabel dan MS-Keg"}
    assert set(_refused("lebak_proposal_handover_record", county.operator, **handed)) == {"upload"}
    assert act("lebak_proposal_handover_record", county.operator, **handed, upload=letter())["handed_over_on"] == TODAY
    assert reminding.remind(dt.date(2026, 12, 31)) == 0


def test_what_bps_wants_mended_comes_back_and_a_mistake_is_taken_back(county: SimpleNamespace) -> None:
    proposal = _passed_on(county, "FS3")
    _record(county, proposal, "belum_divalidasi", "dalam_proses_validasi")
    assert "note" in _refused(
        "lebak_proposal_record", county.pembina, id=proposal, what="dalam_proses_perbaikan", day=TODAY
    )
    _record(county, proposal, "dalam_proses_perbaikan", note="SIMULASI: perjelas kerangka sampel")
    assert gate.place_of(proposal) == rules.Place(rules.REJECTED)
    act("package_patch", county.operator, id=proposal, sampel_kerangka="Daftar yang diperbarui (simulasi)")
    hand_in(county.operator, proposal)
    act("lebak_proposal_pass_on", county.walidata, id=proposal)
    _record(county, proposal, "sudah_diperbaiki", "tidak_layak")
    told = act("lebak_proposal_entry_undo", county.walidata, id=proposal, note="SIMULASI: salah pilih")
    assert told["status"] == "sudah_diperbaiki"
    assert [entry["what"] for entry in told["history"]][-2:] == ["tidak_layak", "koreksi"]
    with pytest.raises(DBAPIError):
        model.Session.execute(sa.update(ProposalEntry).values(what="layak"))
    model.Session.rollback()
    with pytest.raises(tk.NotAuthorized):
        act("lebak_proposal_record", county.operator, id=proposal, what="layak", day=TODAY)


def test_one_that_is_given_up_while_it_is_mended_is_cancelled(county: SimpleNamespace, browser: Browser) -> None:
    proposal = _passed_on(county)
    assert act("lebak_proposal_show", county.walidata, id=proposal)["next"] == ["belum_divalidasi"]
    _record(county, proposal, "belum_divalidasi", "dalam_proses_validasi")
    _record(county, proposal, "dalam_proses_perbaikan", note="SIMULASI: perjelas")
    assert act("lebak_proposal_show", county.walidata, id=proposal)["next"] == ["dibatalkan"]
    page = f"/usulan-rekomendasi/{proposal}/romantik"
    [option] = [each for each in browser.get(page, county.walidata).select("#catat-what option") if each.get("value")]
    browser.redirect(f"{page}/catat", county.walidata, {"what": option["value"], "day": TODAY, "note": ""})
    told = act("lebak_proposal_show", county.walidata, id=proposal)
    assert (told["status"], told["next"]) == ("dibatalkan", [])
    draft = _propose(county)
    assert act("lebak_proposal_show", county.operator, id=draft)["next"] == []


def test_others_see_the_title_that_was_passed_on(county: SimpleNamespace, app: CKANTestApp) -> None:
    checked, unchecked = "SIMULASI: kompilasi peserta KB aktif", "SIMULASI: kompilasi peserta KB aktif milik Fulan"
    proposal = _passed_on(county, title=checked)
    _record(county, proposal, "belum_divalidasi", "dalam_proses_validasi")
    _record(county, proposal, "dalam_proses_perbaikan", note="SIMULASI: perjelas")
    act("package_patch", county.operator, id=proposal, title=unchecked)

    def found_by(user: str) -> str:
        with app.flask_app.test_request_context("/"):
            [found] = act("lebak_proposal_similar", user, title=checked)
        return found["title"]

    def seen() -> list[str]:
        [public] = act("lebak_proposal_list", "")
        return [public["title"], found_by(county.stranger)]

    assert seen() == [checked, checked]
    assert found_by(county.colleague) == unchecked
    hand_in(county.operator, proposal)
    assert seen() == [checked, checked]
    act("lebak_proposal_pass_on", county.walidata, id=proposal)
    assert seen() == [unchecked, unchecked]


def test_nothing_makes_a_proposal_public(county: SimpleNamespace) -> None:
    proposal = _propose(county)
    hand_in(county.operator, proposal)
    assert "publishing_status" in _refused("lebak_release_approve", county.walidata, id=proposal)
    package = model.Package.get(proposal)
    assert package is not None
    package.state, package.private = "active", False
    with gate.opened("simulasi", reason="Simulasi", override=True), pytest.raises(gate.Refused):
        model.Session.flush()
    model.Session.rollback()
    assert looking.public_list() == []
    act("lebak_proposal_pass_on", county.walidata, id=proposal)
    [public] = act("lebak_proposal_list", "")
    assert set(public) == {"title", "office", "status", "number"}
    with pytest.raises(tk.NotAuthorized):
        act("package_show", "", id=proposal)
    found = act("package_search", "", fq="dataset_type:usulan-rekomendasi", include_drafts=True, include_private=True)
    assert found["count"] == 0
    shown = act("package_show", county.walidata, id=proposal)
    assert not {"pj_nama", "pj_telepon", "teknis_nama"} & set(shown)


def test_doubles_are_shown_and_no_more_of_them(county: SimpleNamespace) -> None:
    words = "SIMULASI: pendataan peserta KB aktif"
    theirs = _propose(
        county, user=county.stranger, owner_org=county.other["id"], title=words, tujuan="Rahasia simulasi"
    )
    ours = _propose(county)
    assert act("lebak_proposal_similar", county.operator, id=ours) == [], "a draft of another office is its own"
    hand_in(county.stranger, theirs)
    [found] = act("lebak_proposal_similar", county.operator, id=ours)
    assert found.pop("words") in ("With the walidata", "Di walidata")
    assert found == {
        "kind": "usulan-rekomendasi",
        "title": words,
        "office": county.other["title"],
        "status": "",
        "address": "",
        "same": True,
        "shared": [],
    }
    [seen] = act("lebak_proposal_similar", county.walidata, title=words)
    assert seen["address"].endswith(f"/usulan-rekomendasi/{act('package_show', county.walidata, id=theirs)['name']}")
    assert act("lebak_proposal_similar", county.operator, title="Survei kepuasan perpustakaan") == []
    with pytest.raises(tk.NotAuthorized):
        act("lebak_proposal_similar", county.operator, id=theirs)


def test_an_activity_that_another_office_has_handed_in_is_a_double_too(county: SimpleNamespace) -> None:
    title = "SIMULASI: pencatatan perpustakaan keliling"
    fields = complete_activity(owner_org=county.other["id"], title=title)
    theirs = act("package_create", county.stranger, **fields)
    asked = {"title": "Pencatatan perpustakaan keliling 2026"}
    assert act("lebak_proposal_similar", county.operator, **asked) == []
    act("lebak_release_submit", county.stranger, id=theirs["id"])
    [found] = act("lebak_proposal_similar", county.operator, **asked)
    assert (found["title"], found["office"], found["address"]) == (title, county.other["title"], "")


def test_the_pages(county: SimpleNamespace, browser: Browser) -> None:
    proposal = _passed_on(county)
    page = f"/usulan-rekomendasi/{proposal}/romantik"
    assert not browser.get("/usulan-rekomendasi/").select("article a[href*=usulan-rekomendasi]")
    assert browser.get("/usulan-rekomendasi/", county.operator).find("h2", id="usulan-saya")
    for outsider in ("", county.stranger, county.koordinator):
        browser.get(page, outsider, status=404)
    assert browser.get(page, county.operator).find("select", id="catat-what") is None
    typed: dict[str, Any] = {"what": "belum_divalidasi", "day": "2099-01-01", "note": "SIMULASI ketikan"}
    again = browser.send(f"{page}/catat", county.walidata, **typed)
    assert again.find("textarea", id="catat-note").text.strip() == "SIMULASI ketikan"
    assert again.select(".alert-danger")
    browser.redirect(f"{page}/catat", county.walidata, {**typed, "day": TODAY})
    _record(county, proposal, *FEASIBLE[1:])
    given: dict[str, Any] = {"number": NUMBER, "day": TODAY}
    refused = browser.send(f"{page}/nomor", county.walidata, **given)
    assert refused.find("input", {"name": "number"})["value"] == NUMBER
    browser.redirect(f"{page}/nomor", county.walidata, {**given, "upload": (letter().stream, "surat-simulasi.pdf")})
    shown = browser.get(page, county.operator)
    assert NUMBER in shown.text
    assert "BPS Kota Tangerang" in shown.text
    file = next(link["href"] for link in shown.select("a") if "/berkas/" in link.get("href", ""))
    answer = browser.raw(file, county.operator)
    assert answer.data == LETTER
    assert answer.headers["Content-Disposition"].startswith("attachment")
    browser.raw(file, county.stranger, status=404)
    browser.raw(file, "", status=404)
    assert not content.erase(content.sha256(letter().stream)), "the letter is kept as long as its entry"
    assert letters.refers_to(content.sha256(letter().stream))
    public = browser.get("/usulan-rekomendasi/").select_one("article").text
    assert NUMBER in public
    assert "Peserta KB aktif" not in public
