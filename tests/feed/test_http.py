"""The feed as a harvester meets it: addresses, parameters, conditions, and what is gone. On a running site."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from ckanext.dcat.processors import RDFParser
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SH, Namespace
from sqlalchemy.orm import Session

from ckanext.lebak.feed.model import FeedVisit
from tests.profiles.feed import as_graph, needs_official_shapes, official
from tests.sdi_factory import complete_dataset
from tests.steps import act, empty

if TYPE_CHECKING:
    from embedded.site import Site

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
WITHDRAWN = URIRef("http://purl.org/adms/status/Withdrawn")

MEDIA_TYPES = {
    "ttl": "text/turtle",
    "n3": "text/n3",
    "nt": "application/n-triples",
    "xml": "application/rdf+xml",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
MAX_AGE = 45  # not the default
SYNTAX = {"n3": "ttl", "rdf": "xml"}


@pytest.fixture(scope="module")
def site(site_factory: Callable[..., Site]) -> Site:
    """A catalog with seven public records and one private one, that negotiates content as ckanext-dcat can."""
    settings = {"ckanext.dcat.enable_content_negotiation": "true", "ckanext.lebak.feed_max_age": str(MAX_AGE)}
    made = site_factory("feed_http", open_gate=True, settings=settings, worker=False)
    empty(made)
    act(made, "organization_create", name="dinas-uji", title="Dinas Uji")
    for _ in range(7):
        act(made, "package_create", **complete_dataset(owner_org="dinas-uji"))
    act(made, "package_create", **complete_dataset(owner_org="dinas-uji", name="rahasia", private=True))
    return made


def get(site: Site, path: str, **headers: str) -> requests.Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.get(site.url + path, headers=names, timeout=60)


def graph_of(answer: requests.Response) -> Graph:
    assert answer.status_code == 200, answer.text
    extension = urlsplit(answer.url).path.rpartition(".")[2]
    return as_graph(answer.content.decode(), SYNTAX.get(extension, extension))


def datasets(graph: Graph) -> set[str]:
    return {str(ref).rpartition("/")[2] for ref in graph.subjects(RDF.type, DCAT.Dataset)}


def public_ids(site: Site) -> set[str]:
    return {record["id"] for record in act(site, "package_search", rows=100)["results"]}


def crawl(site: Site, path: str, between: Callable[[], object] = lambda: None) -> Iterator[requests.Response]:
    """Follows the links as ckanext-dcat's harvester does."""
    address: str | None = site.url + path
    while address:
        answer = requests.get(address, timeout=60)
        parser = RDFParser(profiles=["sdi"])
        parser.parse(answer.content.decode(), _format="xml")
        address = parser.next_page()
        yield answer
        between()


def test_catalogue_is_the_same_in_every_format(site: Site) -> None:
    ids = public_ids(site)
    assert len(ids) == 7
    for extension, media_type in MEDIA_TYPES.items():
        answer = get(site, f"/catalog.{extension}")
        assert answer.headers["Content-Type"] == media_type
        assert datasets(graph_of(answer)) == ids
        assert "rahasia" not in answer.text
    assert get(site, "/catalog.n3").content == get(site, "/catalog.ttl").content.replace(
        b"catalog.ttl?", b"catalog.n3?"
    )


REFUSED = {
    "/catalog.foo": 404,
    "/catalog.html": 404,
    "/catalog/dump.xml.gz": 404,
    "/catalog.ttl?page=0": 400,
    "/catalog.ttl?page=-1": 400,
    "/catalog.ttl?page=abc": 400,
    "/catalog.ttl?page_size=0": 400,
    "/catalog.ttl?page_size=1001": 400,
    "/catalog.ttl?page_size=101&profiles=euro_dcat_ap_3": 400,
    "/catalog.ttl?modified_since=kemarin": 400,
    "/catalog.ttl?snapshot=x": 400,
    "/catalog.ttl?snapshot=999999": 404,
    "/catalog.ttl?after=x": 400,
    "/catalog.ttl?q=a&after=%22": 400,
    "/catalog.ttl?profiles=none_such": 400,
    "/catalog.ttl?fq={!xmlparser v='x'}": 400,
    "/catalog.ttl?fq=title:[": 400,
    "/catalog.ttl?fq=title:[&modified_since=2049-01-01": 400,
    "/data.json?page=0": 400,
    "/data.json?page=2": 404,
    "/data.json?page_size=4&page=999": 404,
    "/dataset/none-such.ttl": 404,
    "/dataset/none-such.foo": 404,
    "/dataset/rahasia.ttl": 404,
    "/harvest/api/3/action/none_such": 404,
}


