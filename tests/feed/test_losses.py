"""What is hidden, closed, lost or cut off in the middle: never served, never told as gone, never a page without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa
from rdflib import URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF
from sqlalchemy.exc import OperationalError

from ckanext.lebak.feed import application, fragments, publishing, reading, storage, stream
from ckanext.lebak.feed.model import DELETE, FeedChange, FeedFragment, FeedProblem, FeedRevision, FeedSnapshot
from ckanext.lebak.feed.packing import unpacked
from tests.profiles.feed import as_graph
from tests.sdi_factory import complete_resource, restricted

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Do = Callable[..., Any]

SURFACES = (
    "/catalog.ttl",
    "/catalog.xml",
    "/data.json",
    "/data.json?page_size=10",
    "/harvest/api/3/action/package_search",
    "/feed/{page}.jsonld",
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_PATIENCE", "200ms")


def shown(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        snapshot = reading.newest(connection)
        assert snapshot is not None
        return {item.package_id for item in reading.page(connection, snapshot, "nt", 100)}


def page_of(engine: sa.Engine, record: dict[str, Any]) -> int:
    """Number of the page of the change stream that tells of a record."""
    of_record = sa.select(sa.func.max(FeedRevision.seq)).where(FeedRevision.package_id == record["id"])
    with engine.connect() as connection:
        seq = connection.scalar(of_record)
    assert seq is not None
    return (seq - 1) // stream.PAGE + 1


class Busy:
    """Another publisher, as long as this lasts."""

    def __init__(self, engine: sa.Engine) -> None:
        self._connection = engine.connect()

    def __enter__(self) -> None:
        self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(publishing._LOCK)))

    def __exit__(self, *_error: object) -> None:
        self._connection.close()


# --- hidden -----------------------------------------------------------------------------------------------------------


def test_what_is_hidden_goes_at_once_however_much_waits(engine: sa.Engine, do: Do, save: Do) -> None:
    waiting, other, hidden = save(), save(), save()
    publishing.refresh(engine)
    for record in (waiting, other):
        do("package_patch", id=record["id"], title="SIMULASI lain")
    do("package_patch", id=hidden["id"], private=True)
    outcome = publishing.refresh(engine, limit=1)
    assert outcome == publishing.Outcome(published=1, gone=1, left=True)
    assert shown(engine) == {waiting["id"], other["id"]}


def test_what_is_hidden_goes_though_everything_waits(
    engine: sa.Engine, do: Do, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, hidden = [save()["id"] for _ in range(2)], save()
    publishing.refresh(engine)
    do("package_patch", id=hidden["id"], private=True)
    with engine.begin() as connection:
        connection.execute(sa.insert(FeedChange), [{"package_id": None}])
    assert publishing.refresh(engine, limit=1) == publishing.Outcome(gone=1, left=True)
    assert shown(engine) == set(stays)
    also = save()
    publishing.refresh(engine)
    monkeypatch.setattr(fragments, "mapping_version", lambda _site: "another")
    for id_ in stays:
        do("package_patch", id=id_, title="SIMULASI lain")
    do("package_patch", id=also["id"], private=True)
    assert publishing.refresh(engine, limit=1) == publishing.Outcome(gone=1, left=True)
    assert shown(engine) == set(stays)


def test_what_is_hidden_is_not_served_while_another_publishes(app: Any, engine: sa.Engine, do: Do, save: Do) -> None:
    hidden, changed = save(), save()
    app.get("/catalog.ttl")
    do("package_patch", id=changed["id"], title="SIMULASI lain")
    with Busy(engine):
        assert hidden["id"] in app.get("/catalog.ttl").body  # only something else was changed
        do("package_patch", id=hidden["id"], private=True)
        for path in (*SURFACES, f"/dataset/{hidden['id']}.ttl"):
            answer = app.get(path.format(page=page_of(engine, hidden)))
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
    assert hidden["id"] not in app.get("/catalog.ttl").body


# --- the first publication ------------------------------------------------------------------------------------------


def test_nobody_waits_for_a_long_first_publication(
    app: Any, engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        save()
    with engine.begin() as connection:
        connection.execute(sa.delete(FeedSnapshot))
    monkeypatch.setattr(publishing, "_PATIENCE", "1h")
    monkeypatch.setattr(application, "MOST_COLD", 2)
    answers: list[Any] = []
    with Busy(engine):
        asking = threading.Thread(target=lambda: answers.append(app.get("/catalog.ttl")))
        asking.start()
        asking.join(30)
        assert not asking.is_alive()
    assert (answers[0].status_code, answers[0].headers["Retry-After"]) == (503, "30")


def test_a_short_first_publication_is_waited_for_but_not_for_ever(app: Any, engine: sa.Engine, save: Do) -> None:
    save()
    with engine.begin() as connection:
        connection.execute(sa.delete(FeedSnapshot))
    with Busy(engine):
        assert app.get("/catalog.ttl").status_code == 503
    assert app.get("/catalog.ttl").status_code == 200


# --- faults in the middle --------------------------------------------------------------------------------------------


def test_what_is_stored_is_served_where_publishing_fails(
    app: Any, do: Do, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = save()
    app.get("/catalog.ttl")
    do("package_patch", id=record["id"], title="SIMULASI lain")

    def full(*_args: Any, **_options: Any) -> None:
        raise OperationalError("INSERT", {}, psycopg2.errors.DiskFull("no room"))

    with monkeypatch.context() as broken:
        broken.setattr(publishing, "refresh", full)
        assert record["title"] in app.get("/catalog.ttl").body
    assert "SIMULASI lain" in app.get("/catalog.ttl").body


def test_a_database_that_goes_while_it_is_read_is_asked_again(
    app: Any, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = save()
    app.get("/catalog.nt")
    read, faults = storage.read, [psycopg2.OperationalError("gone"), psycopg2.InterfaceError("closed")]

    def cut(*args: Any) -> Any:
        if faults:
            raise faults.pop()
        return read(*args)

    monkeypatch.setattr(storage, "read", cut)
    answer = app.get("/catalog.ttl")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    faults.append(psycopg2.OperationalError("gone"))
    assert record["id"] in app.get("/catalog.ttl").body


def lose(engine: sa.Engine, record: dict[str, Any]) -> None:
    of_record = sa.select(FeedRevision.seq).where(FeedRevision.package_id == record["id"])
    with engine.begin() as connection:
        connection.execute(sa.delete(FeedFragment).where(FeedFragment.seq.in_(of_record)))


@pytest.mark.parametrize("path", SURFACES)
def test_a_lost_fragment_is_no_record_that_is_gone(app: Any, engine: sa.Engine, save: Do, path: str) -> None:
    record = save()
    publishing.refresh(engine)
    other = save()
    publishing.refresh(engine)
    lose(engine, record)
    answer = app.get(path.format(page=page_of(engine, record)))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    # It is published again by itself.
    answer = app.get("/catalog.ttl")
    assert {record["id"], other["id"]} <= set(answer.body.replace("/", " ").replace(">", " ").split())


def test_a_stream_that_has_begun_does_not_end_well_without_a_record(app: Any, engine: sa.Engine, save: Do) -> None:
    save()
    publishing.refresh(engine)
    last = save()
    publishing.refresh(engine)
    lose(engine, last)
    with pytest.raises(reading.Lost):  # what is sent already cannot be taken back
        _ = app.get("/data.json").body


def test_a_lost_fragment_of_one_document(app: Any, engine: sa.Engine, save: Do) -> None:
    record = save()
    app.get("/catalog.ttl")
    with engine.begin() as connection:
        connection.execute(sa.delete(FeedFragment))
    for path in (f"/dataset/{record['id']}.ttl", f"/harvest/api/3/action/package_show?id={record['id']}"):
        assert app.get(path).status_code in (200, 503)
    assert app.get(f"/dataset/{record['id']}.ttl").status_code == 200


def test_a_member_of_the_stream_without_its_dataset_is_not_sent(
    app: Any, engine: sa.Engine, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = save()
    app.get("/feed")
    page = f"/feed/{page_of(engine, record)}.jsonld"
    with monkeypatch.context() as between:
        between.setattr(reading, "changes", lambda *_args, **_options: [])
        assert app.get(page).status_code == 503
    assert app.get(page).status_code == 200


# --- not open any more ------------------------------------------------------------------------------------------------


def test_what_was_open_is_closed_in_older_snapshots_too(engine: sa.Engine, do: Do, save: Do) -> None:
    address = "https://example.org/simulasi-terbuka.csv"
    record, other = save(resources=[complete_resource(url=address)]), save()
    publishing.refresh(engine)
    with engine.connect() as connection:
        old = reading.newest(connection)
        assert old is not None
        assert address in texts(connection, old)
        do("package_patch", id=record["id"], **restricted("terbatas"))
        publishing.refresh(engine)
        assert address not in texts(connection, old)
        page = reading.page(connection, old, "ttl", 10)
        assert {item.package_id for item in page} == {record["id"], other["id"]}


def texts(connection: sa.Connection, snapshot: reading.Snapshot) -> str:
    """All that a snapshot says, in all formats."""
    pages = (reading.page(connection, snapshot, format_, 10) for format_ in fragments.FORMATS)
    return "".join(text.decode() for page in pages for text in unpacked(item.piece for item in page))


def test_a_record_that_was_open_and_cannot_be_said_any_more_is_gone(
    engine: sa.Engine, do: Do, save: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, other = save(), save()
    publishing.refresh(engine)
    render = fragments.render

    def broken(told: dict[str, Any], site: Any) -> fragments.Rendering:
        if told["id"] in (record["id"], other["id"]):
            raise fragments.CannotBeSaidError([fragments.Reason(field="", message="SIMULASI", values={})])
        return render(told, site)

    monkeypatch.setattr(fragments, "render", broken)
    do("package_patch", id=record["id"], **restricted("tertutup"), resources=[])
    do("package_patch", id=other["id"], title="SIMULASI lain")
    assert publishing.refresh(engine) == publishing.Outcome(gone=1, aside=2)
    assert shown(engine) == {other["id"]}  # as it was
    monkeypatch.undo()
    with engine.begin() as connection:
        connection.execute(sa.delete(FeedProblem))
        publishing.renew(connection, [record["id"]])
    publishing.refresh(engine)
    assert shown(engine) == {record["id"], other["id"]}


# --- the name of what is gone -----------------------------------------------------------------------------------------


def test_a_harvested_record_is_told_as_gone_by_the_address_it_had(
    app: Any, engine: sa.Engine, do: Do, save: Do
) -> None:
    uri = "https://example.org/katalog/dataset/7"
    record = save(extras=[{"key": "uri", "value": uri}])
    before = as_graph(app.get("/catalog.nt").body, "nt")
    do("dataset_purge", id=record["id"])
    for path in ("/catalog.nt?modified_since=2020-01-01", f"/dataset/{record['id']}.nt"):
        graph = as_graph(app.get(path).body, "nt")
        [entry] = graph.subjects(RDF.type, DCAT.CatalogRecord)
        assert list(graph.objects(entry, FOAF.primaryTopic)) == [URIRef(uri)]
        # The entry that told of it, so that who merges both has one that says it is withdrawn.
        assert set(before.subjects(FOAF.primaryTopic, URIRef(uri))) == {entry}
        assert [str(value) for value in graph.objects(entry, DCTERMS.identifier)] == [record["id"]]
    assert f'"as:object":[{{"@id":"{uri}"}}]' in app.get(f"/feed/{page_of(engine, record)}.jsonld").body
    with engine.connect() as connection:
        last = sa.select(FeedRevision.kind, FeedRevision.ref).where(FeedRevision.until.is_(None))
        assert connection.execute(last).all() == [(DELETE, uri)]
