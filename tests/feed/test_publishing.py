"""Changes become revisions: every way of changing a record, late commits, interrupted and parallel publishers."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action

from ckanext.lebak.feed import fragments, publishing, reading, records, retention
from ckanext.lebak.feed.model import (
    CREATE,
    DELETE,
    UPDATE,
    FeedChange,
    FeedFragment,
    FeedProblem,
    FeedRevision,
    FeedSnapshot,
)
from tests.sdi_factory import complete_resource

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Do = Callable[..., Any]


def published(engine: sa.Engine, **options: Any) -> publishing.Outcome:
    outcome = publishing.refresh(engine, **options)
    assert outcome is not None
    return outcome


def newest(engine: sa.Engine) -> reading.Snapshot:
    with engine.connect() as connection:
        snapshot = reading.newest(connection)
    assert snapshot is not None
    return snapshot


def shown(engine: sa.Engine) -> dict[str, int]:
    """The records of the newest snapshot: id -> number of the revision."""
    with engine.connect() as connection:
        page = reading.page(connection, newest(engine), "nt", 1000)
    return {item.package_id: item.seq for item in page}


def kinds(engine: sa.Engine, id_: str) -> list[str]:
    query = sa.select(FeedRevision.kind).where(FeedRevision.package_id == id_).order_by(FeedRevision.seq)
    with engine.connect() as connection:
        return list(connection.scalars(query))


def fragments_of(engine: sa.Engine, id_: str) -> int:
    of_record = FeedFragment.seq.in_(sa.select(FeedRevision.seq).where(FeedRevision.package_id == id_))
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(FeedFragment).where(of_record)) or 0


# --- what is changed is published ------------------------------------------------------------------------------


def by_sql(table: sa.Table, id_: str, **values: Any) -> None:
    model.Session.execute(sa.update(table).where(table.c.id == id_).values(**values))
    model.Session.commit()


def test_every_way_of_changing_a_record_is_published_and_nothing_else(
    engine: sa.Engine, do: Do, save: Do, office: dict[str, Any]
) -> None:
    record, other = save(), save()
    id_, file = record["id"], record["resources"][0]["id"]
    published(engine)
    other_office = do("organization_create", name="kecamatan-simulasi", title="SIMULASI kecamatan", singkatan="KEC")

    group = do("group_create", name="kelompok-simulasi", title="SIMULASI kelompok")
    membership = {"id": group["id"], "object": id_, "object_type": "package", "capacity": "public"}

    def tagged() -> None:
        tag = model.Session.scalars(sa.select(model.Tag).where(model.Tag.name == "simulasi tunggal")).one()
        tag.name = "kb"
        model.Session.commit()

    ways: dict[str, Callable[[], Any]] = {
        "title": lambda: do("package_patch", id=id_, title="SIMULASI lain"),
        "name": lambda: do("package_patch", id=id_, name="simulasi-lain"),
        "licence": lambda: do("package_patch", id=id_, license_id="cc-zero"),
        "tags": lambda: do("package_patch", id=id_, tags=[{"name": "simulasi tunggal"}]),
        "tag renamed": tagged,
        "extras": lambda: do("package_patch", id=id_, extras=[{"key": "guid", "value": "simulasi"}]),
        "national key": lambda: do("package_patch", id=id_, id_dds="SIM-LAIN"),
        "file added": lambda: do("resource_create", package_id=id_, **complete_resource(name="SIMULASI kedua")),
        "file described": lambda: do("resource_patch", id=file, description="SIMULASI lain"),
        "files reordered": lambda: do(
            "package_resource_reorder", id=id_, order=[do("package_show", id=id_)["resources"][1]["id"], file]
        ),
        "file removed": lambda: do("resource_delete", id=file),
        "office": lambda: do("package_owner_org_update", id=id_, organization_id=other_office["id"]),
        "name of the office": lambda: do("organization_patch", id=other_office["id"], title="SIMULASI lain"),
        "address of the office": lambda: do("organization_patch", id=other_office["id"], name="alamat-lain"),
        "put into a group": lambda: do("member_create", **membership),
        "name of the group": lambda: do("group_patch", id=group["id"], title="SIMULASI kelompok lain"),
        "taken out of the group": lambda: do("member_delete", **membership),
        "bulk": lambda: do("bulk_update_public", org_id=other_office["id"], datasets=[id_]),
        "sql": lambda: by_sql(model.package_table, id_, notes="SIMULASI lewat SQL"),
        "sql of a file": lambda: by_sql(
            model.resource_table, do("package_show", id=id_)["resources"][0]["id"], description="SIMULASI lewat SQL"
        ),
    }
    for way, change in ways.items():
        before = shown(engine)
        change()
        published(engine)
        after = shown(engine)
        if way == "bulk":  # it is public already
            assert after.keys() == before.keys()
            continue
        assert after[id_] > before[id_], way
        assert after[other["id"]] == before[other["id"]], way
    before, snapshot = shown(engine), newest(engine)
    do("package_show", id=id_)
    do("package_update", **{**do("package_show", id=other["id"]), "metadata_modified": other["metadata_modified"]})
    do("organization_patch", id=office["id"], singkatan="LAIN")
    assert published(engine) == publishing.Outcome()
    assert (shown(engine), newest(engine)) == (before, snapshot)
    assert set(kinds(engine, id_)) == {CREATE, UPDATE}


def test_what_is_not_public_any_more_is_gone_from_all_snapshots(
    engine: sa.Engine, do: Do, save: Do, office: dict[str, Any]
) -> None:
    lost_office = do("organization_create", name="dinas-lama", title="SIMULASI lama", singkatan="LAMA")
    hidden, deleted, purged, bulk, stays = save(), save(), save(), save(), save()
    orphan = save(owner_org=lost_office["id"])
    published(engine)
    do("package_patch", id=hidden["id"], title="SIMULASI rahasia sejak sekarang")
    published(engine)
    old = newest(engine)
    ways: dict[str, Callable[[], Any]] = {
        hidden["id"]: lambda: do("package_patch", id=hidden["id"], private=True),
        deleted["id"]: lambda: do("package_delete", id=deleted["id"]),
        purged["id"]: lambda: do("dataset_purge", id=purged["id"]),
        bulk["id"]: lambda: do("bulk_update_private", org_id=office["id"], datasets=[bulk["id"]]),
        orphan["id"]: lambda: by_sql(model.group_table, lost_office["id"], state="deleted"),
    }
    for id_, change in ways.items():
        change()
        assert published(engine).gone == 1
        assert id_ not in shown(engine)
        assert kinds(engine, id_)[-1] == DELETE
        assert fragments_of(engine, id_) == 0
        with engine.connect() as connection:
            assert id_ not in {item.package_id for item in reading.page(connection, old, "ttl", 1000)}
            said = reading.document(connection, id_, "ttl")
            assert isinstance(said, reading.Gone)
            kept = sa.select(FeedRevision.name, FeedRevision.office, FeedRevision.digest)
            assert set(connection.execute(kept.where(FeedRevision.package_id == id_))) == {(None, None, None)}
    assert set(shown(engine)) == {stays["id"]}
    by_sql(model.group_table, lost_office["id"], state="active")
    do("package_patch", id=hidden["id"], private=False)
    published(engine)
    assert set(shown(engine)) == {stays["id"], hidden["id"], orphan["id"]}
    assert kinds(engine, hidden["id"]) == [CREATE, UPDATE, DELETE, CREATE]


def test_a_late_commit_is_not_missed(engine: sa.Engine, save: Do) -> None:
    early, late = save(), save()
    published(engine)
    retitled = sa.update(model.package_table)
    with engine.connect() as first, engine.connect() as second:
        first.execute(retitled.where(model.package_table.c.id == early["id"]).values(title="SIMULASI awal"))
        second.execute(retitled.where(model.package_table.c.id == late["id"]).values(title="SIMULASI akhir"))
        second.commit()
        assert published(engine).published == 1
        reached = newest(engine).seq
        first.commit()
    with engine.connect() as connection:
        assert publishing.pending(connection)
    assert published(engine).published == 1
    with engine.connect() as connection:
        followed = reading.changes(connection, reached, 100, newest(engine).seq)
    assert [(change.package_id, change.kind) for change in followed] == [(early["id"], UPDATE)]


def test_a_failed_publication_loses_nothing(engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    record = save()
    with monkeypatch.context() as broken:
        broken.setattr(publishing, "_show", _fail)
        with pytest.raises(RuntimeError):
            published(engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(FeedRevision)) == 0
        assert publishing.pending(connection)
    published(engine)
    assert set(shown(engine)) == {record["id"]}


def _fail(*_args: Any) -> None:
    raise RuntimeError


# --- who publishes ---------------------------------------------------------------------------------------------


def test_a_stampede_renders_once(engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = {save()["id"] for _ in range(3)}
    rendered: list[str] = []
    render = fragments.render

    def counted(record: Any, site: Any) -> fragments.Rendering:
        rendered.append(record["id"])
        return render(record, site)

    monkeypatch.setattr(fragments, "render", counted)
    outcomes: list[publishing.Outcome | None] = []
    own = sa.create_engine(engine.url, pool_size=20)
    threads = [
        threading.Thread(target=lambda: outcomes.append(publishing.refresh(own, limit=100, wait=True)))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own.dispose()
    assert sorted(rendered) == sorted(ids)
    assert sum(outcome.published for outcome in outcomes if outcome) == 3
    assert set(shown(engine)) == ids


def test_only_one_publisher_at_a_time(engine: sa.Engine, save: Do) -> None:
    save()
    with engine.begin() as connection:
        assert publishing._locked(connection, wait=False)
        assert publishing.refresh(engine) is None
    assert published(engine).published == 1


def test_a_limit_takes_what_waits_longest_and_leaves_the_rest(engine: sa.Engine, do: Do, save: Do) -> None:
    ids = [save()["id"] for _ in range(3)]
    assert published(engine, limit=2) == publishing.Outcome(left=True)
    assert published(engine, limit=3).published == 3
    for id_ in reversed(ids):
        do("package_patch", id=id_, title="SIMULASI lain")
    before = shown(engine)
    outcome = published(engine, limit=2)
    assert (outcome.published, outcome.left) == (2, True)
    assert {id_ for id_, seq in shown(engine).items() if seq == before[id_]} == {ids[0]}
    assert published(engine, limit=2) == publishing.Outcome(published=1)


def test_a_new_mapping_is_decided_by_the_worker(
    engine: sa.Engine, do: Do, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, hidden = save(), save()
    published(engine)
    before, old = shown(engine), newest(engine)
    monkeypatch.setattr(fragments, "mapping_version", lambda _site: "another")
    do("package_patch", id=changed["id"], title="SIMULASI lain")
    do("package_patch", id=hidden["id"], private=True)
    with engine.connect() as connection:
        assert publishing.pending(connection)
    assert published(engine, limit=200) == publishing.Outcome(gone=1, left=True)
    assert shown(engine) == {changed["id"]: before[changed["id"]]}
    # Who has the page with the record that is gone must not be told that it is still the same.
    assert newest(engine).seq > old.seq
    assert (newest(engine).total, newest(engine).mapping) == (1, old.mapping)
    assert published(engine).published == 1
    assert newest(engine).mapping == "another"
    with engine.connect() as connection:
        assert not publishing.pending(connection)
        assert connection.scalar(sa.select(sa.func.count()).select_from(FeedChange)) == 0


def test_without_a_snapshot_everything_is_published(engine: sa.Engine, save: Do) -> None:
    with engine.begin() as connection:
        connection.execute(sa.delete(FeedChange))
    published(engine)
    assert (newest(engine).seq, newest(engine).total, newest(engine).since) == (0, 0, None)
    record = save()
    with engine.begin() as connection:
        for table in (FeedChange, FeedSnapshot):
            connection.execute(sa.delete(table))
    assert published(engine).published == 1
    assert set(shown(engine)) == {record["id"]}
    assert newest(engine).total == 1


# --- many at once ----------------------------------------------------------------------------------------------


def test_a_rebuild_by_processes_shows_all_at_once(engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "BATCH", 2)
    ids = {save()["id"] for _ in range(5)}
    steps: list[tuple[int, int, bool]] = []

    def progress(done: int, total: int) -> None:
        with engine.connect() as connection:
            steps.append((done, total, reading.newest(connection) is None))

    assert publishing.rebuild(engine, processes=2, progress=progress).published == 5
    assert [step[1:] for step in steps] == [(5, True)] * 3
    assert steps[-1][0] == 5
    assert set(shown(engine)) == ids
    assert publishing.rebuild(engine, processes=2) == publishing.Outcome()
    with engine.connect() as connection:
        times = set(connection.scalars(sa.select(FeedRevision.at)))
    assert times == {newest(engine).at}


def test_an_interrupted_rebuild_is_not_seen_and_not_done_again(
    engine: sa.Engine, do: Do, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "BATCH", 1)
    ids = [save()["id"] for _ in range(3)]
    published(engine)
    before = shown(engine)
    for id_ in ids:
        do("package_patch", id=id_, title="SIMULASI lain")

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publishing.rebuild(engine, processes=2, progress=stop)
    assert shown(engine) == before
    with engine.connect() as connection:
        done = connection.scalar(sa.select(sa.func.count()).where(FeedRevision.kind == UPDATE)) or 0
    assert done >= 2
    assert published(engine).published == 3 - done
    assert all(seq > before[id_] for id_, seq in shown(engine).items())


# --- what cannot be said ---------------------------------------------------------------------------------------


@pytest.fixture
def unsayable(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Titles of records that cannot be said."""
    titles: set[str] = set()
    render = fragments.render

    def picky(record: Any, site: Any) -> fragments.Rendering:
        if record["title"] in titles:
            reason = fragments.Reason(field="title", message="Bad: {value}", values={"value": "x\x00\ud800"})
            raise fragments.CannotBeSaidError([reason])
        return render(record, site)

    monkeypatch.setattr(fragments, "render", picky)
    return titles


