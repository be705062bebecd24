"""The desk of an office: what stands there, for whom, and what its forms do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from babel.dates import format_date
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.lebak import audit
from ckanext.lebak.desks import office
from ckanext.lebak.release import confirmation, gate
from tests.days import in_days
from tests.desks.conftest import Browser
from tests.release.conftest import act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]
DESK = "/meja-opd"


def _words(page: Any) -> str:
    return " ".join(page.get_text(" ").split())


def test_the_desk_is_for_who_works_for_an_office(browser: Browser, county: SimpleNamespace) -> None:
    assert browser.redirect(DESK).startswith("/user/login?came_from=")
    page = browser.get(DESK, county.operator)
    assert county.office["title"] in page.select_one("#content h1").text
    assert page.select_one(f"a[href$='/dataset/new?group={county.office['id']}']")
    assert not page.select(".lebak-record")
    assert browser.get(DESK, county.member).select_one("#content h1")
    assert county.office["title"] not in _words(browser.get(DESK, county.member))
    browser.get(f"{DESK}?opd={county.other['name']}", county.operator, status=403)
    assert browser.get("/about", county.operator).select_one(f"a[href$='{DESK}']")
    assert not browser.get("/about", county.member).select_one(f"a[href$='{DESK}']")
    assert not browser.get("/about").select_one(f"a[href$='{DESK}']")


def test_who_works_for_several_offices_chooses(browser: Browser, county: SimpleNamespace) -> None:
    act("organization_member_create", county.sysadmin, id=county.other["id"], username=county.operator, role="editor")
    page = browser.get(f"{DESK}?opd={county.other['name']}", county.operator)
    assert page.select_one("#content h1").text == county.other["title"]
    assert {a["href"].rpartition("=")[2] for a in page.select("nav[aria-label] a[href*='opd=']")} == {
        county.office["name"],
        county.other["name"],
    }


def test_a_draft_says_what_is_missing_and_leads_there(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    record = draft(konsep=None)
    page = browser.get(DESK, county.operator)
    (card,) = page.select(f"#data-{record['id']}")
    assert card.select_one("a[href$='#field-konsep']")["href"].endswith(
        f"/dataset/edit/{record['name']}/1#field-konsep"
    )
    assert card.select_one(f"a[href$='/dataset/{record['name']}/serahkan']")
    act("package_patch", county.operator, id=record["id"], resources=[])
    assert browser.get(DESK, county.operator).select_one(f"a[href$='/dataset/{record['name']}/resource/new']")


def test_what_was_returned_says_why_and_each_note_leads_to_its_place(
    browser: Browser, county: SimpleNamespace, draft: Make
) -> None:
    record = draft()
    file_id = record["resources"][0]["id"]
    submit(county, record["id"])
    notes = [
        {"field": "satuan", "text": "Simulasi: satuan tidak cocok"},
        {"resource_id": file_id, "row": 2, "column": "jumlah", "text": "Simulasi: periksa angka ini"},
        {"text": "Simulasi <b>secara umum</b>"},
    ]
    act("lebak_release_return", county.walidata, id=record["id"], text="Simulasi: dua hal", notes=notes)
    page = browser.get(DESK, county.colleague)
    (card,) = page.select(f"#data-{record['id']}")
    assert "Simulasi: dua hal" in card.text
    first, second, third = card.select(".lebak-notes > li")
    assert first.a["href"].endswith(f"/dataset/edit/{record['name']}/1#field-satuan")
    assert second.a["href"].endswith(f"/dataset/{record['name']}/resource/{file_id}/edit")
    assert "2" in second.a.text
    assert "jumlah" in second.a.text
    assert "<b>secara umum</b>" in third.text
    form = first.form
    assert form["method"] == "post"
    refused = browser.send(form["action"], county.colleague, text=" ", came_from="desk")
    assert refused.select_one("details[open] [role=alert]")
    to = browser.redirect(form["action"], county.colleague, {"text": "Simulasi: dibetulkan", "came_from": "desk"})
    assert to.endswith(f"{DESK}?opd={county.office['name']}")
    assert "Simulasi: dibetulkan" in browser.get(DESK, county.operator).text
    browser.send(form["action"], county.stranger, status=404, text="Simulasi")
    browser.send(form["action"], county.member, status=403, text="Simulasi")


def test_an_answer_belongs_to_the_record_that_its_address_names(
    browser: Browser, county: SimpleNamespace, draft: Make
) -> None:
    record, other = draft(), draft()
    submit(county, record["id"])
    note = act("lebak_review_note_create", county.walidata, id=record["id"], text="Simulasi: jelaskan")
    browser.send(f"/dataset/{other['name']}/catatan/{note['id']}", county.operator, status=404, text="Simulasi")
    browser.send(f"/dataset/{record['name']}/catatan/9999", county.operator, status=404, text="Simulasi")


def test_the_head_consents_or_declines_on_the_desk(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    record = draft()
    submit(county, record["id"])
    consent, decline = (f"/dataset/{record['name']}/langkah/{slug}" for slug in ("setujui", "tolak"))
    assert not browser.get(DESK, county.operator).select(".lebak-consent")
    browser.send(consent, county.operator, status=403)
    forms = browser.get(DESK, county.head).select(".lebak-consent form")
    assert [form["action"] for form in forms] == [consent, decline]
    refused = browser.send(decline, county.head, text="", came_from="desk")
    assert refused.select_one("[role=alert]")
    assert refused.select_one("input[name=came_from]")["value"] == "desk"
    to = browser.redirect(decline, county.head, {"text": "Simulasi: belum lengkap", "came_from": "desk"})
    assert to.endswith(f"{DESK}?opd={county.office['name']}")
    assert "Simulasi: belum lengkap" in browser.get(DESK, county.operator).text
    submit(county, record["id"])
    browser.redirect(consent, county.head, {"letter": "SIM/2/2026", "came_from": "desk"})
    state = act("lebak_release_show", county.head, id=record["id"])
    assert (state["step"], state["consent_letter"]) == ("walidata", "SIM/2/2026")


def test_the_head_names_who_consents_in_their_place_until_a_day(
    browser: Browser, county: SimpleNamespace, draft: Make
) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    name = county.office["name"]
    for who in (county.operator, county.walidata, county.sysadmin):
        browser.send(f"{DESK}/wakil", who, status=403, opd=name, username=county.colleague, until=in_days(3))
    for given in ({"username": county.stranger, "until": in_days(3)}, {"username": county.colleague, "until": "besok"}):
        page = browser.send(f"{DESK}/wakil", county.head, opd=name, **given)
        assert page.select_one(".error-block")
        assert page.select_one("[name=until]")["value"] == given["until"]
    browser.send(f"{DESK}/wakil", county.head, opd=name, username=county.colleague, until=in_days(-1))
    browser.redirect(f"{DESK}/wakil", county.head, {"opd": name, "username": county.colleague, "until": in_days(3)})
    record = draft()
    submit(county, record["id"])
    assert browser.get(DESK, county.colleague).select(".lebak-consent")
    assert not browser.get(DESK, county.operator).select(".lebak-consent")
    browser.send(f"{DESK}/wakil", county.colleague, status=403, opd=name, username=county.operator, until=in_days(3))
    browser.redirect(f"/dataset/{record['name']}/langkah/setujui", county.colleague, {})
    assert act("lebak_release_show", county.head, id=record["id"])["consent_by"] == county.colleague
    (form,) = browser.get(DESK, county.head).select("form[action$='/akhiri']")
    browser.send(form["action"], county.colleague, status=403)
    browser.redirect(form["action"], county.head, {"opd": name})
    acts = [entry.act for entry in model.Session.query(audit.AuditEntry).filter_by(person=county.colleague)]
    assert {"capacity.grant", "capacity.end"} <= set(acts)
    record = draft()
    submit(county, record["id"])
    browser.send(f"/dataset/{record['name']}/langkah/setujui", county.colleague, status=403)


def test_who_leaves_the_office_consents_no_more(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    act("lebak_deputy_name", county.head, id=county.office["id"], username=county.colleague, until=in_days(3))
    record = draft()
    submit(county, record["id"])
    act("organization_member_delete", county.sysadmin, id=county.office["id"], username=county.colleague)
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_consent", county.colleague, id=record["id"])
    left = model.User.get(county.colleague)
    assert left is not None
    assert office.offices_of(left) == []


def test_what_is_due_can_be_confirmed_without_another_approval(
    browser: Browser, county: SimpleNamespace, linked: Make
) -> None:
    late = linked(jadwal_rilis=in_days(200), jadwal_pemutakhiran=in_days(-2))
    soon = linked(jadwal_rilis=in_days(20), jadwal_pemutakhiran=in_days(200))
    linked(jadwal_rilis=in_days(40), jadwal_pemutakhiran=in_days(40))
    page = browser.get(DESK, county.operator)
    cards = page.select("section[aria-labelledby=jatuh-tempo] .lebak-record")
    assert [card.h3.text for card in cards] == [late["title"], soon["title"]]
    assert len(page.select(".text-bg-danger")) == 1
    before = act("lebak_release_show", county.operator, id=late["id"])["content"]
    address = f"/dataset/{late['name']}/langkah/masih-berlaku"
    for who, status in ((county.walidata, 403), (county.member, 403), (county.stranger, 403), ("", 403)):
        browser.send(address, who, status=status, next_day=in_days(90))
    for wrong in ("", "besok", in_days(0)):
        refused = browser.send(address, county.operator, next_day=wrong, came_from="desk")
        assert refused.select_one("input[name=next_day]")["value"] == wrong
        assert refused.select_one(".error-block")
    to = browser.redirect(address, county.operator, {"next_day": in_days(90), "came_from": "desk"})
    assert DESK in to
    page = browser.get(DESK, county.operator)
    assert late["title"] not in _words(page.select_one("section[aria-labelledby=jatuh-tempo]"))
    state = act("lebak_release_show", county.operator, id=late["id"])
    assert (state["status"], state["content"]) == ("approved", before)
    assert state["log"][0]["act"] == "release.confirm"
    public = browser.get(f"/dataset/{late['name']}")
    assert format_date(dt.date.fromisoformat(in_days(90)), "d MMMM y", locale="id") in _words(
        public.select_one("#rilis")
    )
    assert county.operator not in _words(public.select_one("#rilis"))


def test_only_what_is_public_is_confirmed(county: SimpleNamespace, draft: Make) -> None:
    record = draft()
    with pytest.raises(tk.ValidationError):
        act("lebak_release_confirm", county.operator, id=record["id"], next_day=in_days(9))
    assert confirmation.of_release(record["id"]) is None


def test_records_stand_by_state_and_a_change_with_the_record_it_changes(
    browser: Browser, county: SimpleNamespace, draft: Make, linked: Make
) -> None:
    waiting, public = draft(), linked()
    submit(county, waiting["id"])
    copy = act("lebak_release_change", county.operator, id=public["id"])
    counts = office.counts(county.office["id"])
    assert {key: number for key, number in counts.items() if number} == {"draft": 1, "in_review": 1, "approved": 1}
    (change,) = office.records(county.office["id"], "draft", limit=5)
    assert (change.id, change.released) == (copy["id"], {"name": public["name"], "title": public["title"]})
    (released,) = office.records(county.office["id"], "approved", limit=5)
    assert released.change == {"name": copy["name"], "section": "draft"}
    page = browser.get(f"{DESK}?keadaan=draft", county.operator)
    assert page.select_one(f"#data-{copy['id']} a[href$='/dataset/{public['name']}']")


def test_a_long_section_is_read_page_by_page(browser: Browser, county: SimpleNamespace) -> None:
    _drafts(county, 23)
    page = browser.get(DESK, county.operator)
    assert len(page.select(".lebak-record")) == office.FIRST
    first = browser.get(f"{DESK}?keadaan=draft", county.operator)
    second = browser.get(f"{DESK}?keadaan=draft&hal=2", county.operator)
    ids = [[card["id"] for card in each.select(".lebak-record")] for each in (first, second)]
    assert [len(each) for each in ids] == [20, 3]
    assert not set(ids[0]) & set(ids[1])
    assert first.select_one("a[rel=next]")
    assert not second.select_one("a[rel=next]")
    assert browser.get(f"{DESK}?keadaan=draft&hal=9", county.operator)
    browser.get(f"{DESK}?keadaan=draft&hal=x", county.operator, status=400)


def _drafts(county: SimpleNamespace, number: int) -> None:
    rows = [
        {"id": f"simulasi-{n}", "name": f"simulasi-{n}", "title": f"SIMULASI {n}", "type": "dataset", "state": "draft"}
        for n in range(number)
    ]
    with gate.opened("tests", reason="Simulasi", override=True):
        for row in rows:
            model.Session.add(model.Package(**row, private=True, owner_org=county.office["id"], extras={}))
        model.Session.commit()
