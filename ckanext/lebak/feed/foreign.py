"""Pages in other profiles than ours (``profiles=``), written by ckanext-dcat when they are asked for.

Each record is written and read again alone: one that a profile cannot write leaves the others whole.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from ckanext.dcat.processors import RDF_PROFILES_ENTRY_POINT_GROUP, RDFSerializer
from ckanext.dcat.utils import url_to_rdflib_format
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT
from werkzeug.exceptions import BadRequest

from ckanext.lebak.profiles.terms import Iri, Triple, Value

log = logging.getLogger(__name__)

MOST_RECORDS = 100
"""The most records of a page. They are written anew each time."""


def profiles(text: str) -> tuple[str, ...]:
    """The profiles to write with.

    Args:
        text: Their names with commas between.

    Returns:
        The names; none where that is what the feed is written with anyway.

    Raises:
        BadRequest: One of them is not installed.
    """
    names = tuple(dict.fromkeys(filter(None, map(str.strip, text.split(",")))))
    unknown = set(names) - _installed() if names else None
    if unknown:
        raise BadRequest(f"Unknown profiles: {', '.join(sorted(unknown))[:200]}")
    return () if names == ("sdi",) else names


@cache
def _installed() -> frozenset[str]:
    return frozenset(entry.name for entry in entry_points(group=RDF_PROFILES_ENTRY_POINT_GROUP))


def write_page(names: Sequence[str], syntax: str, records: Iterable[dict[str, Any]], more: Iterable[Triple]) -> str:
    """A page of the catalogue. Needs CKAN's application around it.

    Args:
        names: The profiles.
        syntax: Name of the syntax.
        records: The records as ``package_show`` gives them.
        more: What else is to be said.

    Returns:
        The document.
    """
    serializer = RDFSerializer(profiles=list(names))
    catalog = serializer.graph_from_catalog({})
    page = serializer.g
    for record in records:
        if (written := _written(names, syntax, record)) is not None:
            ref, graph = written
            page += graph
            page.add((catalog, DCAT.dataset, ref))
    for subject, predicate, value in more:
        page.add((URIRef(subject), URIRef(predicate), _node(value)))
    return page.serialize(format=url_to_rdflib_format(syntax))


def write_document(names: Sequence[str], syntax: str, record: dict[str, Any]) -> str | None:
    """A single record. Needs CKAN's application around it.

    Args:
        names: The profiles.
        syntax: Name of the syntax.
        record: The record as ``package_show`` gives it.

    Returns:
        The document; None if the profiles cannot write it.
    """
    written = _written(names, syntax, record)
    return written[1].serialize(format=url_to_rdflib_format(syntax)) if written else None


def _written(names: Sequence[str], syntax: str, record: dict[str, Any]) -> tuple[URIRef, Graph] | None:
    serializer = RDFSerializer(profiles=list(names))
    written = url_to_rdflib_format(syntax)
    try:
        ref = serializer.graph_from_dataset(record)
        _drop_unfit(serializer.g)
        Graph().parse(data=serializer.g.serialize(format=written), format=_PARSERS.get(written, written))
    except Exception:
        # Whatever a profile or rdflib may raise for what a record says: it is told apart from the others here.
        log.exception("the profiles %s cannot write the record %s", names, record.get("id"))
        return None
    return ref, serializer.g


_PARSERS = {"pretty-xml": "xml"}
# RFC 3987: with a scheme, and without what is not allowed. The stock profiles make IRIs of codes as they are.
_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]*""")


def _drop_unfit(graph: Graph) -> None:
    """Removes what is said with an address that is none: some syntaxes cannot write it, others not read it."""
    for triple in list(graph):
        if any(isinstance(node, URIRef) and not _IRI.fullmatch(node) for node in triple):
            graph.remove(triple)


def _node(value: Iri | Value) -> URIRef | Literal:
    if not isinstance(value, Value):
        return URIRef(value)
    return Literal(value.text, value.lang or None, URIRef(value.datatype) if value.datatype else None)
