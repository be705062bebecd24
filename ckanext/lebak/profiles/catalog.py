"""The catalogue itself."""

from __future__ import annotations

from ckanext.lebak.profiles import agents, concepts, place
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import DCAT, DCT, FOAF, Iri, Shared, Triples, iri, moment, spoken, type_


def write(ref: Iri, site: Site, issued: str, modified: str, shared: Shared) -> Triples:
    """What is said about the catalogue, without its records.

    Args:
        ref: IRI of the catalogue.
        site: The site.
        issued: When its oldest record came in, ``''`` for an empty catalogue.
        modified: When a record last changed, ``''`` for an empty catalogue.
        shared: Where other nodes are noted.

    Yields:
        The triples.
    """
    yield ref, type_, DCAT.Catalog
    if (title := spoken(site.title)) is not None:
        yield ref, DCT.title, title
    if (description := spoken(site.description)) is not None:
        yield ref, DCT.description, description
    yield ref, DCT.publisher, agents.use(site.custodian, shared)
    if (homepage := iri(f"{site.pages}/")) is not None:
        yield ref, FOAF.homepage, homepage
        yield homepage, type_, FOAF.Document
    yield ref, DCT.language, shared.use(concepts.language())
    if (licence := concepts.licence(site.licence)) is not None:
        yield ref, DCT.license, shared.use(licence)
    yield ref, DCT.spatial, shared.use(place.location(site.place(site.area), site.area))
    yield ref, DCAT.themeTaxonomy, shared.use(concepts.scheme(concepts.DATA_THEMES, "Tema data Uni Eropa"))
    yield ref, DCAT.themeTaxonomy, shared.use(concepts.scheme(concepts.URUSAN, "Urusan pemerintahan"))
    if (opened := moment(issued)) is not None:
        yield ref, DCT.issued, opened
    if (changed := moment(modified)) is not None:
        yield ref, DCT.modified, changed
