"""Activity, variables and indicator of a dataset in RDF and data.json."""

from __future__ import annotations

from typing import Any

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, QB, RDF, RDFS, SKOS, XSD

from ckanext.lebak.profiles import pod
from ckanext.lebak.profiles.sdi import current_site
from tests.profiles.feed import PARSERS, as_feed, as_graph, harvested
from tests.sdi_factory import linked_records, restricted, shown_dataset

SITE = "http://test.ckan.net"
SDI = Namespace("https://opendata.lebakkab.go.id/def/sdi#")
STAT = Namespace("http://data.europa.eu/m8g/")
ADMS = Namespace("http://www.w3.org/ns/adms#")


def said(**overrides: Any) -> tuple[Graph, URIRef]:
    record = shown_dataset(**{**linked_records(), **overrides})
    return as_graph(as_feed([record])), URIRef(f"{SITE}/dataset/{record['id']}")


def identifiers(graph: Graph, node: Any) -> dict[str, str]:
    """The codes that others issued, and by whom."""
    return {
        str(graph.value(each, SKOS.notation)): str(graph.value(each, ADMS.schemaAgency))
        for each in graph.objects(node, ADMS.identifier)
    }


def test_dataset_was_generated_by_its_activity() -> None:
    graph, ref = said()
    [activity] = graph.objects(ref, PROV.wasGeneratedBy)
    assert str(activity) == f"{SITE}/kegiatan-statistik/{linked_records()['kegiatan']['id']}"
    assert graph.value(activity, RDF.type) == PROV.Activity
    assert graph.value(activity, RDFS.label) == Literal("SIMULASI: kompilasi data peserta KB", lang="id")
    assert graph.value(activity, DCTERMS.description) == Literal("Simulasi tujuan.", lang="id")
    assert graph.value(activity, PROV.wasAssociatedWith) == URIRef(f"{SITE}/organization/dp3ap2kb")
    assert graph.value(activity, FOAF.page) == URIRef(f"{SITE}/kegiatan-statistik/simulasi-kompilasi")
    assert graph.value(activity, PROV.startedAtTime) == Literal("2024-01-01T00:00:00+07:00", datatype=XSD.dateTime)
    assert identifiers(graph, activity) == dict.fromkeys(
        ("SIM-MMS-KEG", "SIM-KEG-001", "K-24.3602.001"), "Badan Pusat Statistik"
    )


def test_indicator_is_a_concept_with_definition_and_formula() -> None:
    graph, ref = said()
    [concept] = graph.objects(ref, DCTERMS.subject)
    assert str(concept) == f"{SITE}/indikator/{linked_records()['indikator']['id']}"
    assert graph.value(concept, RDF.type) == SKOS.Concept
    assert graph.value(concept, SKOS.definition) == Literal("Simulasi definisi indikator.", lang="id")
    assert graph.value(concept, SKOS.scopeNote) == Literal("Simulasi interpretasi.", lang="id")
    assert graph.value(concept, SDI.rumus) == Literal(r"\frac{a}{b}", lang="id")
    assert graph.value(concept, RDFS.seeAlso) == URIRef("https://example.org/simulasi-msind")
    assert identifiers(graph, concept) == dict.fromkeys(("SIM-MMS-IND", "SIM-MSIND"), "Badan Pusat Statistik")


def test_indicator_from_outside_names_its_producer() -> None:
    outside = linked_records()
    outside["indikator"]["produsen_data_name"] = "Badan Pusat Statistik (simulasi)"
    graph, ref = said(**outside)
    producer = graph.value(graph.value(ref, DCTERMS.subject), DCTERMS.creator)
    assert graph.value(producer, FOAF.name) == Literal("Badan Pusat Statistik (simulasi)")


def test_column_is_the_variable_of_its_name_and_a_measure_one_of_the_indicator() -> None:
    graph, ref = said()
    activity = graph.value(ref, PROV.wasGeneratedBy)
    variables = {str(graph.value(node, SKOS.notation)): node for node in graph.objects(activity, SDI.variabel)}
    assert {name: graph.value(node, RDF.type) for name, node in variables.items()} == {
        "jumlah": QB.MeasureProperty,
        "kode_kecamatan": QB.DimensionProperty,
    }
    measure, area = URIRef(f"{ref}#kolom-jumlah"), URIRef(f"{ref}#kolom-kode_kecamatan")
    assert graph.value(measure, RDFS.subPropertyOf) == variables["jumlah"]
    assert graph.value(measure, QB.concept) == graph.value(ref, DCTERMS.subject)
    assert graph.value(area, RDFS.subPropertyOf) == variables["kode_kecamatan"]
    assert graph.value(area, QB.concept) is None
    assert set(graph.objects(ref, STAT.dimension)) == {area, URIRef(f"{ref}#kolom-tahun")}


def test_variables_stand_for_columns_that_are_not_there() -> None:
    graph, ref = said(**restricted("tertutup"), resources=[])
    [dimension] = graph.objects(ref, STAT.dimension)
    assert graph.value(dimension, RDFS.label) == Literal("Kecamatan", lang="id")


def test_record_without_them_says_nothing_of_either() -> None:
    graph, ref = said(kegiatan=None, indikator=None)
    assert list(graph.objects(ref, PROV.wasGeneratedBy)) == []
    assert list(graph.objects(ref, DCTERMS.subject)) == []


def test_what_does_not_fit_is_left_out() -> None:
    for bad in ("x", [], {"id": "../x"}, {"id": 1}, {"jawaban": 1}, {"id": "a", "jawaban": "x"}):
        graph, ref = said(kegiatan=bad, indikator=bad)
        assert len(list(graph.objects(ref, RDF.type))) == 1


def test_same_record_gives_the_same_bytes_in_every_syntax() -> None:
    record = shown_dataset(**linked_records())
    for syntax in PARSERS:
        assert as_feed([record], syntax) == as_feed([record], syntax)


def test_receiver_keeps_the_record_as_without_them() -> None:
    record = shown_dataset()
    with_them, without = (harvested(as_feed([{**record, **more}])) for more in (linked_records(), {}))
    assert with_them == without


def test_data_json_has_their_answers_and_keeps_its_own() -> None:
    told = pod.item(shown_dataset(**linked_records(), interpretasi=None, rumus="milik dataset"), current_site())
    assert told["judul_kegiatan"] == "SIMULASI: kompilasi data peserta KB"
    assert told["i_instansi_penyelanggara"] == "Dinas simulasi"
    assert told["iv_metode_pengumpulan_data"] == 9
    assert told["definisi"] == "Simulasi definisi indikator."
    assert told["interpretasi"] == "Simulasi interpretasi."
    assert told["rumus"] == "milik dataset"
    assert told["title"].startswith("SIMULASI")


def test_year_in_data_json_is_that_of_the_activity() -> None:
    linked = linked_records()
    linked["indikator"]["jawaban"]["tahun"] = "2019"
    assert pod.item(shown_dataset(**linked), current_site())["tahun"] == 2024
    assert pod.item(shown_dataset(**{**linked, "kegiatan": None}), current_site())["tahun"] == "2019"
