"""What Satu Data Indonesia asks of a hand-in, point by point: yes or no, and what is missing. Pure.

The points are the principles of Perpres 39/2019, article 3: the data standard with its five elements (article 4),
metadata (7, 8), interoperability (9: a form that is open and read by machines, and a structure that is described) and
reference codes (10). To them come what this catalog asks: that the tables name no person, and the check of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.lebak.release.requirements import missing_at_release
from ckanext.lebak.tables.problem import N_
from ckanext.lebak.tables.reading import READERS
from ckanext.lebak.tables.scanning import PENDING, ResourceScan
from ckanext.lebak.vocabulary import vocabulary

STANDARD, METADATA, CODES, FORMAT, COLUMNS, PERSONS, SCAN = (
    "standard",
    "metadata",
    "codes",
    "format",
    "columns",
    "persons",
    "scan",
)
ELEMENTS = ("konsep", "notes", "variabel_disaggregasi", "ukuran", "satuan")
"""The five elements of the data standard: concept, definition, classification, measure, unit."""
REFERENCES = ("kode_wilayah", "kode_urusan", "kodereferensi")
YES = "ya"


@dataclass(frozen=True)
class Check:
    """A point of the list.

    Attributes:
        point: Which one, as `STANDARD`.
        met: Whether it is met.
        fields: Labels of the fields that are empty.
        sentences: What else there is to say, in the language of the request.
    """

    point: str
    met: bool
    fields: tuple[Mapping[str, str], ...] = ()
    sentences: tuple[str, ...] = ()


def checklist(
    record: Mapping[str, Any],
    schema: Mapping[str, Any],
    *,
    declared: bool,
    scans: Iterable[ResourceScan],
    say: Callable[[str], str],
) -> list[Check]:
    """The points of a hand-in. Points that its type of record has no fields for are left out.

    Args:
        record: As ``package_show`` or ``content.record`` gives it.
        schema: Its expanded scheming schema.
        declared: Whether who handed it in declared that the tables name no person.
        scans: What is known of its files.
        say: Translates a sentence.
    """
    labels = {field["field_name"]: _label(field) for field in schema.get("dataset_fields", [])}
    lacking = {
        missing["field_name"]: missing["label"]
        for missing in missing_at_release(record, schema)
        if missing["resource"] is None
    }
    points = [_fields(STANDARD, record, labels, ELEMENTS)] if set(ELEMENTS) & labels.keys() else []
    apart = {*ELEMENTS, *REFERENCES}
    empty = tuple(label for name, label in lacking.items() if name not in apart)
    points.append(Check(METADATA, not empty, empty))
    if set(REFERENCES) & labels.keys():
        points.append(_fields(CODES, record, labels, REFERENCES))
    return [*points, *_of_files(record, schema, declared, list(scans), say)]


def _fields(
    point: str, record: Mapping[str, Any], labels: Mapping[str, Mapping[str, str]], names: Collection[str]
) -> Check:
    empty = tuple(labels[name] for name in names if name in labels and record.get(name) in (None, "", [], {}))
    return Check(point, not empty, empty)


def _of_files(
    record: Mapping[str, Any],
    schema: Mapping[str, Any],
    declared: bool,
    scans: list[ResourceScan],
    say: Callable[[str], str],
) -> list[Check]:
    files = record.get("resources") or []
    if not schema.get("resource_fields") or not files:
        return []
    closed = [
        say(N_('The file "{name}" is {format}: ask for CSV or XLSX.')).format(
            name=_name(file), format=file.get("format") or say(N_("of an unknown format"))
        )
        for file in files
        if not _is_open(str(file.get("format") or "").upper())
    ]
    bare = [
        say(N_('The columns of "{name}" are not described.')).format(name=_name(file))
        for file in files
        if not file.get("kolom")
    ]
    told = [
        f"{scan.name}: {sentence}"
        for scan in scans
        for sentence in ([] if scan.state == "clean" else scan.sentences(say))
    ]
    sure = not any(scan.state == PENDING or scan.stops or scan.for_walidata for scan in scans)
    if not scans:
        told = [say(N_("There are only links here; what they lead to is not checked by the catalog."))]
    return [
        Check(FORMAT, not closed, sentences=tuple(closed)),
        Check(COLUMNS, not bare, sentences=tuple(bare)),
        *([Check(PERSONS, declared)] if scans else []),
        Check(SCAN, sure and bool(scans), sentences=tuple(told)),
    ]


def _is_open(format_: str) -> bool:
    """Whether machines read the format: the tables that are read here, and what the EU's lists say of the others."""
    term = vocabulary("file_type").get(format_)
    open_ = term is not None and term.more["machine_readable"] == YES and term.more["non_proprietary"] == YES
    return format_ in READERS or open_


def _name(file: Mapping[str, Any]) -> str:
    return str(file.get("name") or file.get("url") or "")


def _label(field: Mapping[str, Any]) -> Mapping[str, str]:
    label = field.get("label")
    text = str(label or field["field_name"])
    return label if isinstance(label, dict) else {"id": text, "en": text}