def test_a_record_that_cannot_be_said_is_set_aside_and_returns(
    engine: sa.Engine, do: Do, save: Do, unsayable: set[str]
) -> None:
    unsayable.add("SIMULASI buruk")
    good, new = save(), save(title="SIMULASI buruk")
    assert published(engine) == publishing.Outcome(published=1, aside=1)
    before = shown(engine)
    do("package_patch", id=good["id"], title="SIMULASI buruk")
    assert published(engine).aside == 1
    assert shown(engine) == before == {good["id"]: before[good["id"]]}
    with engine.connect() as connection:
        rows = connection.execute(sa.select(FeedProblem.package_id, FeedProblem.state, FeedProblem.reasons)).all()
    assert {row.package_id for row in rows} == {good["id"], new["id"]}
    assert {row.state for row in rows} == {publishing.ASIDE}
    assert rows[0].reasons == [{"field": "title", "message": "Bad: {value}", "values": {"value": "x"}}]
    do("package_patch", id=good["id"], title="SIMULASI baik")
    do("package_delete", id=new["id"])
    published(engine)
    assert shown(engine)[good["id"]] > before[good["id"]]
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(FeedProblem)) == 0
    assert kinds(engine, new["id"]) == []


def test_what_is_only_left_out_is_told(engine: sa.Engine, do: Do, save: Do) -> None:
    record = save()
    by_sql(model.package_table, record["id"], url="bukan alamat")
    assert published(engine).published == 1
    with engine.connect() as connection:
        problem = connection.execute(sa.select(FeedProblem.state, FeedProblem.reasons)).one()
    assert problem.state == publishing.PARTIAL
    assert problem.reasons[0]["field"] == "url"
    with engine.begin() as connection:
        connection.execute(sa.insert(FeedChange).values(package_id=record["id"]))
    assert published(engine) == publishing.Outcome()
    with engine.connect() as connection:
        assert connection.execute(sa.select(FeedProblem.state)).one() == (publishing.PARTIAL,)
    do("package_patch", id=record["id"], url="https://example.org/")
    published(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(FeedProblem)).all() == []


