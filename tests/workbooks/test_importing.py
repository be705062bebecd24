"""Workbooks of BPS's forms on their way into records: looked at, written whole or not at all, by the office alone."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files import content
from ckanext.lebak.statistics import private
from ckanext.lebak.statistics.questions import form
from ckanext.lebak.workbooks import importing
from ckanext.lebak.workbooks.writing import Filled, workbook
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
