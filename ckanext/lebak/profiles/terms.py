"""Namespaces, and how a value of a record becomes an IRI or a literal.

Nothing here raises for a bad value: what cannot be said in RDF is left out, logged, and told to who collects it.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import rdflib

from ckanext.lebak.tables.problem import N_

log = logging.getLogger(__name__)

record_written: ContextVar[str] = ContextVar("record_written", default="?")
"""What the log calls the record that is being written."""


class Iri(str):
    """An IRI. Not rdflib's: a record has hundreds of terms, and those cost several times as much."""

    __slots__ = ()


class Value(NamedTuple):
    """A literal: its text, and either a language or a datatype, or neither."""

    text: str
    lang: str = ""
    datatype: str = ""


Triple = tuple[Iri, Iri, Iri | Value]
Triples = Iterator[Triple]


class Namespace:
    """The terms under one head, each made once."""

    def __init__(self, base: str) -> None:
        """Notes the head.

        Args:
            base: What all its IRIs begin with.
        """
        self.base = base

    def __getattr__(self, name: str) -> Iri:
        """Returns the term of this name."""
        iri = Iri(self.base + name)
        setattr(self, name, iri)
        return iri

    def __getitem__(self, name: str) -> Iri:
        """Returns the term of this name, for names that Python has another use for."""
        return getattr(self, name)


SDI = Namespace("https://opendata.lebakkab.go.id/def/sdi#")
"""Our own terms: the national keys, verbatim. An identifier, the same on every site; the extension serves its text."""

STAT = Namespace("http://data.europa.eu/m8g/")
"""StatDCAT-AP 1.0.1."""

