"""A feed as a harvester meets it, and what the validators say about it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from ckanext.dcat.processors import RDFParser, RDFSerializer
from rdflib import Graph
from rdflib.namespace import SH

import ckanext.lebak.profiles as own_profiles

ROOT = Path(__file__).parents[2]
OFFICIAL = Path(os.environ.get("LEBAK_SHACL") or ROOT.parent / "shared" / "shacl") / "dcat-ap-3.0.1"
OWN = Path(own_profiles.__file__).with_name("sdi.ttl")
SHAPES = ("shapes", "range", "shapes_recommended")

PARSERS = {"ttl": "turtle", "xml": "xml", "jsonld": "json-ld", "nt": "nt"}
"""Format in addresses -> rdflib's parser."""

CATALOG = {"issued": "2026-01-01T00:00:00", "modified": "2026-06-01T00:00:00"}

needs_official_shapes = pytest.mark.skipif(
    not OFFICIAL.exists(),
    reason="the official DCAT-AP 3.0.1 shapes are not here; LEBAK_SHACL may name the folder that holds dcat-ap-3.0.1",
)


def as_feed(records: Iterable[dict[str, Any]], format_: str = "ttl", profiles: str = "sdi") -> str:
    """Writes the catalogue with these records, as ckanext-dcat does for its pages."""
    serializer = RDFSerializer(profiles=profiles.split())
    return serializer.serialize_catalog(CATALOG, list(records), _format=format_)


def as_graph(text: str, format_: str = "ttl") -> Graph:
    """Parses a feed, without ckanext-dcat."""
    return Graph().parse(data=text, format=PARSERS[format_])


def harvested(text: str, format_: str = "ttl", profile: str = "sdi") -> list[dict[str, Any]]:
    """Reads a feed as ckanext-dcat's harvester does."""
    parser = RDFParser(profiles=[profile])
    parser.parse(text, _format=format_)
    return list(parser.datasets())


@cache
def _shapes(path: Path) -> Graph:
    return Graph().parse(path)


def findings(graph: Graph, shapes: Path, severity: Any = None) -> list[str]:
    """What a set of shapes finds in a graph: violations and warnings, in the validator's words.

    Args:
        graph: The feed.
        shapes: File of the shapes.
        severity: ``SH.Violation`` or ``SH.Warning`` to see those only.

    Returns:
        A line for each finding.
    """
    return findings_of(graph, _shapes(shapes), severity)


def findings_of(graph: Graph, shapes: Graph, severity: Any = None) -> list[str]:
    """The same, of shapes that were read already."""
    _conforms, report, _text = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    assert isinstance(report, Graph)
    told = (SH.focusNode, SH.resultPath, SH.resultMessage)
    return sorted(
        " ".join(str(report.value(result, predicate)) for predicate in told)
        for result in report.subjects(None, SH.ValidationResult)
        if severity is None or report.value(result, SH.resultSeverity) == severity
    )


def official(graph: Graph, severity: Any = None) -> list[str]:
    """What the official shapes find: base, range and recommended."""
    return [line for name in SHAPES for line in findings(graph, OFFICIAL / f"{name}.ttl", severity)]
