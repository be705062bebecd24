"""What is said about a record, group by group."""

from __future__ import annotations

from typing import Any

import pytest
from ckanext.dcat.profiles.base import ADMS, DCAT, DCATAP, DCT, FOAF, SPDX, VCARD
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import CSVW, PROV, QB, RDF, RDFS, SKOS, XSD

from ckanext.lebak.profiles import dataset
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.profiles.terms import Iri, Shared
from tests.profiles.feed import as_feed, as_graph, harvested
from tests.sdi_factory import COLUMNS, restricted, shown_dataset, shown_resource

SITE = "http://test.ckan.net"
EU = Namespace("http://publications.europa.eu/resource/authority/")
SDI = Namespace("https://opendata.lebakkab.go.id/def/sdi#")
STAT = Namespace("http://data.europa.eu/m8g/")


def said(record: dict[str, Any]) -> tuple[Graph, URIRef]:
    """The graph of a record, and its IRI."""
    return as_graph(as_feed([record])), URIRef(f"{SITE}/dataset/{record['id']}")


def the_file(graph: Graph, ref: URIRef) -> URIRef:
    [file] = graph.objects(ref, DCAT.distribution)
    assert isinstance(file, URIRef)
    return file


def values(graph: Graph, subject: Any, predicate: URIRef) -> set[str]:
    return {str(value) for value in graph.objects(subject, predicate)}


def test_title_definition_and_keywords_are_in_indonesian() -> None:
    graph, ref = said(shown_dataset(title="Judul", notes="Definisi", tags=[{"name": "air"}]))
    assert list(graph.objects(ref, DCT["title"])) == [Literal("Judul", lang="id")]
    assert list(graph.objects(ref, DCT.description)) == [Literal("Definisi", lang="id")]
    assert list(graph.objects(ref, DCAT.keyword)) == [Literal("air", lang="id")]


def test_the_producer_is_creator_and_publisher_and_the_roles_of_sdi_have_their_agents() -> None:
    graph, ref = said(shown_dataset())
    office = URIRef(f"{SITE}/organization/dp3ap2kb")
    assert graph.value(ref, DCT.creator) == graph.value(ref, DCT.publisher) == office
    assert graph.value(office, FOAF.name) == Literal("Dinas simulasi")
    assert graph.value(office, DCT.type) == URIRef("http://purl.org/adms/publishertype/LocalAuthority")
    roles = {
        str(graph.value(node, DCAT.hadRole)).rpartition("#")[2]: str(graph.value(node, PROV.agent)).rpartition("/")[2]
        for node in graph.objects(ref, PROV.qualifiedAttribution)
    }
    assert roles == {"peran-produsen": "dp3ap2kb", "peran-walidata": "diskominfosp", "peran-pembina": "bps-lebak"}


def test_no_office_answers_for_a_record_that_names_no_custodian() -> None:
    graph, ref = said(shown_dataset(maintainer=None, maintainer_email=None))
    [attribution] = graph.objects(ref, PROV.qualifiedAttribution)
    assert graph.value(attribution, DCAT.hadRole) == SDI["peran-produsen"]


@pytest.mark.parametrize(
    ("fields", "name", "mail"),
    [
        ({}, "Walidata Kabupaten Lebak (simulasi)", "mailto:walidata@example.org"),
        (
            {"maintainer": None, "maintainer_email": None},
            "DP3AP2KB Kabupaten Lebak (simulasi)",
            "mailto:produsen@example.org",
        ),
        (
            dict.fromkeys(("maintainer", "maintainer_email", "author", "author_email")),
            "Walidata Kabupaten Lebak (DiskominfoSP)",
            None,
        ),
    ],
)
def test_one_contact_the_custodian_before_the_producer_before_the_site(
    fields: dict[str, Any], name: str, mail: str | None
) -> None:
    graph, ref = said(shown_dataset(**fields))
    [contact] = graph.objects(ref, DCAT.contactPoint)
    assert str(graph.value(contact, VCARD.fn)) == name
    assert graph.value(contact, VCARD.hasEmail) == (URIRef(mail) if mail else None)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2024", "2024", ("2024-01-01", "2024-12-31")),
        ("2024-S1", "2024-S2", ("2024-01-01", "2024-12-31")),
        ("2023-S2", "2024-S1", ("2023-07-01", "2024-06-30")),
        ("2024-Q2", "2024-Q2", ("2024-04-01", "2024-06-30")),
        ("2024-02", "2024-02", ("2024-02-01", "2024-02-29")),
        ("2024-07-31", "2024-08-01", ("2024-07-31", "2024-08-01")),
        ("2020", None, ("2020-01-01", "2020-12-31")),
        (None, "2020", ("2020-01-01", "2020-12-31")),
    ],
)
def test_a_period_has_its_first_and_its_last_day(start: str | None, end: str | None, days: tuple[str, str]) -> None:
    graph, ref = said(shown_dataset(temporal_start=start, temporal_end=end))
    span = graph.value(ref, DCT.temporal)
    found = graph.value(span, DCAT.startDate), graph.value(span, DCAT.endDate)
    assert found == tuple(Literal(day, datatype=XSD.date) for day in days)


