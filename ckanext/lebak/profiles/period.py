"""The time that the data describe: the period as SDI writes it, and its first and last day for everyone else."""

from __future__ import annotations

from typing import Any

import rdflib

from ckanext.lebak.periods import parse_period
from ckanext.lebak.profiles.terms import DCAT, DCT, XSD, Iri, Triples, Value, first, part, said, type_


def days(record: dict[str, Any]) -> tuple[str, str] | None:
    """The first and the last day of the time span of a record: 2024-S1 is 1 January to 30 June 2024.

    Args:
        record: The dataset as ``package_show`` gives it. One end alone counts for both.

    Returns:
        The days in ISO's form; None if neither end is a period.
    """
    ends = [end for key in ("temporal_start", "temporal_end") if (end := parse_period(record.get(key)))]
    return (ends[0].start.isoformat(), ends[-1].end.isoformat()) if ends else None


def write(record: dict[str, Any], ref: Iri) -> Triples:
    """The time span of a record. The words themselves stand under the national keys (``fields``).

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.

    Yields:
        The triples; none if neither end is a period.
    """
    if (ends := days(record)) is None:
        return
    span = part(ref, "periode")
    yield ref, DCT.temporal, span
    yield span, type_, DCT.PeriodOfTime
    yield span, DCAT.startDate, Value(ends[0], datatype=XSD.date)
    yield span, DCAT.endDate, Value(ends[1], datatype=XSD.date)


def read(graph: rdflib.Graph, ref: rdflib.URIRef) -> dict[str, str]:
    """The time span of a record that does not name its periods as SDI does.

    Args:
        graph: The parsed feed.
        ref: IRI of the record.

    Returns:
        ``temporal_start`` and ``temporal_end`` as days, as far as they are there.
    """
    found: dict[str, str] = {}
    for span in said(graph, ref, DCT.temporal):
        for key, predicate in (("temporal_start", DCAT.startDate), ("temporal_end", DCAT.endDate)):
            text = first(graph, span, predicate)[: len("2024-07-31")]
            if parse_period(text):
                found.setdefault(key, text)
    return found
