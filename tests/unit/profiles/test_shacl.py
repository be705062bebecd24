"""The official shapes of DCAT-AP 3.0.1 and our own find nothing in the feed, and do find what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckanext.dcat.profiles.base import ADMS, DCAT, DCATAP, DCT, FOAF, SPDX, VCARD
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import PROV, RDF, SKOS, XSD

from ckanext.lebak.vocabulary import vocabulary
from tests.profiles.feed import OWN, as_feed, as_graph, findings, needs_official_shapes, official
from tests.sdi_factory import (
    complete_dataset,
    complete_resource,
    linked_records,
    restricted,
    shown_dataset,
    shown_resource,
)

Change = Callable[[Graph], object]

SDI = Namespace("https://opendata.lebakkab.go.id/def/sdi#")


def records() -> list[dict[str, Any]]:
    """Records of every kind that a catalogue holds."""
    files = shown_dataset()
    files["resources"] = [
        shown_resource(files["id"]),
        shown_resource(files["id"], 1, format="XLSX", mimetype=None, datastore_active=False, periode="2024-Q1"),
        shown_resource(
            files["id"], 2, url="https://example.org/tabel.csv", url_type="", size=None, hash="", datastore_active=False
        ),
    ]
    return [
        shown_dataset(),
        files,
        shown_dataset(resources=[]),
        shown_dataset(**linked_records()),
        shown_dataset(**linked_records(), **restricted("tertutup"), resources=[]),
        shown_dataset(**restricted("terbatas")),
        shown_dataset(**restricted("tertutup"), resources=[]),
        shown_dataset(
            theme=None,
            kode_wilayah=["36.02.01.2002", "36.02.14"],
            satuan="Pasangan usia subur",
            license_id="other-open",
        ),
        shown_dataset(
            author=None,
            author_email=None,
            maintainer_email=None,
            temporal_start="2024-07-01",
            temporal_end="2024-07-31",
        ),
    ]


def graph(format_: str = "ttl") -> Graph:
    return as_graph(as_feed(records(), format_), format_)


@needs_official_shapes
@pytest.mark.parametrize("format_", ["ttl", "xml", "jsonld"])
def test_the_official_shapes_find_neither_violations_nor_missing_recommendations(format_: str) -> None:
    assert official(graph(format_)) == []


@pytest.mark.parametrize("format_", ["ttl", "xml", "jsonld"])
def test_our_shapes_find_nothing(format_: str) -> None:
    assert findings(graph(format_), OWN) == []


@needs_official_shapes
def test_an_empty_catalogue_lacks_only_its_records() -> None:
    assert [line for line in official(as_graph(as_feed([]))) if "http://test.ckan.net " not in line] == []


@needs_official_shapes
@pytest.mark.parametrize("licence", vocabulary("license"))
def test_every_licence_of_the_list_is_one_for_the_shapes(licence: str) -> None:
    assert official(as_graph(as_feed([shown_dataset(license_id=licence)]))) == []


@needs_official_shapes
@pytest.mark.parametrize("code", ["36.02", "36.02.28", "36.02.01.2002"])
def test_every_level_of_area_has_extent_and_centre(code: str) -> None:
    assert official(as_graph(as_feed([shown_dataset(kode_wilayah=[code])]))) == []


@needs_official_shapes
def test_the_record_that_names_nobody_conforms_too() -> None:
    """A quotation has neither custodian nor schedule; the catalogue's custodian is asked about it."""
    bare = (
        "maintainer",
        "maintainer_email",
        "author",
        "author_email",
        "jadwal_rilis",
        "konsep",
        "id_sds",
        "kode_urusan",
    )
    assert official(as_graph(as_feed([shown_dataset(**dict.fromkeys(bare), license_id="notspecified")]))) == []


# --- seeded defects: a change of a good graph -> it must be found -----------------------------------------------------


def _one(graph: Graph, class_: URIRef) -> URIRef:
    return sorted(graph.subjects(RDF.type, class_))[0]  # type: ignore[return-value]


def _without(class_: URIRef, predicate: URIRef) -> Change:
    return lambda graph: graph.remove((_one(graph, class_), predicate, None))


def _with(class_: URIRef, predicate: URIRef, *values: URIRef | Literal | BNode) -> Change:
    def change(graph: Graph) -> None:
        graph.remove((_one(graph, class_), predicate, None))
        for value in values:
            graph.add((_one(graph, class_), predicate, value))

    return change


def _also(class_: URIRef, predicate: URIRef, value: URIRef | Literal | BNode) -> Change:
    return lambda graph: graph.add((_one(graph, class_), predicate, value))


def _forget_office(graph: Graph) -> None:
    graph.remove((graph.value(_one(graph, DCAT.Dataset), DCT.publisher), None, None))


def _restrict_but_give_the_file(graph: Graph) -> None:
    _with(
        DCAT.Dataset,
        DCT.accessRights,
        URIRef("http://publications.europa.eu/resource/authority/access-right/RESTRICTED"),
    )(graph)


def _forget_the_role(role: str) -> Change:
    def change(graph: Graph) -> None:
        for attribution in graph.objects(_one(graph, DCAT.Dataset), PROV.qualifiedAttribution):
            graph.remove((attribution, DCAT.hadRole, SDI[f"peran-{role}"]))

    return change


