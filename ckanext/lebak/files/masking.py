"""A record without the addresses of its files, for those who may not take them.

Metadata are for everyone; an external address is the file itself, and a digest tells who guesses the content that it is
right. The search index and the feed hold masked records only: who may see more gets it from the database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict

from ckanext.lebak.files.access import access_of, is_open, reason_for, sees_record, user_of
from ckanext.lebak.profiles.sdi import current_site

_WORDS = ("name", "description")


def masked(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record, with the page of each file in place of its address. One whose files are open stays as it is.

    Args:
        record: The dataset as ``package_show`` gives it.
    """
    if is_open(record.get("accessRights")):
        return dict(record)
    return {**record, "resources": _masked_files(record)}


def _masked_files(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    head = f"{current_site().pages}/{record.get('type') or 'dataset'}/{record.get('id')}/resource"
    return [_masked_file(file, f"{head}/{file.get('id')}") for file in record.get("resources") or []]


def _masked_file(file: Mapping[str, Any], page: str) -> dict[str, Any]:
    kept = {key: value for key, value in file.items() if key == "url" or key in _WORDS or not _is_address(value)}
    # Also of a file of ours: its address leads to a door that asks, but it ends in the name of the file.
    if file.get("url"):
        kept["url"] = page
    if kept.get("hash"):
        kept["hash"] = ""
    return kept


def _is_address(value: object) -> bool:
    return isinstance(value, str) and "://" in value


def masked_document(document: dict[str, Any]) -> dict[str, Any]:
    """What goes into the search index, masked.

    Args:
        document: As ``before_dataset_index`` gets it.
    """
    shown = json.loads(document["validated_data_dict"])
    if is_open(shown.get("accessRights")):
        return document
    told: dict[str, Any] = {"res_url": [file.get("url", "") for file in _masked_files(shown)]}
    for key in ("data_dict", "validated_data_dict"):
        record = json.loads(document[key])
        told[key] = json.dumps({**record, "resources": _masked_files(record)})
    return {**document, **told}


def show(up: Action, context: Context, data_dict: DataDict) -> Any:
    """``package_show`` of a record: masked, unless who asks may take its files or the site asks for itself.

    Who may take them gets the database's record, for the index has a masked one. Who is about to save gets it too:
    what is masked would be saved.

    Args:
        up: The action before this one.
        context: Of the action.
        data_dict: Of the action.
    """
    id_ = data_dict.get("id") or data_dict.get("name_or_id")
    package = model.Package.get(id_) if isinstance(id_, str) else None
    if package is None or is_open(access_of(package)):
        return up(context, data_dict)
    inner = cast(Context, {**context, "use_cache": False})
    record = up(inner, data_dict)
    # CKAN's callers look for what it has put there.
    context.update(cast(Context, {key: inner.get(key) for key in ("package", "session") if key in inner}))
    if context.get("ignore_auth") or context.get("for_update") or reason_for(user_of(context), package):
        return record
    return {**record, "resources": _masked_files(record)}


def unmask_found(context: Context, found: dict[str, Any], query: Mapping[str, Any]) -> dict[str, Any]:
    """What a search found, with the files of those records that who asks may take them of.

    Args:
        context: Of the search.
        found: What ``package_search`` gave, masked.
        query: What was asked.
    """
    user = user_of(context)
    if user is None or query.get("fl"):
        return found
    for record in found["results"]:
        if record.get("resources") and not is_open(_access_said(record)):
            package = model.Package.get(record["id"])
            if package is not None and reason_for(user, package):
                wanted = {"id": record["id"], "use_default_schema": query.get("use_default_schema", False)}
                shown = tk.get_action("package_show")(tk.fresh_context(context), wanted)
                record["resources"] = shown["resources"]
    return found


def masked_activities(context: Context, activities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Old versions of records as they may be seen now, by what is known of the record now.

    Args:
        context: Of the action that gives them.
        activities: As CKAN's activity stream gives them.

    Returns:
        Those without records that who asks may not see any more, and with masked files where these are restricted or
        were, unless who asks may take them.
    """
    if context.get("ignore_auth"):
        return activities
    user, shown = user_of(context), []
    for activity in activities:
        data = activity.get("data") or {}
        record = data.get("package")
        package = model.Package.get(activity["object_id"]) if record else None
        if package is not None and not sees_record(user, package):
            continue
        access = {access_of(package)} if package else set[str]()
        restricted = bool(record) and not all(map(is_open, {*access, record.get("accessRights")}))
        if record and restricted and not (package and reason_for(user, package)):
            activity["data"] = {**data, "package": {**record, "resources": _masked_files(record)}}
        shown.append(activity)
    return shown


def _access_said(record: Mapping[str, Any]) -> Any:
    """The access class that a record says: at its root, or among its extras in CKAN's own schema."""
    extras = {extra["key"]: extra["value"] for extra in record.get("extras") or []}
    return record.get("accessRights") or extras.get("accessRights")
