"""A round of planning by the actions: promised, handed in, agreed on, kept."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from freezegun import freeze_time
from sqlalchemy.exc import DBAPIError

from ckanext.lebak.organizations.changes import merge, rename
from ckanext.lebak.planning import promises, versions
from ckanext.lebak.planning.model import ListVersion, Promise
from tests.planning.conftest import ANNUAL, SIGNED, YEAR, act, agree, given, signed
from tests.release.conftest import submit as hand_in_record

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Make = Callable[..., dict[str, Any]]


def _submit(county: SimpleNamespace, user: str = "") -> list[dict[str, Any]]:
    return act("lebak_promise_submit", user or county.operator, year=YEAR, organization=county.office["id"])


def _of(county: SimpleNamespace) -> dict[str, Any]:
    return {"year": YEAR, "organization": county.office["id"]}


def _mine(county: SimpleNamespace, user: str) -> list[dict[str, Any]]:
    return act("lebak_promise_list", user, year=YEAR, organization=county.office["name"])


def _shown(**more: Any) -> dict[str, Any]:
    return act("lebak_list_show", "", year=YEAR, **more)


def _states(day: str = "2026-06-30") -> dict[str, str]:
    """How the promises stand on a day, by their ids."""
    with freeze_time(day):
        return {one["id"]: one["state"] for one in _shown()["entries"]}


def _errors(action: str, user: str, **data: Any) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as refused:
        act(action, user, **data)
    model.Session.rollback()
    return refused.value.error_dict


# --- what an office says ----------------------------------------------------------------------------------------------


def test_a_promise_is_read_as_it_is_meant_and_stays_in_its_office(county: SimpleNamespace, promise: Make) -> None:
    made = promise(jadwal_rilis=dt.datetime(2026, 12, 31), period=2025.0)
    assert (made["period"], made["jadwal_rilis"], made["accrualPeriodicity"]) == ("2025", "2026-12-31", ANNUAL)
    assert made["state"] == "draft"
    assert [one["id"] for one in _mine(county, county.operator)] == [made["id"]]
    assert _mine(county, county.koordinator) == []
    for user in (county.stranger, county.member):
        with pytest.raises(tk.NotAuthorized):
            _mine(county, user)
    _submit(county)
    (seen,) = _mine(county, county.koordinator)
    promise(id=made["id"], title="SIMULASI judul lain")
    assert [one["title"] for one in _mine(county, county.koordinator)] == [seen["title"]]
    assert [one["title"] for one in _mine(county, county.operator)] == ["SIMULASI judul lain"]


def test_each_mistake_is_named_by_its_field(county: SimpleNamespace, promise: Make, draft: Make) -> None:
    office = county.office["id"]
    wrong = {"title": "", "period": "2025/2026", "jadwal_rilis": "besok", "accrualPeriodicity": "kadang-kadang"}
    errors = _errors(
        "lebak_promise_save",
        county.operator,
        year=YEAR,
        organization=office,
        accessRights="",
        dataset="tidak-ada",
        **wrong,
    )
    assert set(errors) == {"dataset", "period", "jadwal_rilis", "accrualPeriodicity", "accessRights"}
    for sentences in errors.values():
        assert all(sentence.endswith(".") for sentence in sentences)
    early = _errors(
        "lebak_promise_save", county.operator, year=YEAR, organization=office, **given(jadwal_rilis="2024-05-01")
    )
    assert set(early) == {"jadwal_rilis"}
    promise()
    again = _errors("lebak_promise_save", county.operator, year=YEAR, organization=office, **given())
    assert set(again) == {"period"}
    record = draft()
    made = promise(title="", dataset=record["name"])
    assert (made["title"], made["dataset"]) == (record["title"], record["id"])
    other = {"organization": county.other["id"], **given(dataset=record["name"])}
    assert set(_errors("lebak_promise_save", county.stranger, year=YEAR, **other)) == {"dataset"}


def test_the_head_consents_where_the_office_wants_it(county: SimpleNamespace, promise: Make) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    made = promise()
    assert [one["state"] for one in _submit(county)] == ["consent"]
    assert act("lebak_list_proposal", county.koordinator, year=YEAR)["entries"] == []
    where = {"year": YEAR, "organization": county.office["id"]}
    with pytest.raises(tk.NotAuthorized):
        act("lebak_promise_consent", county.operator, **where)
    assert set(_errors("lebak_promise_decline", county.head, **where, text=" ")) == {"text"}
    act("lebak_promise_decline", county.head, **where, text="Simulasi: terlalu cepat")
    (back,) = _mine(county, county.operator)
    assert (back["state"], back["refusal"]) == ("draft", "Simulasi: terlalu cepat")
    _submit(county)
    act("lebak_promise_consent", county.head, **where)
    assert [one["promise_id"] for one in act("lebak_list_proposal", county.walidata, year=YEAR)["entries"]] == [
        made["id"]
    ]
    promise(title="SIMULASI lain")
    assert [one["state"] for one in _submit(county, county.head)] == ["handed_in"]


def test_a_closed_round_takes_nothing(county: SimpleNamespace, promise: Make) -> None:
    made = promise()
    act("lebak_round_close", county.koordinator, year=YEAR)
    office = {"year": YEAR, "organization": county.office["id"]}
    for action, said in (
        ("lebak_promise_save", {**office, **given(period="2024")}),
        ("lebak_promise_save", {"id": made["id"], **given()}),
        ("lebak_promise_drop", {"id": made["id"]}),
        ("lebak_promise_roll", office),
        ("lebak_promise_submit", office),
    ):
        assert set(_errors(action, county.operator, **said)) == {"year"}
    assert set(_errors("lebak_round_close", county.koordinator, year=YEAR)) == {"year"}
    act("lebak_round_open", county.koordinator, year=YEAR, until="2099-02-28")
    assert set(_errors("lebak_round_open", county.koordinator, year=YEAR, until="2099-02-28")) == {"year"}
    assert _submit(county)


def test_last_years_promises_are_rolled_over_once(county: SimpleNamespace, promise: Make) -> None:
    promise(unit_produsen="Bidang simulasi")
    promise(title="SIMULASI yang tidak pernah diserahkan", id=None)
    kept = promise(title="SIMULASI ketiga", period="2025-S1", jadwal_rilis="2026-07-31")
    _submit(county)
    act("lebak_promise_drop", county.operator, id=kept["id"])
    act("lebak_round_open", county.koordinator, year=YEAR + 1, until="2099-01-31")
    where = {"year": YEAR + 1, "organization": county.office["id"]}
    assert act("lebak_promise_roll", county.operator, **where) == {"taken": 3, "left": []}
    assert act("lebak_promise_roll", county.operator, **where) == {"taken": 0, "left": []}
    later = act("lebak_promise_list", county.operator, **where)
    assert {one["period"] for one in later} == {"2026", "2026-S1"}
    assert {one["jadwal_rilis"] for one in later} == {"2027-12-31", "2027-07-31"}
    assert {one["state"] for one in later} == {"draft"}


def test_a_record_that_is_gone_does_not_keep_a_promise_from_being_rolled_over(
    county: SimpleNamespace, promise: Make
) -> None:
    made = promise()
    _submit(county)
    old = model.Session.get_one(Promise, made["id"])
    old.handed_in = {**(old.handed_in or {}), "kegiatan": "sudah-tidak-ada", "indikator": "juga-tidak-ada"}
    model.Session.commit()
    act("lebak_round_open", county.koordinator, year=YEAR + 1, until="2099-01-31")
    where = {"year": YEAR + 1, "organization": county.office["id"]}
    assert act("lebak_promise_roll", county.operator, **where) == {"taken": 1, "left": []}
    (later,) = act("lebak_promise_list", county.operator, **where)
    assert (later["title"], later["kegiatan"], later["indikator"]) == (made["title"], "", "")


def test_a_promise_that_was_taken_back_stays_and_is_not_taken_back_twice(
    county: SimpleNamespace, promise: Make
) -> None:
    made = promise()
    _submit(county)
    agree(county)
    act("lebak_round_open", county.koordinator, year=YEAR, until="2099-02-28")
    gone = {"id": made["id"], "alasan_perubahan": "Simulasi: batal"}
    act("lebak_promise_drop", county.operator, **gone)
    assert set(_errors("lebak_promise_drop", county.operator, **gone)) == {"id"}
    _submit(county)
    assert set(_errors("lebak_promise_drop", county.operator, **gone)) == {"id"}
    # Promised again, it is still what the Forum agreed on: a reason is needed, and the row stays.
    promise(id=made["id"], alasan_perubahan="Simulasi: jadi lagi")
    assert set(_errors("lebak_promise_drop", county.operator, id=made["id"])) == {"alasan_perubahan"}
    act("lebak_promise_drop", county.operator, **gone)
    assert model.Session.get(Promise, made["id"], populate_existing=True) is not None


# --- two at once ------------------------------------------------------------------------------------------------------


def _meanwhile(work: Callable[[], Any]) -> None:
    """Does something as another request while what this session wrote is not committed yet, and commits that."""
    came: list[BaseException] = []

    def other() -> None:
        try:
            work()
            model.Session.commit()
        except BaseException as error:  # noqa: BLE001 - told by the test
            came.append(error)
        finally:
            model.Session.remove()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(1)
    model.Session.commit()
    thread.join(30)
    assert not thread.is_alive()
    assert not came, came


def test_a_double_click_takes_nothing_over_twice(county: SimpleNamespace, promise: Make) -> None:
    promise()
    _submit(county)
    act("lebak_round_open", county.koordinator, year=YEAR + 1, until="2099-01-31")
    office = county.office["id"]
    promises.roll(YEAR + 1, office, county.operator)
    _meanwhile(lambda: promises.roll(YEAR + 1, office, county.colleague))
    assert len(promises.of_office(YEAR + 1, office)) == 1


def test_what_a_colleague_saves_while_it_is_handed_in_is_not_lost(county: SimpleNamespace, promise: Make) -> None:
    made, office = promise(), county.office["id"]
    later = given(title="SIMULASI judul yang diperbaiki")
    promises.save(YEAR, office, later, county.colleague, promise=promises.get(made["id"]))
    _meanwhile(lambda: promises.submit(YEAR, office, county.operator, heads=False))
    (kept,) = promises.of_office(YEAR, office)
    assert (kept.state, kept.said["title"]) == ("handed_in", later["title"])
    assert (kept.handed_in or {})["title"] == later["title"]


# --- what the Forum agrees on -----------------------------------------------------------------------------------------


def test_version_1_stays_as_signed_when_version_2_is_agreed(county: SimpleNamespace, promise: Make) -> None:
    first, second = promise(), promise(title="SIMULASI kasus kekerasan")
    _submit(county)
    assert agree(county)["version"] == 1
    before = _shown()
    assert [one["title"] for one in before["entries"]] == sorted([first["title"], second["title"]], key=str.casefold)
    act("lebak_round_open", county.koordinator, year=YEAR, until="2099-02-28")
    said = {"id": first["id"], **given(jadwal_rilis="2027-01-31")}
    assert set(_errors("lebak_promise_save", county.operator, **said)) == {"alasan_perubahan"}
    act("lebak_promise_save", county.operator, **said, alasan_perubahan="Simulasi: survei mundur")
    assert set(_errors("lebak_promise_drop", county.operator, id=second["id"])) == {"alasan_perubahan"}
    act("lebak_promise_drop", county.operator, id=second["id"], alasan_perubahan="Simulasi: kegiatan dibatalkan")
    third = promise(title="SIMULASI tambahan")
    _submit(county)
    kinds = {
        one["kind"]: one["entry"]["promise_id"]
        for one in act("lebak_list_proposal", county.walidata, year=YEAR)["changes"]
    }
    assert kinds == {"changed": first["id"], "dropped": second["id"], "added": third["id"]}
    assert _shown()["entries"] == before["entries"]
    assert agree(county, letter="SIM/2/2026")["version"] == 2
    assert _shown(version=1)["entries"] == before["entries"]
    now = {one["id"]: one for one in _shown()["entries"]}
    assert set(now) == {first["id"], third["id"]}
    assert (now[first["id"]]["jadwal_rilis"], now[first["id"]]["first_promised"]) == ("2027-01-31", "2026-12-31")
    assert [one["version"] for one in _shown()["versions"]] == [2, 1]
    for change in (
        sa.update(ListVersion).values(letter="lain"),
        sa.delete(ListVersion),
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            model.Session.execute(change)
        model.Session.rollback()


def test_what_is_agreed_is_what_was_signed(county: SimpleNamespace, promise: Make) -> None:
    promise()
    assert set(_errors("lebak_list_agree", county.koordinator, year=YEAR, agreed_on="2026-02-27")) >= {
        "year",
        "letter",
        "document",
    }
    _submit(county)
    digest = act("lebak_list_proposal", county.koordinator, year=YEAR)["digest"]
    promise(title="SIMULASI terlambat masuk")
    _submit(county)
    act("lebak_round_close", county.koordinator, year=YEAR)
    said = {"year": YEAR, "agreed_on": "2026-02-27", "letter": "SIM/1", "digest": digest}
    assert set(_errors("lebak_list_agree", county.koordinator, **said, upload=signed())) == {"seen"}
    said["digest"] = act("lebak_list_proposal", county.koordinator, year=YEAR)["digest"]
    for upload in (None, signed(b"MZ simulasi"), signed(SIGNED.ljust(versions.MOST_BYTES + 1))):
        assert set(_errors("lebak_list_agree", county.koordinator, **said, upload=upload)) == {"document"}
    with pytest.raises(tk.NotAuthorized):
        act("lebak_list_agree", county.walidata, **said, upload=signed())
    act("lebak_list_agree", county.koordinator, **said, upload=signed())
    assert set(_errors("lebak_list_agree", county.koordinator, **said, upload=signed())) == {"year"}
    with pytest.raises(tk.NotAuthorized):
        act("lebak_list_document_list", "", year=YEAR)
    (document,) = act("lebak_list_document_list", county.operator, year=YEAR)
    assert document["size"] == len(SIGNED)
    where = {"year": YEAR, "version": 1}
    act("lebak_list_document_add", county.koordinator, **where, organization=county.office["id"], upload=signed())
    wrong = {**where, "organization": county.other["id"], "upload": signed()}
    assert set(_errors("lebak_list_document_add", county.koordinator, **wrong)) == {"organization"}


def test_signs_that_nobody_sees_are_in_nothing_that_is_signed(county: SimpleNamespace, promise: Make) -> None:
    promise()
    _submit(county)
    assert set(_errors("lebak_promise_decline", county.head, **_of(county), text="Simulasi\0")) == {"text"}
    agree(county, letter="SIM\x0b/1", note="Simulasi\x0b catatan", upload=signed(name="C:\\berkas\\ba\x0b.pdf"))
    assert (_shown()["letter"], _shown()["note"]) == ("SIM/1", "Simulasi catatan")
    (document,) = act("lebak_list_document_list", county.operator, year=YEAR)
    assert document["name"] == "ba.pdf"


def test_a_release_of_the_promised_period_keeps_a_promise(
    county: SimpleNamespace, promise: Make, released: Make
) -> None:
    old = released(temporal_end="2024", title="SIMULASI rilis lama")
    kept = promise(dataset=old["id"], period="2024")
    open_ = promise(title="SIMULASI yang akan datang", period="2025")
    late = promise(title="SIMULASI yang lewat", jadwal_rilis="2026-01-31")
    _submit(county)
    agree(county)
    assert _states() == {kept["id"]: "released", open_["id"]: "not_yet_due", late["id"]: "late"}
    entries = {one["id"]: one for one in _shown()["entries"]}
    assert entries[kept["id"]]["dataset"] == old["name"]
    assert entries[late["id"]]["days_late"] > 0
    assert _states("2027-01-01")[open_["id"]] == "late"
    # The dataset that did not exist is linked after the agreement, and is public only once it is released.
    act("lebak_promise_link", county.operator, id=open_["id"], dataset=old["id"])
    assert _states()[open_["id"]] == "not_yet_due"
    act("lebak_release_withdraw", county.walidata, id=old["id"], text="Simulasi")
    assert _states()[kept["id"]] == "not_yet_due"
    assert not any(one["dataset"] for one in _shown()["entries"])


def test_a_draft_is_not_told_by_the_list(county: SimpleNamespace, promise: Make, draft: Make) -> None:
    record = draft(title="SIMULASI konsep rahasia")
    made = promise(title="SIMULASI judul umum", dataset=record["id"])
    _submit(county)
    agree(county)
    hand_in_record(county, record["id"])
    (entry,) = _shown()["entries"]
    assert (entry["id"], entry["dataset"]) == (made["id"], "")
    assert _states() == {made["id"]: "not_yet_due"}
    assert record["id"] not in str(_shown())
    assert "rahasia" not in str(_shown())


def test_national_priority_is_not_the_offices_to_say(county: SimpleNamespace, promise: Make) -> None:
    made = promise(prioritas_nasional="1")
    assert made["prioritas_nasional"] == ""
    with pytest.raises(tk.NotAuthorized):
        act("lebak_promise_priority_set", county.head, id=made["id"], listed=True)
    _submit(county)
    act("lebak_promise_priority_set", county.walidata, id=made["id"], listed=True)
    promise(id=made["id"], title="SIMULASI judul baru")
    _submit(county)
    agree(county)
    (entry,) = _shown()["entries"]
    assert entry["prioritas_nasional"] is True


def test_likely_doubles_of_other_offices_are_shown(county: SimpleNamespace, promise: Make) -> None:
    promise(title="SIMULASI Jumlah Kasus Kekerasan terhadap Perempuan")
    other = given(title="SIMULASI kasus kekerasan terhadap perempuan tahun 2025")
    act("lebak_promise_save", county.stranger, year=YEAR, organization=county.other["id"], **other)
    office = {"year": YEAR, "organization": county.office["id"]}
    assert act("lebak_list_doubles", county.operator, **office) == []  # the other office has only a draft
    act("lebak_promise_submit", county.stranger, year=YEAR, organization=county.other["id"])
    (pair,) = act("lebak_list_doubles", county.operator, **office)
    assert {pair["first"]["organization"], pair["second"]["organization"]} == {
        county.office["title"],
        county.other["title"],
    }
    assert act("lebak_list_doubles", county.koordinator, year=YEAR) == []
    _submit(county)
    assert len(act("lebak_list_doubles", county.koordinator, year=YEAR)) == 1


def test_what_an_office_has_not_handed_in_is_not_told_to_the_forum(county: SimpleNamespace, promise: Make) -> None:
    made = promise(title="SIMULASI kasus kekerasan terhadap perempuan")
    other = given(title="SIMULASI kasus kekerasan terhadap perempuan")
    act("lebak_promise_save", county.stranger, year=YEAR, organization=county.other["id"], **other)
    act("lebak_promise_submit", county.stranger, year=YEAR, organization=county.other["id"])
    office = {"year": YEAR, "organization": county.office["id"]}
    assert len(act("lebak_list_doubles", county.operator, **office)) == 1
    for user in (county.koordinator, county.walidata, county.pembina):
        with pytest.raises(tk.NotAuthorized):
            act("lebak_list_doubles", user, **office)
    with pytest.raises(tk.ObjectNotFound):
        act("lebak_promise_priority_set", county.walidata, id=made["id"], listed=True)
    _submit(county)
    act("lebak_promise_drop", county.operator, id=made["id"])
    (seen,) = _mine(county, county.koordinator)
    assert (seen["dropped"], seen["state"]) == (False, "handed_in")
    assert _mine(county, county.operator)[0]["dropped"]


def test_promises_are_counted_for_the_office_that_owns_them_now(county: SimpleNamespace, promise: Make) -> None:
    promise()
    _submit(county)
    agree(county)

    def promised() -> dict[str, int]:
        shown = act("lebak_forum_show", county.koordinator, year=YEAR)
        assert shown["total"]["promised"] == 1
        return {each["id"]: each["promised"] for each in shown["offices"] if each["promised"]}

    assert promised() == {county.office["id"]: 1}
    rename(county.office["name"], "sim-nama-baru")
    assert promised() == {county.office["id"]: 1}
    merge("sim-nama-baru", county.other["name"])
    assert promised() == {county.other["id"]: 1}
    act("organization_patch", county.sysadmin, id=county.other["id"], peran_sdi=["pembina"])
    assert promised() == {"": 1}


def test_every_step_is_in_the_audit_log(county: SimpleNamespace, promise: Make) -> None:
    from tests.people_factory import acts

    promise()
    _submit(county)
    agree(county)
    assert [act_ for _actor, act_, _person in acts() if act_.split(".")[0] in ("round", "promise", "list")] == [
        "round.open",
        "promise.submit",
        "round.close",
        "list.document",
        "list.agree",
    ]
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(Promise)) == 1
