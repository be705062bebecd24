"""Files: where they are, what they are, their checksum, and the data service of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import rdflib
from ckanext.dcat.utils import resource_uri

from ckanext.lebak.profiles import agents, columns, concepts
from ckanext.lebak.profiles.site import Site
from ckanext.lebak.profiles.terms import (
    DCAT,
    DCATAP,
    DCT,
    EU,
    RDFS,
    SDI,
    SPDX,
    XSD,
    Iri,
    Shared,
    Triples,
    Value,
    first,
    integer,
    iri,
    left_out,
    literal,
    moment,
    part,
    plain,
    said,
    spoken,
    type_,
)
from ckanext.lebak.tables.problem import N_

_KEPT = EU["planned-availability/STABLE"]
_ELSEWHERE = EU["planned-availability/AVAILABLE"]
_CKAN_API = "https://docs.ckan.org/en/2.12/api/"
PAGE_TITLE = "Halaman dataset"
PAGE_TEXT = "Keterangan lengkap dataset ini di katalog. Tidak ada berkas terbuka yang dapat diunduh."


@dataclass(frozen=True)
class Dataset:
    """What a distribution takes from its dataset.

    Attributes:
        ref: IRI of the dataset.
        page: Address of its page.
        title: Its title, None if it has none.
        licence: Code of its licence.
        access: Code of its access class.
        themes: IRIs of its themes.
        keywords: Its keywords.
        publisher: IRI of its publisher.
    """

    ref: Iri
    page: Iri | None
    title: Value | None
    licence: str
    access: str
    themes: list[Iri]
    keywords: list[Value]
    publisher: Iri


def write(resource: dict[str, Any], number: int, dataset: Dataset, site: Site, shared: Shared) -> Triples:
    """One file of an open dataset.

    Args:
        resource: The resource as ``package_show`` gives it.
        number: Its place in the dataset, from 1 up.
        dataset: What it takes from its dataset.
        site: The site.
        shared: Where concepts are noted.

    Yields:
        The triples; none for a resource that has neither an id nor an address of its own.
    """
    ref = _address(resource)
    if ref is None:
        left_out(N_("This file has neither an id nor an address: {value}"), resource)
        return
    uploaded = resource.get("url_type") == "upload"
    yield dataset.ref, DCAT.distribution, ref
    yield ref, type_, DCAT.Distribution
    yield ref, SDI.position, integer(number)
    if (title := spoken(resource.get("name"))) is not None:
        yield ref, DCT.title, title
    if (text := spoken(resource.get("description"))) is not None:
        yield ref, DCT.description, text
    access, download = addresses(resource, dataset)
    yield ref, DCAT.accessURL, access or ref
    if download is not None:
        yield ref, DCAT.downloadURL, download
    yield ref, DCATAP.availability, shared.use(concepts.concept(_KEPT if uploaded else _ELSEWHERE))
    yield from _write_terms_of_use(ref, dataset, shared)
    yield from _write_format(resource, ref, shared)
    yield from _write_size(resource, ref, shared)
    if (issued := moment(resource.get("created"))) is not None:
        yield ref, DCT.issued, issued
    modified = moment(resource.get("last_modified")) or moment(resource.get("metadata_modified"))
    if modified is not None:
        yield ref, DCT.modified, modified
    yield ref, DCT.language, shared.use(concepts.language())
    if (period := literal(resource.get("periode"))) is not None:
        yield ref, SDI.periode, period
    yield from columns.write(resource, ref, dataset.ref)
    if resource.get("datastore_active") is True and plain(resource.get("id")):
        yield from _write_service(resource, ref, dataset, site, shared)


def write_page(dataset: Dataset, shared: Shared) -> Triples:
    """The page of a dataset in place of files: for one that has none, or whose files are not for everyone.

    Args:
        dataset: The dataset.
        shared: Where concepts are noted.

    Yields:
        The triples.
    """
    if dataset.page is None:
        return
    ref = part(dataset.ref, "halaman")
    yield dataset.ref, DCAT.distribution, ref
    yield ref, type_, DCAT.Distribution
    yield ref, DCT.title, Value(PAGE_TITLE, "id")
    yield ref, DCT.description, Value(PAGE_TEXT, "id")
    yield ref, DCAT.accessURL, dataset.page
    yield ref, DCATAP.availability, shared.use(concepts.concept(_KEPT))
    yield from _write_terms_of_use(ref, dataset, shared)
    yield from _write_format({"format": "HTML"}, ref, shared)
    yield ref, DCT.language, shared.use(concepts.language())


def page(dataset: Dataset) -> dict[str, Any]:
    """The page of a dataset as a resource, where it stands in place of files."""
    return {"name": PAGE_TITLE, "description": PAGE_TEXT, "access_url": dataset.page, "format": "HTML"}


def _address(resource: dict[str, Any]) -> Iri | None:
    """The IRI of a resource as ckanext-dcat gives it; its own, if a harvested one brings a bad address."""
    if not plain(resource.get("id")) or not plain(resource.get("package_id")):
        return iri(resource.get("uri"))
    uri = resource.get("uri")
    if uri is not None and iri(uri) is None:
        resource = {key: value for key, value in resource.items() if key != "uri"}
    return iri(resource_uri(resource))


def addresses(resource: dict[str, Any], dataset: Dataset) -> tuple[Iri | None, Iri | None]:
    """Where a file is. One of our own is downloaded at its address and explained on its page.

    Args:
        resource: The resource as ``package_show`` gives it.
        dataset: What it takes from its dataset.

    Returns:
        The address that gives access, and the one that gives the file itself; None for an unknown one.
    """
    uploaded = resource.get("url_type") == "upload"
    url = iri(resource.get("url"))
    download = url if uploaded else iri(resource.get("download_url"))
    access = iri(resource.get("access_url"))
    if access is None:
        page = Iri(f"{dataset.page}/resource/{_id(resource)}") if dataset.page else None
        access = page if uploaded or url is None else url
    return access, download


def _id(resource: dict[str, Any]) -> str:
    return quote(plain(resource.get("id")), safe="")


def _write_terms_of_use(ref: Iri, dataset: Dataset, shared: Shared) -> Triples:
    node = concepts.licence(dataset.licence)
    if node is not None:
        yield ref, DCT.license, shared.use(node)
    # One statement a dataset: what its licence and its access class say together.
    rights = part(dataset.ref, "hak")
    yield ref, DCT.rights, rights
    yield rights, type_, DCT.RightsStatement
    yield rights, RDFS.label, Value(_rights(dataset), "id")


def _rights(dataset: Dataset) -> str:
    access, licence = concepts.access_label(dataset.access), concepts.licence_label(dataset.licence)
    return f"Akses: {access}. Lisensi: {licence}."


def _write_format(resource: dict[str, Any], ref: Iri, shared: Shared) -> Triples:
    """Format and media type. A format outside the EU's list keeps its name under an IRI of the file's own."""
    name = plain(resource.get("format")).strip()
    node = concepts.file_format(name)
    if node is not None:
        yield ref, DCT.format, shared.use(node)
    elif name:
        other = part(ref, "format")
        yield ref, DCT.format, other
        yield other, type_, DCT.MediaTypeOrExtent
        yield other, RDFS.label, Value(name)
    if (media := concepts.media_type(media_type(resource))) is not None:
        yield ref, DCAT.mediaType, shared.use(media)
    if node is not None and concepts.file_code(node[0]) != name:
        yield ref, SDI.format, Value(name)


def media_type(resource: dict[str, Any]) -> str:
    """The media type of a file, ``''`` for an unknown one.

    CKAN guesses it from the file's name; the format is what a person chose.
    """
    term = concepts.file_type(plain(resource.get("format")).strip())
    return (term.more["media_type"] if term else "") or plain(resource.get("mimetype")).strip()


def size(resource: dict[str, Any]) -> int | None:
    """The size of a file in bytes, None for an unknown one."""
    text = plain(resource.get("size"))
    if re.fullmatch("[0-9]{1,18}", text):
        return int(text)
    if text:
        left_out(N_("This is not the size of a file: {value}"), resource.get("size"))
    return None


def _write_size(resource: dict[str, Any], ref: Iri, shared: Shared) -> Triples:
    if (bytes_ := size(resource)) is not None:
        yield ref, DCAT.byteSize, Value(str(bytes_), datatype=XSD.nonNegativeInteger)
    digest = plain(resource.get("hash")).rpartition(":")[2]
    algorithm = concepts.algorithm(digest)
    if algorithm is not None:
        checksum = part(ref, "checksum")
        yield ref, SPDX.checksum, checksum
        yield checksum, type_, SPDX.Checksum
        yield checksum, SPDX.algorithm, shared.use(algorithm)
        yield checksum, SPDX.checksumValue, Value(digest, datatype=XSD.hexBinary)


def _write_service(resource: dict[str, Any], ref: Iri, dataset: Dataset, site: Site, shared: Shared) -> Triples:
    """The data service of a table in the datastore: CKAN's API, asked for this table."""
    service = part(ref, "api")
    yield ref, DCAT.accessService, service
    yield service, type_, DCAT.DataService
    title = plain(resource.get("name")) or (dataset.title.text if dataset.title else plain(resource.get("id")))
    yield service, DCT.title, Value(f"API tabel: {title}", "id")
    yield service, DCAT.endpointURL, Iri(f"{site.action('datastore_search')}?resource_id={_id(resource)}")
    yield service, DCAT.endpointDescription, Iri(f"{site.action('help_show')}?name=datastore_search")
    yield service, DCT.conformsTo, shared.use(concepts.standard(_CKAN_API, "CKAN API"))
    yield service, DCAT.servesDataset, dataset.ref
    yield service, DCT.publisher, dataset.publisher
    yield service, DCAT.contactPoint, agents.contact(dataset.ref)
    for theme in dataset.themes:
        yield service, DCAT.theme, theme
    for keyword in dataset.keywords:
        yield service, DCAT.keyword, keyword


