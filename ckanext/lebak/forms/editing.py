"""Two people save one record: the second is told, and the form comes back with both versions (forms/conflict.py).

The comparison is made under the lock of the record's row, which the save itself keeps until it is committed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_filename
from ckan.types import Context
from flask import Response, after_this_request, has_request_context
from werkzeug.datastructures import FileStorage

from ckanext.lebak.files.content import sha256
from ckanext.lebak.forms.conflict import UNTOLD, Difference, Fields, differences, loaded, read_loaded, taken

LOADED_FIELD = "lebak_loaded"
"""What the form was opened with."""
THEIRS_FIELD = "lebak_theirs"
"""Names of the fields of which the person chose what is stored."""
CONFLICT_FIELD = "lebak_conflict"
"""For the template of the form, a `Conflict`; also the key of the error."""

CONFLICT_STATUS = 409


@dataclass(frozen=True)
class Conflict:
    """What the template of a form shows to the second of two people.

    Attributes:
        differences: The fields.
        sentence: Who saved, and when.
    """

    differences: list[Difference]
    sentence: str


@contextmanager
def dataset_form(context: Context, action: str, data_dict: MutableMapping[str, Any]) -> Iterator[None]:
    """Around the save of a dataset: where a form sent it that was opened before somebody else saved, it is refused.

    Fields that only the other one changed say in ``data_dict`` what is stored, so that the form shows them so.

    Args:
        context: Of the action.
        action: Its name, which is also that of its auth function.
        data_dict: What was posted, with its rows collected. Without the marks of a form it is left alone.

    Raises:
        ValidationError: Nothing was saved; ``data_dict`` holds a `Conflict`, and what a second try is to be
            compared with.
    """
    with _form(data_dict) as form:
        package = model.Package.get(data_dict.get("id")) if LOADED_FIELD in form else None
        if package:
            tk.check_access(action, tk.fresh_context(context), {"id": package.id})
            stored = locked_dataset(context, package.id)
            schema = tk.h.scheming_get_dataset_schema(package.type) or {}
            _settle(context, form, data_dict, data_dict, stored, stored, schema.get("dataset_fields", []))
        yield


@contextmanager
def resource_form(context: Context, data_dict: MutableMapping[str, Any]) -> Iterator[None]:
    """Around the save of a resource, as `dataset_form`. Another file of the dataset is no matter of this one.

    Args:
        context: Of ``resource_update``.
        data_dict: What was posted, a file that was sent with it as ``upload``.

    Raises:
        ValidationError: Nothing was saved, see `dataset_form`.
    """
    with _form(data_dict) as form:
        resource = model.Resource.get(data_dict.get("id") or "") if LOADED_FIELD in form else None
        if resource and resource.package_id:
            tk.check_access("resource_update", tk.fresh_context(context), {"id": resource.id})
            dataset = locked_dataset(context, resource.package_id)
            schema = tk.h.scheming_get_dataset_schema(dataset["type"]) or {}
            for stored in dataset["resources"]:
                if stored["id"] == resource.id:
                    fields = schema.get("resource_fields", [])
                    _settle(context, form, data_dict, _with_file(data_dict), dataset, stored, fields)
        yield


def refuse_stale(context: Context, data_dict: MutableMapping[str, Any]) -> None:
    """Refuses a whole dataset that a client read before somebody else saved, and now writes back.

    Such a dict holds the ``metadata_modified`` it was read with. A later one than the stored is not of this catalog: a
    harvester brings that of its source. One that is as stored goes out of the dict, for CKAN would keep it for a
    sysadmin, and the next one who writes back could not be told.

    Raises:
        ValidationError: With the key ``metadata_modified``; nothing was saved.
    """
    read = _moment(data_dict.get("metadata_modified"))
    package = model.Package.get(data_dict.get("id") or data_dict.get("name")) if read else None
    if read is None or package is None:
        return
    tk.check_access("package_update", tk.fresh_context(context), {"id": package.id})
    dataset = locked_dataset(context, package.id)
    stored = dt.datetime.fromisoformat(dataset["metadata_modified"])
    if read == stored:
        del data_dict["metadata_modified"]
    elif read < stored:
        model.Session.rollback()
        raise tk.ValidationError(
            {
                "metadata_modified": [
                    tk._(
                        "The record was saved again at {stored}, after you read it. Nothing was changed. Read it "
                        "again, make your change in it, and send it again."
                    ).format(stored=dataset["metadata_modified"])
                ]
            }
        )


def locked_dataset(context: Context, dataset_id: str) -> dict[str, Any]:
    """The dataset as it is stored now, its row locked until the save is committed or undone.

    Args:
        context: Of an action that has checked that its user may save.
        dataset_id: Id of the dataset.
    """
    # What the row says, not what the index remembers of it.
    from_row = tk.fresh_context(context, for_update=True, use_cache=False)
    return tk.get_action("package_show")(from_row, {"id": dataset_id})


@contextmanager
def _form(data_dict: MutableMapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Takes the marks of a form out of what is saved; puts them back for a form that is shown again."""
    marks = (LOADED_FIELD, THEIRS_FIELD, CONFLICT_FIELD)
    form = {mark: data_dict.pop(mark) for mark in marks if mark in data_dict}
    try:
        yield form
    except tk.ValidationError:
        if LOADED_FIELD in form:
            data_dict[LOADED_FIELD] = form[LOADED_FIELD]
        raise