def test_what_is_stored_wrong_is_published_anew(engine: sa.Engine, save: Do) -> None:
    record = save()
    published(engine)
    before = shown(engine)
    with engine.begin() as connection:
        publishing.renew(connection, [record["id"], "tidak-ada"])
    assert published(engine).published == 1
    assert shown(engine)[record["id"]] > before[record["id"]]


def test_a_hostile_time_stops_nothing(engine: sa.Engine, save: Do) -> None:
    good, bad, worse = save(), save(), save()
    by_sql(model.package_table, bad["id"], metadata_created=sa.text("'-infinity'"), metadata_modified=sa.null())
    by_sql(model.package_table, worse["id"], metadata_modified=sa.text("'infinity'"))
    published(engine)
    assert set(shown(engine)) >= {good["id"]}
    since = dt.datetime.fromisoformat(good["metadata_created"] + "+00:00")
    assert newest(engine).since == since
    late = save()
    by_sql(model.package_table, late["id"], metadata_created=sa.text("'20000-01-01'"))
    published(engine)
    assert late["id"] in shown(engine)
    assert newest(engine).since == since


# --- times, and what is forgotten ------------------------------------------------------------------------------


def test_a_clock_that_was_set_back_gives_no_earlier_time(engine: sa.Engine, do: Do, save: Do) -> None:
    record = save()
    published(engine)
    ahead = dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=3)
    with engine.begin() as connection:
        connection.execute(sa.update(FeedSnapshot).values(at=ahead))
    do("package_patch", id=record["id"], title="SIMULASI lain")
    published(engine)
    assert newest(engine).at == ahead
    with engine.connect() as connection:
        assert connection.scalar(sa.select(FeedRevision.at).where(FeedRevision.until.is_(None))) == ahead


