"""Who is told of rounds and promises, and what is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from ckanext.lebak.organizations.changes import merge
from ckanext.lebak.planning import reminders
from tests.planning.conftest import YEAR, Browser, act, agree, given

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]


def _told(user: str) -> list[str]:
    return sorted(one["what"] for one in act("lebak_notice_list", user)["notices"])


@pytest.mark.usefixtures("with_request_context")
def test_offices_are_told_when_a_round_opens_and_when_a_promise_is_due(county: SimpleNamespace, promise: Make) -> None:
    promise()
    assert _told(county.operator) == _told(county.head) == _told(county.stranger) == ["round_opened"]
    assert _told(county.koordinator) == _told(county.member) == []
    (notice,) = act("lebak_notice_list", county.operator)["notices"]
    assert str(YEAR) in notice["sentence"]
    assert f"/daftar-data/kerja?tahun={YEAR}&opd={county.office['name']}" in notice["address"]
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    agree(county)
    promised = dt.date.fromisoformat(given()["jadwal_rilis"])
    assert reminders.note_due(promised - dt.timedelta(days=60)) == 0
    for day in (-7, -7, 1, 2):
        assert reminders.note_due(promised + dt.timedelta(days=day)) == 1
    assert _told(county.operator) == ["promise_due", "promise_overdue", "round_opened"]
    assert _told(county.stranger) == ["round_opened"]


@pytest.mark.usefixtures("with_request_context")
def test_the_head_is_told_that_promises_wait_and_the_operator_that_they_were_sent_back(
    county: SimpleNamespace, promise: Make
) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    promise()
    where = {"year": YEAR, "organization": county.office["id"]}
    act("lebak_promise_submit", county.operator, **where)
    assert _told(county.head) == ["promises_wait", "round_opened"]
    act("lebak_promise_decline", county.head, **where, text="Simulasi")
    assert _told(county.operator) == ["promises_declined", "round_opened"]


@pytest.mark.usefixtures("with_request_context")
def test_who_left_the_office_reads_no_more_of_its_promises(county: SimpleNamespace, promise: Make) -> None:
    promise()
    act("organization_member_delete", county.sysadmin, id=county.office["id"], username=county.operator)
    assert _told(county.operator) == []


def test_the_berita_acara_is_printed_before_and_after_it_is_agreed(
    browser: Browser, county: SimpleNamespace, promise: Make
) -> None:
    promise(title="SIMULASI <img src='https://example.org/x.png'> & lainnya")
    address = f"/daftar-data/berita-acara/{YEAR}.pdf"
    mine = f"{address}?opd={county.office['name']}"
    browser.raw(mine, county.operator, status=404)
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    before = browser.raw(mine, county.operator)
    assert before.data.startswith(b"%PDF")
    assert browser.redirect(mine).startswith("/user/login")
    for nobody in (county.stranger, county.member):
        browser.raw(mine, nobody, status=403)
    browser.raw(address, county.operator, status=403)
    assert browser.raw(address, county.walidata).data.startswith(b"%PDF")
    agree(county)
    after = browser.raw(f"{mine}&versi=1", county.operator)
    assert after.data != before.data
    browser.raw(f"{mine}&versi=2", county.operator, status=404)


@pytest.mark.usefixtures("with_request_context")
def test_the_office_that_an_office_was_merged_into_is_told(county: SimpleNamespace, promise: Make) -> None:
    promise()
    act("lebak_promise_submit", county.operator, year=YEAR, organization=county.office["id"])
    agree(county)
    merge(county.office["name"], county.other["name"])
    promised = dt.date.fromisoformat(given()["jadwal_rilis"])
    assert reminders.note_due(promised - dt.timedelta(days=7)) == 1
    assert "promise_due" in _told(county.stranger)
