"""A record as a whole, group by group in the order of DCAT-AP 3."""

from __future__ import annotations

from typing import Any

import rdflib
from ckanext.dcat.utils import dataset_uri

from ckanext.lebak.profiles import agents, columns, concepts, distribution, fields, linked, period, place
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    PROV,
    SKOS,
    STAT,
    Iri,
    Shared,
    Triples,
    Value,
    first,
    iri,
    literal,
    moment,
    part,
    plain,
    rows,
    said,
    spoken,
    texts,
    type_,
)
from ckanext.lebak.vocabulary import themes_of

OPEN = "terbuka"
ENTRY = "rekaman"
"""End of the IRI of the catalogue's entry for a record."""

# Identifiers of the data or the indicator -> who issues them. Those of the activity identify something else.
_ISSUED = {
    "id_dds": "Forum Satu Data",
    "id_indikator_mms": "Badan Pusat Statistik",
    "id_msind": "Badan Pusat Statistik",
    "kodeindikator_ewalidata": "Kementerian Dalam Negeri",
}
_DCAT_AP = "http://data.europa.eu/r5r/"
_COMPLETED = "http://purl.org/adms/status/Completed"


def write(record: dict[str, Any], ref: Iri, site: Site, shared: Shared) -> Triples:
    """Everything that is said about a record, in an order that is always the same.

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.
        site: The site.
        shared: Where the nodes are noted that other records point at too.

    Yields:
        The triples. A value that cannot be said is left out.
    """
    told = agents.extras(record)
    resources = rows(record.get("resources"))
    of = for_distributions(record, ref, site, shared)
    yield ref, type_, DCAT.Dataset
    if of.title is not None:
        yield ref, DCT.title, of.title
    if (definition := spoken(record.get("notes"))) is not None:
        yield ref, DCT.description, definition
    for keyword in of.keywords:
        yield ref, DCAT.keyword, keyword
    if (identifier := literal(told.get("identifier") or record.get("id"))) is not None:
        yield ref, DCT.identifier, identifier
    if of.page is not None:
        yield ref, DCAT.landingPage, of.page
        yield of.page, type_, FOAF.Document
    if (source := iri(record.get("url"))) is not None:
        # Not dct:source: DCAT-AP wants a dcat:Dataset there, and this is a page or a publication.
        yield ref, PROV.wasDerivedFrom, source
    yield from agents.write(record, ref, site, shared)
    yield from agents.write_contact(record, ref, site)
    yield from _write_times(record, told, ref)
    if (frequency := iri(record.get("accrualPeriodicity"))) is not None:
        yield ref, DCT.accrualPeriodicity, shared.use(concepts.frequency(str(frequency)))
    yield from period.write(record, ref)
    yield from place.write(record, ref, site, shared)
    for theme in of.themes:
        yield ref, DCAT.theme, theme
    yield from _write_identifiers(record, ref, shared)
    if (access := concepts.access(plain(record.get("accessRights")))) is not None:
        yield ref, DCT.accessRights, shared.use(access)
    yield ref, DCT.language, shared.use(concepts.language())
    yield from fields.write(record, ref)
    yield from _write_unit(record, ref, shared)
    yield from linked.write(record, ref, site, shared)
    described = columns.components(resources, ref) if of.access == OPEN else []
    yield from columns.write_components(described, ref)
    yield from linked.write_components(record, ref, site, described)
    if of.access == OPEN and resources:
        for number, resource in enumerate(resources, 1):
            yield from distribution.write(resource, number, of, site, shared)
    else:
        yield from distribution.write_page(of, shared)
    yield from _write_entry(record, ref, site, shared)


def address(record: dict[str, Any]) -> Iri | None:
    """The IRI of a record as ckanext-dcat gives it; this site's own, if a harvested one brings a bad address.

    Args:
        record: The dataset as ``package_show`` gives it.

    Returns:
        The IRI; None for a record without an id.
    """
    told = {"id": plain(record.get("id"))}
    uri = plain(record.get("uri")) or agents.extras(record).get("uri")
    if uri and iri(uri) is not None:
        told["uri"] = uri
    return iri(dataset_uri(told)) if told["id"] else None


def for_distributions(record: dict[str, Any], ref: Iri, site: Site, shared: Shared) -> distribution.Dataset:
    """What the files of a record take from it.

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.
        site: The site.
        shared: Where its themes are noted.

    Returns:
        Title, terms of use, themes and the like.
    """
    tags = {name for tag in rows(record.get("tags")) if (name := plain(tag.get("name"))).strip()}
    return distribution.Dataset(
        ref=ref,
        page=iri(site.page(plain(record.get("name")) or plain(record.get("id")))),
        title=next(filter(None, (spoken(record.get(key)) for key in ("title", "name", "id"))), None),
        licence=plain(record.get("license_id")),
        access=plain(record.get("accessRights")) or OPEN,
        themes=_themes(record, shared),
        keywords=[Value(name, "id") for name in sorted(tags)],
        publisher=agents.producer(record, site).ref,
    )