ADMS = Namespace("http://www.w3.org/ns/adms#")
AS = Namespace("https://www.w3.org/ns/activitystreams#")
CSVW = Namespace("http://www.w3.org/ns/csvw#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
DCT = Namespace("http://purl.org/dc/terms/")
EU = Namespace("http://publications.europa.eu/resource/authority/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
GSP = Namespace("http://www.opengis.net/ont/geosparql#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LDES = Namespace("https://w3id.org/ldes#")
PROV = Namespace("http://www.w3.org/ns/prov#")
QB = Namespace("http://purl.org/linked-data/cube#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
TREE = Namespace("https://w3id.org/tree#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES = {
    "adms": ADMS,
    "as": AS,
    "csvw": CSVW,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCT,
    "foaf": FOAF,
    "gsp": GSP,
    "hydra": HYDRA,
    "ldes": LDES,
    "prov": PROV,
    "qb": QB,
    "rdf": RDF,
    "rdfs": RDFS,
    "sdi": SDI,
    "skos": SKOS,
    "spdx": SPDX,
    "stat": STAT,
    "tree": TREE,
    "vcard": VCARD,
    "xsd": XSD,
}

type_ = RDF.type

WIB = timezone(timedelta(hours=7))
"""Asia/Jakarta. The zone has had no other offset since 1964, so the name needs no time zone database."""

# XML 1.0 section 2.2: what a document may hold. The rest cannot be escaped either.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XML 1.0 section 2.11 reads every line end as a line feed: a literal with another would differ between the syntaxes.
_LINE_END = re.compile("\r\n?")
# What RFC 3987 section 2.2 does not allow everywhere in an IRI: brackets are for IPv6 hosts alone, letters for private
# use for queries. A strict reader (Oxigraph) drops a whole document for one of them. Spaces of other scripts would be
# allowed, but rdflib's reader of N-Triples stops at them.
_NOT_IRI = re.compile(
    r"""[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\xa1-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"""
    r"""\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]|\s|%(?![0-9A-Fa-f]{2})"""
)
# What every IRI may hold. Nearly all have nothing else, and this is known ten times sooner.
_SIMPLE_IRI = re.compile(r"[!#$&'()*+,\-./0-9:;=?@A-Z_a-z~]*")
_LONGEST_IRI = 2000
_EXCERPT = 80
MOST_KEPT = 4096
"""The most nodes that a cache keeps: more than the code lists have, and an end to what a hostile record can fill."""

DEEPEST = 12
"""Lists and dicts in one another that are looked into; the schema has four."""

_MAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}")


class Shared(dict[Iri, tuple[Triple, ...]]):
    """The nodes that several records point at, each with its own description, so that a page says it once."""

    def use(self, node: tuple[Iri, tuple[Triple, ...]]) -> Iri:
        """Notes a node.

        Args:
            node: Its IRI and what is said about it.

        Returns:
            The IRI.
        """
        self[node[0]] = node[1]
        return node[0]


class LeftOut(NamedTuple):
    """A value of a record that cannot be said.

    Attributes:
        message: A sentence marked by ``N_``, with ``{value}`` for what it is about.
        value: That.
    """

    message: str
    value: Any


_Collected = dict[tuple[str, int], LeftOut]
_collected: ContextVar[_Collected | None] = ContextVar("left_out", default=None)


@contextmanager
def collecting() -> Iterator[Collection[LeftOut]]:
    """Notes what is left out while this lasts, each value once; nothing of it is logged.

    Yields:
        What was left out so far.
    """
    found: _Collected = {}
    token = _collected.set(found)
    try:
        yield found.values()
    finally:
        _collected.reset(token)


def fit(iris: Iterable[str], texts_: Iterable[str]) -> bool:
    """Whether every syntax of RDF can hold these: no address or text of them breaks a document."""
    joined = "/".join(iris)
    good = _SIMPLE_IRI.fullmatch(joined) or not _NOT_IRI.search(joined)
    return bool(good) and not _NOT_XML.search("".join(texts_))


def left_out(message: str, value: Any) -> None:
    """Tells the collector, or the log if there is none, that something of the record cannot be said.

    Args:
        message: Why: a sentence marked by ``N_``, with ``{value}`` for the value.
        value: The value as the record has it.
    """
    if (found := _collected.get()) is not None:
        found[message, id(value)] = LeftOut(message, value)
        return
    log.warning("left out of the feed of %s: %s", record_written.get(), message.format(value=excerpt(value)))


def excerpt(value: Any) -> str:
    """The beginning of a value, in one line of printable characters."""
    if isinstance(value, dict | list | tuple):
        # Not the whole of it: it may be long or deep.
        return f"{type(value).__name__} ({len(value)})"
    text = ascii(value) if not isinstance(value, str) else value[:_EXCERPT]
    return "".join(letter if letter.isprintable() else " " for letter in text[:_EXCERPT])


def plain(value: Any) -> str:
    """The text of a value: what XML can hold, line ends as line feeds, ``''`` for anything but a text or a number."""
    if not isinstance(value, str):
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if value not in (None, [], {}):
            left_out(N_("This is not a text: {value}"), value)
        return ""
    if value.isprintable() and value.isascii():
        return value
    return _LINE_END.sub("\n", _NOT_XML.sub("", value))


def tidy(value: Any, depth: int = 0) -> Any:
    """A value with nothing in it but what JSON and XML can hold.

    Args:
        value: As a database may hold it.
        depth: In how many lists and dicts it stands.

    Returns:
        A copy of its own. Numbers that are none, and what is nested too deep, are None in it.
    """
    if isinstance(value, str):
        return plain(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else left_out(N_("This is not a number: {value}"), value)
    if depth >= DEEPEST:
        return left_out(N_("This is nested too deep: {value}"), value)
    if isinstance(value, Mapping):
        return {plain(key): tidy(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(inner, depth + 1) for inner in value]
    return plain(str(value))


def texts(value: Any) -> list[str]:
    """The non-empty texts of a list field. A JSON text of a list counts as the list, any other text as one item."""
    return [text for text in map(plain, _items(value)) if text.strip()]


def rows(value: Any) -> list[dict[str, Any]]:
    """The dicts of a list of dicts; anything else in it is left out."""
    found = _items(value)
    kept = [item for item in found if isinstance(item, dict)]
    if len(kept) < len(found):
        left_out(N_("Not every item of this is a row: {value}"), value)
    return kept


def _items(value: Any) -> list[Any]:
    if isinstance(value, str) and value.startswith("["):
        try:
            value = tidy(json.loads(value))
        except (ValueError, RecursionError):
            return [value]
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


def spoken(value: Any) -> Value | None:
    """A literal in Indonesian, the language that the catalogue is written in; None for nothing."""
    text = plain(value)
    return Value(text, "id") if text.strip() else None


def literal(value: Any) -> Value | None:
    """A literal without language, None for nothing."""
    text = plain(value)
    return Value(text) if text.strip() else None


def integer(value: int) -> Value:
    """A whole number."""
    return Value(str(value), datatype=XSD.integer)


def iri(value: Any) -> Iri | None:
    """The IRI of an http(s) address, with what RFC 3987 forbids percent-encoded; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    text, mark, fragment = _NOT_IRI.sub(_encoded, value.strip()).partition("#")
    text += mark + fragment.replace("#", "%23")
    try:
        parts = urlsplit(text)
        # Asking for the port raises where there is something else.
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        good = good and parts.netloc.count("@") < 2
    except ValueError:
        good = False
    if not good or len(text) > _LONGEST_IRI:
        left_out(N_("This is not a web address: {value}"), value)
        return None
    return Iri(text)


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="ignore")


def part(whole: Iri, name: str) -> Iri:
    """The IRI of something that belongs to one thing, as a fragment of its IRI: the same in every rendering."""
    return Iri(f"{whole}{'-' if '#' in whole else '#'}{name if name.isalnum() and name.isascii() else _quoted(name)}")


@lru_cache(maxsize=MOST_KEPT)
def _quoted(name: str) -> str:
    return quote(name, safe="", errors="ignore")


def mailto(value: Any) -> Iri | None:
    """The IRI of an e-mail address, None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    if not _MAIL.fullmatch(text):
        return None
    return Iri("mailto:" + quote(text, safe="@!$&'*+-./=?_~", errors="ignore"))


def day(value: Any) -> Value | None:
    """An xsd:date of an ISO date, None for anything else."""
    try:
        return Value(date.fromisoformat(value).isoformat(), datatype=XSD.date)
    except (TypeError, ValueError):
        return None


def moment(value: Any) -> Value | None:
    """An xsd:dateTime with its zone, None for no time. CKAN's own times are in UTC and do not say so."""
    if not value:
        return None
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value.replace("Z", "+00:00"))
        if time.tzinfo is None:
            time = time.replace(tzinfo=timezone.utc)
        return Value(time.astimezone(WIB).isoformat(), datatype=XSD.dateTime)
    except (AttributeError, TypeError, ValueError, OverflowError):
        left_out(N_("This is not a time: {value}"), value)
        return None


def said(graph: rdflib.Graph, subject: Any, predicate: Iri) -> list[Any]:
    """The objects of a property in a fixed order: literals in our language first."""
    found = graph.objects(subject, rdflib.URIRef(predicate))
    return sorted(found, key=lambda node: (getattr(node, "language", None) != "id", str(node)))


def first(graph: rdflib.Graph, subject: Any, predicate: Iri) -> str:
    """The text of the first object of a property, ``''`` if there is none."""
    return next(map(str, said(graph, subject, predicate)), "")
