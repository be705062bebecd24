"""Database, search index and feed are compared by hash; what differs is found, told and repaired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.feed import checking, publishing, reading
from ckanext.lebak.feed.model import FeedChange, FeedFragment, FeedRevision
from tests.sdi_factory import complete_resource, restricted

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Do = Callable[..., Any]


def behind_its_back(engine: sa.Engine, id_: str, **values: Any) -> None:
    """Changes a record in the database, and nobody is told."""
    with engine.begin() as connection:
        connection.execute(sa.update(model.Package).where(model.Package.id == id_).values(**values))
        connection.execute(sa.delete(FeedChange))


def test_what_differs_is_found_and_repaired(engine: sa.Engine, save: Do, do: Do) -> None:
    records = [
        save(),
        save(resources=[]),
        save(**restricted("terbatas")),
        save(resources=[complete_resource(), complete_resource(format="XLSX", kolom=None)]),
        save(license_id="notspecified", tags=[{"name": "zakat"}, {"name": "air"}], url=None),
        save(),
        save(private=True),
    ]
    ids = [record["id"] for record in records]
    do("organization_patch", id=records[0]["owner_org"], title="SIMULASI dinas berganti nama")
    search.rebuild(quiet=True)
    found = checking.check(engine, repair=False)
    assert found.agrees, found
    assert found.records == 6

    search.clear(ids[0])
    behind_its_back(engine, ids[1], title="SIMULASI diubah langsung")
    behind_its_back(engine, ids[2], private=True)
    behind_its_back(engine, ids[6], private=False)
    with engine.begin() as connection:
        whole = sa.select(FeedRevision.seq).where(FeedRevision.package_id == ids[3], FeedRevision.until.is_(None))
        connection.execute(sa.delete(FeedFragment).where(FeedFragment.seq.in_(whole), FeedFragment.format == "json"))
    found = checking.check(engine, repair=True)
    assert not found.agrees
    assert found.search == checking.Drift(missing=sorted([ids[0], ids[6]]), stale=[ids[1]], extra=[ids[2]])
    assert found.feed == checking.Drift(missing=[ids[6]], stale=sorted([ids[1], ids[3]]), extra=[ids[2]])
    kept = checking.last_check()
    assert kept is not None
    assert kept["repaired"]
    assert kept["feed"]["missing"] == [ids[6]]

    assert checking.check(engine, repair=False).agrees
    with engine.connect() as connection:
        snapshot = reading.newest(connection)
        assert snapshot is not None
        shown = {item.package_id for item in reading.page(connection, snapshot, "json", 100)}
    assert shown == set(ids) - {ids[2]}
    results = call_action("package_search", {"user": "", "ignore_auth": False}, rows=100)["results"]
    assert {result["id"] for result in results} == shown
    assert "SIMULASI diubah langsung" in {result["title"] for result in results}


def test_what_waits_or_is_set_aside_is_no_drift(engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    record, other = save(), save()
    publishing.refresh(engine)
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "refresh", lambda *_args, **_options: None)
        call_action("package_patch", {"user": factories.Sysadmin()["name"]}, id=record["id"], title="SIMULASI lain")
        assert checking.check(engine, repair=False).agrees
    publishing.refresh(engine)
    behind_its_back(engine, other["id"], notes="x" * 1_000_001)
    found = checking.check(engine, repair=True)
    assert found.feed.stale == [other["id"]]
    found = checking.check(engine, repair=False)
    assert found.feed.ids == []


def test_the_quality_of_the_records_is_summed_up(engine: sa.Engine, save: Do) -> None:
    good, poor, refused = save(), save(), save()
    behind_its_back(engine, poor["id"], license_id="")
    behind_its_back(engine, refused["id"], notes="")
    quality = checking.check(engine, repair=True).quality
    assert quality.refused == [refused["id"]]
    assert set(quality.poorest[:2]) == {poor["id"], refused["id"]}
    assert set(quality.lacking) == {poor["id"], refused["id"]}
    assert quality.incomplete == 2
    assert quality.poorest[-1] == good["id"]
    assert 3 * 300 < quality.points < 3 * 405
