"""Where in the form something is mended: of a field, a file, or a cell of its table, in words and as an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk

_HAND_IN = ("kind", "reason", "names_no_person")
"""What the form of the hand-in itself asks."""


class Place(NamedTuple):
    """A place in the form of a record."""

    label: str
    href: str


def of_note(note: Mapping[str, Any], record: Mapping[str, Any]) -> Place:
    """Where a note of the review leads.

    Args:
        note: As ``lebak_release_show`` gives it.
        record: ``type``, ``name`` and ``resources`` of the record that it is about.
    """
    if note.get("resource_id"):
        place = _of_file(record, note["resource_id"], note.get("field") or "")
    elif note.get("field"):
        place = _of_field(record, note["field"])
    else:
        place = Place(tk._("About the whole record"), _read(record))
    words = [place.label]
    if note.get("row"):
        words.append(tk._("row {number}").format(number=note["row"]))
    if note.get("column"):
        words.append(tk._("column {name}").format(name=note["column"]))
    return Place(", ".join(words), place.href)


def of_problem(key: str, record: Mapping[str, Any]) -> Place:
    """Where a problem of a hand-in is mended.

    Args:
        key: As ``release.handing_in.problems`` names it.
        record: ``type``, ``name`` and ``resources`` of the record.
    """
    first, _dot, rest = key.partition(".")
    number, _dot, field = rest.partition(".")
    if first == "resources" and number.isdigit() and int(number) < len(record["resources"]):
        return _of_file(record, record["resources"][int(number)]["id"], field)
    if first == "resources":
        return Place(tk._("Files"), tk.h.url_for(f"{record['type']}_resource.new", id=record["name"]))
    if first == "scan":
        return Place(tk._("Files"), f"{_read(record)}#dataset-resources")
    if first in _HAND_IN:
        return Place(_labels_of_hand_in()[first], f"#field-{first}")
    return _of_field(record, first)


def _labels_of_hand_in() -> dict[str, str]:
    return {
        "kind": tk._("The figures are"),
        "reason": tk._("Reason for the revision"),
        "names_no_person": tk._("Declaration"),
    }


def _of_field(record: Mapping[str, Any], name: str) -> Place:
    label = _label(record, "dataset_fields", name)
    page = tk.h.lebak_form_page(record["type"], name)
    if not page:
        return Place(label, _read(record))
    href = tk.h.url_for(f"{record['type']}.scheming_edit_page", id=record["name"], page=page)
    return Place(label, f"{href}#field-{name}")


def _of_file(record: Mapping[str, Any], resource_id: str, field: str) -> Place:
    ids = [file["id"] for file in record["resources"]]
    if resource_id not in ids:
        return Place(tk._("A file that was removed"), _read(record))
    position = ids.index(resource_id)
    label = record["resources"][position].get("name") or record["resources"][position].get("url") or ""
    words = [tk._("File {number}: {label}").format(number=position + 1, label=label)]
    if field:
        words.append(_label(record, "resource_fields", field))
    href = tk.h.url_for(f"{record['type']}_resource.edit", id=record["name"], resource_id=resource_id)
    return Place(", ".join(words), f"{href}#field-{field}" if field else href)


def _label(record: Mapping[str, Any], fields: str, name: str) -> str:
    schema = tk.h.scheming_get_dataset_schema(record["type"]) or {}
    field = tk.h.scheming_field_by_name(schema.get(fields, []), name)
    return tk.h.scheming_language_text(field["label"]) if field and field.get("label") else name


def _read(record: Mapping[str, Any]) -> str:
    return tk.h.url_for(f"{record['type']}.read", id=record["name"])