def test_nonsense_is_refused_in_a_sentence(site: Site) -> None:
    for path, status in REFUSED.items():
        answer = get(site, path)
        assert (path, answer.status_code) == (path, status)
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(answer.text) < 500
        assert "<" not in answer.text
    # What is not public cannot be told from what does not exist.
    assert get(site, "/dataset/rahasia.ttl").content == get(site, "/dataset/none-such.ttl").content


def test_answers_are_conditional_and_packed(site: Site) -> None:
    name = act(site, "package_search", rows=1)["results"][0]["name"]
    for path in ("/catalog.xml", "/data.json", "/catalog/dump.nt.gz", f"/dataset/{name}.ttl", "/catalog.ttl?page=9"):
        plain = get(site, path, Accept_Encoding="identity")
        packed = requests.get(site.url + path, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=60)
        raw = packed.raw.read(decode_content=False)
        assert gzip.decompress(raw) == (gzip.decompress(plain.content) if path.endswith(".gz") else plain.content)
        for answer in (plain, packed):
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Cache-Control"] == f"public, max-age={MAX_AGE}"
            assert answer.headers.get("Vary") == ("Accept-Encoding" if not path.endswith(".gz") else None)
            again = get(site, path, If_None_Match=answer.headers["ETag"], Accept_Encoding=_accepted(answer))
            assert (again.status_code, again.content) == (304, b"")
            since = get(site, path, If_Modified_Since="Fri, 31 Dec 2049 00:00:00 GMT")
            assert since.status_code == 304
            assert get(site, path, If_Modified_Since=plain.headers["Last-Modified"], If_None_Match='"x"').ok
        head = requests.head(site.url + path, headers={"Accept-Encoding": "identity"}, timeout=60)
        assert (head.status_code, head.headers["ETag"], head.content) == (200, plain.headers["ETag"], b"")
        assert head.headers["Content-Type"] == plain.headers["Content-Type"]


def _accepted(answer: requests.Response) -> str:
    return "gzip" if answer.headers.get("Content-Encoding") else "identity"


def test_unknown_parameters_and_languages_change_nothing(site: Site) -> None:
    known = get(site, "/catalog.ttl")
    for path in ("/catalog.ttl?utm_source=x", "/catalog.ttl?page=1", "/en/catalog.ttl", "/id/catalog.ttl?page="):
        answer = get(site, path)
        assert (answer.headers["ETag"], answer.content) == (known.headers["ETag"], known.content)
    forged = get(site, "/catalog.ttl", Host="evil.example.org")
    assert forged.content == known.content
    assert "evil" not in str(forged.headers)


def test_crawl_is_complete_and_of_one_state_while_all_changes(site: Site) -> None:
    before = public_ids(site)
    victims = sorted(before)
    steps: list[Callable[[], object]] = [
        lambda: act(site, "package_patch", id=victims[0], title="SIMULASI diubah"),
        lambda: act(site, "package_create", **complete_dataset(owner_org="dinas-uji", name="baru-di-tengah")),
        lambda: act(site, "package_patch", id=victims[6], private=True),
    ]

    def change() -> None:
        if steps:
            steps.pop(0)()

    found: list[str] = []
    pages = []
    for answer in crawl(site, "/catalog.xml?page_size=2", change):
        pages.append(answer)
        found += sorted(datasets(as_graph(answer.content.decode(), "xml")))
    assert len(found) == len(set(found))
    # The new one belongs to a later state; the one that was made private may have been on a page read before.
    assert before - set(found) <= {victims[6]}
    assert set(found) <= before
    snapshots = {parse_qs(urlsplit(link["url"]).query)["snapshot"][0] for page in pages for link in page.links.values()}
    assert len(snapshots) == 1
    # A page by its number alone keeps its place in the snapshot, and shows what is private now to nobody.
    numbered = [get(site, f"/catalog.nt?page_size=2&snapshot={min(snapshots)}&page={n}") for n in (1, 2, 3, 4)]
    assert set().union(*(datasets(graph_of(page)) for page in numbered)) == before - {victims[6]}
    after = public_ids(site)
    assert datasets(graph_of(get(site, "/catalog.ttl"))) == after == (before - {victims[6]}) | (after - before)
    act(site, "package_patch", id=victims[6], private=False)
    act(site, "dataset_purge", id="baru-di-tengah")


