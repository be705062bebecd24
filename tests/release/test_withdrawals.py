"""What is withdrawn stays withdrawn: its register, its address, its files (``release/withdrawals``, ``tombstone``)."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests import factories

from ckanext.lebak import audit
from ckanext.lebak.desks.model import TableReading
from ckanext.lebak.feed.model import FeedVisit
from ckanext.lebak.files import content
from ckanext.lebak.profiles.terms import WIB
from ckanext.lebak.release import gate, jobs, releases, withdrawals
from ckanext.lebak.release.model import Release, Workflow
from tests.release.conftest import TABLE, act, submit

pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("clean_db", "clean_index")]

Made = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register of the test's own."""
    file = tmp_path / withdrawals.FILE
    monkeypatch.setattr(withdrawals, "path", lambda: file)
    return file


def public(package_id: str) -> bool:
    model.Session.expire_all()
    try:
        act("package_show", "", id=package_id)
    except tk.NotAuthorized:
        return False
    return True


def backup(package_id: str) -> Callable[[], None]:
    """Keeps the rows of a record; what it returns puts them back, as a restored database has them."""
    tables = (model.package_table, Workflow.__table__, Release.__table__)
    keys = ("id", "package_id", "package_id")
    kept = [
        [dict(row) for row in model.Session.execute(sa.select(table).where(table.c[key] == package_id)).mappings()]
        for table, key in zip(tables, keys, strict=True)
    ]

    def restore() -> None:
        assert model.meta.engine is not None
        model.Session.rollback()
        with model.meta.engine.begin() as connection:
            connection.execute(sa.update(tables[0]).where(tables[0].c.id == package_id).values(**kept[0][0]))
            for table, rows in zip(tables[1:], kept[1:], strict=True):
                connection.execute(sa.delete(table).where(table.c.package_id == package_id))
                connection.execute(sa.insert(table).values(rows))
        model.Session.expire_all()

    return restore


def test_the_register_holds_ids_times_and_digests(county: SimpleNamespace, released: Made, register: Path) -> None:
    record = released()
    assert not register.exists()
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi: alasan")
    (line,) = register.read_text().splitlines()
    row = gate.workflow_of(record["id"])
    assert row is not None
    assert json.loads(line).keys() == {"act", "id", "at", "content"}
    assert {"withdrawn", record["id"], row.content} < set(json.loads(line).values())
    act("lebak_release_reopen", county.operator, id=record["id"])
    submit(county, record["id"])
    act("lebak_release_approve", county.walidata, id=record["id"])
    assert [json.loads(each)["act"] for each in register.read_text().splitlines()] == ["withdrawn", "released"]
    assert jobs.reapply() == []
    assert public(record["id"])


def test_a_backup_does_not_bring_it_back(county: SimpleNamespace, released: Made) -> None:
    record = released()
    restore = backup(record["id"])
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi")
    restore()
    assert public(record["id"])
    assert jobs.reapply() == [record["id"]]
    assert jobs.reapply() == []
    assert not public(record["id"])
    assert act("package_search", "", fq=f"id:{record['id']}")["count"] == 0
    assert all(release.withdrawn_at for release in releases.of_package(record["id"]))
    entry = audit.of_package(record["id"])[0]
    assert (entry.act, entry.actor, entry.state_after) == ("release.withdraw", audit.COMMAND, "withdrawn")
    assert "again" in entry.details


def test_a_backup_from_before_a_second_release_does_not_bring_the_first_back(
    county: SimpleNamespace, released: Made
) -> None:
    record = released()
    restore = backup(record["id"])
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi")
    act("lebak_release_reopen", county.operator, id=record["id"])
    act("package_patch", county.operator, id=record["id"], catatan_data="Simulasi: dibetulkan")
    submit(county, record["id"])
    act("lebak_release_approve", county.walidata, id=record["id"])
    restore()
    # The digest is of what the database holds; the test brought the rows of before back.
    assert public(record["id"])
    assert jobs.reapply() == [record["id"]]
    assert not public(record["id"])


def test_what_was_released_again_with_the_same_content_comes_back_with_a_backup(
    county: SimpleNamespace, released: Made
) -> None:
    record = released()
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi")
    restore_withdrawn = backup(record["id"])
    act("lebak_release_reopen", county.operator, id=record["id"])
    submit(county, record["id"])
    act("lebak_release_approve", county.walidata, id=record["id"])
    assert jobs.reapply() == []
    assert public(record["id"])
    assert [release["number"] for release in act("lebak_release_list", "", id=record["id"])] == [2]
    restore_withdrawn()
    assert jobs.reapply() == []
    assert not public(record["id"])