def test_an_area_has_both_codes_names_extent_and_centre() -> None:
    graph, ref = said(shown_dataset(kode_wilayah=["36.02.14"]))
    place = URIRef(f"{SITE}/wilayah/36.02.14")
    assert list(graph.objects(ref, DCT.spatial)) == [place]
    assert graph.value(place, DCT.identifier) == Literal("36.02.14")
    assert str(graph.value(graph.value(place, ADMS.identifier), SKOS.notation)) == "3602180"
    assert Literal("Kecamatan Rangkasbitung", lang="id") in set(graph.objects(place, SKOS.prefLabel))
    assert str(graph.value(place, DCAT.bbox)).startswith("POLYGON ((106.240518 -6.423548, ")
    assert str(graph.value(place, DCAT.centroid)) == "POINT (106.28403 -6.356461)"


def test_a_desa_lies_within_the_extent_of_its_kecamatan() -> None:
    graph, _ref = said(shown_dataset(kode_wilayah=["36.02.14", "36.02.01.2002", "36.02.01"]))
    of = {code: str(graph.value(URIRef(f"{SITE}/wilayah/{code}"), DCAT.bbox)) for code in ("36.02.01", "36.02.01.2002")}
    assert of["36.02.01.2002"] == of["36.02.01"]


def test_codes_are_addresses_and_can_be_read_back() -> None:
    graph, ref = said(shown_dataset())
    assert graph.value(ref, DCT.accrualPeriodicity) == EU["frequency/ANNUAL"]
    assert graph.value(ref, DCT.accessRights) == EU["access-right/PUBLIC"]
    assert graph.value(ref, DCT.language) == EU["language/IND"]
    themes = {str(EU["data-theme/SOCI"]), str(EU["data-theme/HEAL"]), str(SDI["urusan-2.14"])}
    assert values(graph, ref, DCAT.theme) == themes
    assert graph.value(SDI["urusan-2.14"], SKOS.notation) == Literal("2.14")
    assert graph.value(graph.value(ref, DCT.conformsTo), DCT.identifier) == Literal("SP00012.00.00")


def test_the_themes_of_a_record_without_its_own_are_those_of_its_urusan_and_stay_unsaid_on_the_way_back() -> None:
    record = shown_dataset(theme=None)
    graph, ref = said(record)
    assert str(EU["data-theme/SOCI"]) in values(graph, ref, DCAT.theme)
    assert "theme" not in harvested(as_feed([record]))[0]


def test_times_say_their_zone() -> None:
    graph, ref = said(shown_dataset(metadata_modified="2026-05-06T17:08:09.123456"))
    assert graph.value(ref, DCT.modified) == Literal("2026-05-07T00:08:09.123456+07:00", datatype=XSD.dateTime)
    for time in graph.objects(None, DCT.modified):
        assert str(time).endswith("+07:00")


def test_an_uploaded_table_is_downloaded_at_its_address_and_explained_on_its_page() -> None:
    record = shown_dataset()
    graph, ref = said(record)
    file = the_file(graph, ref)
    [resource] = record["resources"]
    assert values(graph, file, DCAT.downloadURL) == {resource["url"]}
    assert values(graph, file, DCAT.accessURL) == {f"{SITE}/dataset/{record['name']}/resource/{resource['id']}"}
    assert graph.value(file, DCT["format"]) == EU["file-type/CSV"]
    assert graph.value(file, DCAT.mediaType) == URIRef("http://www.iana.org/assignments/media-types/text/csv")
    assert graph.value(file, DCT.license) == EU["licence/CC_BY_4_0"]
    assert graph.value(file, DCATAP.availability) == EU["planned-availability/STABLE"]
    assert graph.value(file, DCAT.byteSize) == Literal("4321", datatype=XSD.nonNegativeInteger)
    checksum = graph.value(file, SPDX.checksum)
    assert graph.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
    assert str(graph.value(checksum, SPDX.checksumValue)) == resource["hash"]


def test_a_file_elsewhere_is_accessed_where_it_is() -> None:
    record = shown_dataset()
    record["resources"] = [shown_resource(record["id"], url="https://example.org/a.csv", url_type=None)]
    graph, ref = said(record)
    file = the_file(graph, ref)
    assert values(graph, file, DCAT.accessURL) == {"https://example.org/a.csv"}
    assert not values(graph, file, DCAT.downloadURL)
    assert graph.value(file, DCATAP.availability) == EU["planned-availability/AVAILABLE"]


