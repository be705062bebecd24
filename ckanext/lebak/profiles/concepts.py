"""Nodes that many records point at: codes of the code lists, licences, formats, roles.

Each function gives the IRI and its whole description; the descriptions are made once and kept. A label stands as
``skos:prefLabel``, not ``rdfs:label``, where the address itself should arrive: ckanext-dcat's parser takes an
``rdfs:label``, where there is one, in place of the IRI.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ckanext.lebak.profiles.terms import (
    DCAT,
    DCT,
    EU,
    MOST_KEPT,
    RDFS,
    SDI,
    SKOS,
    SPDX,
    Iri,
    Triple,
    Value,
    part,
    type_,
)
from ckanext.lebak.vocabulary import Term, Vocabulary, vocabulary

Node = tuple[Iri, tuple[Triple, ...]]

_kept = lru_cache(maxsize=MOST_KEPT)

DATA_THEMES = EU["data-theme"]
URUSAN = SDI.urusan

_IANA = "http://www.iana.org/assignments/media-types/"
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}")
# Length of a digest in hexadecimal -> algorithm of SPDX 2.3.
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}


def _node(ref: Iri, class_: Iri, *said: tuple[Iri, Iri | Value]) -> Node:
    return ref, ((ref, type_, class_), *((ref, predicate, value) for predicate, value in said))


def _labels(term: Term) -> tuple[tuple[Iri, Value], tuple[Iri, Value]]:
    return (SKOS.prefLabel, Value(term.id, "id")), (SKOS.prefLabel, Value(term.en, "en"))


@_kept
def theme(code: str) -> Node | None:
    """A theme of the EU's list; None for a code that is not in it."""
    term = vocabulary("theme").get(code)
    if term is None:
        return None
    return _node(Iri(term.uri), SKOS.Concept, *_labels(term), (SKOS.inScheme, DATA_THEMES))


@_kept
def urusan(code: str) -> Node | None:
    """A government affair (urusan pemerintahan); None for a code that is not in the list."""
    term = vocabulary("urusan").get(code)
    if term is None:
        return None
    ref = SDI[f"urusan-{code}"]
    notation = (SKOS.notation, Value(code))
    return _node(ref, SKOS.Concept, *_labels(term), notation, (SKOS.inScheme, URUSAN))


@_kept
def unit(text: str) -> Node | None:
    """A unit of the list of units, by its word; None for a word of somebody's own."""
    term = vocabulary("unit").by_label(text)
    return _node(SDI[f"satuan-{term.code}"], SKOS.Concept, *_labels(term)) if term else None


@_kept
def frequency(uri: str) -> Node:
    """A frequency of the EU's list, by its address."""
    term = vocabulary("frequency").by_uri(uri)
    return _node(Iri(uri), DCT.Frequency, *(_labels(term) if term else ()))


@_kept
def access(code: str) -> Node | None:
    """An access class; None for a code that is not in the list."""
    term = vocabulary("access").get(code)
    return _node(Iri(term.uri), DCT.RightsStatement, *_labels(term)) if term else None


@_kept
def licence(code: str) -> Node | None:
    """A licence, with the title that CKAN knows it by; None for an unknown one.

    "Not specified" is one too: ADMS has a type for unknown rights.
    """
    term = vocabulary("license").get(code)
    if term is None:
        return None
    kind, told = concept(term.more["type"])
    ref, said = _node(
        Iri(term.uri) if term.uri else SDI[f"lisensi-{code}"],
        DCT.LicenseDocument,
        (DCT.title, Value(term.more["ckan_title"])),
        (DCT.type, kind),
    )
    return ref, (*said, *told)


def licence_code(ref: str) -> str:
    """The code of a licence from its IRI, ``''`` for an unknown one."""
    return _code(vocabulary("license"), ref, SDI["lisensi-"])


def theme_code(ref: str) -> str:
    """The code of a theme from its IRI, ``''`` for an unknown one."""
    return _code(vocabulary("theme"), ref)


def access_code(ref: str) -> str:
    """The code of an access class from its IRI, ``''`` for an unknown one."""
    return _code(vocabulary("access"), ref)


def urusan_code(ref: str) -> str:
    """The code of a government affair from its IRI, ``''`` for an unknown one."""
    return _code(vocabulary("urusan"), ref, SDI["urusan-"])


