"""Database, search index and feed are compared by hash; what differs is found, told and repaired."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import search
from ckan.plugins import toolkit as tk
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lebak.feed import checking, jobs, publishing, reading
from ckanext.lebak.feed.model import FeedChange, FeedFragment, FeedRevision
from tests.sdi_factory import complete_resource, restricted

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _nobody_saves_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_PAUSE", 0)


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


def test_what_is_saved_while_it_compares_is_no_drift(
    engine: sa.Engine, save: Do, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited, withdrawn, busy, wrong = (save() for _ in range(4))
    search.rebuild(quiet=True)
    assert checking.check(engine, repair=False).agrees
    behind_its_back(engine, wrong["id"], title="SIMULASI diubah langsung")
    looks: list[int] = []
    indexed = checking._indexed

    def while_people_work(*among: Any) -> Any:
        """What the index says after a save that the look into the database has not seen."""
        if not looks:
            do("package_patch", id=edited["id"], title="SIMULASI disimpan")
            do("package_delete", id=withdrawn["id"])
            save()
        looks.append(len(looks))
        do("package_patch", id=busy["id"], title=f"SIMULASI disimpan {len(looks)}")
        return indexed(*among)

    monkeypatch.setattr(checking, "_indexed", while_people_work)
    found = checking.check(engine, repair=False)
    assert found.search == checking.Drift(missing=[], stale=[wrong["id"]], extra=[])
    assert found.feed == checking.Drift(missing=[], stale=[wrong["id"]], extra=[])
    assert looks == [0, 1]


def titles_found() -> set[str]:
    results = call_action("package_search", {"user": "", "ignore_auth": False}, rows=100)["results"]
    return {result["title"] for result in results}


@pytest.mark.parametrize(
    "broken",
    [{"metadata_modified": None}, {"metadata_created": sa.literal_column("timestamp '0044-03-15 00:00:00 BC'")}],
)
def test_a_record_that_cannot_be_indexed_holds_up_no_other(engine: sa.Engine, save: Do, broken: dict[str, Any]) -> None:
    others = [save() for _ in range(4)]
    bad, hidden = save(), save(title="SIMULASI ditarik")
    assert checking.check(engine, repair=False).agrees
    behind_its_back(engine, bad["id"], title="SIMULASI rusak", **broken)
    behind_its_back(engine, hidden["id"], private=True, **broken)
    for number, other in enumerate(others):
        behind_its_back(engine, other["id"], title=f"SIMULASI diubah {number}")
    jobs.nightly()
    found = checking.last_check()
    assert found is not None
    assert set(found["unindexed"]) == {bad["id"], hidden["id"]}
    assert all(found["unindexed"].values())
    assert found["repaired"]
    assert found["feed"]["extra"] == [hidden["id"]]
    # All the others are mended, and what may not be shown is not shown.
    assert {f"SIMULASI diubah {number}" for number in range(4)} < titles_found()
    assert hidden["title"] not in titles_found()
    found = checking.check(engine, repair=True)
    assert found.feed.ids == []
    assert found.search == checking.Drift(missing=[], stale=[bad["id"]], extra=[])


def test_what_was_found_is_kept_even_if_the_repair_fails(
    engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = save()
    assert checking.check(engine, repair=False).agrees
    behind_its_back(engine, record["id"], title="SIMULASI diubah langsung")

    def fails(*_arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(publishing, "renew", fails)
    with pytest.raises(RuntimeError):
        checking.check(engine, repair=True)
    kept = checking.last_check()
    assert kept is not None
    assert kept["feed"]["stale"] == [record["id"]]
    assert not kept["repaired"]


def test_without_the_search_the_feed_is_compared_and_mended(
    engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = save()
    assert checking.check(engine, repair=False).agrees
    behind_its_back(engine, record["id"], title="SIMULASI diubah langsung")
    with monkeypatch.context() as away:
        away.setitem(tk.config, "solr_url", "http://127.0.0.1:1/solr/none")
        found = checking.check(engine, repair=True)
        assert found.search_away
        assert not found.agrees
        assert found.feed.stale == [record["id"]]
        assert found.search.ids == []
        assert checking.check(engine, repair=False).feed.ids == []

    def leaves(*_arguments: Any, **_options: Any) -> None:
        away.setitem(tk.config, "solr_url", "http://127.0.0.1:1/solr/none")
        raise search.SearchIndexError

    with monkeypatch.context() as away:
        away.setattr(search, "rebuild", leaves)
        found = checking.check(engine, repair=True)
        assert found.search_away
        assert found.search.stale == [record["id"]]
        assert found.unindexed == {}
    assert not checking.check(engine, repair=True).search_away
    assert checking.check(engine, repair=False).agrees


@pytest.mark.parametrize("damage", ["cut", "size", "other"])
def test_a_damaged_fragment_is_found_and_published_anew(engine: sa.Engine, save: Do, app: Any, damage: str) -> None:
    record, other = save(), save()
    assert checking.check(engine, repair=False).agrees
    body = FeedFragment.body
    values: dict[str, Any] = {
        "cut": {"body": sa.func.substring(body, 1, sa.func.length(body) - 20)},
        "size": {"size": FeedFragment.size + 1},
        "other": {"body": sa.func.set_byte(body, 100, 0)},
    }[damage]
    with engine.begin() as connection:
        of_record = sa.select(FeedRevision.seq).where(FeedRevision.package_id == record["id"])
        damaged = sa.update(FeedFragment).where(FeedFragment.seq.in_(of_record), FeedFragment.format == "ttl")
        connection.execute(damaged.values(**values))
    found = checking.check(engine, repair=False)
    assert found.feed == checking.Drift(missing=[], stale=[record["id"]], extra=[])
    assert checking.check(engine, repair=True).feed.stale == [record["id"]]
    assert checking.check(engine, repair=False).agrees
    page = app.get("/catalog.ttl", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    text = gzip.decompress(page.data).decode()
    assert record["id"] in text
    assert other["id"] in text


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
