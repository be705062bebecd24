"""An office that is renamed, or merged into another, keeps its datasets, people, names and addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit as tk
from ckan.tests import factories, helpers

from ckanext.lebak import config
from ckanext.lebak.data_requests.model import DataRequest, RequestedTable
from ckanext.lebak.forum.model import Decision, Meeting
from ckanext.lebak.organizations.catalog import offices
from ckanext.lebak.organizations.changes import ChangeError, merge, rename
from ckanext.lebak.organizations.loading import load
from ckanext.lebak.planning.model import Promise, Round
from ckanext.lebak.workbooks.model import WorkbookUpload
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")


@pytest.fixture
def old() -> dict[str, Any]:
    return factories.Organization(name="lama", title="Dinas Lama", singkatan="DL", nama_lain=["Dinas Paling Lama"])


@pytest.fixture
def other() -> dict[str, Any]:
    return factories.Organization(name="lain", title="Dinas Lain", singkatan="DLN", nama_lain=["Kantor Lain"])


def dataset(office: dict[str, Any], **fields: Any) -> dict[str, Any]:
    context = {"user": factories.Sysadmin()["name"]}
    return helpers.call_action("package_create", context, **complete_dataset(owner_org=office["id"], **fields))


def show(name: str) -> dict[str, Any]:
    return helpers.call_action("organization_show", id=name)


def found(**query: Any) -> list[str]:
    return [
        record["name"] for record in helpers.call_action("package_search", include_private=True, **query)["results"]
    ]


def people(name: str) -> dict[str | None, str]:
    members = model.Session.query(model.Member).filter_by(
        group_id=show(name)["id"], table_name="user", state=model.State.ACTIVE
    )
    return {member.table_id: member.capacity for member in members}


def state(id_or_name: str) -> str | None:
    office = model.Group.get(id_or_name)
    return office.state if office else None


# --- renaming -------------------------------------------------------------------------------------------------------


def test_a_renamed_office_is_found_under_its_old_name(old: dict[str, Any]) -> None:
    assert rename("lama", "baru", title="Dinas Baru", abbreviation="DB") == []
    office = show("baru")
    assert (office["id"], office["title"], office["singkatan"]) == (old["id"], "Dinas Baru", "DB")
    assert office["nama_lain"] == ["Dinas Paling Lama", "Dinas Lama", "DL"]
    assert helpers.call_action("organization_list", q="Dinas Lama") == ["baru"]
    assert show("lama")["name"] == "baru"


def test_the_datasets_of_a_renamed_office_are_listed_under_its_new_address(old: dict[str, Any]) -> None:
    name = dataset(old)["name"]
    rename("lama", "baru", title="Dinas Baru")
    assert found(fq="organization:baru") == [name]
    assert found(fq="organization:lama") == []
    assert found(q="Paling Lama") == [name]


def test_an_old_address_leads_to_the_new_one_for_good(old: dict[str, Any], app: Any) -> None:
    rename("lama", "baru")
    addresses = {
        "/organization/lama": "/organization/baru",
        "/organization/lama?q=kb&page=2": "/organization/baru?q=kb&page=2",
        "/organization/about/lama": "/organization/about/baru",
        "/en/organization/lama": "/en/organization/baru",
        "/feeds/organization/lama.atom": "/feeds/organization/baru.atom",
    }
    for former, present in addresses.items():
        answer = app.get(former, follow_redirects=False, status=301)
        assert answer.headers["Location"].removeprefix("http://test.ckan.net") == present
        app.get(former, status=200)


def test_the_api_understands_the_old_name(old: dict[str, Any], app: Any) -> None:
    rename("lama", "baru")
    assert app.get("/api/3/action/organization_show?id=lama").json["result"]["name"] == "baru"
    assert app.get("/api/3/action/organization_show?id=tidak-ada", status=404)


def test_an_address_that_never_was_is_not_found(old: dict[str, Any], app: Any) -> None:
    app.get("/organization/tidak-ada", status=404)
    app.get("/organization/lama", status=200)


def test_every_former_address_leads_to_the_present_one(old: dict[str, Any]) -> None:
    rename("lama", "baru")
    rename("baru", "terbaru")
    assert [show(name)["name"] for name in ("lama", "baru", "terbaru")] == ["terbaru"] * 3


def test_an_office_can_take_its_old_name_again(old: dict[str, Any], app: Any) -> None:
    rename("lama", "baru", title="Dinas Baru")
    rename("baru", "lama", title="Dinas Lama")
    office = show("baru")
    assert office["name"] == "lama"
    assert office["nama_lain"] == ["Dinas Paling Lama", "Dinas Baru"]
    app.get("/organization/lama", status=200, follow_redirects=False)


def test_only_the_title_can_change(old: dict[str, Any]) -> None:
    rename("lama", "lama", title="Dinas Baru")
    assert (show("lama")["title"], show("lama")["nama_lain"]) == ("Dinas Baru", ["Dinas Paling Lama", "Dinas Lama"])


def test_a_name_that_another_office_bears_or_bore_is_refused(old: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(ChangeError):
        rename("lama", "lain")
    rename("lain", "lain-baru")
    with pytest.raises(ChangeError):
        rename("lama", "lain")
    with pytest.raises(ChangeError):
        rename("tidak-ada", "baru")


def test_a_name_that_is_no_address_is_refused_and_nothing_changes(old: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError):
        rename("lama", "Nama Tak Sah!")
    assert show("lama")["name"] == "lama"
    assert helpers.call_action("organization_list", q="Tak Sah") == []


def test_a_new_office_may_not_lose_its_address_to_a_former_one(old: dict[str, Any], app: Any) -> None:
    rename("lama", "baru")
    newcomer = factories.Organization(name="lama")
    assert show("lama")["id"] == newcomer["id"]
    app.get("/organization/lama", status=200, follow_redirects=False)


def test_the_parent_of_other_offices_is_renamed_with_it(old: dict[str, Any]) -> None:
    factories.Organization(name="anak", induk="lama")
    rename("lama", "baru")
    assert show("anak")["induk"] == "baru"


def test_a_renamed_office_is_not_loaded_twice() -> None:
    records = [office for office in offices() if office.id == "dp3ap2kb"]
    list(load(records))
    rename("dp3ap2kb", "dp3a", title="Dinas P3A")
    (outcome,) = load(records)
    assert (outcome.name, outcome.state) == ("dp3a", "unchanged")
    assert set(outcome.kept) == {"title", "nama_lain"}
    assert helpers.call_action("organization_list") == ["dp3a"]


def test_what_the_configuration_still_calls_by_the_old_name_is_told(
    old: dict[str, Any], ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, config.CUSTODIAN, "lama")
    (sentence,) = rename("lama", "baru")
    assert config.CUSTODIAN in sentence
    assert "baru" in sentence


# --- merging --------------------------------------------------------------------------------------------------------


def test_all_datasets_move_whatever_their_state(old: dict[str, Any], other: dict[str, Any]) -> None:
    public, private = dataset(old)["name"], dataset(old, private=True)["name"]
    draft, gone = dataset(old, state="draft")["name"], dataset(old)["name"]
    helpers.call_action("package_delete", {"user": factories.Sysadmin()["name"]}, id=gone)
    merge("lama", "lain")
    moved = model.Session.query(model.Package).filter_by(owner_org=other["id"])
    assert {record.name for record in moved} == {public, private, draft, gone}
    assert set(found(fq="organization:lain")) == {public, private}
    assert found(q="Dinas Lama") != []
    record = helpers.call_action("package_show", id=public)
    assert (record["organization"]["name"], record["private"]) == ("lain", False)


def test_the_old_office_ends_and_its_names_and_addresses_live_on(
    old: dict[str, Any], other: dict[str, Any], app: Any
) -> None:
    rename("lama", "agak-lama")
    merge("agak-lama", "lain")
    assert state(old["id"]) == "deleted"
    assert show("lain")["nama_lain"] == ["Kantor Lain", "Dinas Lama", "DL", "Dinas Paling Lama"]
    for former in ("lama", "agak-lama"):
        assert show(former)["name"] == "lain"
        answer = app.get(f"/organization/{former}", follow_redirects=False, status=301)
        assert answer.headers["Location"].endswith("/organization/lain")
    assert helpers.call_action("organization_list", q="Dinas Lama") == ["lain"]


def test_people_move_with_the_stronger_of_their_rights(old: dict[str, Any], other: dict[str, Any]) -> None:
    editor, admin, both = (factories.User() for _ in range(3))
    given = ((old, editor, "editor"), (old, admin, "admin"), (old, both, "member"), (other, both, "editor"))
    for office, user, role in given:
        helpers.call_action("organization_member_create", id=office["id"], username=user["name"], role=role)
    before = people("lain")
    merge("lama", "lain")
    assert people("lain") == {**before, editor["id"]: "editor", admin["id"]: "admin", both["id"]: "editor"}


def test_what_is_still_to_be_done_passes_to_the_office_that_goes_on(old: dict[str, Any], other: dict[str, Any]) -> None:
    day = dt.date(2026, 12, 31)
    request = DataRequest(title="SIMULASI", asker="BPS (simulasi)", due=day, made_by="simulasi")
    meeting = Meeting(held_on=day, subject="SIMULASI", noted_by="simulasi")
    model.Session.add_all([request, meeting, Round(year=2026, opened_by="simulasi", until=day)])
    model.Session.flush()
    table = {"title": "SIMULASI", "stub": "Kecamatan", "rows": ["Bayah"], "columns": ["Peserta"]}
    owed = [
        Promise(year=2026, organization_id=old["id"], said={}, changed_by="simulasi"),
        Decision(meeting_id=meeting.id, number=1, text="SIMULASI", organization_id=old["id"], due=day),
        RequestedTable(request_id=request.id, position=1, organization_id=old["id"], **table),
        WorkbookUpload(name="simulasi.xlsx", digest="0" * 64, organization_id=old["id"], sent_by="simulasi"),
    ]
    model.Session.add_all(owed)
    model.Session.commit()
    merge("lama", "lain")
    for each in owed:
        model.Session.refresh(each)
        assert each.organization_id == other["id"]


def test_an_office_is_not_merged_into_itself_or_nothing(old: dict[str, Any]) -> None:
    for into in ("lama", "tidak-ada"):
        with pytest.raises(ChangeError):
            merge("lama", into)
    assert show("lama")["state"] == "active"


def test_a_merged_office_is_not_loaded_again() -> None:
    records = [office for office in offices() if office.id in ("distan", "disnakkeswan")]
    list(load(records))
    merge("disnakkeswan", "distan")
    states = {outcome.name: outcome.state for outcome in load(records)}
    assert states == {"distan": "unchanged", "disnakkeswan": "deleted"}


def test_two_mergers_lead_to_the_last_office(old: dict[str, Any], other: dict[str, Any]) -> None:
    factories.Organization(name="terakhir")
    merge("lama", "lain")
    merge("lain", "terakhir")
    assert [show(name)["name"] for name in ("lama", "lain")] == ["terakhir"] * 2


# --- the index --------------------------------------------------------------------------------------------------------


def test_a_title_changed_by_hand_reaches_the_index_of_the_datasets(old: dict[str, Any]) -> None:
    name = dataset(old)["name"]
    context = {"user": factories.Sysadmin()["name"]}
    helpers.call_action("organization_patch", context, id="lama", nama_lain=["Jawatan Antik"])
    (job,) = [job for job in jobs.get_queue().jobs if job.meta["title"] == "Search index of lama"]
    job.perform()
    assert found(q="Antik") == [name]


# --- commands ---------------------------------------------------------------------------------------------------------


def test_the_commands_rename_and_merge(old: dict[str, Any], other: dict[str, Any], cli: Any) -> None:
    from ckan.cli.cli import ckan

    dataset(old)
    renamed = cli.invoke(ckan, ["lebak", "opd", "rename", "lama", "baru", "--title", "Dinas Baru"])
    assert (renamed.exit_code, "lama is now baru." in renamed.output) == (0, True)
    assert cli.invoke(ckan, ["lebak", "opd", "rename", "baru", "lain"]).exit_code == 1
    merged = cli.invoke(ckan, ["lebak", "opd", "merge", "baru", "lain"])
    assert "Datasets moved: 1" in merged.output
    assert show("lama")["name"] == "lain"
    assert cli.invoke(ckan, ["lebak", "opd", "merge", "baru", "lain"]).exit_code == 1