def _code(terms: Vocabulary, ref: str, head: str = "") -> str:
    # As a plain text: an IRI of rdflib has another hash than its text.
    term = terms.by_uri(str(ref))
    if term is None and head and ref.startswith(head):
        term = terms.get(str(ref).removeprefix(head))
    return term.code if term else ""


@_kept
def concept(uri: str) -> Node:
    """A concept of the EU's or ADMS's lists that speaks for itself: its label is the last part of its address."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", re.split(r"[/#]", uri)[-1])
    return _node(Iri(uri), SKOS.Concept, (SKOS.prefLabel, Value(words.capitalize(), "en")))


def file_type(text: str) -> Term | None:
    """The line of the list of file types for what a resource calls its format."""
    terms = vocabulary("file_type")
    return terms.get(text.upper()) or terms.by_label(text)


@_kept
def file_format(text: str) -> Node | None:
    """A format of the EU's list; None for one that is not in it."""
    term = file_type(text)
    if term is None or not term.uri:
        return None
    return _node(Iri(term.uri), DCT.MediaTypeOrExtent, (RDFS.label, Value(term.code)))


def file_code(ref: str) -> str:
    """The format of a resource from an IRI of the EU's list, ``''`` for an unknown one."""
    return _code(vocabulary("file_type"), ref)


@_kept
def media_type(text: str) -> Node | None:
    """A media type of IANA; None for what is none.

    With ``rdfs:label``: from it ckanext-dcat's parser knows the format by CKAN's name (``CSV``) instead of an address.
    """
    if not _MEDIA_TYPE.fullmatch(text):
        return None
    return _node(Iri(_IANA + text), DCT.MediaType, (RDFS.label, Value(text)))


def algorithm(digest: str) -> Node | None:
    """The algorithm of a digest in hexadecimal, by its length; None for an unknown one."""
    name = _ALGORITHMS.get(len(digest)) if re.fullmatch("[0-9a-fA-F]+", digest) else None
    return _algorithm(name) if name else None


@_kept
def _algorithm(name: str) -> Node:
    return _node(SPDX[f"checksumAlgorithm_{name}"], SPDX.ChecksumAlgorithm)


@_kept
def role(code: str) -> Node:
    """A role in Satu Data (Perpres 39/2019 articles 19 to 24): produsen, walidata, pembina, koordinator."""
    return _node(SDI[f"peran-{code}"], DCAT.Role, *_labels(vocabulary("sdi_role")[code]))


@_kept
def standard(uri: str, title: str, code: str = "") -> Node:
    """A standard that something conforms to."""
    said: list[tuple[Iri, Iri | Value]] = [(DCT.title, Value(title))]
    if code:
        said.append((DCT.identifier, Value(code)))
    return _node(Iri(uri), DCT.Standard, *said)


def sds_standard(code: str) -> Node:
    """A standard of BPS's national list of data standards (SDSN), which has no addresses of its own."""
    return standard(part(SDI.sdsn, code), f"Standar Data Statistik Nasional {code}", code)


@_kept
def language() -> Node:
    """Indonesian."""
    ref = EU["language/IND"]
    return _node(ref, DCT.LinguisticSystem, (SKOS.prefLabel, Value("Bahasa Indonesia", "id")))


@_kept
def scheme(ref: Iri, title: str) -> Node:
    """A list of concepts."""
    return _node(ref, SKOS.ConceptScheme, (DCT.title, Value(title, "id")))


@_kept
def column_role(code: str) -> Iri | None:
    """The class of RDF Data Cube for a role of a column; None for an unknown one."""
    term = vocabulary("column_role").get(code)
    return Iri(term.uri) if term else None


@_kept
def column_type(code: str) -> Iri | None:
    """The XML Schema type for a type of a column; None for an unknown one."""
    term = vocabulary("column_type").get(code)
    return Iri(term.uri) if term else None


def access_label(code: str) -> str:
    """What an access class is called; open, if the record does not say."""
    terms = vocabulary("access")
    return (terms.get(code) or terms["terbuka"]).id


def licence_label(code: str) -> str:
    """What a licence is called."""
    terms = vocabulary("license")
    return (terms.get(code) or terms["notspecified"]).id
