"""What every save goes through first.

Posted rows become lists, a file survives a mistake in its form, and whoever saves what somebody else has saved
meanwhile is told. Chained on CKAN's own actions, because the form views of CKAN and ckanext-scheming call those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.dictization.model_dictize import resource_dictize
from ckan.types import Action, Context, DataDict
from flask import has_request_context, request
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files.masking import show
from ckanext.lebak.files.uploads import settle
from ckanext.lebak.forms.conflict import FILE
from ckanext.lebak.forms.editing import THEIRS_FIELD, chosen_fields, dataset_form, refuse_stale, resource_form
from ckanext.lebak.forms.rows import MAX_ROWS, TooManyRowsError, collect_rows
from ckanext.lebak.forms.staging import KEPT_FIELD, NAME_FIELD, TOKEN_FIELD, Staging
from ckanext.lebak.release import gate
from ckanext.lebak.release.rules import DRAFT
from ckanext.lebak.statistics import private

__all__ = [
    "package_create",
    "package_patch",
    "package_show",
    "package_update",
    "resource_create",
    "resource_patch",
    "resource_update",
]


@tk.chained_action
def package_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_create``, with posted rows collected; a file that is claimed and not sent is refused.

    Private answers are kept beside the record (``statistics.private``), as in the other two.
    """
    _collect_rows(data_dict)
    _refuse_files(data_dict, None)
    settle(_resources(data_dict), None)
    _follow_workflow(context, data_dict, None)
    with gate.undone_if_refused():
        return _save_answers_apart(context, data_dict, None, lambda: up(context, data_dict))


@tk.chained_action
def package_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_update``, with posted rows collected; files are validated again when who sees them changes.

    What a request says of files that it did not send is not believed. What was read before somebody else saved is
    refused: a form by what it was opened with, a whole dict by its ``metadata_modified``.
    """
    _collect_rows(data_dict)
    stored = model.Package.get(data_dict.get("id") or data_dict.get("name"))
    _refuse_files(data_dict, stored)
    settle(_resources(data_dict), stored)
    _follow_workflow(context, data_dict, stored)

    def save() -> Any:
        with dataset_form(context, "package_update", data_dict):
            # CKAN's other actions come here with what they have read themselves, under the lock.
            if "original_package" not in context:
                refuse_stale(context, data_dict)
            _validate_files_again(data_dict)
            return up(context, data_dict)

    with gate.undone_if_refused():
        return _save_answers_apart(context, data_dict, stored, save)


@tk.chained_action
def package_patch(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_patch``, with posted rows collected; a form that somebody else has overtaken is refused."""
    _collect_rows(data_dict)
    stored = model.Package.get(data_dict.get("id") or data_dict.get("name"))

    def save() -> Any:
        with dataset_form(context, "package_patch", data_dict):
            return up(context, data_dict)

    return _save_answers_apart(context, data_dict, stored, save)


@tk.chained_action
@tk.side_effect_free
def package_show(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_show``, masked; a save that waited for another one begins from what that one saved.

    Who may not take the files of a record does not see their addresses (``files.masking``).

    CKAN 2.12 asks with ``for_update`` where it is about to write. It then waits for the lock of the row, but keeps the
    record as the session had read it before, and the save undoes what was saved meanwhile.
    """
    if context.get("for_update") and isinstance(data_dict.get("id"), str):
        model.Session.flush()
        dataset = model.Package.get(data_dict["id"])
        if dataset is not None:
            model.Session.refresh(dataset, with_for_update=True)
            model.Session.query(model.Resource).filter_by(package_id=dataset.id).populate_existing().all()
    shown = show(up, context, data_dict)
    if shown["state"] == DRAFT and not context.get("for_update") and _edits_a_file():
        return {**shown, "state": model.State.ACTIVE}
    return shown


@tk.chained_action
def resource_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_create``; a form that is refused keeps its rows and its file."""
    return _save_resource(up, context, data_dict)


@tk.chained_action
def resource_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_update``; a form that is refused keeps its rows and its file.

    A form is refused too when somebody else has saved the same file since it was opened.
    """
    return _save_resource(up, context, data_dict)


@tk.chained_action
def resource_patch(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_patch``, with posted rows collected. It saves by ``resource_update``, which keeps the file."""
    _collect(data_dict, _repeating_fields()[1])
    return up(context, data_dict)


def _save_answers_apart(
    context: Context, data_dict: DataDict, stored: model.Package | None, save: Callable[[], Any]
) -> Any:
    """Saves a record; what it answers about people is not saved in it, but beside it."""
    dataset_type = stored.type if stored is not None else str(data_dict.get("type") or "")
    with private.kept_apart(dataset_type, data_dict) as answers:
        saved = save()
    id_ = saved if isinstance(saved, str) else saved["id"]
    if private.would_change(id_, answers):
        gate.refuse_unless_editable(id_)
        private.keep(id_, answers)
        if stored is not None:
            # They are part of what a form shows: one that was opened before is told that it is too old.
            model.Session.refresh(stored)
            stored.metadata_modified = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
            if isinstance(saved, dict):
                saved["metadata_modified"] = stored.metadata_modified.isoformat()
        if not context.get("defer_commit"):
            model.repo.commit()
    return saved


def _edits_a_file() -> bool:
    """Whether CKAN's page for editing a file asks.

    It takes a draft for a record that is not made yet: it would show the form of a new file, without what was typed
    and without what was wrong with it.
    """
    return has_request_context() and (request.endpoint or "").endswith("_resource.edit")


def _follow_workflow(context: Context, data_dict: DataDict, stored: model.Package | None) -> None:
    """Sets CKAN's ``state`` and ``private`` from where the record stands, whatever was sent: the gate's first wall.

    A new record and one that comes back from the bin are drafts of the office; else both stay as they are. Only while
    the gate is open the caller says what they become.
    """
    context["allow_state_change"] = True  # it is ours to say, also where CKAN would not let the person say it
    if gate.opening():
        return
    given = data_dict.get("state")
    back = stored is not None and stored.state == model.State.DELETED and given in (model.State.ACTIVE, DRAFT)
    new = stored is None or back
    data_dict["state"] = DRAFT if new or stored is None else stored.state
    data_dict["private"] = True if new or stored is None else bool(stored.private)


def _collect_rows(data_dict: DataDict) -> None:
    dataset_fields, resource_fields = _repeating_fields()
    _collect(data_dict, dataset_fields)
    for resource in _resources(data_dict):
        _collect(resource, resource_fields)


def _resources(data_dict: DataDict) -> list[dict[str, Any]]:
    resources = data_dict.get("resources")
    return [item for item in resources if isinstance(item, dict)] if isinstance(resources, list) else []


def _refuse_files(data_dict: DataDict, stored: model.Package | None) -> None:
    """Refuses files of a type of record that has none: nobody would look for personal data in them.

    Raises:
        ValidationError: There is a file.
    """
    schema = tk.h.scheming_get_dataset_schema(stored.type if stored is not None else data_dict.get("type"))
    if schema and not schema["resource_fields"] and _resources(data_dict):
        raise tk.ValidationError(
            {"resources": [tk._("Records of this kind have no files. Put the file into a dataset and refer to it.")]}
        )


SEEN_BY = ("state", "private", "accessRights")
"""What decides who sees a dataset, and with it what its files must say."""


def _validate_files_again(data_dict: DataDict) -> None:
    """Makes CKAN validate unchanged files too when a dataset is about to be seen by others.

    CKAN 2.12 leaves out files that are as they were, so that a file without its name would be released by a change of
    ``state`` alone. It takes a file for changed when its dict differs from the stored one.
    """
    stored = model.Package.get(data_dict.get("id"))
    if stored is None or gate.opening() is None:
        return
    before = {"state": stored.state, "private": stored.private, "accessRights": stored.extras.get("accessRights")}
    if all(str(data_dict.get(key, before[key])).lower() == str(before[key]).lower() for key in SEEN_BY):
        return
    if "resources" not in data_dict:
        data_dict["resources"] = [
            resource_dictize(resource, cast(Context, {"model": model, "session": model.Session}))
            for resource in stored.resources
        ]
    # New dicts: a patch shares these with the stored record that CKAN compares them to.
    data_dict["resources"] = [
        {key: value for key, value in resource.items() if key != "metadata_modified"}
        for resource in data_dict["resources"]
    ]


def _collect(data: dict[str, Any], fields: set[str]) -> None:
    try:
        collect_rows(data, fields)
    except TooManyRowsError as error:
        message = tk._("At most {limit} rows can be saved. Remove some of them.").format(limit=MAX_ROWS)
        raise tk.ValidationError({error.field: [message]}) from error


def _repeating_fields() -> tuple[set[str], set[str]]:
    """Names of the repeating fields of datasets and of resources, over all dataset types."""
    schemas = tk.h.scheming_dataset_schemas().values()
    dataset, resource = (
        {field["field_name"] for schema in schemas for field in schema.get(part, []) if "repeating_subfields" in field}
        for part in ("dataset_fields", "resource_fields")
    )
    return dataset, resource


def _save_resource(up: Action, context: Context, data_dict: DataDict) -> Any:
    _collect(data_dict, _repeating_fields()[1])
    user = context.get("user") or ""
    token = data_dict.pop(TOKEN_FIELD, "")
    data_dict.pop(NAME_FIELD, None)
    data_dict.pop(KEPT_FIELD, None)
    staging = _staging()
    if FILE in chosen_fields(data_dict.get(THEIRS_FIELD)):
        data_dict.pop("upload", None)
    elif not data_dict.get("upload") and staging and token:
        data_dict["upload"] = staging.take(token, user)
    upload = data_dict.get("upload")
    try:
        with resource_form(context, data_dict):
            result = up(context, data_dict)
    except tk.ValidationError as error:
        # A file that is itself refused does not wait: another must be chosen, and a closed one is not kept at all.
        refused = {"upload", "url"} & error.error_dict.keys()
        if refused:
            data_dict.pop("upload", None)
        # The view renders its form from this very dict.
        if staging and isinstance(upload, FileStorage) and upload.filename and not refused:
            data_dict[TOKEN_FIELD] = staging.keep(upload, user)
            data_dict[NAME_FIELD] = upload.filename
        elif data_dict.get("id") and data_dict.get("url_type") == "upload":
            data_dict[KEPT_FIELD] = data_dict.get("url")
        raise
    if staging and token:
        staging.drop(token, user)
    return result


def _staging() -> Staging | None:
    path = tk.config.get("ckan.storage_path")
    return Staging(Path(path) / "lebak-staged") if path else None
