"""What stands around fragments in an RDF document, and what is said of records that are gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache

from werkzeug.exceptions import NotFound

from ckanext.lebak.feed import fragments
from ckanext.lebak.feed.packing import Piece, pack
from ckanext.lebak.feed.reading import Gone, Snapshot, Tombstone
from ckanext.lebak.feed.syntaxes import EXTENSIONS, RDF_SYNTAXES, Syntax
from ckanext.lebak.profiles import catalog, concepts, dataset
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    Iri,
    Shared,
    Triple,
    Triples,
    Value,
    moment,
    part,
    type_,
)

WITHDRAWN = "http://purl.org/adms/status/Withdrawn"


def syntax_of(extension: str) -> tuple[Syntax, str]:
    """The syntax that the end of an address stands for, and the media type.

    Args:
        extension: What stands after the dot.

    Raises:
        NotFound: There is none.
    """
    if extension not in EXTENSIONS:
        raise NotFound(f"There is no format {extension[:20]!r} here, but {', '.join(EXTENSIONS)}.")
    name, media_type = EXTENSIONS[extension]
    return RDF_SYNTAXES[name], media_type


def document(syntax: Syntax, texts: Iterable[Piece | None], stored: Iterable[Piece] = ()) -> Iterator[Piece]:
    """A document of fragments.

    Args:
        syntax: The syntax.
        texts: Fragments made for this document; None for one that says nothing.
        stored: Fragments as they are stored.

    Yields:
        The document, piece by piece.
    """
    separator = _packed(syntax.separator) if syntax.separator else None
    if syntax.head:
        yield _packed(syntax.head)
    first = True
    for fragment in _both(texts, stored):
        if not first and separator is not None:
            yield separator
        first = False
        yield fragment
    if syntax.tail:
        yield _packed(syntax.tail)


def _both(texts: Iterable[Piece | None], stored: Iterable[Piece]) -> Iterator[Piece]:
    yield from (text for text in texts if text is not None)
    yield from stored


def written(syntax: Syntax, triples: Iterable[Triple]) -> Piece | None:
    """A fragment of these triples; None if there are none.

    Args:
        syntax: The syntax.
        triples: What it says.
    """
    text = syntax.write(triples)
    return pack(text.encode()) if text else None


def version(site: Site) -> tuple[str, Site]:
    """What decides the bytes of a document beside its snapshot: the mapping, and what the catalogue says of itself."""
    return fragments.mapping_version(site), site


def described(syntax: Syntax, snapshot: Snapshot, site: Site) -> Piece | None:
    """The catalogue itself, as a fragment.

    Args:
        syntax: The syntax.
        snapshot: The state of the feed, from which the catalogue has its times.
        site: The site.
    """
    return _described(syntax.name, snapshot.since, snapshot.at, *version(site))


@lru_cache(maxsize=32)
def _described(name: str, since: dt.datetime | None, at: dt.datetime, _mapping: str, site: Site) -> Piece | None:
    shared = Shared()
    said = list(catalog.write(site.catalog, site, since.isoformat() if since else "", at.isoformat(), shared))
    return written(RDF_SYNTAXES[name], [*said, *(triple for node in shared.values() for triple in node)])


def withdrawn(gone: Gone | Tombstone, site: Site) -> Triples:
    """That a record is gone: its address and since when, and nothing of what it said.

    The catalogue's entry for the record, not the record: that would be a dataset to whoever reads it.

    Args:
        gone: The record.
        site: The site.

    Yields:
        The triples.
    """
    ref = Iri(gone.ref or f"{site.base}/dataset/{gone.package_id}")
    entry = part(ref, dataset.ENTRY)  # the same that told of it
    status, label = concepts.concept(WITHDRAWN)
    yield site.catalog, DCAT.record, entry
    yield entry, type_, DCAT.CatalogRecord
    yield entry, DCT.identifier, Value(gone.package_id)
    yield entry, ADMS.status, status
    yield from label
    yield entry, FOAF.primaryTopic, ref
    if (since := moment(gone.at)) is not None:
        yield entry, DCT.modified, since


@lru_cache(maxsize=32)
def _packed(text: str) -> Piece:
    return pack(text.encode())
