"""CKAN's actions that change what the public sees past the schema: the second wall of the gate, which says what to do.

What is not here goes through ``package_update`` or is refused by the last wall (``release.gate``).
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict

from ckanext.lebak.release import gate
from ckanext.lebak.tables.loading import loader_is_at_work

__all__ = [
    "bulk_update_delete",
    "bulk_update_private",
    "bulk_update_public",
    "datastore_create",
    "datastore_delete",
    "datastore_records_delete",
    "datastore_run_triggers",
    "datastore_upsert",
    "dataset_purge",
    "package_delete",
    "package_owner_org_update",
    "package_relationship_create",
    "package_relationship_delete",
    "package_relationship_update",
    "resource_delete",
    "resource_view_clear",
    "resource_view_create",
    "resource_view_delete",
    "resource_view_reorder",
    "resource_view_update",
]


@tk.chained_action
def package_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_delete``, for drafts; what is public is withdrawn instead."""
    _refuse_deleting(data_dict)
    return up(context, data_dict)


@tk.chained_action
def dataset_purge(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``dataset_purge``, for drafts."""
    _refuse_deleting(data_dict)
    return up(context, data_dict)


@tk.chained_action
def bulk_update_public(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``bulk_update_public``, which here makes nothing public."""
    tk.check_access("bulk_update_public", context, data_dict)
    return _refuse_bulk(up, context, data_dict)


@tk.chained_action
def bulk_update_private(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``bulk_update_private``, which here withdraws nothing."""
    tk.check_access("bulk_update_private", context, data_dict)
    return _refuse_bulk(up, context, data_dict)


@tk.chained_action
def bulk_update_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``bulk_update_delete``, which here deletes nothing: each record goes its own way."""
    tk.check_access("bulk_update_delete", context, data_dict)
    return _refuse_bulk(up, context, data_dict)


@tk.chained_action
def package_owner_org_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_owner_org_update``: a record that waits or is public does not move to another office."""
    with gate.undone_if_refused():
        return up(context, data_dict)


@tk.chained_action
def datastore_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_create``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables(data_dict.get("resource_id"))
    return up(context, data_dict)


@tk.chained_action
def datastore_upsert(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_upsert``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables(data_dict.get("resource_id"))
    return up(context, data_dict)


@tk.chained_action
def datastore_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_delete``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables(data_dict.get("resource_id"))
    return up(context, data_dict)


@tk.chained_action
def datastore_records_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_records_delete``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables(data_dict.get("resource_id"))
    return up(context, data_dict)


@tk.chained_action
def datastore_run_triggers(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_run_triggers``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables(data_dict.get("resource_id"))
    return up(context, data_dict)


@tk.chained_action
def resource_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_delete``, which does not expect that a dataset may be refused as a whole."""
    _refuse_changing(data_dict.get("id"))
    return up(context, data_dict)


@tk.chained_action
def resource_view_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_create``; the words of a view are read by the public like the record's own."""
    _refuse_changing_file(context, data_dict.get("resource_id"))
    return up(context, data_dict)


@tk.chained_action
def resource_view_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_update``, as `resource_view_create`."""
    _refuse_changing_file(context, _file_of_view(data_dict))
    return up(context, data_dict)


@tk.chained_action
def resource_view_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_delete``, as `resource_view_create`."""
    _refuse_changing_file(context, _file_of_view(data_dict))
    return up(context, data_dict)


@tk.chained_action
def resource_view_reorder(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_reorder``, as `resource_view_create`."""
    _refuse_changing_file(context, data_dict.get("id"))
    return up(context, data_dict)


@tk.chained_action
def resource_view_clear(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_clear``, which would clear those of released files too."""
    tk.check_access("resource_view_clear", context, data_dict)
    return _refuse_bulk(up, context, data_dict)


@tk.chained_action
def package_relationship_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_relationship_create``, not for a record that is handed in or public."""
    _refuse_relating(data_dict)
    return up(context, data_dict)


@tk.chained_action
def package_relationship_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_relationship_update``, not for a record that is handed in or public."""
    _refuse_relating(data_dict)
    return up(context, data_dict)


@tk.chained_action
def package_relationship_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_relationship_delete``, not for a record that is handed in or public."""
    _refuse_relating(data_dict)
    return up(context, data_dict)


def _refuse_deleting(data_dict: DataDict) -> None:
    package = model.Package.get(str(data_dict.get("id") or ""))
    if package is not None:
        gate.refuse_unless_deletable(package.id)


def _refuse_bulk(up: Action, context: Context, data_dict: DataDict) -> Any:
    if gate.opening() is None:
        raise gate.Refused(tk._("Records are changed one by one, so that each can be checked."))
    return up(context, data_dict)


def _refuse_relating(data_dict: DataDict) -> None:
    for end in ("subject", "object"):
        package = model.Package.get(str(data_dict.get(end) or ""))
        if package is not None:
            gate.refuse_unless_editable(package.id)


def _refuse_changing_file(context: Context, resource_id: Any) -> None:
    # Views that CKAN and the loader make by themselves say nothing of their own.
    if not context.get("ignore_auth"):
        _refuse_changing(resource_id)


def _refuse_changing(resource_id: Any) -> None:
    resource = model.Resource.get(str(resource_id or ""))
    if resource is not None and resource.package_id:
        gate.refuse_unless_editable(resource.package_id)


def _file_of_view(data_dict: DataDict) -> str | None:
    view = model.ResourceView.get(str(data_dict.get("id") or ""))
    return view.resource_id if view else None


def _refuse_writing_tables(resource_id: Any) -> None:
    resource = None if loader_is_at_work() or gate.opening() else model.Resource.get(str(resource_id or ""))
    if resource is None:
        return
    if resource.url_type == "upload":
        raise gate.Refused(tk._("This table is that of an uploaded file. Upload a new file instead."))
    if resource.package_id:
        gate.refuse_unless_editable(resource.package_id)
