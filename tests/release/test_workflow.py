"""A record on its way to the public, step by step, by the people whose steps they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk

from ckanext.lebak import audit
from ckanext.lebak.release import releases, workflow
from tests.release.conftest import act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Draft = Callable[..., dict[str, Any]]


def _public(package_id: str) -> bool:
    try:
        act("package_show", "", id=package_id)
    except tk.NotAuthorized:
        return False
    return True


def _found(package_id: str) -> bool:
    found = act("package_search", "", fq=f"id:{package_id}")
    return found["count"] == 1


def test_the_walidata_releases_what_the_office_hands_in(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    assert (record["state"], record["private"], record["publishing_status"]) == ("draft", True, "draft")
    assert not _public(record["id"])
    state = submit(county, record["id"], text="Simulasi penjelasan")
    assert (state["status"], state["step"]) == ("in_review", "walidata")
    assert not _public(record["id"])
    state = act("lebak_release_approve", county.walidata, id=record["id"], content=state["content"])
    assert state["status"] == "approved"
    assert _public(record["id"])
    assert _found(record["id"])
    shown = act("package_show", "", id=record["id"])
    assert (shown["state"], shown["private"], shown["publishing_status"]) == ("active", False, "approved")
    assert [entry.act for entry in audit.of_package(record["id"])] == ["release.approve", "release.submit"]
    (release,) = act("lebak_release_list", "", id=record["id"])
    assert (release["number"], release["kind"], release["period"]) == (1, "tetap", "2024-S1")
    assert release["record"]["title"] == record["title"]
    assert release["record"]["resources"][0]["hash"] == record["resources"][0]["hash"]


def test_what_is_missing_is_told_by_field_before_a_hand_in(county: SimpleNamespace, draft: Draft) -> None:
    record = draft(konsep=None)
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_release_submit", county.operator, id=record["id"])
    assert set(refused.value.error_dict) == {"konsep", "kind", "names_no_person"}
    with pytest.raises(tk.ValidationError) as refused:
        submit(county, record["id"], kind="revisi")
    assert set(refused.value.error_dict) == {"konsep", "reason"}


def test_a_file_that_names_persons_stops_the_hand_in(county: SimpleNamespace, draft: Draft) -> None:
    rows = "".join(f"360299990101{number:04},Simulasi\n" for number in range(1, 9))
    record = draft(f"nik,catatan\n{rows}".encode())
    with pytest.raises(tk.ValidationError) as refused:
        submit(county, record["id"])
    assert list(refused.value.error_dict) == ["scan"]


def test_the_head_consents_first_where_the_office_asks_for_it(county: SimpleNamespace, draft: Draft) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    record = draft()
    state = submit(county, record["id"])
    assert (state["status"], state["step"]) == ("draft", "consent")
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_consent", county.operator, id=record["id"])
    with pytest.raises(tk.ValidationError):
        act("package_patch", county.operator, id=record["id"], notes="Simulasi: diubah sesudah diserahkan")
    state = act("lebak_release_decline", county.head, id=record["id"], text="Simulasi: belum lengkap")
    assert (state["status"], state["step"]) == ("draft", "")
    submit(county, record["id"])
    state = act("lebak_release_consent", county.head, id=record["id"], letter="SIM/1/2026")
    assert (state["status"], state["step"], state["consent_letter"]) == ("in_review", "walidata", "SIM/1/2026")
    record = draft()
    given = {"names_no_person": True, "kind": "tetap"}
    state = act("lebak_release_submit", county.head, id=record["id"], **given)
    assert (state["step"], state["consent_by"]) == ("walidata", county.head)


def test_the_walidata_returns_with_notes_and_the_office_answers(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    submit(county, record["id"])
    file_id = record["resources"][0]["id"]
    note = {"resource_id": file_id, "row": 2, "column": "jumlah", "text": "Simulasi: tidak sama dengan rinciannya"}
    with pytest.raises(tk.ValidationError):
        act("lebak_release_return", county.walidata, id=record["id"])
    state = act("lebak_release_return", county.walidata, id=record["id"], notes=[note])
    assert state["status"] == "rejected"
    (noted,) = state["notes"]
    answered = act("lebak_review_note_answer", county.colleague, id=noted["id"], text="Simulasi: sudah dibetulkan")
    assert (answered["answer"], answered["answered_by"]) == ("Simulasi: sudah dibetulkan", county.colleague)
    act("package_patch", county.operator, id=record["id"], notes="Simulasi: definisi yang dibetulkan")
    submit(county, record["id"])
    state = act("lebak_release_approve", county.walidata, id=record["id"])
    assert state["status"] == "approved"
    assert all(note["closed_at"] for note in state["notes"])


def test_the_pembina_looks_over_priority_data_first(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    with pytest.raises(tk.NotAuthorized):
        act("lebak_priority_set", county.head, id=record["id"], years=["2026"])
    act("package_patch", county.operator, id=record["id"], prioritas_tahun=["2026"])
    assert "prioritas_tahun" not in act("package_show", county.operator, id=record["id"])
    act("lebak_priority_set", county.koordinator, id=record["id"], years=["2026"], criterion="TPB/SDGs")
    assert act("package_show", county.operator, id=record["id"])["prioritas_tahun"] == ["2026"]
    assert submit(county, record["id"])["step"] == "pembina"
    with pytest.raises(tk.ValidationError):
        act("lebak_release_approve", county.walidata, id=record["id"])
    with pytest.raises(tk.ValidationError):
        act("lebak_release_object", county.pembina, id=record["id"])
    state = act("lebak_release_object", county.pembina, id=record["id"], text="Simulasi: konsep belum sesuai")
    assert (state["step"], state["pembina_view"]) == ("walidata", "objected")
    act("lebak_release_return", county.walidata, id=record["id"], text="Simulasi: lihat keberatan pembina")
    act("package_patch", county.operator, id=record["id"], konsep="Konsep simulasi")
    assert submit(county, record["id"])["step"] == "pembina"
    act("lebak_release_agree", county.pembina, id=record["id"])
    act("lebak_release_approve", county.walidata, id=record["id"])
    assert act("package_show", "", id=record["id"])["status_review_pembina"] == "approved"


def test_a_release_for_a_day_waits_for_it(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    submit(county, record["id"])
    state = act("lebak_release_approve", county.walidata, id=record["id"], day="2999-01-01")
    assert (state["status"], state["step"], state["release_on"]) == ("in_review", "date", "2999-01-01")
    assert workflow.publish_due(dt.date(2998, 12, 31)) == []
    assert not _public(record["id"])
    assert workflow.publish_due(dt.date(2999, 1, 1)) == [record["id"]]
    assert _public(record["id"])
    assert audit.of_package(record["id"])[0].actor == county.walidata


def test_nobody_releases_their_own_work(county: SimpleNamespace, draft: Draft) -> None:
    act("organization_member_create", county.sysadmin, id=county.office["id"], username=county.walidata, role="editor")
    record = draft()
    act("package_patch", county.walidata, id=record["id"], notes="Simulasi: definisi dari walidata")
    submit(county, record["id"])
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_approve", county.walidata, id=record["id"])
    assert "approve" not in act("lebak_release_show", county.walidata, id=record["id"])["acts"]
    act("lebak_release_approve", county.second, id=record["id"])
    assert _public(record["id"])


def test_the_only_walidata_has_its_own_data_released_by_the_pembina(county: SimpleNamespace, draft: Draft) -> None:
    act(
        "organization_member_create",
        county.sysadmin,
        id=county.custodian["id"],
        username=county.operator,
        role="editor",
    )
    record = draft()
    act("package_patch", county.operator, id=record["id"], owner_org=county.custodian["id"])
    act("package_patch", county.second, id=record["id"], notes="Simulasi: definisi dari walidata")
    given = {"names_no_person": True, "kind": "tetap"}
    act("lebak_release_submit", county.walidata, id=record["id"], **given)
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_approve", county.walidata, id=record["id"])
    act("lebak_release_approve", county.pembina, id=record["id"])
    assert _public(record["id"])


@pytest.mark.parametrize(
    "who", ["operator", "colleague", "head", "member", "stranger", "pembina", "koordinator", "sysadmin"]
)
def test_only_the_walidata_releases(county: SimpleNamespace, draft: Draft, who: str) -> None:
    record = draft()
    submit(county, record["id"])
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_approve", getattr(county, who), id=record["id"])
    assert not _public(record["id"])


def test_another_content_than_the_one_looked_at_is_not_released(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    seen = submit(county, record["id"])["content"]
    act("lebak_release_recall", county.operator, id=record["id"])
    act("package_patch", county.operator, id=record["id"], notes="Simulasi: definisi lain")
    submit(county, record["id"])
    with pytest.raises(tk.ValidationError):
        act("lebak_release_approve", county.walidata, id=record["id"], content=seen)
    assert not _public(record["id"])


def test_what_is_withdrawn_is_gone_with_its_releases(county: SimpleNamespace, released: Draft) -> None:
    record = released()
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_withdraw", county.operator, id=record["id"], text="Simulasi")
    with pytest.raises(tk.ValidationError):
        act("lebak_release_withdraw", county.head, id=record["id"])
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi: memuat data perorangan")
    assert not _public(record["id"])
    assert not _found(record["id"])
    assert [release.withdrawn_at is not None for release in releases.of_package(record["id"])] == [True]
    with pytest.raises(tk.ValidationError):
        act("package_delete", county.head, id=record["id"])
    act("lebak_release_reopen", county.operator, id=record["id"])
    act("package_patch", county.operator, id=record["id"], notes="Simulasi: tanpa data perorangan")
    submit(county, record["id"])
    act("lebak_release_approve", county.walidata, id=record["id"])
    assert [release["number"] for release in act("lebak_release_list", "", id=record["id"])] == [2]


def test_the_words_of_an_entry_can_be_taken_away_by_the_walidata(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    submit(county, record["id"], text="Simulasi: menyebut seseorang")
    (entry,) = audit.of_package(record["id"])
    with pytest.raises(tk.NotAuthorized):
        act("lebak_audit_redact", county.operator, id=entry.id)
    act("lebak_audit_redact", county.walidata, id=entry.id)
    model.Session.expire_all()
    assert [entry.text for entry in audit.of_package(record["id"])] == ["", ""]
