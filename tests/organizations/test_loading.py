"""Loading the offices: it can run again, and leaves alone what a person changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers

from ckanext.lebak import config
from ckanext.lebak.organizations.catalog import Office, offices
from ckanext.lebak.organizations.loading import Outcome, load

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

DP3AP2KB = next(office for office in offices() if office.id == "dp3ap2kb")


def load_one(office: Office = DP3AP2KB, *, force: bool = False, **fields: Any) -> Outcome:
    return next(iter(load([replace(office, fields={**office.fields, **fields})], force=force)))


def edit(**changes: Any) -> None:
    context = {"user": factories.Sysadmin()["name"]}
    helpers.call_action("organization_patch", context, id="dp3ap2kb", **changes)


def show(name: str = "dp3ap2kb") -> dict[str, Any]:
    return helpers.call_action("organization_show", id=name)


def test_all_offices_are_loaded_and_nothing_changes_the_second_time() -> None:
    first = list(load())
    assert {outcome.state for outcome in first} == {"created"}
    assert len(first) == 62
    second = list(load())
    assert {(outcome.state, outcome.kept) for outcome in second} == {("unchanged", ())}
    assert len(helpers.call_action("organization_list", limit=1000)) == 62
    assert show("diskominfosp")["peran_sdi"] == ["produsen", "walidata"]
    assert show("bps-lebak")["peran_sdi"] == ["pembina"]
    assert show("rsud-adjidarmo")["induk"] == "dinkes"
    assert show("kec-bayah")["kode_wilayah"] == "36.02.03"


def test_an_office_has_all_its_fields() -> None:
    load_one()
    office = show()
    for key, value in DP3AP2KB.fields.items():
        assert (office.get(key) or type(value)()) == value
    assert office["status_urusan"] == "terverifikasi"


def test_what_nobody_touched_follows_the_file() -> None:
    load_one(sumber="https://example.org/lama")
    assert load_one(sumber="https://example.org/baru").state == "updated"
    assert show()["sumber"] == "https://example.org/baru"


def test_what_a_person_changed_stays() -> None:
    load_one()
    edit(title="Nama yang benar", telepon="(0252) 201312")
    outcome = load_one(sumber="https://example.org/baru")
    assert (outcome.state, outcome.kept) == ("updated", ("title",))
    assert (show()["title"], show()["telepon"]) == ("Nama yang benar", "(0252) 201312")
    assert show()["sumber"] == "https://example.org/baru"
    assert load_one(sumber="https://example.org/baru") == Outcome("dp3ap2kb", "unchanged", ("title",))


def test_what_a_person_emptied_stays_empty() -> None:
    load_one()
    edit(nama_lain=[])
    assert load_one().kept == ("nama_lain",)
    assert not show().get("nama_lain")


def test_a_person_can_give_a_field_back() -> None:
    load_one()
    edit(singkatan="Lain")
    load_one()
    edit(singkatan=DP3AP2KB.fields["singkatan"])
    assert load_one(singkatan="DP3A").state == "updated"


def test_what_a_person_changed_is_overwritten_when_asked() -> None:
    load_one()
    edit(title="Nama lain", kode_urusan=["2.08"])
    assert load_one(force=True).state == "updated"
    assert show()["title"] == DP3AP2KB.fields["title"]
    assert show()["kode_urusan"] == ["2.08", "2.14"]


def test_the_order_of_a_list_is_no_change() -> None:
    load_one()
    edit(nama_lain=list(reversed(DP3AP2KB.fields["nama_lain"])))
    assert load_one() == Outcome("dp3ap2kb", "unchanged")


def test_an_office_that_was_there_before_keeps_what_it_says() -> None:
    factories.Organization(name="dp3ap2kb", title="Buatan tangan")
    outcome = load_one()
    assert (outcome.state, outcome.kept) == ("updated", ("title",))
    assert show()["singkatan"] == "DP3AP2KB"


def test_a_deleted_office_does_not_come_back() -> None:
    load_one()
    helpers.call_action("organization_delete", {"user": factories.Sysadmin()["name"]}, id="dp3ap2kb")
    assert load_one().state == "deleted"
    assert load_one(force=True).state == "deleted"
    office = model.Group.by_name("dp3ap2kb")
    assert office
    assert office.state == "deleted"


def test_a_purged_office_is_made_anew() -> None:
    load_one()
    helpers.call_action("organization_purge", {"user": factories.Sysadmin()["name"]}, id=show()["id"])
    assert load_one().state == "created"


def test_the_coordinator_is_configuration(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    load_one()
    assert show()["peran_sdi"] == ["produsen"]
    monkeypatch.setitem(ckan_config, config.COORDINATOR, "dp3ap2kb")
    assert load_one().state == "updated"
    assert show()["peran_sdi"] == ["produsen", "koordinator"]


def test_the_site_itself_is_nobodys_colleague() -> None:
    load_one()
    assert helpers.call_action("member_list", id="dp3ap2kb", object_type="user") == []


def test_members_stay_when_an_office_is_updated() -> None:
    load_one()
    user = factories.User()
    helpers.call_action("organization_member_create", id="dp3ap2kb", username=user["name"], role="editor")
    load_one(sumber="https://example.org/baru")
    assert [member[2] for member in helpers.call_action("member_list", id="dp3ap2kb", object_type="user")] == ["Editor"]


def test_the_command_tells_what_it_did(cli: Any) -> None:
    from ckan.cli.cli import ckan

    done = cli.invoke(ckan, ["lebak", "opd", "load"])
    assert (done.exit_code, "62 created" in done.output) == (0, True)
    edit(title="Nama lain")
    again = cli.invoke(ckan, ["lebak", "opd", "load"])
    assert "62 unchanged, 1 kept" in again.output
    assert "dp3ap2kb: kept as changed by hand: title" in again.output
    forced = cli.invoke(ckan, ["lebak", "opd", "load", "--force"])
    assert "1 updated, 61 unchanged" in forced.output
