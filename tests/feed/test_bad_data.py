"""Records that are bad in the database, as they are served: all the others are there, and every document parses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import sqlalchemy as sa
from ckan import model
from rdflib.namespace import DCAT, RDF

from tests.profiles.generated import SCHEMA
from tests.unit.feed.parsers import said
from tests.unit.feed.test_bad_records import BAD

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "clean_queues")

Save = Callable[..., dict[str, Any]]
SYNTAX = {"ttl": "ttl", "n3": "ttl", "nt": "nt", "xml": "xml", "rdf": "xml", "jsonld": "jsonld"}
QUADS = {"trig": ("trig", ox.RdfFormat.TRIG), "jsonld": ("json-ld", ox.RdfFormat.JSON_LD)}
TEXTS = {name: text for name, text in BAD.items() if isinstance(text, str)} | {"1 MB": "panjang é <&> " * 80_000}
KEYS = {field["field_name"] for field in (*SCHEMA["dataset_fields"], *SCHEMA["resource_fields"])}


def _spoil(connection: sa.Connection, id_: str, text: str) -> None:
    """Puts a text wherever a record has one. Saving refuses that, but other ways lead into the database."""
    # What PostgreSQL itself cannot keep.
    text = text.replace("\0", "").encode("utf-8", "ignore").decode()
    package, resource = model.package_table, model.resource_table
    extras = dict.fromkeys((KEYS | {"uri", "guid", "publisher_name"}) - set(package.c.keys()), text)
    named = (text[:60] or "kosong") + id_  # these columns are short, or have an index
    columns = ("notes", "url", "license_id", "author", "author_email", "maintainer")
    connection.execute(
        sa.update(package)
        .where(package.c.id == id_)
        .values(name=named, title=text[:1000], version=text[:100], extras=extras, **dict.fromkeys(columns, text))
    )
    columns = ("description", "format", "hash", "mimetype")
    connection.execute(
        sa.update(resource)
        .where(resource.c.package_id == id_)
        .values(
            extras={"kolom": text, "uri": text}, name=text, url=text[:1000], size=-1, **dict.fromkeys(columns, text)
        )
    )


@pytest.fixture
def spoiled(engine: sa.Engine, save: Save) -> tuple[set[str], set[str]]:
    """Ids of good records, and of bad ones beside and between them."""
    bad = [save()["id"] for _text in TEXTS]
    good = {save()["id"] for _number in range(5)}
    model.Session.remove()  # it must not see what no validator let in
    with engine.begin() as connection:
        for id_, text in zip(bad, TEXTS.values(), strict=True):
            _spoil(connection, id_, text)
    return good, set(bad)


@pytest.fixture
def get(app: Any) -> Callable[..., bytes]:
    """The body of an answer, which must be 200."""

    def got(path: str, status: int = 200) -> bytes:
        answer = app.get(path)
        assert answer.status_code == status, (path, answer.data[:500])
        return answer.data

    return got


def _datasets(text: str, syntax: str) -> set[str]:
    kind, told = (str(RDF.type), str(DCAT.Dataset)), said(syntax, text)
    return {str(triple[0]).rpartition("/")[2] for triple in told if triple[1:] == kind}


def test_bad_records_stop_nothing(get: Callable[..., bytes], spoiled: tuple[set[str], set[str]]) -> None:
    good, bad = spoiled
    for extension, syntax in SYNTAX.items():
        assert good <= _datasets(get(f"/catalog.{extension}").decode(), syntax)
    for extension in ("nt", "ttl", "jsonld"):
        assert good <= _datasets(gzip.decompress(get(f"/catalog/dump.{extension}.gz")).decode(), SYNTAX[extension])
    for query in ("", "?page_size=1000"):
        items = json.loads(get(f"/data.json{query}"), parse_constant=pytest.fail)["dataset"]
        assert good <= {item["identifier"] for item in items}
    answer = json.loads(get("/harvest/api/3/action/package_search?rows=1000"), parse_constant=pytest.fail)
    assert good <= {record["id"] for record in answer["result"]["results"]}
    for extension in QUADS:
        assert good <= set(_streamed(get, extension))
    # What is told of a bad one is told on its own too.
    told = _datasets(get("/catalog.nt").decode(), "nt") & bad
    for id_ in told:
        assert _datasets(get(f"/dataset/{id_}.ttl").decode(), "ttl") == {id_}
        assert json.loads(get(f"/harvest/api/3/action/package_show?id={id_}"))["result"]["id"] == id_


def _streamed(get: Callable[..., bytes], extension: str) -> Iterator[str]:
    """Ids of what the pages of the change stream tell, each read by two parsers."""
    name, form = QUADS[extension]
    number = 1
    while number:
        text = get(f"/feed/{number}.{extension}").decode()
        quads = rdflib.Dataset()
        quads.parse(data=text, format=name)
        read = list(ox.parse(text.encode(), format=form))
        assert len(list(quads.quads())) == len(set(read))
        yield from (q.subject.value.rpartition("/")[2] for q in read if q.object == ox.NamedNode(str(DCAT.Dataset)))
        following = [q.object.value for q in read if q.predicate.value.endswith("tree#node")]
        number = int(following[0].rpartition("/")[2].partition(".")[0]) if following else 0
