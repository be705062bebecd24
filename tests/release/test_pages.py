"""A record's pages on its way: its panel, the hand-in, forms that would be refused, and its public history."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ckan import model

from ckanext.lebak.files import content, readings
from ckanext.lebak.release import releases
from tests.desks.conftest import Browser, browser, linked
from tests.release.conftest import TABLE, act, submit
from tests.sdi_factory import complete_resource, restricted

__all__ = ["browser", "linked"]

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]


def _buttons(page: Any) -> set[str]:
    links = [a["href"] for a in page.select(".lebak-panel .lebak-steps a")]
    forms = [form["action"] for form in page.select(".lebak-panel .lebak-steps form")]
    return {address.rpartition("/")[2] for address in [*links, *forms]}


def _approve(county: SimpleNamespace, package_id: str, **said: Any) -> None:
    submit(county, package_id, **said)
    act("lebak_release_approve", county.walidata, id=package_id)


# --- the panel and its steps ------------------------------------------------------------------------------------------


def test_each_person_sees_the_steps_that_are_theirs(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    record = draft()
    page = f"/dataset/{record['name']}"
    assert _buttons(browser.get(page, county.operator)) == {"serahkan"}
    assert _buttons(browser.get(page, county.head)) == {"serahkan"}
    assert not browser.get(page, county.member).select(".lebak-panel")
    submit(county, record["id"])
    assert _buttons(browser.get(page, county.operator)) == {"tarik-kembali"}
    assert _buttons(browser.get(page, county.walidata)) == set()
    act("lebak_release_approve", county.walidata, id=record["id"])
    public = {"mulai-perubahan", "periode-baru", "masih-berlaku"}
    assert _buttons(browser.get(page, county.operator)) == public
    assert _buttons(browser.get(page, county.head)) == {*public, "penarikan"}
    assert _buttons(browser.get(page, county.walidata)) == {"penarikan"}
    assert _buttons(browser.get(page, county.sysadmin)) == set()
    for who in ("", county.stranger, county.member):
        assert not browser.get(page, who).select(".lebak-panel")
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi: ditarik")
    assert _buttons(browser.get(page, county.operator)) == {"buka-lagi"}


@pytest.mark.parametrize("slug", ["mulai-perubahan", "periode-baru", "masih-berlaku", "tarik"])
def test_a_step_that_is_not_ones_own_is_refused(
    browser: Browser, county: SimpleNamespace, linked: Make, slug: str
) -> None:
    record = linked()
    address = f"/dataset/{record['name']}/langkah/{slug}"
    strangers = [county.stranger, county.member, county.pembina, county.sysadmin, ""]
    if slug != "tarik":
        strangers.append(county.walidata)
    else:
        strangers.append(county.operator)
    for who in strangers:
        browser.get(address, who, status=403)
        browser.send(address, who, status=403, text="Simulasi", next_day="2999-01-01")
    assert act("lebak_release_show", county.operator, id=record["id"])["change"] is None
    assert act("package_show", "", id=record["id"])["title"] == record["title"]


def test_steps_need_a_form_and_a_known_name(
    browser: Browser, county: SimpleNamespace, linked: Make, draft: Make
) -> None:
    record = linked()
    browser.get(f"/dataset/{record['name']}/langkah/lain", county.operator, status=404)
    browser.get("/dataset/tidak-ada/langkah/tarik", county.operator, status=404)
    browser.send(f"/dataset/{draft()['name']}/langkah/tarik", county.stranger, status=404)
    browser.get(f"/dataset/{record['name']}/langkah/mulai-perubahan", county.operator)
    assert act("lebak_release_show", county.operator, id=record["id"])["change"] is None
    page = browser.get(f"/dataset/{record['name']}/langkah/tarik", county.head)
    assert page.select_one("form[action$='/langkah/tarik'] [name=text]")


def test_a_hand_in_is_taken_back_and_a_withdrawn_record_reopened(
    browser: Browser, county: SimpleNamespace, draft: Make
) -> None:
    record = draft()
    step = f"/dataset/{record['name']}/langkah"
    submit(county, record["id"])
    assert browser.redirect(f"{step}/tarik-kembali", county.operator, {}) == f"/dataset/{record['name']}"
    assert act("lebak_release_show", county.operator, id=record["id"])["status"] == "draft"
    assert browser.send(f"{step}/tarik-kembali", county.operator).select_one("[role=alert] li")
    _approve(county, record["id"])
    refused = browser.send(f"{step}/tarik", county.head, text="  ")
    assert refused.select_one("[role=alert] a[href='#field-text']")
    browser.redirect(f"{step}/tarik", county.head, {"text": "Simulasi: keliru"})
    browser.get(f"/dataset/{record['name']}", status=410)
    browser.redirect(f"{step}/buka-lagi", county.operator, {})
    assert act("lebak_release_show", county.operator, id=record["id"])["status"] == "draft"


def test_a_change_is_begun_shown_plainly_and_discarded(browser: Browser, county: SimpleNamespace, linked: Make) -> None:
    record = linked()
    begin = f"/dataset/{record['name']}/langkah/mulai-perubahan"
    form = browser.redirect(begin, county.operator, {})
    assert browser.redirect(begin, county.operator, {}) == form
    copy = form.split("/")[3]
    page = browser.get(form, county.operator)
    assert page.select_one("input[name=name]")["type"] == "hidden"
    assert page.select_one(f".alert a[href='/dataset/{record['name']}']")
    assert not page.select("button[value=go-metadata-unpublish], a[href*='/dataset/delete/'], [name=private]")
    assert [a["href"] for a in page.select(".breadcrumb a")][-2] == f"/dataset/{record['name']}"
    page = browser.get(f"/dataset/{copy}", county.operator)
    assert record["title"] in page.select_one("#content h1").text
    assert page.select_one("#content h1").text.strip() != record["title"]
    assert f"/dataset/{record['name']}" in [a["href"] for a in page.select(".breadcrumb a")]
    assert _buttons(page) == {"serahkan", "buang-perubahan"}
    assert "periode-baru" not in _buttons(browser.get(f"/dataset/{record['name']}", county.operator))
    assert browser.redirect(f"/dataset/delete/{copy}", county.operator).endswith("/langkah/buang-perubahan")
    to = browser.redirect(f"/dataset/{copy}/langkah/buang-perubahan", county.operator, {})
    assert to == f"/dataset/{record['id']}"
    assert act("lebak_release_show", county.operator, id=record["id"])["change"] is None


def test_a_new_period_begins_with_its_file_to_be_filled_in(
    browser: Browser, county: SimpleNamespace, linked: Make
) -> None:
    record = linked()
    form = browser.redirect(f"/dataset/{record['name']}/langkah/periode-baru", county.operator, {})
    copy = act("package_show", county.operator, id=form.split("/")[3])
    assert copy["temporal_end"] == "2024-S2"
    assert len(copy["resources"]) == 2


# --- the hand-in ------------------------------------------------------------------------------------------------------


def test_a_refused_hand_in_keeps_what_was_typed_and_leads_to_what_is_missing(
    browser: Browser, county: SimpleNamespace, draft: Make
) -> None:
    record = draft(konsep=None)
    address = f"/dataset/{record['name']}/serahkan"
    page = browser.get(address, county.operator)
    assert page.select_one("a[href$='#field-konsep']")
    assert not page.select("[name=letter]")
    assert browser.get(address, county.head).select("[name=letter]")
    act("resource_patch", county.operator, id=record["resources"][0]["id"], description="")
    page = browser.send(address, county.operator, kind="revisi", text="Simulasi <penjelasan>", reason="")
    links = [a["href"] for a in page.select("[role=alert] a")]
    assert f"/dataset/edit/{record['name']}/1#field-konsep" in links
    assert f"/dataset/{record['name']}/resource/{record['resources'][0]['id']}/edit#field-description" in links
    assert {"#field-reason", "#field-names_no_person"} <= set(links)
    assert page.select_one("[name=text]").text.strip() == "Simulasi <penjelasan>"
    assert page.select_one("[name=kind][checked]")["value"] == "revisi"
    assert act("lebak_release_show", county.operator, id=record["id"])["status"] == "draft"


def test_a_complete_record_is_handed_in(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    record = draft()
    address = f"/dataset/{record['name']}/serahkan"
    given = {"kind": "sementara", "names_no_person": "1", "text": "Simulasi penjelasan"}
    for who, status in ((county.stranger, 404), (county.member, 403), (county.walidata, 404), ("", 404)):
        browser.get(address, who, status=status)
        browser.send(address, who, status=status, **given)
    assert browser.redirect(address, county.operator, given) == f"/dataset/{record['name']}"
    state = act("lebak_release_show", county.operator, id=record["id"])
    assert (state["status"], state["kind"], state["log"][0]["text"]) == ("in_review", "sementara", given["text"])
    assert browser.redirect(address, county.operator).endswith(f"/dataset/{record['name']}/ubah")


def test_a_file_that_names_persons_is_told_on_the_page(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    rows = "".join(f"360299990101{number:04},Simulasi\n" for number in range(1, 9))
    record = draft(f"nik,catatan\n{rows}".encode())
    page = browser.send(f"/dataset/{record['name']}/serahkan", county.operator, kind="tetap", names_no_person="1")
    assert "nik" in page.select_one("[role=alert]").text
    assert page.select_one("[name=names_no_person]").has_attr("checked")


# --- forms that would be refused --------------------------------------------------------------------------------------


def test_nobody_types_into_a_form_that_would_be_refused(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    record = draft()
    name, file_id = record["name"], record["resources"][0]["id"]
    forms = [
        f"/dataset/edit/{name}",
        f"/dataset/edit/{name}/2",
        f"/dataset/new/{name}/3",
        f"/dataset/resources/{name}",
        f"/dataset/delete/{name}",
        f"/dataset/{name}/resource/new",
        f"/dataset/{name}/resource/{file_id}/edit",
        f"/dataset/{name}/resource/{file_id}/delete",
        f"/dataset/{name}/resource/{file_id}/views",
    ]
    locked = f"/dataset/{name}/ubah"
    assert browser.get(f"/dataset/edit/{name}/2", county.operator)
    assert browser.redirect(locked, county.operator) == f"/dataset/edit/{name}/1"
    submit(county, record["id"])
    for address in forms:
        assert browser.redirect(address, county.operator) == locked
    assert browser.get(locked, county.operator).select_one("form[action$='/langkah/tarik-kembali']")
    act("lebak_release_approve", county.walidata, id=record["id"])
    for address in forms:
        assert browser.redirect(address, county.operator) == locked
    (form,) = browser.get(locked, county.operator).select("article form")
    assert form["action"].endswith("/langkah/mulai-perubahan")
    assert browser.redirect(f"/dataset/delete/{name}", county.operator, {}) == locked
    browser.get(f"/dataset/edit/{name}/2", county.stranger, status=403)
    browser.get(locked, county.stranger, status=403)
    page = browser.get(f"/dataset/{name}", county.operator)
    assert not page.select(f"a[href='/dataset/edit/{name}'], a[href$='/edit']")


def test_what_was_typed_when_somebody_handed_in_meanwhile_comes_back(
    browser: Browser, county: SimpleNamespace, draft: Make
) -> None:
    record = draft()
    submit(county, record["id"])
    page = browser.send(
        f"/dataset/edit/{record['name']}/1", county.operator, title=record["title"], notes="Simulasi: sudah diketik"
    )
    assert "Simulasi: sudah diketik" in page.select_one("[name=notes]").text


def test_no_page_changes_many_records_at_once(browser: Browser, county: SimpleNamespace, draft: Make) -> None:
    record, name = draft(), county.office["name"]
    address = f"/organization/bulk_process/{name}"
    assert browser.redirect(address, county.head) == f"/meja-opd?opd={name}"
    sent = {f"dataset_{record['id']}": "on", "bulk_action.public": "public"}
    assert browser.redirect(address, county.head, sent) == f"/meja-opd?opd={name}"
    assert not browser.get(f"/organization/edit/{name}", county.head).select("a[href*='bulk_process']")
    form = browser.get(f"/dataset/edit/{record['name']}/1", county.operator)
    assert form.select_one("a[href*='/dataset/delete/']")
    assert not form.select("button[value=go-metadata-unpublish]")


# --- history ----------------------------------------------------------------------------------------------------------


def _revised(county: SimpleNamespace, record: dict[str, Any]) -> None:
    copy = act("lebak_release_change", county.operator, id=record["id"])
    act("package_patch", county.operator, id=copy["id"], konsep="Konsep simulasi yang dibetulkan")
    _approve(county, copy["id"], kind="revisi", reason="Simulasi: dua kecamatan terlambat lapor")


def test_readers_see_each_release_and_what_it_changed(browser: Browser, county: SimpleNamespace, linked: Make) -> None:
    record = linked()
    _revised(county, record)
    page = browser.get(f"/dataset/{record['name']}")
    rows = page.select("#rilis tbody tr")
    assert len(rows) == 2
    assert "Simulasi: dua kecamatan terlambat lapor" in rows[0].text
    assert rows[1].a["href"] == f"/dataset/{record['name']}/rilis/1"
    second = browser.get(f"/dataset/{record['name']}/rilis/2")
    (row,) = second.select("tr[data-field]")
    assert row["data-field"] == "konsep"
    first = browser.get(f"/dataset/{record['name']}/rilis/1")
    assert not first.select("tr[data-field]")
    assert record["konsep"] in first.text
    assert "dibetulkan" not in first.text
    assert browser.redirect(f"/dataset/{record['name']}/rilis") == f"/dataset/{record['name']}#rilis"
    link = first.select_one("a[href*='/berkas/']")["href"]
    assert browser.redirect(link) == record["resources"][0]["url"]
    browser.get(f"/dataset/{record['name']}/rilis/3", status=404)
    browser.get(f"/dataset/{record['name']}/rilis/1/berkas/lain", status=404)


def test_a_hidden_record_and_a_withdrawn_release_have_no_history(
    browser: Browser, county: SimpleNamespace, linked: Make, draft: Make
) -> None:
    record, unreleased = linked(), draft()
    file_id = record["resources"][0]["id"]
    addresses = [f"/dataset/{record['name']}/rilis", f"/dataset/{record['name']}/rilis/1"]
    addresses.append(f"{addresses[1]}/berkas/{file_id}")
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi: keliru")
    for address in [*addresses, f"/dataset/{unreleased['name']}/rilis", f"/dataset/{unreleased['name']}/rilis/1"]:
        for who in ("", county.operator, county.walidata):
            browser.get(address, who, status=404)
    act("lebak_release_reopen", county.operator, id=record["id"])
    _approve(county, record["id"])
    browser.get(addresses[1], status=404)
    assert browser.get(f"/dataset/{record['name']}/rilis/2")
    assert len(browser.get(f"/dataset/{record['name']}").select("#rilis tbody tr")) == 1


def test_an_old_file_is_given_by_its_content_while_it_is_open(
    browser: Browser, county: SimpleNamespace, released: Make
) -> None:
    record = released()
    digest = record["resources"][0]["hash"]
    content.uploader({"url_type": content.UPLOAD, "hash": digest}).put(io.BytesIO(TABLE), len(TABLE))
    copy = act("lebak_release_change", county.operator, id=record["id"])
    act("package_patch", county.operator, id=copy["id"], resources=[complete_resource()])
    _approve(county, copy["id"])
    first = browser.get(f"/dataset/{record['name']}/rilis/1")
    link = first.select_one("a[href*='/berkas/']")["href"]
    answer = browser.raw(link)
    assert answer.data == TABLE
    assert answer.headers["Content-Disposition"] == "attachment; filename=simulasi.csv"
    assert answer.headers["Content-Type"].startswith("text/csv")
    taken = readings.since(record["id"], dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=1)).counts
    assert [(count.content, count.times) for count in taken if count.content == digest] == [(digest, 1)]
    copy = act("lebak_release_change", county.operator, id=record["id"])
    act("package_patch", county.operator, id=copy["id"], resources=[], **restricted("tertutup"))
    _approve(county, copy["id"])
    browser.raw(link, status=403)
    page = browser.get(f"/dataset/{record['name']}/rilis/1")
    assert not page.select("a[href*='/berkas/']")
    for number in (2, 3):
        page = browser.get(f"/dataset/{record['name']}/rilis/{number}")
        assert page.select("tr[data-field]")
        assert "example.org/berkas" not in str(page)
    last = releases.last(record["id"])
    assert last is not None
    assert last.number == 3
    act("lebak_release_withdraw", county.walidata, id=record["id"], text="Simulasi: keliru")
    browser.raw(link, status=404)
    browser.raw(link, county.operator, status=404)
    model.Session.remove()