def _themes(record: dict[str, Any], shared: Shared) -> list[Iri]:
    """Its own themes, else those of its urusan; and the urusan itself."""
    affair = plain(record.get("kode_urusan"))
    codes = texts(record.get("theme")) or themes_of(affair)
    nodes = [*map(concepts.theme, codes), concepts.urusan(affair)]
    return [shared.use(node) for node in nodes if node is not None]


def _write_times(record: dict[str, Any], told: dict[str, str], ref: Iri) -> Triples:
    """A harvested record keeps the times of its source."""
    if (issued := moment(told.get("issued")) or moment(record.get("metadata_created"))) is not None:
        yield ref, DCT.issued, issued
    if (modified := moment(told.get("modified")) or moment(record.get("metadata_modified"))) is not None:
        yield ref, DCT.modified, modified


def _write_identifiers(record: dict[str, Any], ref: Iri, shared: Shared) -> Triples:
    for key, agency in _ISSUED.items():
        if (code := literal(record.get(key))) is not None:
            node = part(ref, key)
            yield ref, ADMS.identifier, node
            yield node, type_, ADMS.Identifier
            yield node, SKOS.notation, code
            yield node, ADMS.schemaAgency, Value(agency, "id")
    if code := plain(record.get("id_sds")).strip():
        yield ref, DCT.conformsTo, shared.use(concepts.sds_standard(code))


def _write_unit(record: dict[str, Any], ref: Iri, shared: Shared) -> Triples:
    """The unit as a concept: of the list of units, or one of the record's own where the word is not in the list."""
    word = spoken(record.get("satuan"))
    if word is None:
        return
    known = concepts.unit(word.text)
    if known is not None:
        yield ref, STAT.statUnitMeasure, shared.use(known)
        return
    unit = part(ref, "satuan")
    yield ref, STAT.statUnitMeasure, unit
    yield unit, type_, SKOS.Concept
    yield unit, SKOS.prefLabel, word


def _write_entry(record: dict[str, Any], ref: Iri, site: Site, shared: Shared) -> Triples:
    """The catalogue's entry: when the record itself came in and changed."""
    modified = moment(record.get("metadata_modified"))
    if modified is None:
        return
    entry = part(ref, ENTRY)
    yield site.catalog, DCAT.record, entry
    yield entry, type_, DCAT.CatalogRecord
    yield entry, FOAF.primaryTopic, ref
    yield entry, DCT.modified, modified
    yield entry, DCT.issued, moment(record.get("metadata_created")) or modified
    yield entry, DCT.conformsTo, shared.use(concepts.standard(_DCAT_AP, "DCAT-AP 3.0"))
    yield entry, ADMS.status, shared.use(concepts.concept(_COMPLETED))


def read(graph: rdflib.Graph, ref: rdflib.URIRef) -> dict[str, Any]:
    """What the graph says about a record, as the schema stores it.

    Args:
        graph: The parsed feed.
        ref: IRI of the record.

    Returns:
        The fields of the dataset that are there, its tags and resources. What a feed without the national keys says in
        terms of DCAT alone is read too, as far as our code lists know it.
    """
    own = fields.read(graph, ref)
    foreign = {} if own else {**period.read(graph, ref), **place.read(graph, ref), **_read_themes(graph, ref)}
    found: dict[str, Any] = {
        **foreign,
        **own,
        "title": first(graph, ref, DCT.title),
        "notes": first(graph, ref, DCT.description),
        "url": first(graph, ref, PROV.wasDerivedFrom),
        "accrualPeriodicity": first(graph, ref, DCT.accrualPeriodicity),
        "accessRights": concepts.access_code(first(graph, ref, DCT.accessRights)),
    }
    if "license_id" not in found:
        found["license_id"] = _read_licence(graph, ref)
    found = {key: value for key, value in found.items() if value}
    found["tags"] = [{"name": name} for name in sorted({str(word) for word in said(graph, ref, DCAT.keyword)})]
    found["resources"] = distribution.read(graph, ref)
    return found


def _read_themes(graph: rdflib.Graph, ref: rdflib.URIRef) -> dict[str, Any]:
    addresses = [str(theme) for theme in said(graph, ref, DCAT.theme)]
    themes = [code for code in map(concepts.theme_code, addresses) if code]
    affairs = [code for code in map(concepts.urusan_code, addresses) if code]
    return {"theme": themes, "kode_urusan": affairs[0] if affairs else ""}


def _read_licence(graph: rdflib.Graph, ref: rdflib.URIRef) -> str:
    codes = (
        concepts.licence_code(str(licence))
        for file in said(graph, ref, DCAT.distribution)
        for licence in said(graph, file, DCT.license)
    )
    return next(filter(None, codes), "")