def test_what_the_disk_refused_is_added_later_and_a_torn_line_harms_nothing(
    county: SimpleNamespace, released: Made, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = released()
    register.write_text('{"act": "withdrawn", "id": "terpot')

    def full(*_: object) -> None:
        raise OSError(28, "simulasi")

    with monkeypatch.context() as disk:
        disk.setattr(withdrawals, "_append", full)
        act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi")
    assert not public(record["id"])
    assert withdrawals.words() == {}
    for _ in range(2):
        jobs.reapply()
    assert [word.act for word in withdrawals.words()[record["id"]]] == ["withdrawn"]


def test_it_is_not_deleted_so_that_its_address_says_so(
    county: SimpleNamespace, released: Made, draft: Made, app: Any
) -> None:
    record = released()
    act("lebak_release_withdraw", county.head, id=record["id"], text="Simulasi: alasan rahasia")
    resource = record["resources"][0]["id"]
    pages = [
        f"/dataset/{record['name']}",
        f"/dataset/{record['id']}",
        f"/dataset/{record['id']}/resource/{resource}",
        f"/dataset/{record['id']}/resource/{resource}/download/simulasi.csv",
        f"/dataset/activity/{record['id']}",
    ]

    def tombstone(page: str) -> None:
        answer = app.get(page, status=410)
        assert record["title"] not in answer.body
        assert "rahasia" not in answer.body

    for page in pages:
        tombstone(page)
    token = {"Authorization": factories.APIToken(user=county.operator)["token"]}
    assert record["title"] in app.get(pages[0], headers=token).body
    with pytest.raises(tk.ValidationError):
        act("package_delete", county.head, id=record["id"])
    act("lebak_release_reopen", county.operator, id=record["id"])
    for action in ("package_delete", "dataset_purge"):
        with pytest.raises((tk.ValidationError, tk.NotAuthorized)):
            act(action, county.head, id=record["id"])
        with pytest.raises(tk.ValidationError):
            act(action, county.sysadmin, id=record["id"])
    tombstone(pages[0])
    other = draft()
    assert app.get(f"/dataset/{other['name']}", status=404)
    act("package_delete", county.operator, id=other["id"])


def test_who_took_it_is_told_before_and_after(county: SimpleNamespace, released: Made, app: Any) -> None:
    record = released()
    row = gate.workflow_of(record["id"])
    assert row is not None
    since = row.since.astimezone(WIB).date()
    for agent, day in (
        ("Pemanen simulasi", since),
        ("Pemanen lama simulasi", since.replace(2001)),
    ):
        times = {"first_at": sa.func.now(), "last_at": sa.func.now(), "requests": 3, "unchanged": 0, "errors": 0}
        model.Session.execute(sa.insert(FeedVisit).values(day=day, agent=agent, surface="catalog.ttl", **times))
    model.Session.commit()
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_takers", county.operator, id=record["id"])
    found = act("lebak_release_takers", county.walidata, id=record["id"])
    assert [each["agent"] for each in found["harvesters"]] == ["Pemanen simulasi"]
    assert (bool(found["since"]), found["until"]) == (True, None)
    address = f"/dataset/{record['id']}/penarikan"
    token = {"Authorization": factories.APIToken(user=county.head)["token"]}
    assert app.get(address, status=403)
    page = app.get(address, headers=token).body
    assert "Pemanen simulasi" in page
    assert 'name="erase"' not in page  # the walidata's
    page = app.post(address, data={"text": " "}, headers=token).body
    assert public(record["id"])
    page = app.post(address, data={"text": "Simulasi alasan"}, headers=token).body
    assert "Pemanen simulasi" in page
    assert 'name="text"' not in page
    assert not public(record["id"])


def test_the_walidata_erases_the_files_for_good(county: SimpleNamespace, released: Made, app: Any) -> None:
    record = released()
    (digest,) = [file["hash"] for file in record["resources"]]
    content.uploader({"url_type": "upload", "hash": digest}).put(io.BytesIO(TABLE), len(TABLE))
    with pytest.raises(tk.ValidationError):
        act("lebak_release_erase", county.walidata, id=record["id"])
    assert content.erase(digest) is False
    token = {"Authorization": factories.APIToken(user=county.walidata)["token"]}
    now = dt.datetime.now(dt.timezone.utc)
    model.Session.add(TableReading(signature=digest, sha256=digest, result="[]", at=now))
    model.Session.commit()
    address = f"/dataset/{record['id']}/penarikan"
    page = app.post(address, data={"text": "Simulasi", "erase": "1"}, headers=token).body
    assert "alert-danger" not in page, page[page.index("alert-danger") :][:500]
    assert not content.exists(digest)
    assert model.Session.query(TableReading).count() == 0
    assert act("package_show", county.operator, id=record["id"])["resources"] == []
    assert [release.record for release in releases.of_package(record["id"])] == [None]
    entry = audit.of_package(record["id"])[0]
    assert (entry.act, entry.actor, entry.details["contents"]) == ("release.erase", county.walidata, [digest])
    with pytest.raises(tk.NotAuthorized):
        act("lebak_release_erase", county.head, id=record["id"])
    assert jobs.reapply() == []
    act("lebak_release_reopen", county.operator, id=record["id"])