def test_page_past_the_end_is_empty_and_the_last(site: Site) -> None:
    for page in (2, 10**29):
        graph = graph_of(get(site, f"/catalog.jsonld?page={page}"))
        assert not datasets(graph)
        assert not set(graph.subject_objects(HYDRA.next)) | set(graph.subject_objects(HYDRA.nextPage))
        assert set(graph.objects(None, RDF.type)) >= {DCAT.Catalog, HYDRA.PartialCollectionView}


@needs_official_shapes
def test_pages_and_withdrawals_hold_to_dcat_ap(site: Site) -> None:
    record = act(site, "package_create", **complete_dataset(owner_org="dinas-uji"))
    get(site, f"/dataset/{record['id']}.ttl")  # what nobody could see is not told as gone
    act(site, "package_delete", id=record["id"])
    assert official(graph_of(get(site, "/catalog.ttl?page_size=3"))) == []
    since = graph_of(get(site, "/catalog.ttl?page_size=3&modified_since=2026-01-01"))
    assert (None, FOAF.primaryTopic, URIRef(f"{site.url}/dataset/{record['id']}")) in since
    # The shapes want to see what kind of thing an entry is about. Of what is gone nothing else may be told.
    told = official(since, SH.Violation)
    assert [line for line in told if "primaryTopic" not in line and "The node is either a" not in line] == []


def test_what_is_gone(site: Site) -> None:
    get(site, "/catalog.nt")
    secret = "RAHASIA-YANG-DITARIK"
    deleted, hidden, purged, kept = (
        act(site, "package_create", **complete_dataset(owner_org="dinas-uji", notes=secret)) for _ in range(4)
    )
    start = graph_of(get(site, "/catalog.ttl"))
    assert {deleted["id"], hidden["id"], purged["id"], kept["id"]} <= datasets(start)
    since = next(str(at) for at in start.objects(URIRef(site.url), DCTERMS.modified))
    act(site, "package_delete", id=deleted["id"])
    act(site, "package_patch", id=hidden["id"], private=True)
    act(site, "dataset_purge", id=purged["id"])
    act(site, "package_patch", id=kept["id"], notes="Diubah")

    for record in (deleted, hidden, purged):
        for extension in MEDIA_TYPES:
            answer = get(site, f"/dataset/{record['id']}.{extension}")
            assert answer.status_code == 410
            graph = as_graph(answer.content.decode(), SYNTAX.get(extension, extension))
            assert (None, ADMS.status, WITHDRAWN) in graph
            assert not datasets(graph)
            assert not any(text in answer.text for text in (secret, record["name"], record["title"]))
        assert get(site, f"/dataset/{record['name']}.ttl").status_code == 404  # a name says something
        assert requests.head(f"{site.url}/dataset/{record['id']}.ttl", timeout=60).status_code == 410

    changed = graph_of(get(site, f"/catalog.ttl?modified_since={since.replace('+', '%2B')}"))
    entries = set(changed.subjects(ADMS.status, WITHDRAWN))
    assert {str(next(changed.objects(entry, FOAF.primaryTopic))).rpartition("/")[2] for entry in entries} == {
        deleted["id"],
        hidden["id"],
        purged["id"],
    }
    for entry in entries:
        assert {p for _s, p, _o in changed.triples((entry, None, None))} == {
            RDF.type,
            DCTERMS.identifier,
            DCTERMS.modified,
            ADMS.status,
            FOAF.primaryTopic,
        }
    assert datasets(changed) >= {kept["id"]}
    assert not datasets(changed) & {deleted["id"], hidden["id"], purged["id"]}
    assert not datasets(graph_of(get(site, "/catalog.ttl?modified_since=2049-01-01T00:00:00+07:00")))

    act(site, "package_patch", id=hidden["id"], private=False)
    assert get(site, f"/dataset/{hidden['name']}.ttl").status_code == 200
    assert hidden["id"] in datasets(graph_of(get(site, "/catalog.ttl")))
    for record in (hidden, kept):
        act(site, "dataset_purge", id=record["id"])


