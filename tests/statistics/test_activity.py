"""An activity through CKAN's own actions and through the gate: nothing is lost, and nothing private is told."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.lebak.release.differences import field_differences
from ckanext.lebak.statistics import links, private
from ckanext.lebak.statistics.exchange import to_bps
from ckanext.lebak.statistics.questions import form, form_of
from ckanext.lebak.statistics.skipping import not_asked
from tests.indicator_factory import complete_indicator
from tests.proposals.factory import complete_proposal
from tests.release.conftest import act
from tests.sdi_factory import complete_dataset
from tests.statistics_factory import complete_activity, variables

pytestmark = pytest.mark.gate

MSKEG = form("MS-Keg")
PRIVATE = "SIMULASI ii_pj_nama"


def _activity(county: SimpleNamespace, **more: Any) -> dict[str, Any]:
    return act("package_create", county.operator, **complete_activity(owner_org=county.office["id"], **more))


def _released(county: SimpleNamespace, **more: Any) -> dict[str, Any]:
    made = _activity(county, **more)
    act("lebak_release_submit", county.operator, id=made["id"])
    act("lebak_release_agree", county.pembina, id=made["id"])
    act("lebak_release_approve", county.walidata, id=made["id"])
    return act("package_show", county.operator, id=made["id"])


def test_every_answer_comes_back(county: SimpleNamespace) -> None:
    told = complete_activity(owner_org=county.office["id"], iii_variabel_yang_dikumpulkan=variables(25))
    shown = act("package_show", county.operator, id=act("package_create", county.operator, **told)["id"])
    for question in MSKEG.questions:
        if question.key in told and not question.private:
            assert shown[question.key] == told[question.key], question.key
    assert shown["resources"] == []


def test_what_is_private_is_in_no_record(county: SimpleNamespace) -> None:
    made = _released(county)
    assert private.of(made["id"])["ii_pj_nama"] == PRIVATE
    package = model.Package.get(made["id"])
    assert package is not None
    stored = json.dumps(package.extras)
    activities = act("package_activity_list", county.sysadmin, id=made["id"], include_hidden_activity=True)
    details = [act("activity_show", county.sysadmin, id=each["id"]) for each in activities]
    query = {"q": "*:*", "fq": f"id:{made['id']} dataset_type:*", "include_private": True}
    found = tk.get_action("package_search")({"ignore_auth": True, "user": ""}, query)
    assert found["count"] == 1
    for text in (stored, json.dumps(made), json.dumps(details, default=str), json.dumps(found)):
        assert PRIVATE not in text
        assert "ii_pj_telepon" not in text


def test_private_answers_are_for_office_walidata_and_bps(county: SimpleNamespace) -> None:
    made = _released(county)
    for reader in (county.operator, county.head, county.walidata, county.pembina):
        assert act("lebak_private_answers_show", reader, id=made["id"])["ii_pj_nama"] == PRIVATE
    for reader in (county.stranger, county.member, county.koordinator):
        with pytest.raises(tk.NotAuthorized):
            act("lebak_private_answers_show", reader, id=made["id"])


def test_a_draft_tells_nothing_to_who_does_not_see_it(county: SimpleNamespace) -> None:
    made = _activity(county)
    with pytest.raises(tk.NotAuthorized):
        act("lebak_private_answers_show", county.walidata, id=made["id"])


def test_a_private_answer_stays_when_it_is_not_posted_and_goes_when_it_is_emptied(county: SimpleNamespace) -> None:
    made = _activity(county)
    act("package_patch", county.operator, id=made["id"], i_alamat="Simulasi lain")
    assert private.of(made["id"])["ii_pj_nama"] == PRIVATE
    act("package_patch", county.operator, id=made["id"], ii_pj_nama="")
    assert "ii_pj_nama" not in private.of(made["id"])


def test_a_form_that_was_opened_before_a_private_answer_changed_is_too_old(county: SimpleNamespace) -> None:
    opened = act("package_show", county.operator, id=_activity(county)["id"])
    changed = act("package_patch", county.colleague, id=opened["id"], ii_pj_nama=f"{PRIVATE} baru")
    assert act("package_show", county.operator, id=opened["id"])["metadata_modified"] == changed["metadata_modified"]
    with pytest.raises(tk.ValidationError):
        act("package_update", county.operator, **opened, ii_pj_nama=f"{PRIVATE} lain")
    assert private.of(opened["id"])["ii_pj_nama"] == f"{PRIVATE} baru"
    act("package_update", county.operator, **changed, ii_pj_nama=f"{PRIVATE} lain")
    assert private.of(opened["id"])["ii_pj_nama"] == f"{PRIVATE} lain"


@pytest.mark.parametrize("nip", ["198001012005011001", "19800101 200501 1 001", "NIP. 19800101-200501-1-001"])
def test_a_nip_is_not_kept(county: SimpleNamespace, nip: str) -> None:
    made = _activity(county)
    with pytest.raises(tk.ValidationError) as refused:
        act("package_patch", county.operator, id=made["id"], ii_pj_nama=f"SIMULASI {nip}")
    assert "NIP" in str(refused.value.error_dict["ii_pj_nama"])
    assert private.of(made["id"])["ii_pj_nama"] == PRIVATE


def test_private_answers_do_not_change_while_it_is_checked(county: SimpleNamespace) -> None:
    made = _released(county)
    with pytest.raises(tk.ValidationError):
        act("package_patch", county.operator, id=made["id"], ii_pj_nama="SIMULASI lain")
    assert private.of(made["id"])["ii_pj_nama"] == PRIVATE


def test_a_change_of_a_released_activity_takes_its_private_answers_along(county: SimpleNamespace) -> None:
    made = _released(county)
    copy = act("lebak_release_change", county.operator, id=made["id"])
    assert private.of(copy["id"])["ii_pj_nama"] == PRIVATE
    act("package_patch", county.operator, id=copy["id"], ii_pj_nama="SIMULASI pengganti", i_alamat="Simulasi lain")
    assert private.of(made["id"])["ii_pj_nama"] == PRIVATE
    act("lebak_release_submit", county.operator, id=copy["id"])
    act("lebak_release_agree", county.pembina, id=copy["id"])
    act("lebak_release_approve", county.walidata, id=copy["id"])
    assert private.of(made["id"])["ii_pj_nama"] == "SIMULASI pengganti"
    assert private.of(copy["id"]) == {}
    assert act("package_show", county.operator, id=made["id"])["i_alamat"] == "Simulasi lain"


def test_answers_to_what_is_not_asked_are_cleared(county: SimpleNamespace) -> None:
    made = _activity(county)
    assert made["v_jenis_rancangan_sampel"] == "1"
    after = act("package_patch", county.operator, id=made["id"], cara_pengumpulan_data="3")
    assert not [key for key in after if key.startswith("v_")]
    after = act("package_patch", county.operator, id=made["id"], iv_cakupan_wilayah_pengumpulan_data="1")
    assert not after.get("iv_sebagian_cakupan_wilayah_pengumpulan_data")


def test_an_edition_does_not_give_an_answer_another_meaning(county: SimpleNamespace) -> None:
    made = _activity(county)
    with pytest.raises(tk.ValidationError) as refused:
        act("package_patch", county.operator, id=made["id"], edisi_formulir="baru")
    assert "edisi_formulir" in refused.value.error_dict
    answers = {"iv_tipe_pengumpulan_data": "", "v_metode_yang_digunakan": ""}
    act("package_patch", county.operator, id=made["id"], **answers)
    after = act("package_patch", county.operator, id=made["id"], edisi_formulir="baru", iv_tipe_pengumpulan_data="2")
    assert after["iv_tipe_pengumpulan_data"] == "2"


def test_a_method_that_does_not_fit_is_refused_with_a_sentence(county: SimpleNamespace) -> None:
    made = _activity(county)
    with pytest.raises(tk.ValidationError) as refused:
        act("package_patch", county.operator, id=made["id"], v_metode_yang_digunakan="7")
    assert list(refused.value.error_dict) == ["v_metode_yang_digunakan"]


def test_a_draft_may_be_empty_and_a_hand_in_names_what_is_missing(county: SimpleNamespace) -> None:
    bare = {"type": "kegiatan-statistik", "name": "simulasi-kosong", "title": "SIMULASI kosong"}
    made = act("package_create", county.operator, owner_org=county.office["id"], cara_pengumpulan_data="3", **bare)
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_release_submit", county.operator, id=made["id"])
    missing = set(refused.value.error_dict)
    assert {"iii_tujuan_kegiatan", "iii_variabel_yang_dikumpulkan", "ii_pj_nama", "vii_metode_analisis"} <= missing
    assert not {"v_unit_sampel", "vi_petugas_pengumpulan_data", "realisasi_pengumpulan_data"} & missing


def test_an_activity_takes_no_file(county: SimpleNamespace) -> None:
    made = _activity(county)
    file = {"name": "Simulasi", "url": "https://example.org/simulasi.csv"}
    with pytest.raises(tk.ValidationError) as refused:
        act("resource_create", county.operator, package_id=made["id"], **file)
    assert "no files" in str(refused.value.error_dict)
    with pytest.raises(tk.ValidationError):
        _activity(county, resources=[file])


def test_a_row_that_lacks_a_column_is_named(county: SimpleNamespace) -> None:
    rows = variables(3)
    del rows[1]["definisi"]
    made = _activity(county, iii_variabel_yang_dikumpulkan=rows)
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_release_submit", county.operator, id=made["id"])
    assert " 2: " in str(refused.value.error_dict["iii_variabel_yang_dikumpulkan"])


def test_searches_feed_and_lists_give_datasets_only(county: SimpleNamespace, app: Any) -> None:
    made = _released(county)
    visitor: Any = {"user": ""}

    def found(**query: Any) -> set[str]:
        return {each["id"] for each in tk.get_action("package_search")(visitor, query)["results"]}

    typed = {"fq": "dataset_type:kegiatan-statistik", "rows": 100}
    assert made["id"] not in found(q="survei kepuasan", rows=100)
    assert made["id"] in found(**typed)
    assert made["id"] in found(**typed, q="Variabel simulasi 2")
    assert made["name"] not in tk.get_action("package_list")(visitor, {})
    completed = tk.get_action("package_autocomplete")(visitor, {"q": "survei", "limit": 100})
    assert made["name"] not in [each["name"] for each in completed]
    for address in ("/data.json", "/catalog.ttl"):
        assert made["id"] not in app.get(address).body


def test_next_year_begins_with_what_stays(county: SimpleNamespace) -> None:
    carried_out = {"tahap_kegiatan": "realisasi", "realisasi_jumlah_respon": "90"}
    made = _released(county, **carried_out)
    new = act("lebak_activity_copy", county.operator, id=made["id"])
    assert (new["tahun_kegiatan"], new["tahap_kegiatan"], new["state"]) == ("2027", "rencana", "draft")
    assert new["iii_variabel_yang_dikumpulkan"] == made["iii_variabel_yang_dikumpulkan"]
    assert new["iv_metode_pengumpulan_data"] == made["iv_metode_pengumpulan_data"]
    stays = {question.key for question in MSKEG.questions if not question.copied}
    assert not (stays - {"tahap_kegiatan"}) & {key for key, value in new.items() if value}
    assert private.of(new["id"])["ii_pj_nama"] == PRIVATE
    with pytest.raises(tk.ValidationError):
        act("lebak_activity_copy", county.operator, id=made["id"])
    with pytest.raises(tk.NotAuthorized):
        act("lebak_activity_copy", county.stranger, id=made["id"])


def test_a_form_goes_out_and_in_again(county: SimpleNamespace) -> None:
    made = _activity(county)
    told = act("lebak_bps_show", county.operator, id=made["id"])
    assert told["form"] == "MS-Keg"
    assert told["document"]["ii_pj_nama"] == PRIVATE
    sent = {"form": "MS-Keg", "document": told["document"], "owner_org": county.office["id"]}
    again = act("lebak_bps_import", county.operator, name="simulasi-masuk", **sent)
    for question in MSKEG.questions:
        assert again.get(question.key) == made.get(question.key), question.key
    assert private.of(again["id"]) == private.of(made["id"])
    changed = {"iv_metode_pengumpulan_data": 3}
    after = act("lebak_bps_import", county.operator, form="MS-Keg", document=changed, id=made["id"])
    assert after["iv_metode_pengumpulan_data"] == ["1", "2"]
    for wrong in ({"iv_metode_pengumpulan_data": 64}, {"warna": "biru"}):
        with pytest.raises(tk.ValidationError):
            act("lebak_bps_import", county.operator, form="MS-Keg", document=wrong, id=made["id"])
    with pytest.raises(tk.NotAuthorized):
        act("lebak_bps_import", county.stranger, **sent)


def test_the_public_page_has_every_question_and_office_contacts_only(county: SimpleNamespace, app: Any) -> None:
    made = _released(county)
    page = app.get(f"/kegiatan-statistik/{made['name']}").body
    for question in MSKEG.questions:
        assert (f'data-question="{question.key}"' in page) != question.private, question.key
    document = app.get(f"/kegiatan-statistik/{made['name']}/bps.json").json["document"]
    assert document["i_email"] == "kantor@example.org"
    for text in (page, json.dumps(document)):
        assert PRIVATE not in text
        assert "ii_pj_telepon" not in text
    draft = act("lebak_activity_copy", county.operator, id=made["id"])
    for address in (f"/kegiatan-statistik/{draft['name']}", f"/kegiatan-statistik/{draft['name']}/bps.json"):
        assert app.get(address, status=404)


def test_a_dataset_leads_to_its_activity(county: SimpleNamespace, app: Any) -> None:
    made = _released(county)
    fields = complete_dataset(owner_org=county.office["id"], resources=[])
    dataset = act("package_create", county.operator, **fields, kegiatan_id=made["id"])
    assert dataset["kegiatan_id"] == made["id"]
    hidden = act("lebak_activity_copy", county.operator, id=made["id"])
    act("package_patch", county.operator, id=dataset["id"], kegiatan_id=hidden["id"])
    for wrong in ("bukan-id", dataset["id"]):
        with pytest.raises(tk.ValidationError) as refused:
            act("package_patch", county.operator, id=dataset["id"], kegiatan_id=wrong)
        assert list(refused.value.error_dict) == ["kegiatan_id"]
    of_other = complete_dataset(owner_org=county.other["id"], resources=[], kegiatan_id=hidden["id"])
    with pytest.raises(tk.ValidationError):
        act("package_create", county.stranger, **of_other)


def test_differences_have_the_labels_of_the_edition() -> None:
    schema = tk.h.scheming_get_dataset_schema("kegiatan-statistik")
    before = {"edisi_formulir": "2020", "iv_tipe_pengumpulan_data": "1"}
    after = {"edisi_formulir": "baru", "iv_tipe_pengumpulan_data": "2"}
    told = {each.field_name: each for each in field_differences(before, after, schema)}
    assert told["iv_tipe_pengumpulan_data"].before == "Longitudinal Panel"
    assert told["iv_tipe_pengumpulan_data"].after == "Cross Sectional"


def test_the_desks_show_an_activity_and_what_changed_in_it(county: SimpleNamespace, app: Any) -> None:
    made = _released(county)
    copy = act("lebak_release_change", county.operator, id=made["id"])
    rows = [{**made["iii_variabel_yang_dikumpulkan"][0], "definisi": "SIMULASI definisi baru"}]
    answers = {"iii_variabel_yang_dikumpulkan": rows, "iv_metode_pengumpulan_data": ["8"]}
    act("package_patch", county.operator, id=copy["id"], **answers)
    act("lebak_release_submit", county.operator, id=copy["id"])
    walidata, pembina, operator = (
        {"Authorization": factories.APIToken(user=name)["token"]}
        for name in (county.walidata, county.pembina, county.operator)
    )
    for desk, headers in (("meja-pembina", pembina), ("meja-walidata", walidata)):
        page = app.get(f"/{desk}/{copy['id']}", headers=headers).body
        assert "SIMULASI definisi baru" in page
        assert "Pengumpulan data sekunder" in page  # the label of the code
        assert "Variabel simulasi 2" in page  # the row that is gone
        assert PRIVATE in page
    released = app.get(f"/dataset/{made['name']}/rilis/1").body
    assert "Pengumpulan data sekunder" not in released
    assert "ii_pj_nama" not in released
    assert made["title"] in app.get("/meja-opd", headers=operator).body
    assert made["title"] in app.get("/kegiatan-statistik/").body
    copied = app.post(
        f"/kegiatan-statistik/{made['name']}/salin", data={"tahun": "2031"}, headers=operator, follow_redirects=False
    )
    assert copied.status_code == 302  # noqa: PLR2004
    assert "/kegiatan-statistik/edit/" in copied.headers["Location"]


def test_the_form_asks_every_question_on_the_page_of_its_block(county: SimpleNamespace, app: Any) -> None:
    made = _activity(county)
    operator = {"Authorization": factories.APIToken(user=county.operator)["token"]}
    answers = {**made, **private.of(made["id"])}
    skipped = not_asked(MSKEG.questions, answers)
    for number, block in enumerate(MSKEG.blocks, start=1):
        page = app.get(f"/kegiatan-statistik/edit/{made['name']}/{number}", headers=operator).body
        for question in block.questions:
            assert question.page == number
            in_page = f'name="{question.key}' in page
            # What depends on another page's answer is told without a field; a script hides the rest.
            assert in_page or (question.key in skipped and f'data-question="{question.key}"' in page), question.key
        assert PRIVATE in page or block.code != "II"


@pytest.mark.parametrize("name", ["MS-Keg", "MS-Ind", "FS3", "FP-KPA"])
def test_a_new_record_of_each_form_comes_out_of_its_json(county: SimpleNamespace, name: str) -> None:
    made = {
        "MS-Keg": complete_activity,
        "MS-Ind": complete_indicator,
        "FS3": lambda **more: complete_proposal("FS3", **more),
        "FP-KPA": lambda **more: complete_proposal("FP-KPA", **more),
    }[name](owner_org=county.office["id"])
    described = form(name)
    document = to_bps(described, made, made)
    sent = {"form": name, "document": document, "owner_org": county.office["id"], "name": f"masuk-{name.lower()}"}
    shown = act("lebak_bps_import", county.operator, **sent)
    assert form_of(shown) == described
    answers = described.by_key.keys() & made.keys() - described.private_keys
    assert {key: shown.get(key) for key in answers} == {key: made[key] for key in answers}
    assert act("lebak_bps_show", county.operator, id=shown["id"])["document"] == document


def test_a_form_changes_a_record_of_its_own_kind_alone(county: SimpleNamespace) -> None:
    made = _activity(county)
    wrong = {"form": "MS-Ind", "document": {"nama": "SIMULASI lain"}, "id": made["id"]}
    with pytest.raises(tk.ValidationError) as refused:
        act("lebak_bps_import", county.operator, **wrong)
    assert list(refused.value.error_dict) == ["form"]
    assert act("package_show", county.operator, id=made["id"])["title"] == made["title"]
    survey = act("package_create", county.operator, **complete_proposal("FS3", owner_org=county.office["id"]))
    with pytest.raises(tk.ValidationError):
        act("lebak_bps_import", county.operator, form="FP-KPA", document={"tujuan": "SIMULASI"}, id=survey["id"])


def test_what_indah_answers_is_taken(county: SimpleNamespace) -> None:
    made = _activity(county)
    document = {"status": "APPROVED", "total_msvar": 2, "jenis_statistik": "STATISTIK_KHUSUS", "tahun": "2026"}
    after = act("lebak_bps_import", county.operator, form="MS-Keg", document=document, id=made["id"])
    assert after["jenis_statistik"] == "3"


NIP = "198001012005011001"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"title": f"SIMULASI {NIP}"}, "title"),
        ({"i_alamat": f"Jalan Simulasi\nNIP. {NIP}"}, "i_alamat"),
        ({"ii_pj_jabatan": "Kepala Bidang, 19800101 200501 1 001"}, "ii_pj_jabatan"),
        ({"iii_variabel_yang_dikumpulkan": [{"nama": "a"}, {"nama": NIP}]}, "iii_variabel_yang_dikumpulkan"),
        ({"iii_variabel_yang_dikumpulkan": [{"nama": "a", "konsep": [NIP]}]}, "iii_variabel_yang_dikumpulkan"),
    ],
)
def test_a_nip_is_kept_in_no_answer(county: SimpleNamespace, fields: dict[str, Any], where: str) -> None:
    made = _activity(county)
    with pytest.raises(tk.ValidationError) as refused:
        act("package_patch", county.operator, id=made["id"], **fields)
    assert list(refused.value.error_dict) == [where]
    assert "NIP" in str(refused.value.error_dict[where])
    for other in (complete_indicator(konsep=[NIP]), complete_proposal(metode_analisis=f"NIP {NIP}")):
        with pytest.raises(tk.ValidationError) as refused:
            act("package_create", county.operator, **{**other, "owner_org": county.office["id"]})
        assert "NIP" in str(refused.value.error_dict)


def test_drafts_of_other_offices_are_not_offered_whatever_is_posted(county: SimpleNamespace) -> None:
    own, theirs = (
        _activity(county)["id"],
        act("package_create", county.stranger, **complete_activity(owner_org=county.other["id"]))["id"],
    )
    user = model.User.get(county.operator)

    def offered(reader: model.User | None, record: dict[str, Any], chosen: str = "") -> set[str]:
        return {each["id"] for each in links.choices("kegiatan-statistik", reader, record, chosen)} & {own, theirs}

    assert offered(user, {"owner_org": county.office["id"]}) == {own}
    assert offered(user, {"owner_org": county.office["name"], "id": theirs}, chosen=own) == {own}
    assert offered(user, {"owner_org": county.other["id"]}) == set()
    assert offered(user, {"owner_org": county.other["id"], "id": own}) == {own}, "that of the record, which is theirs"
    assert offered(user, {"id": theirs}, chosen=theirs) == set()
    assert offered(None, {"owner_org": county.office["id"]}, chosen=own) == set()
    assert offered(model.User.get(county.sysadmin), {"id": theirs}) == {theirs}