def test_old_snapshots_and_tombstones_are_forgotten(engine: sa.Engine, do: Do, save: Do) -> None:
    record, gone = save(), save()
    published(engine)
    first = newest(engine)
    do("package_patch", id=record["id"], title="SIMULASI kedua")
    do("package_delete", id=gone["id"])
    published(engine)
    second = newest(engine)
    do("package_patch", id=record["id"], title="SIMULASI ketiga")
    published(engine)

    def age(table: Any, upto: int, days: int) -> None:
        with engine.begin() as connection:
            old = table.at - sa.func.make_interval(0, 0, 0, days)
            connection.execute(sa.update(table).where(table.seq <= upto).values(at=old))

    age(FeedSnapshot, first.seq, 1)
    age(FeedSnapshot, second.seq, 3)
    age(FeedRevision, first.seq, 3)
    retention.forget(engine)
    with engine.connect() as connection:
        with pytest.raises(reading.Expired):
            reading.snapshot_at(connection, first.seq)
        with pytest.raises(LookupError):
            reading.snapshot_at(connection, newest(engine).seq + 1)
        kept = reading.snapshot_at(connection, second.seq)
        assert [item.package_id for item in reading.page(connection, kept, "nt", 10)] == [record["id"]]
    assert fragments_of(engine, record["id"]) == 2 * len(fragments.FORMATS)
    assert kinds(engine, record["id"]) == [CREATE, UPDATE, UPDATE]
    for table in (FeedSnapshot, FeedRevision):
        age(table, newest(engine).seq, 401)
    snapshot = newest(engine)
    retention.forget(engine)
    assert newest(engine).seq == snapshot.seq
    assert set(shown(engine)) == {record["id"]}
    assert kinds(engine, record["id"]) == [UPDATE]
    with engine.connect() as connection:
        assert reading.document(connection, gone["id"], "nt") is None
    assert published(engine) == publishing.Outcome()


def test_ids_of_the_feed_are_those_of_the_search(engine: sa.Engine, save: Do) -> None:
    save()
    save(private=True)
    with engine.connect() as connection:
        ids = records.public_ids(connection)
    found = call_action("package_search", {"user": "", "ignore_auth": False}, rows=1000)
    assert ids == sorted(record["id"] for record in found["results"])
    assert tk.config["ckanext.lebak.feed_tombstone_days"] == 400