def test_document_by_id_and_by_name(site: Site) -> None:
    record = act(site, "package_search", rows=1)["results"][0]
    for path in (f"/dataset/{record['id']}", f"/dataset/{record['name']}", f"/dataset_series/{record['id']}"):
        for extension, media_type in MEDIA_TYPES.items():
            answer = get(site, f"{path}.{extension}")
            assert answer.headers["Content-Type"] == media_type
            assert datasets(graph_of(answer)) == {record["id"]}
    page = get(site, f"/dataset/{record['id']}.ttl").links["alternate"]["url"]
    assert page == f"{site.url}/dataset/{record['name']}"


def test_dump_is_what_all_pages_say(site: Site) -> None:
    for extension in ("nt", "ttl", "jsonld"):
        answer = get(site, f"/catalog/dump.{extension}.gz")
        assert answer.headers["Content-Type"] == "application/gzip"
        dumped = as_graph(gzip.decompress(answer.content).decode(), extension)
        page = graph_of(get(site, f"/catalog.{extension}"))
        for subject in set(page.subjects(RDF.type, HYDRA.PartialCollectionView)):
            page.remove((subject, None, None))
        page.remove((None, HYDRA.view, None))
        page.remove((None, HYDRA.totalItems, None))
        page.remove((None, RDF.type, HYDRA.Collection))
        assert set(dumped) == set(page)


