"""What stands in the address of a question to the feed, and links from one page to another."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import rdflib
from ckanext.dcat.processors import RDFParser
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import Namespace
from werkzeug import Request
from werkzeug.exceptions import BadRequest
from werkzeug.test import EnvironBuilder

from ckanext.lebak.feed.documents import document, written
from ckanext.lebak.feed.packing import unpacked
from ckanext.lebak.feed.paging import Paging, link_header
from ckanext.lebak.feed.reading import Snapshot
from ckanext.lebak.feed.request import FeedRequest
from ckanext.lebak.feed.syntaxes import RDF_SYNTAXES
from ckanext.lebak.profiles.site import Agent, Site
from ckanext.lebak.profiles.terms import Iri

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
PAGES = "https://data.example.go.id/sub"
CATALOG = Iri("https://data.example.go.id")
OFFICE = Agent(Iri(f"{CATALOG}/organization/walidata"), "Walidata")
SITE = Site(CATALOG, str(CATALOG), PAGES, "Katalog", "Data", "36.02", "cc-by", OFFICE, OFFICE)
NEWEST = Snapshot(17, dt.datetime(2026, 1, 31, tzinfo=dt.timezone.utc), 25, None, "m")


def ask(query: str = "") -> FeedRequest:
    forged = [("Host", "evil.example.org")]
    environ = EnvironBuilder(path="/catalog.ttl", query_string=query, headers=forged).get_environ()
    nothing: Any = None
    return FeedRequest(Request(environ), nothing, nothing, nothing, SITE, lambda _request: NEWEST, {})


@pytest.mark.parametrize(
    "nonsense", ["0", "-1", "abc", "1e9", "1.5", "%2B1", "1_000", "\uff11", "1" * 31, "NaN", "0x10"]
)
def test_page_is_a_number_from_1(nonsense: str) -> None:
    with pytest.raises(BadRequest, match="page must be a whole number"):
        ask(f"page={nonsense}").page()


@pytest.mark.parametrize(("query", "page"), [("", 1), ("page=", 1), ("page=7", 7), ("page=1&page=2", 2)])
def test_last_page_named_counts(query: str, page: int) -> None:
    assert ask(query).page() == page


def test_page_beyond_all_counting_is_a_page_without_records() -> None:
    assert ask("page=" + "9" * 30).page() * 1000 < 2**63


@pytest.mark.parametrize("size", ["0", "1001", "-5", "all"])
def test_size_is_from_1_to_1000(size: str) -> None:
    with pytest.raises(BadRequest, match="from 1 to 1000"):
        ask(f"page_size={size}").size(100)
    assert (ask("page_size=1").size(100), ask("page_size=1000").size(100), ask().size(100)) == (1, 1000, 100)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-01-31T10:00:00Z", 10),
        ("2026-01-31T10:00:00%2B07:00", 3),
        ("2026-01-31T10:00:00+07:00", 3),  # a plus sign that was not encoded
        ("2026-01-31T10:00:00+0700", 3),
        ("2026-01-31T10:00:00-05:00", 15),
        ("2026-01-31T10:00:00", 3),  # the county's time
        ("2026-01-31 10:00", 3),
        ("2026-01-31T10:00:00.123456Z", 10),
    ],
)
def test_time_with_or_without_zone(text: str, hour: int) -> None:
    moment = ask(f"modified_since={text}").moment("modified_since")
    assert moment is not None
    assert moment.replace(microsecond=0) == dt.datetime(2026, 1, 31, hour, tzinfo=dt.timezone.utc)


def test_day_begins_in_the_county() -> None:
    assert ask("modified_since=2026-01-31").moment("modified_since") == dt.datetime(
        2026, 1, 30, 17, tzinfo=dt.timezone.utc
    )
    assert ask().moment("modified_since") is None


@given(st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_time_with_a_zone_is_read_as_it_is(at: dt.datetime, minutes: int) -> None:
    moment = at.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    for text in (moment.isoformat(), moment.isoformat().replace("+", "%2B")):
        assert ask(f"t={text}").moment("t") == moment


@given(st.text())
def test_no_text_stops_the_reading_of_a_time(text: str) -> None:
    try:
        found = ask(f"t={text}").moment("t")
    except BadRequest:
        return
    assert found is None or found.tzinfo is dt.timezone.utc


@pytest.mark.parametrize("text", ["kemarin", "2026-13-01", "2026-02-30", "9999-12-31T23:59:59-12:00", "1e5", "T"])
def test_nonsense_is_no_time(text: str) -> None:
    with pytest.raises(BadRequest, match="ISO 8601"):
        ask(f"modified_since={text}").moment("modified_since")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_addresses_are_absolute_and_encoded(text: str) -> None:
    address = ask().url("/catalog.ttl", q=text, page=2)
    assert address.startswith(f"{PAGES}/catalog.ttl?")
    assert address.isascii()
    assert not set(address) & set(' <>"{}|\\^`')
    assert parse_qs(urlsplit(address).query, keep_blank_values=True).get("q", [""]) == [text]


def paging(number: int, *, after: str = "") -> Paging:
    return Paging(ask(), "/catalog.ttl", number, 10, 25, after, {"q": "air bersih"})


def test_links_keep_what_was_asked_and_the_snapshot() -> None:
    second = paging(2, after="12")
    assert parse_qs(urlsplit(second.current).query) == {
        "page": ["2"],
        "page_size": ["10"],
        "q": ["air bersih"],
        "snapshot": ["17"],
        "after": ["12"],
    }
    links = second.links("https://next")
    assert {name: parse_qs(urlsplit(link).query).get("page") for name, link in links.items()} == {
        "first": ["1"],
        "previous": ["1"],
        "last": ["3"],
        "next": None,
    }


def test_edges_have_no_links_past_them() -> None:
    assert "previous" not in paging(1).links("https://next")
    assert "next" not in paging(3).links(None)
    assert paging(900).links(None)["previous"] == paging(3).current  # from past the end back to the last page
    assert not paging(3).has_next
    assert paging(2).has_next


def test_link_header_uses_registered_relations() -> None:
    assert (
        link_header({"previous": "https://a", "next": "https://b"})
        == '<https://a>; rel="prev", <https://b>; rel="next"'
    )


@pytest.mark.parametrize("format_", ["nt", "ttl", "xml", "jsonld"])
@pytest.mark.parametrize("following", ["https://data.example.go.id/catalog.ttl?page=3&q=air%20bersih", None])
def test_both_shapes_of_hydra_are_read(format_: str, following: str | None) -> None:
    syntax, page = RDF_SYNTAXES[format_], paging(2)
    text = b"".join(unpacked(document(syntax, [written(syntax, page.triples(CATALOG, following))]))).decode()
    parser = RDFParser(profiles=["sdi"])
    parser.parse(text, _format=format_)
    assert parser.next_page() == following  # what ckanext-dcat's harvester follows
    view = rdflib.URIRef(page.current)
    assert (rdflib.URIRef(CATALOG), HYDRA.view, view) in parser.g
    assert set(parser.g.objects(view, rdflib.RDF.type)) == {HYDRA.PartialCollectionView, HYDRA.PagedCollection}
    assert list(parser.g.objects(view, HYDRA.next)) == ([rdflib.URIRef(following)] if following else [])
    assert list(parser.g.objects(view, HYDRA.nextPage)) == ([rdflib.Literal(following)] if following else [])
    assert [str(n) for n in parser.g.objects(view, HYDRA.itemsPerPage)] == ["10"]
    assert [str(n) for n in parser.g.objects(view, HYDRA.totalItems)] == ["25"]
