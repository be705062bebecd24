"""The page "Panen data": for whom, and what stands there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from ckan import model
from ckan.model.system_info import system_info_table
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak import config
from ckanext.lebak.cli import lebak
from ckanext.lebak.feed import checking, publishing, report, retention, visits
from ckanext.lebak.feed.application import FeedLayer
from ckanext.lebak.feed.model import FeedChange, FeedSnapshot, FeedVisit
from ckanext.lebak.people.model import Capacity
from ckanext.lebak.profiles.terms import WIB
from tests.sdi_factory import complete_dataset

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Do = Callable[..., Any]
PAGE = "/panen-data"


@pytest.fixture(autouse=True)
def _nobody_harvested(app: Any) -> None:
    """What the tests before have asked for is counted in the same application, and not written yet."""
    layer = app.flask_app.wsgi_app._application
    assert isinstance(layer, FeedLayer)
    layer._visits.counted()


def member(capacity: str, office: dict[str, Any]) -> dict[str, str]:
    """The headers of a new member of an office."""
    user = factories.User()
    call_action("member_create", {}, id=office["id"], object=user["id"], object_type="user", capacity=capacity)
    return headers_of(user)


def walidata_of(office: dict[str, Any]) -> dict[str, str]:
    """The headers of a person who acts as walidata in an office that is one."""
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    call_action("organization_patch", {"user": site}, id=office["id"], peran_sdi=["walidata"])
    user = factories.User()
    held = {"capacity": "walidata", "since": dt.date(2026, 1, 1), "granted_by": "simulasi"}
    model.Session.add(Capacity(user_id=user["id"], organization_id=office["id"], **held))
    model.Session.commit()
    return headers_of(user)


def headers_of(user: dict[str, Any]) -> dict[str, str]:
    token = call_action("api_token_create", {"user": user["name"]}, user=user["name"], name="uji")["token"]
    return {"Authorization": token}


def text(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.body, "html.parser").get_text(" ").split())


def test_the_page_is_for_the_walidata_and_empty_at_first(app: Any, do: Do) -> None:
    custodian = do("organization_create", name=config.custodian(), title="SIMULASI walidata")
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas")
    for headers, status in (
        ({}, 403),
        (member("admin", office), 403),
        (member("member", custodian), 403),
        (member("admin", custodian), 403),
        (walidata_of(custodian), 200),
    ):
        answer = app.get(PAGE, headers=headers)
        assert answer.status_code == status
        assert (PAGE in app.get("/about", headers=headers).body) == (status == 200)
    page = BeautifulSoup(answer.body, "html.parser")
    assert page.find("h1", string="Panen data")
    assert not page.select(".lebak-report table, [role=alert]")


def test_what_is_wrong_stands_on_the_page_and_at_the_dataset(app: Any, do: Do, engine: sa.Engine) -> None:
    custodian = do("organization_create", name=config.custodian(), title="SIMULASI walidata")
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas")
    walidata, operator = walidata_of(custodian), member("editor", office)
    bad, poor, good = (do("package_create", **complete_dataset(owner_org=office["id"])) for _ in range(3))
    publishing.refresh(engine)
    for record, values in ((bad, {"notes": "x" * 1_000_001}), (poor, {"notes": ""})):
        with engine.begin() as connection:
            connection.execute(sa.update(model.Package).where(model.Package.id == record["id"]).values(**values))
    with engine.begin() as connection:
        now = dt.datetime.now(WIB)
        visit = {"agent": "Pemanen/1.0 <b>", "surface": "catalog.ttl", "requests": 7, "unchanged": 3, "errors": 1}
        for days in (0, 1, 40):
            at = now - dt.timedelta(days=days)
            connection.execute(sa.insert(FeedVisit).values(day=at.date(), first_at=at, last_at=at, **visit))
    checking.check(engine, repair=True)

    answer = app.get(PAGE, headers=walidata)
    page = BeautifulSoup(answer.body, "html.parser")
    tables = {
        table.caption.get_text(): table  # type: ignore[union-attr]
        for table in page.select(".lebak-report table")
    }
    faulty, unfit, scores, visitors = tables.values()
    assert bad["title"] in faulty.get_text()
    assert "Pemanen masih mendapat versi" in faulty.get_text()
    assert good["title"] not in faulty.get_text() + unfit.get_text()
    assert poor["title"] in unfit.get_text()
    assert any("#field-notes" in link["href"] for link in unfit.find_all("a"))
    assert poor["title"] in scores.get_text()
    assert [cell.get_text() for cell in visitors.select("tbody tr > *")][0] == "Pemanen/1.0 <b>"
    assert [cell.get_text() for cell in visitors.select("tbody tr > *")][3:] == ["14", "6", "2"]
    for table in tables.values():
        assert all(cell["scope"] == "col" for cell in table.select("thead th"))
        assert all(cell["scope"] == "row" for cell in table.select("tbody th"))

    # The office reads it at its own dataset, the public does not.
    read = f"/dataset/{bad['name']}"
    assert "Pemanen masih mendapat versi" in text(app.get(read, headers=operator))
    assert "Pemanen masih mendapat versi" not in text(app.get(read))
    incomplete = text(app.get(f"/dataset/{poor['name']}", headers=operator))
    assert "Dataset ini sudah publik" in incomplete
    assert call_action("lebak_feed_problem_show", id=good["id"]) is None

    # Mended, it is gone from the page without another comparison.
    do("package_patch", id=bad["id"], notes="Simulasi.")
    do("package_patch", id=poor["id"], notes="Simulasi.")
    publishing.refresh(engine)
    found = call_action("lebak_feed_report")
    assert found["problems"] == []
    assert found["unfit"] == []
    assert found["snapshot"]["total"] == 3
    assert app.get("/api/3/action/lebak_feed_report", headers=walidata).json["success"]
    assert app.get("/api/3/action/lebak_feed_report", headers=operator).status_code == 403


def test_a_drop_of_the_count_is_an_alarm(app: Any, do: Do, engine: sa.Engine) -> None:
    def snapshots(*totals: int) -> None:
        with engine.begin() as connection:
            connection.execute(sa.delete(FeedSnapshot))
            connection.execute(sa.delete(FeedChange))
            now = dt.datetime.now(dt.timezone.utc)
            for number, total in enumerate(totals, start=1):
                values = {"seq": 1_000_000 + number, "at": now, "total": total, "mapping": ""}
                connection.execute(sa.insert(FeedSnapshot).values(**values))

    with engine.connect() as connection:
        snapshots(100, 97, 96, 95)
        assert report.drop(connection) is None
    with engine.connect() as connection:
        snapshots(100, 97, 96, 94)
        fallen = report.drop(connection)
        assert fallen is not None
        assert (fallen["before"], fallen["now"]) == (100, 94)
    token = factories.SysadminWithToken()["token"]
    alarm = BeautifulSoup(app.get(PAGE, headers={"Authorization": token}).body, "html.parser").select_one(
        "[role=alert]"
    )
    assert alarm is not None
    assert "100" in alarm.get_text()
    assert "94" in alarm.get_text()


def test_a_drop_stays_an_alarm_when_its_snapshots_are_forgotten(
    engine: sa.Engine, cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime.now(dt.timezone.utc)

    def snapshots(*seen: tuple[int, float]) -> None:
        """Only these are kept, each with its total and of so many days ago."""
        with engine.begin() as connection:
            connection.execute(sa.delete(FeedSnapshot))
            connection.execute(sa.delete(FeedChange))
            for number, (total, days) in enumerate(seen, start=1):
                at = now - dt.timedelta(days=days)
                values = {"seq": 1_000_000 + number, "at": at, "total": total, "mapping": ""}
                connection.execute(sa.insert(FeedSnapshot).values(**values))

    def fallen() -> tuple[int, int] | None:
        with engine.connect() as connection:
            found = report.drop(connection)
        return (found["before"], found["now"]) if found else None

    snapshots((200, 29), (100, 28.9), (90, 28))
    report.keep_totals(engine)
    snapshots((90, 28), (88, 1))
    report.keep_totals(engine)
    snapshots((88, 1))
    assert fallen() == (200, 88)
    for arguments in (["status"], ["check"]):
        assert "fell from 200" in cli.invoke(lebak, ["feed", *arguments]).output
    snapshots((201, 0.1), (200, 0))
    assert fallen() is None

    # After thirty days it is how things are. What has stood for longer than that counts all the same.
    with engine.begin() as connection:
        connection.execute(sa.delete(system_info_table))
    snapshots((200, 33), (100, 31))
    report.keep_totals(engine)
    snapshots((100, 31))
    assert fallen() is None
    snapshots((90, 0))
    assert fallen() == (100, 90)


def test_only_who_may_edit_a_dataset_learns_of_its_problem(do: Do) -> None:
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas")
    record = do("package_create", **complete_dataset(owner_org=office["id"]))
    for user in ("", factories.User()["name"]):
        with pytest.raises(tk.NotAuthorized):
            call_action("lebak_feed_problem_show", {"user": user, "ignore_auth": False}, id=record["id"])


def test_what_the_search_cannot_take_in_stands_on_the_page(
    app: Any, do: Do, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = do("organization_create", name="dp3ap2kb", title="SIMULASI dinas")
    bad = do("package_create", **complete_dataset(owner_org=office["id"]))
    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    heading = "Dataset yang tidak dapat dimuat indeks pencarian"
    with engine.begin() as connection:
        none = {"metadata_modified": None}
        connection.execute(sa.update(model.Package).where(model.Package.id == bad["id"]).values(**none))
    checking.check(engine, repair=True)
    page = text(app.get(PAGE, headers=headers))
    assert f"{heading} " in page
    assert bad["title"] in page.partition(heading)[2]
    with engine.begin() as connection:
        mended = sa.update(model.Package).where(model.Package.id == bad["id"])
        connection.execute(mended.values(metadata_modified=dt.datetime(2026, 1, 1)))  # noqa: DTZ001 - as CKAN's are
    monkeypatch.setitem(tk.config, "solr_url", "http://127.0.0.1:1/solr/none")
    checking.check(engine, repair=True)
    page = text(app.get(PAGE, headers=headers))
    assert heading not in page
    assert "Pencarian tidak menjawab" in page
    assert "Indeks pencarian: " not in page


def visited(connection: sa.Connection, agent: str, at: dt.datetime, **values: Any) -> None:
    row = {"agent": agent, "surface": "catalog.ttl", "requests": 2, "unchanged": 1, "errors": 0, **values}
    connection.execute(sa.insert(FeedVisit).values(day=at.date(), first_at=at, last_at=at, **row))


def test_ever_new_agents_fill_neither_table_nor_page(
    app: Any, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "_MOST_AGENTS", 60)
    now = dt.datetime.now(WIB)
    for start in (0, 50, 100):
        seen = visits.Visits()
        for number in range(start, start + 50):
            seen.note(f"agent {number}", "catalog.ttl", 200)
        seen.note("agent 7", "catalog.ttl", 304)
        seen.write(engine)
    count = sa.select(FeedVisit.agent, sa.func.sum(FeedVisit.requests)).group_by(FeedVisit.agent)
    with engine.connect() as connection:
        by_agent = {row[0]: row[1] for row in connection.execute(count)}
    assert len(by_agent) == 61
    assert by_agent["agent 7"] == 4
    assert by_agent[visits.OTHERS] == 90
    assert sum(by_agent.values()) == 153

    with engine.begin() as connection:
        visited(connection, "agent 3", now - dt.timedelta(days=3), surface="dump.nt.gz")
    found = call_action("lebak_feed_report")
    listed = {visit["agent"] for visit in found["visits"]}
    assert len(listed) == report.MOST_AGENTS
    assert found["other_visits"]["agents"] == 11
    assert sum(visit["requests"] for visit in found["visits"]) + found["other_visits"]["requests"] == 155
    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    assert "tidak tercantum: 11." in text(app.get(PAGE, headers=headers))


def test_old_visits_are_forgotten(engine: sa.Engine) -> None:
    now = dt.datetime.now(WIB)
    with engine.begin() as connection:
        for days in (0, 799, 801):
            visited(connection, f"{days} days ago", now - dt.timedelta(days=days))
    retention.forget(engine)
    with engine.connect() as connection:
        assert set(connection.scalars(sa.select(FeedVisit.agent))) == {"0 days ago", "799 days ago"}