def _settle(
    context: Context,
    form: dict[str, Any],
    data_dict: MutableMapping[str, Any],
    posted: Mapping[str, Any],
    dataset: Mapping[str, Any],
    stored: Mapping[str, Any],
    fields: Fields,
) -> None:
    """Takes over what was chosen and what is taken without a word; raises when there is something to tell."""
    try:
        before = read_loaded(form[LOADED_FIELD])
    except ValueError as error:
        sentence = tk._("This form is damaged. Open it again in another window and copy what you typed into it.")
        raise tk.ValidationError({LOADED_FIELD: [sentence]}) from error
    chosen = chosen_fields(form.get(THEIRS_FIELD))
    for field in fields:
        if field["field_name"] in chosen and field["field_name"] in data_dict:
            data_dict.update(taken(stored, field["field_name"]))
    found = [item for item in differences(before, stored, posted, fields) if item.field_name not in chosen]
    for difference in found:
        if not difference.both:
            data_dict.update(taken(stored, difference.field_name))
    told = [difference for difference in found if difference.both or difference.field_name not in UNTOLD]
    if not told:
        return
    form[LOADED_FIELD] = loaded(stored, [field for field in fields if field["field_name"] in {*before, *data_dict}])
    sentence = _saved_sentence(context, dataset)
    data_dict[CONFLICT_FIELD] = Conflict(told, sentence)
    model.Session.rollback()
    if has_request_context():
        after_this_request(_as_conflict)
    raise tk.ValidationError({CONFLICT_FIELD: [sentence]})


def chosen_fields(value: Any) -> list[str]:
    """Names that a form posted once, several times or not at all."""
    values = value if isinstance(value, list) else [value]
    return [name for name in values if isinstance(name, str)]


def _with_file(data_dict: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted for a resource, saying of a file that was sent with it what CKAN will store of it."""
    upload = data_dict.get("upload")
    if not (isinstance(upload, FileStorage) and upload.filename):
        return dict(data_dict)
    return {**data_dict, "url": munge_filename(upload.filename), "url_type": "upload", "hash": sha256(upload.stream)}


def _as_conflict(response: Response) -> Response:
    response.status_code = CONFLICT_STATUS
    return response


def _saved_sentence(context: Context, dataset: Mapping[str, Any]) -> str:
    saved = dt.datetime.fromisoformat(dataset["metadata_modified"])
    when = tk.h.render_datetime(saved, with_hours=True)
    user_id = _who_saved(context, dataset["id"], saved)
    user = model.User.get(user_id) if user_id else None
    if user is None:
        return tk._("Somebody else saved this record on {when}, while you had it open.").format(when=when)
    if user.name == context.get("user"):
        return tk._("You saved this record yourself on {when}, in another window, while you had it open here.").format(
            when=when
        )
    return tk._("{name} saved this record on {when}, while you had it open.").format(name=user.display_name, when=when)


def _who_saved(context: Context, dataset_id: str, saved: dt.datetime) -> str | None:
    """The id of who saved last. CKAN notes it after the save, so at the same moment nobody may be known yet."""
    if not p.plugin_loaded("activity"):
        return None
    asked = {"id": dataset_id, "limit": 1, "activity_types": ["new package", "changed package"]}
    for activity in tk.get_action("package_activity_list")(tk.fresh_context(context), asked):
        if dt.datetime.fromisoformat(activity["timestamp"]) >= saved:
            return activity["user_id"]
    return None


def _moment(value: Any) -> dt.datetime | None:
    """A time as CKAN writes it, in UTC without a zone; None for anything else, which CKAN judges itself."""
    if isinstance(value, dt.datetime):
        moment = value
    else:
        try:
            moment = dt.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        except ValueError:
            return None
    return moment.astimezone(dt.timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment
