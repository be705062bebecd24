"""What stands in the way of a hand-in: what is missing, and what was found in the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.lebak.files.content import UPLOAD
from ckanext.lebak.language import say
from ckanext.lebak.release.collections import is_collection
from ckanext.lebak.release.requirements import missing_at_release
from ckanext.lebak.statistics import private
from ckanext.lebak.tables.jobs import enqueue_scans, enqueue_tables
from ckanext.lebak.tables.scanning import findings_of_dataset
from ckanext.lebak.vocabulary import vocabulary

CLOSED = "tertutup"
REVISED = "revisi"
DATASET = "dataset"


def problems(package: model.Package, *, names_no_person: bool, kind: str, reason: str) -> dict[str, Any]:
    """What must be done before a record can be handed in.

    Args:
        package: The record.
        names_no_person: Whether who hands in declares that the tables name no person.
        kind: Code of vocabularies/release_status.csv.
        reason: Why released figures change.

    Returns:
        Sentences by field; those of a file by ``resources.<position from 0>.<field>``. Empty if nothing is missing.
    """
    if is_collection(package.owner_org):
        return {"owner_org": [tk._("A collection of quotations is no office: it hands nothing in.")]}
    dataset = stored(package.id)
    found: dict[str, list[str]] = {}
    schema = tk.h.scheming_get_dataset_schema(package.type)
    for missing in missing_at_release(dataset, schema, private.of(package.id)):
        where = missing["field_name"]
        key = where if missing["resource"] is None else f"resources.{missing['resource']}.{where}"
        sentence = tk._("Fill this in before you hand in.")
        if _is_of_rows(schema, where):
            sentence = f"{say(missing['label'])}. {sentence}"
        found.setdefault(key, []).append(sentence)
    if package.type == DATASET:
        found.update(_of_files(dataset, names_no_person=names_no_person))
        if kind not in vocabulary("release_status"):
            found["kind"] = [tk._("Say whether the figures are provisional, final or revised.")]
        elif kind == REVISED and not reason.strip():
            found["reason"] = [tk._("Say why released figures change: readers see it beside the release.")]
    return found


def _is_of_rows(schema: Mapping[str, Any], field_name: str) -> bool:
    fields = schema["dataset_fields"]
    return any(field["field_name"] == field_name and "repeating_subfields" in field for field in fields)


def stored(package_id: str) -> dict[str, Any]:
    """A record as the database has it, for what the site does on behalf of who may do it."""
    context = Context(ignore_auth=True, user="")
    return tk.get_action("package_show")(context, {"id": package_id, "use_cache": False})


def _of_files(dataset: Mapping[str, Any], *, names_no_person: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    resources = dataset.get("resources", [])
    if not resources and dataset.get("accessRights") != CLOSED:
        found["resources"] = [tk._("Add the table, as a file or a link.")]
    for number, resource in enumerate(resources):
        if not resource.get("url"):
            found[f"resources.{number}.url"] = [tk._("Upload this file, give its address, or remove it.")]
        elif resource.get("url_type") == "datastore" or (
            resource.get("datastore_active") and resource.get("url_type") != UPLOAD
        ):
            found[f"resources.{number}.url"] = [
                tk._("Save this table as a CSV or XLSX file and upload it: a release keeps files.")
            ]
    enqueue_scans(dataset)
    enqueue_tables(dataset)
    scan = findings_of_dataset(dataset)
    if not scan.may_be_handed_in:
        told = [sentence for file in scan.files if file.stops or file.result is None for sentence in file.sentences()]
        found["scan"] = told
    if scan.files and not names_no_person:
        found["names_no_person"] = [tk._("Declare that the tables name no person.")]
    return found
