"""Who is told what, in the transaction of what happened (notices/telling.py, schedule.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.lebak.notices import inbox, schedule
from ckanext.lebak.notices.model import Notice
from ckanext.lebak.release import workflow
from tests.release.conftest import act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Draft = Callable[..., dict[str, Any]]


def told(county: SimpleNamespace) -> dict[str, list[str]]:
    """What each person has not read yet, the oldest first; it is marked as read."""
    names = {value: key for key, value in vars(county).items() if isinstance(value, str)}
    query = (
        sa.select(model.User.name, Notice.what)
        .join(Notice, Notice.user_id == model.User.id)
        .where(Notice.read_at.is_(None))
        .order_by(Notice.id)
    )
    found: dict[str, list[str]] = {}
    for name, what in model.Session.execute(query):
        found.setdefault(names[name], []).append(what)
    model.Session.execute(sa.update(Notice).values(read_at=sa.func.now()))
    model.Session.commit()
    return found


def test_each_step_is_told_to_whom_it_concerns_and_not_to_who_took_it(county: SimpleNamespace, draft: Draft) -> None:
    act("organization_patch", county.sysadmin, id=county.office["id"], persetujuan_kepala="1")
    record = draft()
    submit(county, record["id"])
    assert told(county) == {"head": ["consent_asked"]}
    act("lebak_release_decline", county.head, id=record["id"], text="Simulasi")
    assert told(county) == {"operator": ["returned"]}
    act("package_patch", county.colleague, id=record["id"], notes="Simulasi: diubah rekan")
    submit(county, record["id"])
    assert told(county) == {"head": ["consent_asked"]}
    act("lebak_release_consent", county.head, id=record["id"])
    assert told(county) == {"walidata": ["handed_in"], "second": ["handed_in"]}
    act("lebak_review_note_create", county.walidata, id=record["id"], text="Simulasi: jelaskan")
    assert told(county) == {"operator": ["note"], "colleague": ["note"]}
    act("lebak_release_return", county.walidata, id=record["id"], text="Simulasi: lengkapi")
    assert told(county) == {"operator": ["returned"], "colleague": ["returned"]}
    note = act("lebak_release_show", county.operator, id=record["id"])["notes"][0]
    act("lebak_review_note_answer", county.operator, id=note["id"], text="Simulasi: sudah")
    assert told(county) == {"walidata": ["note"]}
    submit(county, record["id"])
    act("lebak_release_recall", county.operator, id=record["id"])
    assert told(county) == {"head": ["consent_asked"]}
    submit(county, record["id"])
    act("lebak_release_consent", county.head, id=record["id"])
    told(county)
    act("lebak_release_approve", county.walidata, id=record["id"])
    assert told(county) == {"operator": ["released"], "colleague": ["released"], "head": ["released"]}
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi")
    everyone = ("operator", "colleague", "walidata", "second")
    assert told(county) == {name: ["withdrawn"] for name in everyone}


def test_the_pembina_is_told_of_priority_data_and_the_walidata_of_an_objection(
    county: SimpleNamespace, draft: Draft
) -> None:
    record = draft()
    act("lebak_priority_set", county.koordinator, id=record["id"], years=["2026"])
    submit(county, record["id"])
    assert told(county) == {"pembina": ["handed_in"]}
    act("lebak_release_object", county.pembina, id=record["id"], text="Simulasi")
    assert told(county) == {"walidata": ["objected"], "second": ["objected"]}


def test_a_release_on_its_day_is_told_and_a_refused_step_is_not(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    with pytest.raises(tk.ValidationError):
        act("lebak_release_submit", county.operator, id=record["id"])
    assert told(county) == {}
    submit(county, record["id"])
    told(county)
    act("lebak_release_approve", county.walidata, id=record["id"], day="2999-01-01")
    assert told(county) == {}
    workflow.publish_due(dt.date(2999, 1, 1))
    assert set(told(county)) == {"operator", "colleague", "head"}


def test_a_notice_names_the_record_and_no_person_and_no_reason(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    submit(county, record["id"], text="Simulasi: kata-kata operator")
    (notice,) = act("lebak_notice_list", county.walidata)["notices"]
    assert record["title"] in notice["sentence"]
    assert notice["address"].endswith(f"/dataset/{record['name']}")
    assert notice["message"].splitlines()[-1] == notice["address"]
    stored = model.Session.scalars(sa.select(Notice)).first()
    assert stored is not None
    assert set(stored.details) == {"title", "type", "name"}
    assert county.operator not in str(notice)
    assert "kata-kata" not in str(notice)


def test_who_left_the_office_reads_no_more_of_its_drafts(county: SimpleNamespace, draft: Draft) -> None:
    record = draft()
    submit(county, record["id"])
    act("lebak_release_return", county.walidata, id=record["id"], text="Simulasi")
    assert [notice["what"] for notice in act("lebak_notice_list", county.operator)["notices"]] == ["returned"]
    act("organization_member_delete", county.sysadmin, id=county.office["id"], username=county.operator)
    assert act("lebak_notice_list", county.operator)["notices"] == []


def test_what_was_not_read_goes_on_to_who_takes_over(county: SimpleNamespace, draft: Draft) -> None:
    submit(county, draft()["id"])
    (record,) = model.Session.scalars(sa.select(Notice.package_id).distinct())
    act("lebak_release_return", county.walidata, id=record, text="Simulasi")
    leaver, successor = model.User.get(county.operator), model.User.get(county.colleague)
    assert leaver is not None
    assert successor is not None
    assert inbox.hand_over(leaver, successor, county.office["id"]) == 1
    assert inbox.hand_over(leaver, successor, county.office["id"]) == 0
    assert (inbox.unread(leaver), inbox.unread(successor)) == (0, 1)


def test_what_is_due_is_told_once_a_step_to_the_office(county: SimpleNamespace, released: Draft) -> None:
    released(jadwal_rilis="2099-02-01", jadwal_pemutakhiran="2100-02-01")
    told(county)
    office = {"operator", "colleague", "head"}
    for day, what in (
        ("2098-12-31", None),
        ("2099-01-03", "due"),
        ("2099-01-04", None),
        ("2099-01-25", "due"),
        ("2099-02-01", None),
        ("2099-02-02", "overdue"),
        ("2099-02-08", None),
        ("2099-02-09", "overdue"),
    ):
        for _ in range(2):
            schedule.note_due(dt.date.fromisoformat(day))
        assert told(county) == ({name: [what] for name in office} if what else {}), day


def test_the_page_shows_marks_and_turns_the_mail_off(county: SimpleNamespace, draft: Draft, app: Any) -> None:
    submit(county, draft(title="SIMULASI <b>tebal</b>")["id"])
    headers = {"Authorization": factories.APIToken(user=county.walidata)["token"]}
    page = app.get("/pemberitahuan/", headers=headers).body
    assert "SIMULASI &lt;b&gt;tebal" in page
    assert 'lebak-unread-number">1<' in page
    assert "/user/login" in app.get("/pemberitahuan/", status=302, follow_redirects=False).headers["Location"]
    assert app.get("/pemberitahuan/dibaca", headers=headers).status_code in (404, 405)
    (notice,) = act("lebak_notice_list", county.walidata)["notices"]
    app.post("/pemberitahuan/dibaca", data={"id": notice["id"]}, headers=headers)
    page = app.get("/pemberitahuan/", headers=headers).body
    assert "lebak-unread-number" not in page
    app.post("/pemberitahuan/surel", data={}, headers=headers)
    assert act("lebak_notice_list", county.walidata) == {
        "unread": 0,
        "digest": False,
        "notices": [{**notice, "read_at": act("lebak_notice_list", county.walidata)["notices"][0]["read_at"]}],
    }
    app.post("/pemberitahuan/surel", data={"digest": "1"}, headers=headers)
    assert act("lebak_notice_list", county.walidata)["digest"] is True


def test_notices_of_others_are_left_alone(county: SimpleNamespace, draft: Draft) -> None:
    submit(county, draft()["id"])
    (notice,) = act("lebak_notice_list", county.walidata)["notices"]
    assert act("lebak_notice_read", county.second, ids=[notice["id"]]) == {"read": 0}
    assert act("lebak_notice_list", county.walidata)["unread"] == 1
    with pytest.raises(tk.NotAuthorized):
        act("lebak_notice_list", "")
