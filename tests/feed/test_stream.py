"""The change stream: what a client that follows it gets, page by page, and that it is what DCAT-AP Feeds asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from ckan.plugins import toolkit as tk
from ckan.tests.helpers import call_action
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, Namespace

from ckanext.lebak.feed import stream
from ckanext.lebak.feed.model import FeedRevision
from tests.profiles.feed import OFFICIAL, findings_of, needs_official_shapes

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

AS = Namespace("https://www.w3.org/ns/activitystreams#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
SITE = "http://test.ckan.net"
FORMATS = {"jsonld": "json-ld", "trig": "trig"}

Do = Callable[..., Any]


@pytest.fixture(autouse=True, params=[1, 0], ids=["page-begins", "page-ends"])
def _place(request: pytest.FixtureRequest, clean_db: None, engine: sa.Engine) -> None:
    """The next revision is the first of a page, or the last: else it is what the tests before left over."""
    sequence = sa.func.pg_get_serial_sequence(FeedRevision.__tablename__, FeedRevision.seq.key)
    with engine.begin() as connection:
        pages = connection.execute(sa.select(sa.func.nextval(sequence))).scalar_one() // stream.PAGE
        next_ = (pages + 1) * stream.PAGE + request.param
        connection.execute(sa.select(sa.func.setval(sequence, next_, False)))


def parsed(body: str, extension: str) -> Dataset:
    return Dataset(default_union=True).parse(data=body, format=FORMATS[extension])  # type: ignore[return-value]


def crawl(app: Any, extension: str, start: str = "") -> Iterator[tuple[str, Any, Dataset]]:
    """The pages of the stream as a client of TREE meets them: from the root along the relations, each once."""
    todo, seen = [start or f"{SITE}/feed.{extension}"], set()
    while todo:
        address = todo.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answer = app.get(address.removeprefix(SITE))
        assert answer.status_code == 200
        graph = parsed(answer.body, extension)
        yield address, answer, graph
        for relation in graph.objects(URIRef(address), TREE.relation):
            assert (relation, RDF.type, TREE.GreaterThanOrEqualToRelation) in graph
            assert (relation, TREE.path, AS.published) in graph
            todo.append(str(graph.value(relation, TREE.node)))


def activities(app: Any, extension: str) -> list[tuple[str, str, str, str | None]]:
    """All members in their order: number, kind, object, title in the graph of that name."""
    found = []
    for _address, _answer, graph in crawl(app, extension):
        for member in graph.objects(URIRef(f"{SITE}/feed#stream"), TREE.member):
            kind = str(graph.value(member, RDF.type)).rpartition("#")[2]
            about = graph.value(member, AS.object)
            title = graph.graph(URIRef(str(member))).value(about, DCTERMS.title)
            found.append((int(str(member).rpartition("#")[2]), kind, str(about), title and str(title)))
    return sorted(found)


@cache
def feeds_shapes() -> Graph:
    """The shapes of DCAT-AP Feeds, with those of DCAT-AP that they import."""
    return Graph().parse(OFFICIAL.parent / "dcat-ap-feeds" / "shape.ttl").parse(OFFICIAL / "shapes.ttl")


@pytest.mark.parametrize("extension", FORMATS)
def test_of_each_record_the_newest_revision_is_told(app: Any, save: Do, do: Do, extension: str) -> None:
    first, second, third = save(), save(), save()
    iris = [f"{SITE}/dataset/{record['id']}" for record in (first, second, third)]
    told = activities(app, extension)
    assert sorted(entry[1:] for entry in told) == sorted(
        ("Create", iri, record["title"]) for iri, record in zip(iris, (first, second, third), strict=True)
    )

    do("package_patch", id=first["id"], title="SIMULASI judul baru")
    do("package_patch", id=second["id"], private=True)
    later = activities(app, extension)
    assert later[0] in told
    assert later[0][2] == iris[2]
    assert {entry[1:] for entry in later[1:]} == {
        ("Update", iris[0], "SIMULASI judul baru"),
        ("Delete", iris[1], None),
    }
    assert min(entry[0] for entry in later[1:]) > told[2][0]
    for _address, answer, _graph in crawl(app, extension):
        assert second["title"] not in answer.body
        assert second["name"] not in answer.body

    do("package_patch", id=second["id"], private=False)
    assert activities(app, extension)[-1][1:] == ("Create", iris[1], second["title"])


@needs_official_shapes
@pytest.mark.parametrize("extension", FORMATS)
def test_every_page_meets_the_shapes_of_dcat_ap_feeds(app: Any, save: Do, do: Do, extension: str) -> None:
    gone = save()
    save(resources=[])
    activities(app, extension)
    save()
    do("package_delete", id=gone["id"])
    kinds = [kind for _seq, kind, _about, _title in activities(app, extension)]
    assert sorted(kinds) == ["Create", "Create", "Delete"]
    for _address, _answer, dataset in crawl(app, extension):
        graph = Graph()
        for subject, predicate, value, _name in dataset.quads():
            graph.add((subject, predicate, value))
        assert findings_of(graph, feeds_shapes()) == []
        for activity in graph.subjects(RDF.type, AS.Create):
            broken = Graph()
            broken += graph
            broken.remove((graph.value(activity, AS.object), RDF.type, DCAT.Dataset))
            assert findings_of(broken, feeds_shapes())


def test_a_full_page_is_for_keeping_and_leads_on(app: Any, save: Do, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PAGE", 2)
    saved = []
    for _number in range(5):
        saved.append(save())
        app.get("/feed")
    pages = {address: (answer, graph) for address, answer, graph in crawl(app, "jsonld") if "/feed/" in address}
    for address, (answer, graph) in list(pages.items()):
        full = (URIRef(address), LDES.immutable, None) in graph
        assert full == bool(list(graph.objects(URIRef(address), TREE.relation)))
        assert ("immutable" in answer.headers["Cache-Control"]) == full
        if full:
            assert answer.headers["Cache-Control"] == "public, max-age=604800, s-maxage=60, immutable"
    [last] = [
        address for address, (answer, _graph) in pages.items() if "s-maxage" not in answer.headers["Cache-Control"]
    ]
    assert sum(f"{SITE}/dataset/{record['id']}" in answer.body for record in saved for answer, _ in pages.values()) == 5
    assert len(pages) in (3, 4)  # the numbers begin where the last test's ended

    # What was read is not to be read again: a change touches the end of the chain only.
    tags = {address: answer.headers["ETag"] for address, (answer, _graph) in pages.items()}
    save()
    again = {address: answer for address, answer, _graph in crawl(app, "jsonld") if "/feed/" in address}
    assert {address for address, answer in again.items() if tags.get(address) != answer.headers["ETag"]} <= {
        last,
        *(set(again) - set(tags)),
    }
    # What is withdrawn leaves its page all the same.
    do("package_delete", id=saved[0]["id"])
    for _address, answer, _graph in crawl(app, "jsonld"):
        assert saved[0]["title"] not in answer.body


def test_pages_without_a_member_are_passed_over(app: Any, save: Do, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PAGE", 2)
    record = save()
    for number in range(7):
        do("package_patch", id=record["id"], title=f"SIMULASI {number}")
        app.get("/feed")
    pages = [address for address, _answer, _graph in crawl(app, "trig")]
    assert len(pages) <= 3  # the root, the page of the newest revision, and the open one
    assert [title for *_rest, title in activities(app, "trig")] == ["SIMULASI 6"]


def test_the_root_says_what_the_stream_is(app: Any, save: Do) -> None:
    answer = app.get("/feed")
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert activities(app, "jsonld") == []
    save()
    graph = parsed(app.get("/feed.trig").body, "trig")
    view, stream_ = URIRef(f"{SITE}/feed.trig"), URIRef(f"{SITE}/feed#stream")
    assert (stream_, RDF.type, LDES.EventStream) in graph
    assert (stream_, TREE.shape, URIRef(stream.SHAPE)) in graph
    assert (stream_, LDES.timestampPath, AS.published) in graph
    assert (stream_, LDES.versionOfPath, AS.object) in graph
    assert graph.value(stream_, TREE.view) == view
    policy = graph.value(view, LDES.retentionPolicy)
    assert str(graph.value(policy, LDES.versionDeleteDuration)) == "P400D"


def test_formats_are_negotiated_and_the_answer_stays_in_its_form(app: Any, save: Do) -> None:
    save()
    for accept, media_type in (
        ("application/trig", "application/trig"),
        ("application/ld+json;q=0.9, application/trig;q=0.1", "application/ld+json"),
        ("text/html, */*;q=0.1", "application/ld+json"),
    ):
        answer = app.get("/feed", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        assert not re.search(r"/feed/\d+\.(?:jsonld|trig)", answer.body)
    assert app.get("/feed", headers={"Accept": "text/turtle"}).status_code == 406
    assert app.get("/feed.csv").status_code == 404
    assert app.get("/feed/999999999.trig").status_code == 404
    assert app.get("/feed/0").status_code == 404
    tag = app.get("/feed.trig").headers["ETag"]
    assert app.get("/feed.trig", headers={"If-None-Match": tag}).status_code == 304
    assert app.get("/feed.jsonld").headers["ETag"] != tag


def test_json_can_be_read_without_rdf(app: Any, save: Do) -> None:
    record = save()
    [first] = [
        node["tree:node"][0]["@id"]
        for node in json.loads(app.get("/feed.jsonld").body)["@graph"]
        if node["@id"].endswith("#first")
    ]
    nodes = json.loads(app.get(first.removeprefix(SITE)).body)["@graph"]
    [activity] = [node for node in nodes if "as:object" in node]
    assert activity["@type"] == ["as:Create"]
    assert activity["as:object"] == [{"@id": f"{SITE}/dataset/{record['id']}"}]
    told = {node["@id"]: node for node in activity["@graph"]}
    assert told[activity["as:object"][0]["@id"]]["dct:title"][0]["@value"] == record["title"]


def test_a_harvested_record_keeps_its_address_to_the_end(app: Any, save: Do, do: Do) -> None:
    uri = "https://example.org/katalog/dataset/7"
    record = save(extras=[{"key": "uri", "value": uri}])
    assert [entry[1:] for entry in activities(app, "trig")] == [("Create", uri, record["title"])]
    do("package_delete", id=record["id"])
    assert [entry[1:] for entry in activities(app, "trig")] == [("Delete", uri, None)]


def test_nothing_is_told_that_is_not_public(app: Any, save: Do) -> None:
    hidden = [save(private=True), save(state="draft")]
    for extension in FORMATS:
        for _address, answer, _graph in crawl(app, extension):
            for record in hidden:
                assert record["id"] not in answer.body
    with pytest.raises(tk.NotAuthorized):
        call_action("package_show", {"user": "", "ignore_auth": False}, id=hidden[0]["id"])
