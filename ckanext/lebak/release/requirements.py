"""What a record must say before it is released, and what it lacks. Pure: a dataset and its schema in, a list out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict


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

    ``required_at_release: true`` always; ``required_when: {field: accessRights, not: terbuka}`` where that field has
    another value.
    """
    when = field.get("required_when")
    if when:
        other = record.get(when["field"])
        return bool(other) and other != when["not"]
    return bool(field.get("required_at_release"))


def missing_at_release(dataset: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Missing]:
    """The fields that a dataset lacks for its release, in the order of the form.

    :param dataset: as ``package_show`` gives it.
    :param schema: its expanded scheming schema.
    """
    return [*_missing_in(dataset, schema.get("dataset_fields", []), dataset, None), *_missing_in_files(dataset, schema)]


def _missing_in_files(dataset: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Missing]:
    for number, resource in enumerate(dataset.get("resources") or []):
        for missing in _missing_in(resource, schema.get("resource_fields", []), dataset, number):
            yield {**missing, "page": 0}


def _missing_in(
    record: Mapping[str, Any], fields: list[Mapping[str, Any]], dataset: Mapping[str, Any], resource: int | None
) -> Iterator[Missing]:
    page = 0
    for field in fields:
        page += "start_form_page" in field
        name = field["field_name"]
        value = record.get("tags") if name == "tag_string" else record.get(name)
        if required_now(field, dataset) and value in (None, "", [], {}):
            label = field.get("label")
            text = label if isinstance(label, dict) else {"id": str(label or name), "en": str(label or name)}
            yield {"field_name": name, "label": text, "page": page, "resource": resource}