def read(graph: rdflib.Graph, dataset: rdflib.URIRef) -> list[dict[str, Any]]:
    """The files of a dataset.

    Args:
        graph: The parsed feed.
        dataset: Its IRI.

    Returns:
        The resources in the order that the graph gives, else in that of their addresses. The page that stands in place
        of files is none.
    """
    pages = set(said(graph, dataset, DCAT.landingPage))
    files = [
        ref
        for ref in said(graph, dataset, DCAT.distribution)
        if said(graph, ref, DCAT.downloadURL) or not pages.intersection(said(graph, ref, DCAT.accessURL))
    ]
    return [_read_one(graph, ref) for ref in sorted(files, key=lambda ref: _position(graph, ref))]


def _position(graph: rdflib.Graph, ref: Any) -> int:
    number = first(graph, ref, SDI.position)
    return int(number) if number.isdecimal() else 0


def _read_one(graph: rdflib.Graph, ref: Any) -> dict[str, Any]:
    access, download = first(graph, ref, DCAT.accessURL), first(graph, ref, DCAT.downloadURL)
    resource: dict[str, Any] = {
        "uri": str(ref) if isinstance(ref, rdflib.URIRef) else "",
        "url": download or access,
        "access_url": access if download else "",
        "download_url": download,
        "name": first(graph, ref, DCT.title),
        "description": first(graph, ref, DCT.description),
        "format": _read_format(graph, ref),
        "periode": first(graph, ref, SDI.periode),
        "kolom": columns.read(graph, ref),
    }
    for media in said(graph, ref, DCAT.mediaType):
        resource["mimetype"] = first(graph, media, RDFS.label) or str(media).partition("/media-types/")[2]
    if size := first(graph, ref, DCAT.byteSize):
        resource["size"] = int(float(size)) if re.fullmatch(r"[0-9]{1,18}(\.0*)?", size) else None
    for checksum in said(graph, ref, SPDX.checksum):
        resource["hash"] = first(graph, checksum, SPDX.checksumValue)
    return {key: value for key, value in resource.items() if value not in (None, "", [])}


def _read_format(graph: rdflib.Graph, ref: Any) -> str:
    """The name of a format as people know it: never an address."""
    if told := first(graph, ref, SDI.format):
        return told
    for node in said(graph, ref, DCT.format):
        if isinstance(node, rdflib.Literal):
            return str(node)
        if name := concepts.file_code(str(node)) or first(graph, node, RDFS.label):
            return name
    return ""
