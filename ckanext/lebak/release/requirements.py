"""What a record must say before it is released, and what it lacks. Pure: a dataset and its schema in, a list out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from ckanext.lebak.statistics.skipping import asked_if, condition, is_met


class Missing(TypedDict):
    """A field that is empty though a release needs it."""

    field_name: str
    label: dict[str, str]
    page: int
    """Page of the form, from 1; 0 for a field of a file."""
    resource: int | None
    """Position of the file, from 0; None for a field of the dataset."""


def required_now(field: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a release needs this field, given the rest of the record.

    ``required_at_release: true`` always, with a condition where that is met; ``required_when: {field: accessRights,
    not: terbuka}`` where that field has another value. What is not asked (``ditanyakan_jika``) is not needed.
    """
    when = field.get("required_when")
    if when:
        other = record.get(when["field"])
        return bool(other) and other != when["not"]
    return needed_at_release(field, record)


def needed_at_release(field: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether ``required_at_release`` asks for this field: if its question is asked, and its own condition is met."""
    stated = field.get("required_at_release")
    if not stated or not is_met(asked_if(field), record):
        return False
    return not isinstance(stated, Mapping) or is_met(condition(stated), record)


def missing_at_release(
    dataset: Mapping[str, Any], schema: Mapping[str, Any], private: Mapping[str, Any] | None = None
) -> list[Missing]:
    """The fields that a dataset lacks for its release, in the order of the form.

    :param dataset: as ``package_show`` gives it.
    :param schema: its expanded scheming schema.
    :param private: what is kept beside the record (``pribadi: true``); without it nothing is said of those fields.
    """
    fields = [field for field in schema.get("dataset_fields", []) if private is not None or not field.get("pribadi")]
    known = {**dataset, **(private or {})}
    return [*_missing_in(known, fields, known, None), *_missing_in_files(dataset, schema)]


def _missing_in_files(dataset: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Missing]:
    for number, resource in enumerate(dataset.get("resources") or []):
        for missing in _missing_in(resource, schema.get("resource_fields", []), dataset, number):
            yield {**missing, "page": 0}


def _missing_in(
    record: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], dataset: Mapping[str, Any], resource: int | None
) -> Iterator[Missing]:
    page = 0
    for field in fields:
        page += "start_form_page" in field
        name = field["field_name"]
        value = record.get("tags") if name == "tag_string" else record.get(name)
        place: Missing = {"field_name": name, "label": _label(field), "page": page, "resource": resource}
        if value not in (None, "", [], {}):
            for label in _lacking_in_rows(field, value):
                yield {**place, "label": label}
        elif required_now(field, dataset):
            yield place


def _lacking_in_rows(field: Mapping[str, Any], rows: Any) -> Iterator[dict[str, str]]:
    """The columns that some row lacks, as labels that say which row."""
    several = field.get("jawaban") != "kelompok"
    for subfield in field.get("repeating_subfields", ()) if isinstance(rows, list) else ():
        lacking = [
            number
            for number, row in enumerate(rows, start=1)
            if required_now(subfield, row) and row.get(subfield["field_name"]) in (None, "", [], {})
        ]
        if lacking:
            head, tail = _label(field), _label(subfield)
            which = f" {', '.join(map(str, lacking))}" if several else ""
            yield {lang: f"{head[lang]}{which}: {tail.get(lang, tail['id'])}" for lang in head}


def _label(field: Mapping[str, Any]) -> dict[str, str]:
    label = field.get("label")
    text = str(label or field["field_name"])
    return label if isinstance(label, dict) else {"id": text, "en": text}
