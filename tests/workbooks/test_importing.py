"""Workbooks of BPS's forms on their way into records: looked at, written whole or not at all, by the office alone."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.lebak.audit import AuditEntry
from ckanext.lebak.files import content
from ckanext.lebak.statistics import private
from ckanext.lebak.statistics.questions import form, form_of
from ckanext.lebak.workbooks import importing, layout
from ckanext.lebak.workbooks.records import Item, state_of, written
from ckanext.lebak.workbooks.writing import Filled, workbook
from tests.indicator_factory import complete_indicator
from tests.proposals.factory import complete_proposal
from tests.release.conftest import act
from tests.statistics_factory import complete_activity, variables

pytestmark = pytest.mark.gate

MSKEG = form("MS-Keg")


def filled(**more: Any) -> Filled:
    told = complete_activity(**{"iii_variabel_yang_dikumpulkan": variables(3), **more})
    answers = {key: told[key] for key in MSKEG.by_key if key in told}
    return Filled("MS-Keg", {k: v for k, v in answers.items() if k not in MSKEG.private_keys}, _private(answers))


def _private(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: answers[key] for key in MSKEG.private_keys if key in answers}


def file(body: bytes, name: str = "formulir.xlsx") -> FileStorage:
    return FileStorage(io.BytesIO(body), filename=name)


def zipped(*bodies: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number, body in enumerate(bodies):
            archive.writestr(f"tahun/{number}.xlsx", body)
    return target.getvalue()


def check(county: SimpleNamespace, body: bytes, name: str = "formulir.xlsx", user: str = "") -> dict[str, Any]:
    given = {"organization": county.office["id"], "upload": file(body, name)}
    return act("lebak_workbook_check", user or county.operator, **given)


def records() -> int:
    return model.Session.query(model.Package).count()


def write(county: SimpleNamespace, sent: dict[str, Any]) -> dict[str, Any]:
    return act("lebak_workbook_write", county.operator, id=sent["id"])


def test_an_activity_comes_out_of_a_workbook_whole(county: SimpleNamespace) -> None:
    one = filled()
    before = records()
    sent = check(county, workbook([one]))
    (item,) = sent["report"]
    assert (sent["state"], item["problems"], item["missing"], item["changes"]) == ("checked", [], 0, "")
    assert records() == before  # nothing is written yet
    heard = {each["label"]: each["text"] for each in item["understood"]}
    assert heard["Cara pengumpulan data"] == "2 Survei"
    assert not {"SIMULASI ii_pj_nama", "SIMULASI ii_pj_telepon"} & set(heard.values())
    (done,) = write(county, sent)["report"]
    shown = act("package_show", county.operator, id=done["written"])
    assert {key: shown[key] for key in one.answers} == dict(one.answers)
    assert private.of(shown["id"]) == one.private
    assert (shown["state"], shown["private"]) == ("draft", True)
    with pytest.raises(tk.ValidationError):
        write(county, sent)


def test_the_workbook_of_a_record_changes_it(county: SimpleNamespace, app: Any) -> None:
    made = act("package_create", county.operator, **complete_activity(owner_org=county.office["id"]))
    headers = {"Authorization": factories.APIToken(user=county.operator)["token"]}
    taken = app.get(f"/formulir/isi/{made['name']}.xlsx", headers=headers).data
    book: Any = openpyxl.load_workbook(io.BytesIO(taken))
    cells = {row[5].value: row[2] for row in book["MS-Keg"].iter_rows() if row[5].value}
    cells["iii_tujuan_kegiatan"].value = "SIMULASI: tujuan baru"
    cells["ii_pj_faksimile"].value = None
    stream = io.BytesIO()
    book.save(stream)
    sent = check(county, stream.getvalue())
    assert [(item["changes"], item["problems"]) for item in sent["report"]] == [(made["name"], [])]
    write(county, sent)
    shown = act("package_show", county.operator, id=made["id"])
    changed = {key for key in made if shown.get(key) != made[key]} - {"metadata_modified"}
    assert changed == {"iii_tujuan_kegiatan"}
    assert "ii_pj_faksimile" not in private.of(made["id"])
    assert private.of(made["id"])["ii_pj_nama"]


def test_problems_are_told_by_their_cells_and_the_rest_is_written(county: SimpleNamespace) -> None:
    good, bad = filled(), filled(i_email="bukan surel", tahun_kegiatan="26")
    before = records()
    sent = check(county, zipped(workbook([good]), workbook([bad])), "tahun.zip")
    told = {each["cell"]: each for each in sent["report"][1]["problems"]}
    assert len(told) == 2
    assert all(cell.startswith("C") and each["sheet"] == "MS-Keg" for cell, each in told.items())
    done = write(county, sent)["report"]
    assert [bool(item["written"]) for item in done] == [True, False]
    assert records() == before + 1


def test_a_problem_in_a_row_names_the_cell_of_the_row(county: SimpleNamespace) -> None:
    rows = variables(3)
    rows[1]["apakah_variabel_bisa_diakses_umum"] = "mungkin"
    (problem,) = check(county, workbook([filled(iii_variabel_yang_dikumpulkan=rows)]))["report"][0]["problems"]
    # The record of the factory replaces the rows; the second row of answers stands in row 4.
    assert (problem["sheet"], problem["cell"][1:]) == ("MS-Var", "4")


def test_many_are_written_in_the_background_with_progress(county: SimpleNamespace) -> None:
    bodies = [workbook([filled()]) for _number in range(importing.AT_ONCE + 1)]
    sent = check(county, zipped(*bodies), "semua.zip")
    assert (sent["state"], sent["done"], sent["number"]) == ("checking", 0, len(bodies))
    jobs.Worker().work(burst=True)
    model.Session.expire_all()
    assert act("lebak_workbook_show", county.operator, id=sent["id"])["state"] == "checked"
    assert write(county, sent)["state"] == "writing"
    jobs.Worker().work(burst=True)
    model.Session.expire_all()
    shown = act("lebak_workbook_show", county.operator, id=sent["id"])
    assert (shown["state"], shown["done"]) == ("written", len(bodies))
    assert all(item["written"] for item in shown["report"])


def test_a_released_record_is_not_changed_by_a_workbook(county: SimpleNamespace) -> None:
    made = act("package_create", county.operator, **complete_activity(owner_org=county.office["id"]))
    act("lebak_release_submit", county.operator, id=made["id"])
    same = Filled("MS-Keg", act("package_show", county.operator, id=made["id"]), {}, id=made["id"])
    (item,) = check(county, workbook([same]))["report"]
    assert len(item["problems"]) == 1
    assert item["changes"] == made["name"]


def test_only_the_office_sends_and_only_the_sender_looks(county: SimpleNamespace) -> None:
    body = workbook([filled()])
    for name in ("stranger", "walidata", "pembina", "koordinator", "member", "sysadmin"):
        with pytest.raises(tk.NotAuthorized):
            check(county, body, user=getattr(county, name))
    sent = check(county, body)
    for action in ("lebak_workbook_show", "lebak_workbook_write"):
        with pytest.raises(tk.NotAuthorized):
            act(action, county.colleague, id=sent["id"])


def test_a_record_of_another_office_is_not_changed(county: SimpleNamespace) -> None:
    theirs = act("package_create", county.stranger, **complete_activity(owner_org=county.other["id"]))
    sent = check(county, workbook([Filled("MS-Keg", theirs, {}, id=theirs["id"])]))
    (item,) = sent["report"]
    assert len(item["problems"]) == 1
    assert write(county, sent)["report"][0]["written"] == ""
    assert act("package_show", county.stranger, id=theirs["id"])["metadata_modified"] == theirs["metadata_modified"]


def test_more_than_a_file_of_a_dataset_is_taken_and_not_without_end(
    county: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, ckan_config: Any
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.max_resource_size", 0)
    body = workbook([filled()])
    assert check(county, body)["state"] == "checked"
    monkeypatch.setattr(importing, "MOST_SENT", 0)
    with pytest.raises(tk.ValidationError) as refused:
        check(county, body)
    assert list(refused.value.error_dict) == ["upload"]


@pytest.mark.parametrize(
    ("body", "name"),
    [(b"bukan apa-apa", "a.xlsx"), (b"PK\x03\x04rusak", "a.zip"), (zipped(), "kosong.zip"), (b"a,b\n1,2\n", "a.csv")],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(county: SimpleNamespace, body: bytes, name: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        check(county, body, name)
    assert list(refused.value.error_dict) == ["upload"]


def test_an_upload_is_forgotten_with_its_file(county: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = check(county, workbook([filled()]))
    digest = importing.get(sent["id"]).digest
    assert importing.forget_old() == 0
    assert content.exists(digest)
    monkeypatch.setattr(importing, "KEPT_DAYS", -1)
    assert importing.forget_old() > 0
    assert not content.exists(digest)


def test_pages_and_paper(county: SimpleNamespace, app: Any) -> None:
    made = act("package_create", county.operator, **complete_activity(owner_org=county.office["id"]))
    token = factories.APIToken(user=county.operator)["token"]
    headers = {"Authorization": token}
    assert app.get("/formulir/").status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(app.get("/formulir/templat/kegiatan.xlsx").data))["MS-Keg"]
    assert app.get(f"/formulir/isi/{made['id']}.pdf", headers=headers).data.startswith(b"%PDF-")
    for address in (f"/formulir/isi/{made['id']}.pdf", f"/formulir/isi/{made['id']}.xlsx"):
        assert app.get(address, follow_redirects=False).status_code in (302, 404)
    with zipfile.ZipFile(
        io.BytesIO(app.get(f"/formulir/opd/{county.office['name']}.zip", headers=headers).data)
    ) as all_:
        assert f"MS-Keg/{made['name']}.xlsx" in all_.namelist()
    page = app.post("/formulir/", headers=headers, data={"organization": county.office["id"]}, status=422)
    assert "error-explanation" in page.body
    sent = check(county, workbook([filled(i_email="bukan surel")]))
    shown = app.get(f"/formulir/kiriman/{sent['id']}", headers=headers).body
    assert sent["report"][0]["problems"][0]["cell"] in shown


MADE: dict[str, Callable[..., dict[str, Any]]] = {
    "MS-Keg": complete_activity,
    "MS-Ind": complete_indicator,
    "FS3": lambda **more: complete_proposal("FS3", **more),
    "FP-KPA": lambda **more: complete_proposal("FP-KPA", **more),
}


def of_form(name: str, **more: Any) -> tuple[Filled, dict[str, Any]]:
    """A form of a record that is not there yet, and the answers that the record is to have."""
    told, described = MADE[name](**more), form(name)
    answers = {key: told[key] for key in described.by_key if key in told}
    open_ = {key: value for key, value in answers.items() if key not in described.private_keys}
    return Filled(name, open_, {key: answers[key] for key in described.private_keys if key in answers}), open_


@pytest.mark.parametrize("name", MADE)
def test_a_record_of_each_form_comes_out_of_its_workbook(county: SimpleNamespace, name: str) -> None:
    one, wanted = of_form(name, title=f"SIMULASI buku kerja {name}")
    (item,) = write(county, check(county, workbook([one])))["report"]
    shown = act("package_show", county.operator, id=item["written"])
    assert {key: shown.get(key) for key in wanted} == wanted
    assert private.of(shown["id"]) == one.private
    assert form_of(shown) == form(name)
    # The same workbook again is the same record, by its title and year.
    assert [each["changes"] for each in check(county, workbook([one]))["report"]] == [item["written"]]


def test_a_proposal_of_the_other_form_is_another_record(county: SimpleNamespace) -> None:
    same = {"title": "SIMULASI satu judul dua formulir"}
    write(county, check(county, workbook([of_form("FS3", **same)[0]])))
    (item,) = check(county, workbook([of_form("FP-KPA", **same)[0]]))["report"]
    assert (item["changes"], item["problems"]) == ("", [])


def taken(county: SimpleNamespace, record: dict[str, Any]) -> Any:
    """The workbook of a record as it is now, opened."""
    one = Filled("MS-Keg", record, private.of(record["id"]), id=record["id"], changed=state_of(record))
    return openpyxl.load_workbook(io.BytesIO(workbook([one])))


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_what_was_changed_since_the_export_is_not_overwritten(county: SimpleNamespace) -> None:
    made = act("package_create", county.operator, **complete_activity(owner_org=county.office["id"]))
    body = saved(taken(county, act("package_show", county.operator, id=made["id"])))
    sent = check(county, body)
    assert sent["report"][0]["problems"] == []
    act("package_patch", county.operator, id=made["id"], iii_tujuan_kegiatan="SIMULASI sesudahnya")
    # Whether it was noticed at the check or comes between it and the writing.
    for report in (write(county, sent)["report"], check(county, body)["report"]):
        assert [len(item["problems"]) for item in report] == [1]
    assert act("package_show", county.operator, id=made["id"])["iii_tujuan_kegiatan"] == "SIMULASI sesudahnya"
    body = saved(taken(county, act("package_show", county.operator, id=made["id"])))
    act("package_patch", county.operator, id=made["id"], ii_pj_nama="SIMULASI pengganti")
    assert [len(item["problems"]) for item in check(county, body)["report"]] == [1]


def test_what_a_workbook_does_not_ask_stays(county: SimpleNamespace) -> None:
    made = act("package_create", county.operator, **complete_activity(owner_org=county.office["id"]))
    book = taken(county, act("package_show", county.operator, id=made["id"]))
    del book["MS-Var"]
    sheet = book["MS-Keg"]
    rows = {sheet.cell(row, layout.KEY).value: row for row in range(1, sheet.max_row + 1)}
    sheet.cell(rows["iii_tujuan_kegiatan"], layout.ANSWER).value = None
    for key in ("ii_pj_nama", "i_alamat"):
        rows = {sheet.cell(row, layout.KEY).value: row for row in range(1, sheet.max_row + 1)}
        sheet.delete_rows(rows[key])
    (item,) = write(county, check(county, saved(book)))["report"]
    assert item["problems"] == []
    shown = act("package_show", county.operator, id=made["id"])
    changed = {key for key in made if shown.get(key) != made[key]} - {"metadata_modified"}
    assert changed == {"iii_tujuan_kegiatan"}
    assert private.of(made["id"])["ii_pj_nama"]


def test_two_workbooks_of_one_record_are_not_written_over_each_other(county: SimpleNamespace) -> None:
    first = filled(title="SIMULASI kembar", iii_tujuan_kegiatan="SIMULASI pertama")
    second = filled(title="SIMULASI kembar", iii_tujuan_kegiatan="SIMULASI kedua")
    other = filled(title="SIMULASI kembar", tahun_kegiatan="2025")
    second.answers["title"] = " SIMULASI  KEMBAR "  # type: ignore[index]
    sent = check(county, zipped(*(workbook([each]) for each in (first, second, other))), "kembar.zip")
    assert [len(item["problems"]) for item in sent["report"]] == [0, 1, 0]
    assert "0.xlsx" in sent["report"][1]["problems"][0]["sentence"]
    done = write(county, sent)["report"]
    assert [bool(item["written"]) for item in done] == [True, False, True]
    assert act("package_show", county.operator, id=done[0]["written"])["iii_tujuan_kegiatan"] == "SIMULASI pertama"


def test_a_record_that_takes_the_title_of_one_before_it_is_a_twin_too(county: SimpleNamespace) -> None:
    made = act("package_create", county.operator, **complete_activity(owner_org=county.office["id"]))
    book = taken(county, act("package_show", county.operator, id=made["id"]))
    sheet = book["MS-Keg"]
    row = next(row for row in range(1, sheet.max_row) if sheet.cell(row, layout.KEY).value == "title")
    sheet.cell(row, layout.ANSWER).value = "SIMULASI berganti judul"
    sent = check(county, zipped(saved(book), workbook([filled(title="SIMULASI berganti judul")])), "ganti.zip")
    assert [len(item["problems"]) for item in sent["report"]] == [0, 1]
    assert [bool(item["written"]) for item in write(county, sent)["report"]] == [True, False]


def test_two_indicators_of_one_title_are_told(county: SimpleNamespace) -> None:
    twins = [of_form("MS-Ind", title="SIMULASI indikator kembar")[0] for _number in range(2)]
    assert [len(item["problems"]) for item in check(county, workbook(twins))["report"]] == [0, 1]


def test_many_indicators_of_one_workbook_are_left_to_the_background(county: SimpleNamespace) -> None:
    many = [of_form("MS-Ind", title=f"SIMULASI banyak {number}")[0] for number in range(importing.RECORDS_AT_ONCE + 1)]
    sent = check(county, workbook(many))
    assert (sent["state"], sent["number"], sent["report"]) == ("checking", 1, [])
    jobs.Worker().work(burst=True)
    model.Session.expire_all()
    shown = act("lebak_workbook_show", county.operator, id=sent["id"])
    assert (shown["state"], len(shown["report"])) == ("checked", len(many))
    assert write(county, sent)["state"] == "writing"
    jobs.get_queue().empty()
    assert check(county, workbook(many[: importing.RECORDS_AT_ONCE]))["state"] == "checked"


def test_whatever_goes_wrong_the_sender_is_told(county: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [workbook([filled()]) for _number in range(3)]
    sent = check(county, zipped(*bodies), "tiga.zip")
    before, looked = records(), []

    def breaks(*given: Any) -> Item:
        looked.append(given)
        if len(looked) == 3:
            raise ZeroDivisionError
        return written(*given)

    monkeypatch.setattr(importing.records, "written", breaks)
    done = write(county, sent)
    assert (done["state"], len(done["report"])) == ("written", 2)
    assert all(item["written"] for item in done["report"])
    assert done["refusal"]
    assert records() == before + 2
    of_upload = AuditEntry.details["upload"].astext == sent["id"]
    noted = sa.select(AuditEntry.id).where(AuditEntry.act == "workbook.write", of_upload)
    assert len(list(model.Session.scalars(noted))) == 2
    monkeypatch.setattr(importing.records, "checked", lambda *given: 1 / 0)
    broken = check(county, workbook([filled()]))
    assert (broken["state"], broken["report"]) == ("refused", [])
    assert broken["refusal"]


def test_a_damaged_part_of_a_zip_file_is_told(county: SimpleNamespace) -> None:
    body = bytearray(zipped(workbook([filled()]), workbook([filled()])))
    body[200:260] = b"\xff" * 60
    shown = check(county, bytes(body), "rusak.zip")
    assert shown["state"] == "refused"
    assert shown["refusal"]


def test_an_upload_whose_worker_died_is_given_up(county: SimpleNamespace, app: Any) -> None:
    bodies = [workbook([filled()]) for _number in range(importing.AT_ONCE + 1)]
    sent = check(county, zipped(*bodies), "mati.zip")
    assert act("lebak_workbook_show", county.operator, id=sent["id"])["state"] == "checking"
    found = importing.get(sent["id"])
    found.changed_at -= dt.timedelta(seconds=importing.JOB_SECONDS + 1)
    model.Session.commit()
    shown = act("lebak_workbook_show", county.operator, id=sent["id"])
    assert (shown["state"], bool(shown["refusal"])) == ("refused", True)
    headers = {"Authorization": factories.APIToken(user=county.operator)["token"]}
    page = app.get(f"/formulir/kiriman/{sent['id']}", headers=headers).body
    assert shown["refusal"].split(".")[0] in page or "alert-danger" in page
    assert "http-equiv" not in page
    # The job that comes after all leaves it as the sender was told.
    jobs.Worker().work(burst=True)
    model.Session.expire_all()
    assert act("lebak_workbook_show", county.operator, id=sent["id"])["state"] == "refused"


def test_a_nip_in_a_workbook_is_told_by_its_cell(county: SimpleNamespace) -> None:
    rows = variables(2)
    rows[1]["definisi"] = "SIMULASI, diisi oleh NIP 19800101 200501 1 001"
    one = filled(i_alamat="Jalan Simulasi, NIP 198001012005011001", iii_variabel_yang_dikumpulkan=rows)
    (item,) = check(county, workbook([one]))["report"]
    assert sorted(each["sheet"] for each in item["problems"]) == ["MS-Keg", "MS-Var"]
    assert all("NIP" in each["sentence"] and each["cell"] for each in item["problems"])
