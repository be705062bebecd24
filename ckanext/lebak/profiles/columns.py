"""The columns of tables (CSV on the Web), and the dimensions, measures and attributes they stand for (StatDCAT-AP).

A column belongs to one file and has its place there; the component it stands for belongs to the dataset, once, however
many files have the column.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import rdflib

from ckanext.lebak.profiles import concepts
from ckanext.lebak.profiles.terms import (
    CSVW,
    DCT,
    QB,
    RDFS,
    SDI,
    SKOS,
    STAT,
    Iri,
    Triples,
    Value,
    first,
    integer,
    literal,
    part,
    plain,
    rows,
    said,
    spoken,
    type_,
)

# Subfield of `kolom` -> its property, and whether it is written in Indonesian.
_SUBFIELDS: dict[str, tuple[Iri, bool]] = {
    "nama": (CSVW.name, False),
    "definisi": (DCT.description, True),
    "tipe_data": (SDI.tipe_data, False),
    "satuan": (SDI.satuan, True),
    "peran": (SDI.peran, False),
}

# RDF Data Cube's class of a component -> StatDCAT-AP's property. Measures have none in 1.0.1.
_PROPERTIES = {QB.DimensionProperty: STAT.dimension, QB.AttributeProperty: STAT.attribute}


def component(dataset: Iri, name: str) -> Iri:
    """The IRI of what the columns of this name stand for in a dataset."""
    return part(dataset, f"kolom-{name}")


def write(resource: dict[str, Any], ref: Iri, dataset: Iri) -> Triples:
    """The columns of a file.

    Args:
        resource: The resource as ``package_show`` gives it.
        ref: Its IRI.
        dataset: IRI of its dataset.

    Yields:
        The triples.
    """
    for number, row in enumerate(rows(resource.get("kolom")), 1):
        column = part(ref, f"kolom-{number}")
        yield ref, SDI.kolom, column
        yield column, type_, CSVW.Column
        yield column, SDI.position, integer(number)
        for key, (predicate, in_words) in _SUBFIELDS.items():
            value = spoken(row.get(key)) if in_words else literal(row.get(key))
            if value is not None:
                yield column, predicate, value
        if _role(row) is not None:
            yield column, CSVW.propertyUrl, component(dataset, plain(row.get("nama")))


def plainly(resource: dict[str, Any]) -> list[dict[str, str]]:
    """The columns of a file for readers without RDF.

    Args:
        resource: The resource as ``package_show`` gives it.

    Returns:
        A row for each, with the subfields that say something.
    """
    found = ({key: text for key in _SUBFIELDS if (text := plain(row.get(key)))} for row in rows(resource.get("kolom")))
    return [row for row in found if row]


class Component(NamedTuple):
    """What the columns of one name stand for in a dataset.

    Attributes:
        ref: Its IRI.
        name: Of the columns.
        role: Class of RDF Data Cube.
        row: Of ``kolom``.
    """

    ref: Iri
    name: str
    role: Iri
    row: dict[str, Any]


def components(resources: Iterable[dict[str, Any]], dataset: Iri) -> list[Component]:
    """The dimensions, measures and attributes of a dataset: the columns of its files that have a name and a role.

    Args:
        resources: Its resources.
        dataset: Its IRI.

    Returns:
        Each once. Of two columns with one name the first counts.
    """
    found: dict[Iri, Component] = {}
    for row in (row for resource in resources for row in rows(resource.get("kolom"))):
        if (role := _role(row)) is not None:
            name = plain(row["nama"])
            ref = component(dataset, name)
            found.setdefault(ref, Component(ref, name, role, row))
    return list(found.values())


def write_components(components: Iterable[Component], dataset: Iri) -> Triples:
    """The dimensions, measures and attributes of a dataset.

    Args:
        components: Its components.
        dataset: Its IRI.

    Yields:
        The triples.
    """
    for ref, name, role, row in components:
        if role in _PROPERTIES:
            yield dataset, _PROPERTIES[role], ref
        yield ref, type_, role
        yield ref, SKOS.notation, Value(name)
        if (meaning := spoken(row.get("definisi"))) is not None:
            yield ref, RDFS.label, meaning
        if (range_ := concepts.column_type(plain(row.get("tipe_data")))) is not None:
            yield ref, RDFS.range, range_


def _role(row: dict[str, Any]) -> Iri | None:
    return concepts.column_role(plain(row.get("peran"))) if plain(row.get("nama")).strip() else None


def read(graph: rdflib.Graph, ref: rdflib.URIRef) -> list[dict[str, str]]:
    """The columns of a file.

    Args:
        graph: The parsed feed.
        ref: IRI of the distribution.

    Returns:
        The rows of ``kolom`` in their order.
    """
    numbered: list[tuple[int, dict[str, str]]] = []
    for column in said(graph, ref, SDI.kolom):
        number = first(graph, column, SDI.position)
        row = {key: text for key, (predicate, _) in _SUBFIELDS.items() if (text := first(graph, column, predicate))}
        if row:
            numbered.append((int(number) if number.isdecimal() else len(numbered), row))
    return [row for _number, row in sorted(numbered, key=lambda pair: pair[0])]