DEFECTS: dict[str, Change] = {
    "catalogue without publisher": _without(DCAT.Catalog, DCT.publisher),
    "catalogue without description": _without(DCAT.Catalog, DCT.description),
    "language of the catalogue as a word": _with(DCAT.Catalog, DCT.language, Literal("id")),
    "no title": _without(DCAT.Dataset, DCT.title),
    "no definition": _without(DCAT.Dataset, DCT.description),
    "no concept": _without(DCAT.Dataset, SDI.konsep),
    "no classification": _without(DCAT.Dataset, SDI.variabel_disaggregasi),
    "no measure": _without(DCAT.Dataset, SDI.ukuran),
    "no unit": _without(DCAT.Dataset, SDI.satuan),
    "frequency as a word": _with(DCAT.Dataset, DCT.accrualPeriodicity, Literal("Tahunan")),
    "period that is none": _with(DCAT.Dataset, SDI.temporal_start, Literal("2024-S3")),
    "no time": _without(DCAT.Dataset, DCT.temporal),
    "area without code": _without(DCT.Location, DCT.identifier),
    "area without extent": _without(DCT.Location, DCAT.bbox),
    "urusan as a number": _with(DCAT.Dataset, SDI.kode_urusan, Literal("2.1")),
    "theme outside the lists": _with(DCAT.Dataset, DCAT.theme, URIRef("https://example.org/tema/1")),
    "SDSN code of another form": _with(DCAT.Dataset, SDI.id_sds, Literal("12.00.00")),
    "recommendation number of another form": _with(DCAT.Dataset, SDI.identitas_rekomendasi, Literal("25/3602")),
    "publisher without name": _forget_office,
    "two publishers": _also(DCAT.Dataset, DCT.publisher, URIRef("https://example.org/kantor")),
    "no custodian": _forget_the_role("walidata"),
    "no supervisor": _forget_the_role("pembina"),
    "contact without name": _without(VCARD.Organization, VCARD.fn),
    "not open, without reason, and the file is given": _restrict_but_give_the_file,
    "access class as a word": _with(DCAT.Dataset, DCT.accessRights, Literal("terbuka")),
    "time without zone": _with(DCAT.Dataset, DCT.modified, Literal("2026-05-06T17:08:09", datatype=XSD.dateTime)),
    "release date in words": _with(DCAT.Dataset, SDI.jadwal_rilis, Literal("awal tahun")),
    "file without address": _without(DCAT.Distribution, DCAT.accessURL),
    "file without licence": _without(DCAT.Distribution, DCT.license),
    "format as a word": _with(DCAT.Distribution, DCT["format"], Literal("CSV")),
    "media type as a word": _with(DCAT.Distribution, DCAT.mediaType, Literal("text/csv")),
    "size as a decimal": _with(DCAT.Distribution, DCAT.byteSize, Literal("4321.0", datatype=XSD.decimal)),
    "no availability": _without(DCAT.Distribution, DCATAP.availability),
    "checksum without algorithm": _without(SPDX.Checksum, SPDX.algorithm),
    "checksum that is too short": _with(SPDX.Checksum, SPDX.checksumValue, Literal("9f86", datatype=XSD.hexBinary)),
    "column of an unknown type": _with(URIRef("http://www.w3.org/ns/csvw#Column"), SDI.tipe_data, Literal("angka")),
    "column without name": _without(
        URIRef("http://www.w3.org/ns/csvw#Column"), URIRef("http://www.w3.org/ns/csvw#name")
    ),
    "service without address": _without(DCAT.DataService, DCAT.endpointURL),
    "service that serves nothing": _without(DCAT.DataService, DCAT.servesDataset),
    "entry without time": _without(DCAT.CatalogRecord, DCT.modified),
    "entry about nothing": _without(DCAT.CatalogRecord, FOAF.primaryTopic),
    "identifier without code": _without(ADMS.Identifier, SKOS.notation),
    "record without a name of its own": lambda graph: graph.add((BNode(), RDF.type, DCAT.Dataset)),
}


@needs_official_shapes
@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_seeded_defect_is_found(defect: Change) -> None:
    graph = as_graph(as_feed([shown_dataset()]))
    assert official(graph) + findings(graph, OWN) == []
    defect(graph)
    assert official(graph) + findings(graph, OWN) != []


# Every field that SDI asks for at release, as the schema marks it: without it a shape finds something.
ASKED = {
    **dict.fromkeys(
        ("konsep", "notes", "variabel_disaggregasi", "ukuran", "satuan", "accrualPeriodicity", "level_estimasi")
    ),
    **dict.fromkeys(("kode_wilayah", "jadwal_rilis", "jadwal_pemutakhiran", "kode_urusan", "maintainer", "tags")),
}


@pytest.mark.parametrize("field", ASKED)
def test_a_field_that_sdi_asks_for_is_missed_by_our_shapes(field: str) -> None:
    assert findings(as_graph(as_feed([shown_dataset(**{field: None})])), OWN)


@pytest.mark.parametrize(
    "field", ["alasan_akses", "dasar_hukum_akses", "rujukan_keputusan_akses", "tanggal_tinjau_akses"]
)
def test_a_restriction_without_grounds_is_found(field: str) -> None:
    record = shown_dataset(**{**restricted(), field: None})
    assert findings(as_graph(as_feed([record])), OWN)


def test_the_record_that_a_person_enters_is_complete() -> None:
    """The factory's record, which other tests take for complete, is so."""
    entered = complete_dataset(id="5d1f0e1c-0000-4000-8000-000000000001", resources=[])
    shown = shown_dataset(**{key: value for key, value in entered.items() if key != "resources"})
    assert (
        findings(as_graph(as_feed([{**shown, "resources": [shown_resource(shown["id"], **complete_resource())]}])), OWN)
        == []
    )
