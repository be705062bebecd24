"""What two parsers that share no code read in a document of the feed."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from ckanext.lebak.feed.syntaxes import RDF_SYNTAXES
from ckanext.lebak.profiles.terms import Iri, Triple, Value

Told = frozenset[tuple[object, ...]]
"""Triples in a form that both parsers can be brought to."""

_RDFLIB = {"nt": "nt", "ttl": "turtle", "xml": "xml", "jsonld": "json-ld"}
_OXIGRAPH = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def document(name: str, fragments: Iterable[str]) -> str:
    """A document of these fragments."""
    syntax = RDF_SYNTAXES[name]
    return syntax.head + syntax.separator.join(fragments) + syntax.tail


def by_rdflib(text: str, name: str) -> Told:
    """What rdflib reads."""
    graph = rdflib.Graph().parse(data=text, format=_RDFLIB[name])
    return frozenset((str(s), str(p), _of_rdflib(o)) for s, p, o in graph)


def _of_rdflib(node: object) -> object:
    if isinstance(node, rdflib.Literal):
        kind = _LANGUAGE_STRING if node.language else str(node.datatype or _STRING)
        return str(node), node.language or "", kind
    assert isinstance(node, rdflib.URIRef), "a blank node"
    return str(node)


def by_oxigraph(text: str, name: str) -> Told:
    """What Oxigraph reads."""
    read = ox.parse(text.encode(), format=_OXIGRAPH[name])
    return frozenset((quad.subject.value, quad.predicate.value, _of_oxigraph(quad.object)) for quad in read)


def _of_oxigraph(node: object) -> object:
    if isinstance(node, ox.Literal):
        return node.value, node.language or "", node.datatype.value
    assert isinstance(node, ox.NamedNode), "a blank node"
    return node.value


def meant(triples: Iterable[Triple]) -> Told:
    """What the triples say."""
    return frozenset((str(s), str(p), _of_ours(o)) for s, p, o in triples)


def _of_ours(term: Iri | Value) -> object:
    if isinstance(term, Value):
        return term.text, term.lang, term.datatype or (_LANGUAGE_STRING if term.lang else _STRING)
    return str(term)


def said(name: str, text: str) -> Told:
    """What a document says, by both parsers.

    Raises:
        AssertionError: They do not read the same.
    """
    first, second = by_rdflib(text, name), by_oxigraph(text, name)
    assert first == second
    return first
