"""The area that the data cover: Kemendagri's code, BPS's code, name, extent and centre."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import rdflib

from ckanext.lebak.profiles.concepts import Node
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import (
    ADMS,
    DCAT,
    DCT,
    GSP,
    MOST_KEPT,
    RDFS,
    SKOS,
    Iri,
    Shared,
    Triples,
    Value,
    left_out,
    part,
    said,
    texts,
    type_,
)
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.vocabulary import Term, vocabulary

_CODE = re.compile(r"\d\d(\.\d\d){0,2}(\.\d{4})?")


def write(record: dict[str, Any], ref: Iri, site: Site, shared: Shared) -> Triples:
    """The areas of a record.

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.
        site: The site.
        shared: Where the areas are noted.

    Yields:
        One triple an area.
    """
    for code in texts(record.get("kode_wilayah")):
        if _CODE.fullmatch(code):
            yield ref, DCT.spatial, shared.use(location(site.place(code), code))
        else:
            left_out(N_("This is not the code of an area: {value}"), code)


@lru_cache(maxsize=MOST_KEPT)
def location(ref: Iri, code: str) -> Node:
    """The description of an area.

    Args:
        ref: Its IRI.
        code: Its Kemendagri code.

    Returns:
        The node. A code outside the list of areas is described by the code alone.
    """
    return ref, tuple(_describe(ref, code))


def _describe(ref: Iri, code: str) -> Triples:
    yield ref, type_, DCT.Location
    yield ref, DCT.identifier, Value(code)
    term = vocabulary("area").get(code)
    if term is None:
        return
    # Both: DCAT-AP asks for skos:prefLabel, and ckanext-dcat's parser shows rdfs:label.
    yield ref, SKOS.prefLabel, Value(term.id, "id")
    yield ref, SKOS.prefLabel, Value(term.en, "en")
    yield ref, RDFS.label, Value(term.id, "id")
    if term.more["bps"]:
        bps = part(ref, "bps")
        yield ref, ADMS.identifier, bps
        yield bps, type_, ADMS.Identifier
        yield bps, SKOS.notation, Value(term.more["bps"])
        yield bps, ADMS.schemaAgency, Value("Badan Pusat Statistik", "id")
    if box := _box(term):
        west, south, east, north = box.split(",")
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        yield ref, DCAT.bbox, Value(f"POLYGON (({ring}))", datatype=GSP.wktLiteral)
    if term.more["lon"] and term.more["lat"]:
        centre = f"POINT ({term.more['lon']} {term.more['lat']})"
        yield ref, DCAT.centroid, Value(centre, datatype=GSP.wktLiteral)


def _box(term: Term) -> str:
    """West, south, east, north. The extent of a desa is not known: that of its kecamatan holds it."""
    parent = vocabulary("area").get(term.more["parent"])
    return term.more["bbox"] or (parent.more["bbox"] if parent else "")


def read(graph: rdflib.Graph, ref: rdflib.URIRef) -> dict[str, list[str]]:
    """The areas of a record that does not give their codes as SDI does.

    Args:
        graph: The parsed feed.
        ref: IRI of the record.

    Returns:
        ``kode_wilayah`` with the codes that our list of areas knows; nothing if there are none.
    """
    areas = vocabulary("area")
    codes = [
        str(code)
        for place in said(graph, ref, DCT.spatial)
        for code in said(graph, place, DCT.identifier)
        if str(code) in areas
    ]
    return {"kode_wilayah": sorted(set(codes))} if codes else {}