def test_datajson(site: Site) -> None:
    ids = public_ids(site)
    whole = get(site, "/data.json")
    assert whole.headers["Content-Type"] == "application/json"
    catalog = whole.json()
    assert len(catalog["dataset"]) == len(ids)
    assert catalog["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    assert catalog["@type"] == "dcat:Catalog"
    assert all(item["identifier"] and item["title"] for item in catalog["dataset"])
    assert get(site, "/data.json?page=1").json() == catalog
    parts: list[dict[str, Any]] = []
    address = "/data.json?page_size=3"
    while address:
        answer = get(site, address)
        parts += answer.json()["dataset"]
        following = answer.links.get("next", {}).get("url", "")
        address = following.removeprefix(site.url)
    # Where all of the first page is gone, what follows stands there too.
    parts = [item for before, item in zip([None, *parts], parts, strict=False) if item != before]
    assert parts == sorted(catalog["dataset"], key=lambda item: item["identifier"])
    assert "rahasia" not in json.dumps(parts)


def test_pages_of_datajson_by_number_alone_miss_nothing_that_stays(site: Site) -> None:
    ids = sorted(public_ids(site))
    gone = act(site, "package_create", **complete_dataset(owner_org="dinas-uji"))["id"]
    steps: list[Callable[[], object]] = [
        lambda: act(site, "package_patch", id=ids[0], title="SIMULASI diubah di tengah"),
        lambda: act(site, "package_delete", id=gone),
        lambda: act(site, "package_patch", id=ids[3], title="SIMULASI diubah lagi"),
    ]
    found: list[list[str]] = []
    # As the stock harvester asks: it goes on until there is nothing, and passes over what the page before had too.
    while (answer := get(site, f"/data.json?page_size=2&page={len(found) + 1}")).status_code == 200:
        found.append([item["identifier"] for item in answer.json()["dataset"]])
        if steps:
            steps.pop(0)()
    assert answer.status_code == 404
    told = [id_ for before, page in zip([[], *found], found, strict=False) for id_ in page if id_ not in before]
    assert sorted({*told} - {gone}) == ids
    assert len(told) == len(set(told))


def test_datajson_has_no_empty_page_before_records(site: Site) -> None:
    get(site, "/data.json")
    passing = sorted(act(site, "package_create", **complete_dataset(owner_org="dinas-uji"))["id"] for _ in range(5))
    get(site, "/data.json")
    for id_ in passing:
        act(site, "package_delete", id=id_)
    ids = sorted(public_ids(site))
    for size in (1, 2, 3):
        number, told = 1, set[str]()
        while (answer := get(site, f"/data.json?page_size={size}&page={number}")).status_code == 200:
            items = {item["identifier"] for item in answer.json()["dataset"]}
            if not items:
                break
            told |= items
            number += 1
        assert sorted(told) == ids
        followed, address = [], f"/data.json?page_size={size}"
        while address:
            answer = get(site, address)
            followed += [item["identifier"] for item in answer.json()["dataset"]]
            address = answer.links.get("next", {}).get("url", "").removeprefix(site.url)
        assert set(followed) == set(ids)


def test_search_chooses_records(site: Site) -> None:
    names = {record["name"]: record["id"] for record in act(site, "package_search", rows=100)["results"]}
    one = min(names)
    assert datasets(graph_of(get(site, f"/catalog.ttl?fq=name:{one}"))) == {names[one]}
    assert datasets(graph_of(get(site, "/catalog.nt?q=jumlah peserta"))) == set(names.values())
    assert not datasets(graph_of(get(site, "/catalog.nt?q=air bersih"))), "links are encoded, nothing is found"
    assert not datasets(graph_of(get(site, "/catalog.nt?fq=name:rahasia")))
    found: list[str] = []
    for answer in crawl(site, "/catalog.xml?page_size=2&fq=organization:dinas-uji"):
        found += datasets(as_graph(answer.content.decode(), "xml"))
    assert sorted(found) == sorted(names.values())


def test_a_search_is_followed_by_the_header_while_records_are_hidden(site: Site) -> None:
    before = public_ids(site)
    hidden, address, found = "", "/catalog.nt?page_size=2&fq=organization:dinas-uji", []
    while address:
        answer = get(site, address)
        found += sorted(datasets(graph_of(answer)))
        if not hidden:
            hidden = found[0]
            act(site, "package_patch", id=hidden, private=True)
        address = answer.links.get("next", {}).get("url", "").removeprefix(site.url)
    act(site, "package_patch", id=hidden, private=False)
    assert sorted(found) == sorted(before)


def test_a_search_with_modified_since_goes_by_publication(site: Site) -> None:
    act(site, "organization_create", name="dinas-lama", title="Dinas Lama")
    ours = [act(site, "package_create", **complete_dataset(owner_org="dinas-lama"))["id"] for _ in range(3)]
    start = graph_of(get(site, "/catalog.nt"))
    at = next(str(at) for at in start.objects(URIRef(site.url), DCTERMS.modified))
    question = {"fq": "organization:dinas-lama", "modified_since": at, "page_size": "1"}

    def asked(path: str = "/catalog.nt", **more: str) -> requests.Response:
        return requests.get(site.url + path, params={**question, **more}, timeout=60)

    def total(answer: requests.Response) -> int:
        return int(str(next(iter(graph_of(answer).objects(URIRef(site.url), HYDRA.totalItems)))))

    assert total(asked()) == 3
    act(site, "package_patch", id=ours[0], notes="Diubah")
    act(site, "package_create", **complete_dataset(owner_org="dinas-uji", name="milik-lain"))
    question["modified_since"] = _later(site, at)
    assert (datasets(graph_of(asked())), total(asked())) == ({ours[0]}, 1)
    # An office that is renamed changes its records in the feed, and not when they were saved.
    act(site, "organization_patch", id="dinas-lama", title="Dinas Baru")
    asked()
    pages = [asked(page=str(number)) for number in (1, 2, 3, 4)]
    assert [total(page) for page in pages] == [3] * 4
    assert [len(datasets(graph_of(page))) for page in pages] == [1, 1, 1, 0]
    assert set().union(*(datasets(graph_of(page)) for page in pages)) == set(ours)
    followed, address = [], pages[0].url
    while address:
        answer = requests.get(address, timeout=60)
        followed += datasets(graph_of(answer))
        address = answer.links.get("next", {}).get("url", "")
    assert sorted(followed) == sorted(ours)
    assert total(asked(q="zzqzzq")) == 0
    assert total(asked(modified_since="2049-01-01")) == 0
    for id_ in (*ours, "milik-lain"):
        act(site, "dataset_purge", id=id_)
    act(site, "organization_purge", id="dinas-lama")


def _later(site: Site, before: str) -> str:
    """The time of the next publication."""
    at = next(str(at) for at in graph_of(get(site, "/catalog.nt")).objects(URIRef(site.url), DCTERMS.modified))
    assert at > before
    return at


def test_head_publishes_nothing(site: Site) -> None:
    before = get(site, "/catalog.nt")
    act(site, "package_patch", id=min(public_ids(site)), title="SIMULASI yang menunggu")
    for path in ("/catalog.nt", "/data.json", "/catalog/dump.nt.gz", "/feed"):
        assert requests.head(site.url + path, timeout=60).status_code == 200
    assert requests.head(f"{site.url}/catalog.nt", timeout=60).headers["ETag"] == before.headers["ETag"]
    assert get(site, "/catalog.nt").headers["ETag"] != before.headers["ETag"]


def test_time_alone_does_not_answer_for_what_changes_without_it(site: Site) -> None:
    get(site, "/catalog.ttl")
    time.sleep(1.1)  # in the second after a change no time is settled
    plain, found = get(site, "/catalog.ttl"), get(site, "/catalog.ttl?fq=organization:dinas-uji")
    assert get(site, "/catalog.ttl", If_Modified_Since=plain.headers["Last-Modified"]).status_code == 304
    # What is found changes with the index.
    since = get(site, "/catalog.ttl?fq=organization:dinas-uji", If_Modified_Since=found.headers["Last-Modified"])
    assert since.status_code == 200


def test_other_profiles_are_written_by_ckanext_dcat(site: Site) -> None:
    ids = public_ids(site)
    for extension in ("ttl", "xml", "jsonld", "nt"):
        page = get(site, f"/catalog.{extension}?profiles=euro_dcat_ap_3&page_size=3")
        assert page.headers["ETag"].startswith("W/")  # its blank nodes have other names each time
        graph = graph_of(page)
        assert len(datasets(graph)) == 3
        assert set(graph.objects(None, HYDRA.next))
    schema_org = get(site, "/catalog.jsonld?profiles=schemaorg")
    assert "http://schema.org/Dataset" in schema_org.text
    one = min(ids)
    assert datasets(graph_of(get(site, f"/dataset/{one}.ttl?profiles=euro_dcat_ap_3"))) == {one}
    assert get(site, "/catalog.ttl?profiles=sdi").headers["ETag"][0] == '"'


def test_content_is_negotiated_where_ckanext_dcat_has_it(site: Site) -> None:
    name = act(site, "package_search", rows=1)["results"][0]["name"]
    for path, named in (("/", "/catalog"), (f"/dataset/{name}", f"/dataset/{name}")):
        for extension in ("ttl", "n3", "nt", "rdf", "jsonld"):
            answer = get(site, path, Accept=f"{MEDIA_TYPES[extension]}, text/html;q=0.5")
            assert answer.headers["Content-Type"] == MEDIA_TYPES[extension]
            assert answer.content == get(site, f"{named}.{extension}").content
            assert "Accept" in answer.headers["Vary"].split(", ")
        for accepted in ("*/*", "text/html,application/xhtml+xml;q=0.9", "text/turtle;q=0.1, text/html"):
            assert get(site, path, Accept=accepted).headers["Content-Type"].startswith("text/html")
        assert get(site, path, Accept="image/png").status_code == 406
    page = graph_of(get(site, "/catalog.ttl?page_size=2&page=2"))
    assert set(as_graph(get(site, "/?page_size=2&page=2", Accept="text/turtle").text)) == set(page)
    assert get(site, "/dataset/new", Accept="text/html").status_code in (200, 403)


def test_visits_are_written(site: Site) -> None:
    agent = f"uji/{uuid.uuid4()}"
    for path in ("/catalog.ttl", "/catalog.ttl", "/catalog.foo", "/catalog/dump.nt.gz", "/data.json", "/feed"):
        get(site, path, User_Agent=agent)
    get(site, "/catalog.ttl", User_Agent=agent, If_None_Match="*")
    site.stop()  # whatever is not written yet is written then
    engine = sa.create_engine(site.database_url)
    with Session(engine) as session:
        rows = session.scalars(sa.select(FeedVisit).where(FeedVisit.agent == agent)).all()
    engine.dispose()
    site.start(worker=False)
    seen = {row.surface: (row.requests, row.unchanged, row.errors) for row in rows}
    assert seen == {
        "catalog.ttl": (3, 1, 0),
        "catalog": (1, 0, 1),
        "dump.nt.gz": (1, 0, 0),
        "data.json": (1, 0, 0),
        "feed": (1, 0, 0),
    }