@pytest.mark.parametrize(
    "fields", [{"resources": []}, restricted("terbatas"), restricted("tertutup"), {"accessRights": "rahasia"}]
)
def test_a_record_without_public_files_has_its_page(fields: dict[str, Any]) -> None:
    record = shown_dataset(**fields)
    graph, ref = said(record)
    file = the_file(graph, ref)
    assert (
        values(graph, file, DCAT.accessURL)
        == values(graph, ref, DCAT.landingPage)
        == {f"{SITE}/dataset/{record['name']}"}
    )
    assert not list(graph.objects(None, DCAT.downloadURL))
    assert not list(graph.objects(None, DCAT.accessService))
    assert "/download/" not in as_feed([record])


def test_a_table_in_the_datastore_has_a_service_of_its_own() -> None:
    record = shown_dataset()
    graph, ref = said(record)
    service = graph.value(the_file(graph, ref), DCAT.accessService)
    resource = record["resources"][0]["id"]
    assert values(graph, service, DCAT.endpointURL) == {f"{SITE}/api/3/action/datastore_search?resource_id={resource}"}
    assert graph.value(service, DCAT.servesDataset) == ref
    record["resources"][0]["datastore_active"] = False
    graph, ref = said(record)
    assert not list(graph.subjects(RDF.type, DCAT.DataService))


def test_columns_are_described_and_stand_for_dimensions_and_attributes() -> None:
    graph, ref = said(shown_dataset())
    file = the_file(graph, ref)
    columns = {int(str(graph.value(node, SDI.position))): node for node in graph.objects(file, SDI.kolom)}
    assert [str(graph.value(columns[number], CSVW.name)) for number in range(1, 5)] == [row["nama"] for row in COLUMNS]
    assert values(graph, ref, STAT.dimension) == {f"{ref}#kolom-tahun", f"{ref}#kolom-kode_kecamatan"}
    assert values(graph, ref, STAT.attribute) == {f"{ref}#kolom-catatan"}
    assert graph.value(columns[3], CSVW.propertyUrl) == URIRef(f"{ref}#kolom-jumlah")
    assert (URIRef(f"{ref}#kolom-jumlah"), RDF.type, QB.MeasureProperty) in graph
    assert graph.value(URIRef(f"{ref}#kolom-tahun"), RDFS.range) == XSD.gYear
    assert graph.value(ref, STAT.statUnitMeasure) == SDI["satuan-orang"]


def test_a_column_in_several_files_is_one_dimension() -> None:
    record = shown_dataset()
    record["resources"] = [shown_resource(record["id"], place) for place in range(3)]
    graph, ref = said(record)
    assert len(list(graph.objects(ref, STAT.dimension))) == 2
    assert len(list(graph.subjects(CSVW.propertyUrl, URIRef(f"{ref}#kolom-tahun")))) == 3


def test_a_unit_of_somebodys_own_is_a_concept_of_the_record() -> None:
    graph, ref = said(shown_dataset(satuan="Pasangan usia subur"))
    unit = graph.value(ref, STAT.statUnitMeasure)
    assert unit == URIRef(f"{ref}#satuan")
    assert graph.value(unit, SKOS.prefLabel) == Literal("Pasangan usia subur", lang="id")


def test_the_catalogue_has_an_entry_for_each_record() -> None:
    graph, ref = said(shown_dataset())
    [entry] = graph.objects(URIRef(SITE), DCAT.record)
    assert graph.value(entry, FOAF.primaryTopic) == ref


def test_nothing_is_a_blank_node() -> None:
    graph, _ref = said(shown_dataset())
    assert not [node for triple in graph for node in triple if isinstance(node, BNode)]


def test_the_same_record_gives_the_same_triples_in_the_same_order() -> None:
    record = shown_dataset()
    ref, site = Iri("http://test.ckan.net/dataset/1"), current_site()
    told = [(list(dataset.write(record, ref, site, shared)), dict(shared)) for shared in (Shared(), Shared())]
    assert told[0] == told[1]
    assert as_feed([record], "ttl") == as_feed([record], "ttl")


def test_empty_fields_say_nothing() -> None:
    fields = ("konsep", "rumus", "id_dds", "jadwal_rilis", "kodereferensi", "theme", "url", "satuan")
    for nothing in (None, "", "  ", [], {}):
        graph, ref = said({**shown_dataset(), **dict.fromkeys(fields, nothing)})
        assert not [key for key in fields if values(graph, ref, SDI[key])]
        assert not [value for value in graph.objects() if isinstance(value, Literal) and not str(value).strip()]
