"""The national keys that DCAT-AP has no property for, or none that gives the value back: ``sdi:<key>`` each.

The name of the property is the key of the national schema, letter for letter (``docs/mapping.md``). A list is an
``rdf:Seq`` under the record's own IRI: it keeps its order and needs no blank node.
"""

from __future__ import annotations

from typing import Any

import rdflib

from ckanext.lebak.profiles.terms import (
    RDF,
    SDI,
    Iri,
    Triples,
    Value,
    day,
    first,
    literal,
    part,
    said,
    spoken,
    texts,
    type_,
)

TEXTS = (
    "konsep",
    "ukuran",
    "satuan",
    "jenis",
    "catatan_data",
    "interpretasi",
    "metode_perhitungan",
    "rumus",
    "kriteria_prioritas",
    "indikator_prioritas",
    "prioritas_daerah",
    "alasan_akses",
    "dasar_hukum_akses",
    "rujukan_keputusan_akses",
    "unit_produsen",
    "author",
    "maintainer",
)
"""Written in Indonesian."""

CODES = (
    "temporal_start",
    "temporal_end",
    "level_estimasi",
    "indikator_id",
    "kode_urusan",
    "id_dds",
    "id_sds",
    "id_indikator_mms",
    "id_msind",
    "id_mskeg",
    "kegiatan_id",
    "identitas_rekomendasi",
    "kodeindikator_ewalidata",
    "apakah_indikator_komposit",
    "license_id",
    "author_email",
    "maintainer_email",
    "publisher_type",
    "publishing_status",
    "status_review_pembina",
)
"""Codes, numbers and periods: in no language."""

DATES = ("jadwal_rilis", "jadwal_pemutakhiran", "tanggal_tinjau_akses")

TEXT_LISTS = ("variabel_disaggregasi", "kodereferensi")

CODE_LISTS = ("kode_wilayah", "theme", "prioritas_tahun")

_MEMBER = f"{RDF.base}_"

ALL = (*TEXTS, *CODES, *DATES, *TEXT_LISTS, *CODE_LISTS)


def write(record: dict[str, Any], ref: Iri) -> Triples:
    """The national keys of a record.

    Args:
        record: The dataset as ``package_show`` gives it.
        ref: Its IRI.

    Yields:
        One triple for a key; for a list the sequence and its items.
    """
    for key in TEXTS:
        if (text := spoken(record.get(key))) is not None:
            yield ref, SDI[key], text
    for key in CODES:
        if (code := literal(record.get(key))) is not None:
            yield ref, SDI[key], code
    for key in DATES:
        value = record.get(key)
        if (date := day(value) or literal(value)) is not None:
            yield ref, SDI[key], date
    for key in (*TEXT_LISTS, *CODE_LISTS):
        items = texts(record.get(key))
        if items:
            sequence = part(ref, key)
            yield ref, SDI[key], sequence
            yield sequence, type_, RDF.Seq
            for number, item in enumerate(items, 1):
                yield sequence, Iri(f"{_MEMBER}{number}"), Value(item, "id" if key in TEXT_LISTS else "")


def read(graph: rdflib.Graph, ref: rdflib.URIRef) -> dict[str, Any]:
    """The national keys that the graph gives for a record.

    Args:
        graph: The parsed feed.
        ref: IRI of the record.

    Returns:
        The keys that are there, as the schema stores them.
    """
    found: dict[str, Any] = {}
    for key in (*TEXTS, *CODES, *DATES):
        if text := first(graph, ref, SDI[key]):
            found[key] = text
    for key in (*TEXT_LISTS, *CODE_LISTS):
        for sequence in said(graph, ref, SDI[key]):
            if items := _sequence(graph, sequence):
                found[key] = items
    return found


def _sequence(graph: rdflib.Graph, sequence: Any) -> list[str]:
    """The items of an ``rdf:Seq`` in their order; a literal in its place counts as a list of one."""
    if isinstance(sequence, rdflib.Literal):
        return [str(sequence)]
    numbered = [
        (int(number), str(value))
        for predicate, value in graph.predicate_objects(sequence)
        if (number := str(predicate).removeprefix(_MEMBER)).isdecimal()
    ]
    return [value for _number, value in sorted(numbered)]
