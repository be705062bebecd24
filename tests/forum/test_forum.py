"""The Forum's page and its decisions, and the self-assessment: for whom, and what they say."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files import content
from ckanext.lebak.people.capacities import DEPUTY
from tests.days import in_days, today
from tests.people_factory import (
    ANONYMOUS,
    HEAD,
    KOORDINATOR,
    OPERATOR,
    OTHER_OPERATOR,
    PEMBINA,
    STRANGER,
    WALIDATA,
    Cast,
    add_user,
    hold,
    join,
    make_cast,
)
from tests.sdi_factory import complete_dataset
from tests.statistics_factory import complete_activity

THIS_YEAR = today().year
PAST = THIS_YEAR - 3
"""A year of which no other test of this module tells."""
MEETING = {"held_on": f"{THIS_YEAR - 1}-03-01", "subject": "Rapat simulasi"}


@pytest.fixture(scope="module")
def made() -> list[Cast]:
    """The county of this module, once it is made: its tests take records of their own."""
    return []


@pytest.fixture
def cast(made: list[Cast], request: pytest.FixtureRequest) -> Cast:
    if not made:
        for emptied in ("clean_db", "clean_index"):
            request.getfixturevalue(emptied)
        made.append(make_cast())
    return made[0]


def act(cast: Cast, action: str, role: str, **data: Any) -> Any:
    context: Any = cast.context(role)
    return tk.get_action(action)(context, data)


def activity(cast: Cast) -> dict[str, Any]:
    """A draft of the office, of an activity of an earlier year."""
    values = complete_activity(owner_org=cast.id_of(cast.office), tahun_kegiatan=str(PAST))
    return act(cast, "package_create", OPERATOR, **values)


def decide(cast: Cast, **more: Any) -> dict[str, Any]:
    meeting = act(cast, "lebak_forum_meeting_create", KOORDINATOR, **MEETING)
    said = {"text": "SIMULASI: menyerahkan tabel", "due": f"{THIS_YEAR - 1}-04-01", **more}
    return act(cast, "lebak_forum_decision_create", KOORDINATOR, meeting=meeting["id"], **said)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_an_office_is_counted_by_what_it_released(cast: Cast) -> None:
    tomorrow = in_days(1)
    office = cast.id_of(cast.office)
    for fields in ({}, {"title": "Tanpa konsep (simulasi)"}, {"jadwal_pemutakhiran": "2020-01-01"}):
        values: dict[str, Any] = {"jadwal_pemutakhiran": tomorrow, "prioritas_tahun": None, **fields}
        made = call_action("package_create", {"user": "sim-sysadmin"}, **complete_dataset(owner_org=office, **values))
        if "title" in fields:  # released before its concept was asked for
            package = model.Package.get(made["id"])
            assert package is not None
            package.extras = {**package.extras, "konsep": ""}
            model.repo.commit()
    shown = act(cast, "lebak_forum_show", OTHER_OPERATOR)
    (mine,) = [each for each in shown["offices"] if each["name"] == cast.office]
    assert (mine["datasets"], mine["complete"], mine["fresh"], mine["overdue"]) == (3, 2, 2, 1)
    assert shown["total"]["datasets"] == 3
    steps = act(cast, "lebak_forum_office_show", OPERATOR, id=cast.office)["next_steps"]
    assert steps == [{"what": "overdue", "number": 1}, {"what": "elements", "number": 1}]


def test_everybody_reads_the_countys_numbers_and_members_those_of_offices(cast: Cast, app: Any) -> None:
    page = app.get("/forum/", headers=cast.headers(ANONYMOUS))
    assert cast.office not in page.body
    assert "Forum Satu Data" in page.body
    for role in (STRANGER, ANONYMOUS):
        with pytest.raises(tk.NotAuthorized):
            act(cast, "lebak_forum_show", role)
    for role in (OPERATOR, HEAD, WALIDATA, PEMBINA, KOORDINATOR):
        assert f"/forum/opd/{cast.office}" in app.get("/forum/", headers=cast.headers(role)).body


def test_the_numbers_of_an_office_are_for_it_and_the_forum(cast: Cast, app: Any) -> None:
    address = f"/forum/opd/{cast.office}"
    for role, status in ((OPERATOR, 200), (WALIDATA, 200), (KOORDINATOR, 200), (OTHER_OPERATOR, 403), (STRANGER, 403)):
        app.get(address, headers=cast.headers(role), status=status)
    assert app.get(address, follow_redirects=False).status_code == 302


def test_who_stands_in_for_a_head_reads_the_numbers_of_that_office_alone(cast: Cast) -> None:
    add_user("sim-pengganti")
    join("sim-pengganti", cast.office, "member")
    hold("sim-pengganti", cast.office, DEPUTY)
    model.Session.commit()
    context = {"user": "sim-pengganti", "ignore_auth": False}
    assert call_action("lebak_forum_show", dict(context))["offices"]
    assert call_action("lebak_forum_office_show", dict(context), id=cast.office)["office"]["name"] == cast.office
    for action, data in (
        ("lebak_forum_office_show", {"id": cast.other_office}),
        ("lebak_epss_show", {"year": THIS_YEAR}),
    ):
        with pytest.raises(tk.NotAuthorized):
            call_action(action, dict(context), **data)


@pytest.mark.gate
def test_a_draft_is_counted_and_told_of_to_nobody_outside_its_office(cast: Cast, app: Any) -> None:
    made = activity(cast)
    mine = act(cast, "lebak_forum_office_show", OPERATOR, id=cast.office, year=PAST)
    assert ([each["title"] for each in mine["activities"]], mine["hidden"]) == ([made["title"]], 0)
    for role in (WALIDATA, PEMBINA, KOORDINATOR):
        shown = act(cast, "lebak_forum_office_show", role, id=cast.office, year=PAST)
        assert (shown["activities"], shown["hidden"], shown["office"]["activities"]) == ([], 1, 1)
        page = app.get(f"/forum/opd/{cast.office}?tahun={PAST}", headers=cast.headers(role)).body
        assert made["title"] not in page
    assert made["title"] not in app.get(f"/epss/{PAST}", headers=cast.headers(WALIDATA)).body
    public = act(cast, "lebak_forum_summary", ANONYMOUS, year=PAST)
    assert public["total"]["activities"] == 0
    assert PAST not in public["years"]
    assert PAST in act(cast, "lebak_forum_show", OPERATOR)["years"]
    act(cast, "lebak_release_submit", OPERATOR, id=made["id"])
    shown = act(cast, "lebak_forum_office_show", WALIDATA, id=cast.office, year=PAST)
    assert [each["id"] for each in shown["activities"]] == [made["id"]]
    act(cast, "lebak_release_agree", PEMBINA, id=made["id"])
    act(cast, "lebak_release_approve", WALIDATA, id=made["id"])
    public = act(cast, "lebak_forum_summary", ANONYMOUS, year=PAST)
    assert (public["total"]["activities"], public["total"]["described"]) == (1, 1)
    assert PAST in public["years"]


def test_paper_and_workbook_are_for_members(cast: Cast, app: Any) -> None:
    for address, begin in (("/forum/cetak.pdf", b"%PDF-"), ("/forum/angka.xlsx", b"PK")):
        answer = app.get(address, headers=cast.headers(KOORDINATOR))
        assert answer.data.startswith(begin)
        assert "no-store" in answer.headers["Cache-Control"]
        app.get(address, headers=cast.headers(STRANGER), status=403)


def test_nonsense_for_a_year_is_refused(cast: Cast, app: Any) -> None:
    for year in ("kemarin", "9999", "0001"):
        app.get(f"/forum/?tahun={year}", status=400)
    app.get("/epss/9999", headers=cast.headers(WALIDATA), status=400)


# --- decisions --------------------------------------------------------------------------------------------------------


def test_the_coordinator_decides_and_the_office_does_it(cast: Cast) -> None:
    made = decide(cast, organization=cast.office)
    assert (made["number"], made["overdue"], made["done_on"]) == (1, True, "")
    shown = act(cast, "lebak_forum_office_show", OPERATOR, id=cast.office)
    assert [each["id"] for each in shown["decisions"]] == [made["id"]]
    with pytest.raises(tk.NotAuthorized):
        act(cast, "lebak_forum_decision_finish", OTHER_OPERATOR, id=made["id"])
    done = act(cast, "lebak_forum_decision_finish", OPERATOR, id=made["id"])
    assert (done["overdue"], bool(done["done_on"])) == (False, True)
    with pytest.raises(tk.ValidationError):
        act(cast, "lebak_forum_decision_finish", OPERATOR, id=made["id"])
    assert act(cast, "lebak_forum_office_show", OPERATOR, id=cast.office)["decisions"] == []
    assert act(cast, "lebak_forum_decision_finish", KOORDINATOR, id=made["id"], done=False)["done_on"] == ""


def test_only_the_coordinator_writes_down_what_was_decided(cast: Cast) -> None:
    for role in (ANONYMOUS, STRANGER, OPERATOR, HEAD, WALIDATA, PEMBINA):
        with pytest.raises(tk.NotAuthorized):
            act(cast, "lebak_forum_meeting_create", role, **MEETING)
    made = decide(cast)
    with pytest.raises(tk.NotAuthorized):  # what is for all offices, the coordinator says
        act(cast, "lebak_forum_decision_finish", OPERATOR, id=made["id"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "  "),
        ("text", "x" * 2001),
        ("due", "kapan-kapan"),
        ("due", "2000-01-01"),
        ("organization", "tidak-ada"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        decide(cast, **{field: value})
    assert list(refused.value.error_dict) == [field]


def test_signs_that_nobody_sees_are_in_no_decision(cast: Cast, app: Any) -> None:
    assert decide(cast, text="SIMULASI\x0b: menyerahkan")["text"] == "SIMULASI: menyerahkan"
    with pytest.raises(tk.ValidationError):
        decide(cast, text="SIMULASI\0")
    model.Session.rollback()
    assert app.get("/forum/angka.xlsx", headers=cast.headers(KOORDINATOR)).data.startswith(b"PK")


def test_a_refused_form_comes_back_with_what_was_typed(cast: Cast, app: Any) -> None:
    typed = {"held_on": f"{THIS_YEAR + 1}-01-01", "subject": "Rapat yang belum terjadi"}
    page = app.post("/forum/rapat", data=typed, headers=cast.headers(KOORDINATOR), status=422)
    assert typed["subject"] in page.body


# --- the self-assessment ----------------------------------------------------------------------------------------------


def document(name: str = "bukti.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(b"%PDF-1.4\n% SIMULASI\n"), filename=name)


def test_the_walidata_answers_and_the_others_read(cast: Cast, app: Any) -> None:
    said = {"year": THIS_YEAR, "indicator": "1.1", "level": 3, "explanation": "SIMULASI: lengkap"}
    act(cast, "lebak_epss_answer_save", WALIDATA, **said)
    for role in (PEMBINA, KOORDINATOR, WALIDATA):
        shown = act(cast, "lebak_epss_show", role, year=THIS_YEAR)
        first = shown["indicators"][0]
        assert (len(shown["indicators"]), first["level"], first["explanation"]) == (38, 3, said["explanation"])
        assert said["explanation"] in app.get(f"/epss/{THIS_YEAR}", headers=cast.headers(role)).body
    for role in (ANONYMOUS, STRANGER, OPERATOR, HEAD):
        with pytest.raises(tk.NotAuthorized):
            act(cast, "lebak_epss_show", role, year=THIS_YEAR)
    for role in (PEMBINA, KOORDINATOR, OPERATOR):
        with pytest.raises(tk.NotAuthorized):
            act(cast, "lebak_epss_answer_save", role, **said)


@pytest.mark.parametrize("wrong", [{"level": 6}, {"level": "dua"}, {"explanation": ""}, {"indicator": "9.9"}])
def test_an_answer_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    said = {"year": THIS_YEAR, "indicator": "1.1", "level": 3, "explanation": "SIMULASI", **wrong}
    with pytest.raises(tk.ValidationError):
        act(cast, "lebak_epss_answer_save", WALIDATA, **said)


def test_the_page_says_where_the_catalog_has_nothing(cast: Cast, app: Any) -> None:
    shown = act(cast, "lebak_epss_show", WALIDATA, year=THIS_YEAR)
    told = {each["code"]: each["evidence"] for each in shown["indicators"]}
    assert told["2.1"] is None
    total = act(cast, "lebak_forum_show", WALIDATA)["total"]
    assert told["1.1"]["numbers"] == {"part": total["complete"], "all": total["datasets"]}
    page = app.get(f"/en/epss/{THIS_YEAR}", headers=cast.headers(WALIDATA)).body
    assert page.count("The catalog has nothing that shows this.") == sum(each is None for each in told.values())


def test_documents_are_kept_taken_along_and_taken_away(cast: Cast, app: Any) -> None:
    given = {"year": THIS_YEAR, "indicator": "1.1"}
    made = act(cast, "lebak_epss_document_add", WALIDATA, upload=document(), **given)
    digest = act(cast, "lebak_epss_document_show", PEMBINA, id=made["id"])["digest"]
    answer = app.get(f"/epss/dokumen/{made['id']}", headers=cast.headers(PEMBINA))
    assert answer.data == document().read()
    app.get(f"/epss/dokumen/{made['id']}", headers=cast.headers(OPERATOR), status=403)
    taken = app.get(f"/epss/{THIS_YEAR}.zip", headers=cast.headers(PEMBINA)).data
    with zipfile.ZipFile(io.BytesIO(taken)) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert archive.read(name) == document().read()
    assert content.is_referred_to(digest)
    act(cast, "lebak_epss_document_remove", WALIDATA, id=made["id"])
    assert not content.exists(digest)
    app.get(f"/epss/dokumen/{made['id']}", headers=cast.headers(PEMBINA), status=404)


@pytest.mark.gate
def test_an_office_whose_activity_is_assessed_reads_and_brings_its_documents(cast: Cast, app: Any) -> None:
    made, year = activity(cast), PAST - 1
    said = {"year": PAST, "id": made["id"]}
    with pytest.raises(tk.NotAuthorized):  # a draft is not the walidata's to choose
        act(cast, "lebak_epss_activity_choose", WALIDATA, **said)
    act(cast, "lebak_release_submit", OPERATOR, id=made["id"])
    page = app.get(f"/epss/{PAST}", headers=cast.headers(WALIDATA)).body
    assert f'<option value="{made["id"]}">' in page
    app.get(f"/epss/{PAST}", headers=cast.headers(OPERATOR), status=403)
    form = {"id": made["id"], "chosen": "1"}
    sent = {"data": form, "headers": cast.headers(WALIDATA), "follow_redirects": False}
    assert app.post(f"/epss/{PAST}/kegiatan", **sent).status_code == 302
    for role in (OPERATOR, HEAD):
        shown = act(cast, "lebak_epss_show", role, year=PAST)
        assert [each["id"] for each in shown["activities"]] == [made["id"]]
        with pytest.raises(tk.NotAuthorized):
            act(cast, "lebak_epss_show", role, year=year)
    with pytest.raises(tk.NotAuthorized):
        act(cast, "lebak_epss_show", OTHER_OPERATOR, year=PAST)
    given = {"year": PAST, "indicator": "1.1"}
    added = act(cast, "lebak_epss_document_add", OPERATOR, upload=document("C:\\berkas\\bukti\x0b.pdf"), **given)
    assert added["name"] == "bukti.pdf"
    assert app.get(f"/epss/{PAST}.zip", headers=cast.headers(OPERATOR)).data.startswith(b"PK")
    with pytest.raises(tk.NotAuthorized):  # what somebody else of the office added
        act(cast, "lebak_epss_document_remove", HEAD, id=added["id"])
    act(cast, "lebak_epss_document_remove", OPERATOR, id=added["id"])
    assert act(cast, "lebak_epss_activity_choose", WALIDATA, **said, chosen=False)["chosen"] is False
    with pytest.raises(tk.NotAuthorized):
        act(cast, "lebak_epss_show", OPERATOR, year=PAST)


@pytest.mark.parametrize("upload", [None, document("program.exe")], ids=["nothing", "a program"])
def test_what_is_no_document_is_refused(cast: Cast, upload: FileStorage | None) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        act(cast, "lebak_epss_document_add", WALIDATA, year=THIS_YEAR, indicator="1.1", upload=upload)
    assert list(refused.value.error_dict) == ["upload"]
