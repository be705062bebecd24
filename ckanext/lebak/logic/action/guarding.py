"""CKAN's actions that change what the public sees past the schema: the second wall of the gate, which says what to do.

What is not here goes through ``package_update`` or is refused by the last wall (``release.gate``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.datapreview import get_view_plugin
from ckan.types import Action, Context, DataDict

from ckanext.lebak.release import gate, working_copy
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
    "group_create",
    "group_update",
    "organization_delete",
    "organization_update",
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
    """CKAN's ``package_delete``, for drafts; what is public is withdrawn instead. A change of it is given up so."""
    tk.check_access("package_delete", context, data_dict)
    package = _refuse_deleting(data_dict)
    if package is not None:
        working_copy.let_go(package.id)
    return up(context, data_dict)


@tk.chained_action
def dataset_purge(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``dataset_purge``, for drafts."""
    tk.check_access("dataset_purge", context, data_dict)
    package = _refuse_deleting(data_dict)
    now = gate.opening()
    if package is not None and now is not None and now.override:
        gate.note_purge(package.id)
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
        moved = up(context, data_dict)
        if context.get("defer_commit"):
            return moved  # a part of saving a record, which looks at it at its own end
        package = model.Package.get(str(data_dict.get("id") or ""))
        if package is not None:
            gate.settle(package.id, context.get("user") or "")
            model.repo.commit()
        return moved


@tk.chained_action
def datastore_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_create``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables("datastore_create", context, data_dict)
    return up(context, data_dict)


@tk.chained_action
def datastore_upsert(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_upsert``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables("datastore_upsert", context, data_dict)
    return up(context, data_dict)


@tk.chained_action
def datastore_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_delete``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables("datastore_delete", context, data_dict)
    return up(context, data_dict)


@tk.chained_action
def datastore_records_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_records_delete``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables("datastore_records_delete", context, data_dict)
    return up(context, data_dict)


@tk.chained_action
def datastore_run_triggers(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``datastore_run_triggers``, not under a file or a record that is handed in or public."""
    _refuse_writing_tables("datastore_run_triggers", context, data_dict)
    return up(context, data_dict)


@tk.chained_action
def resource_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_delete``, which does not expect that a dataset may be refused as a whole."""
    tk.check_access("resource_delete", context, data_dict)
    _refuse_changing(data_dict.get("id"))
    return up(context, data_dict)


@tk.chained_action
def resource_view_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_create``, without words: readers would take them for those of the record."""
    _refuse_changing_file("resource_view_create", context, data_dict, data_dict.get("resource_id"))
    return up(context, _without_words(context, data_dict))


@tk.chained_action
def resource_view_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_update``, as `resource_view_create`."""
    _refuse_changing_file("resource_view_update", context, data_dict, _file_of_view(data_dict))
    return up(context, _without_words(context, data_dict))


@tk.chained_action
def resource_view_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_delete``, not of a file of a record that is handed in or public."""
    _refuse_changing_file("resource_view_delete", context, data_dict, _file_of_view(data_dict))
    return up(context, data_dict)


@tk.chained_action
def resource_view_reorder(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_reorder``, not of a file of a record that is handed in or public."""
    resource_id = data_dict.get("id")
    _refuse_changing_file("resource_view_reorder", context, {**data_dict, "resource_id": resource_id}, resource_id)
    return up(context, data_dict)


@tk.chained_action
def resource_view_clear(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``resource_view_clear``, which would clear those of released files too."""
    tk.check_access("resource_view_clear", context, data_dict)
    return _refuse_bulk(up, context, data_dict)


@tk.chained_action
def package_relationship_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_relationship_create``, which here is refused: nobody approves a relation."""
    tk.check_access("package_relationship_create", context, data_dict)
    return _refuse_relating(up, context, data_dict)


@tk.chained_action
def package_relationship_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_relationship_update``, which here is refused: nobody approves a relation."""
    tk.check_access("package_relationship_update", context, data_dict)
    return _refuse_relating(up, context, data_dict)


@tk.chained_action
def package_relationship_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``package_relationship_delete``, which here is refused: nobody approves a relation."""
    # CKAN's function of this name wants the relation itself; who may make one may end it.
    tk.check_access("package_relationship_create", context, data_dict)
    return _refuse_relating(up, context, data_dict)


@tk.chained_action
def group_create(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``group_create``, with records that one may change, while they may be changed."""
    tk.check_access("group_create", context, data_dict)
    refuse_collecting(context, _named(data_dict))
    return up(context, data_dict)


@tk.chained_action
def group_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``group_update``; a record comes or goes only by who may change it, while it may be changed."""
    tk.check_access("group_update", context, data_dict)
    group = model.Group.get(str(data_dict.get("id") or ""))
    if group is not None and "packages" in data_dict:
        refuse_collecting(context, _named(data_dict) ^ _members(group.id))
    return up(context, data_dict)


@tk.chained_action
def organization_update(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``organization_update``; after a refusal its form can be shown again."""
    with gate.undone_if_refused():
        return up(context, data_dict)


@tk.chained_action
def organization_delete(up: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's ``organization_delete``, as `organization_update`."""
    with gate.undone_if_refused():
        return up(context, data_dict)


def refuse_collecting(context: Context, package_ids: Iterable[str]) -> None:
    """Refuses to put records into a group, or to take them out, if they may not be changed: a group is part of them.

    Raises:
        NotAuthorized: By this person.
        Refused: Now.
    """
    for package_id in sorted(package_ids):
        tk.check_access("package_update", context, {"id": package_id})
        gate.refuse_unless_editable(package_id)


def _named(data_dict: DataDict) -> set[str]:
    named = data_dict.get("packages")
    references = [each.get("id") or each.get("name") for each in named or [] if isinstance(each, Mapping)]
    found = [model.Package.get(str(reference)) for reference in references if reference]
    return {package.id for package in found if package is not None}


def _members(group_id: str) -> set[str]:
    member = model.Member
    query = sa.select(member.table_id).where(
        member.group_id == group_id, member.table_name == "package", member.state == model.State.ACTIVE
    )
    return {id_ for id_ in model.Session.scalars(query) if id_}


def _refuse_deleting(data_dict: DataDict) -> model.Package | None:
    package = model.Package.get(str(data_dict.get("id") or ""))
    if package is not None:
        gate.refuse_unless_deletable(package.id)
    return package


def _refuse_bulk(up: Action, context: Context, data_dict: DataDict) -> Any:
    if gate.opening() is None:
        raise gate.Refused(tk._("Records are changed one by one, so that each can be checked."))
    return up(context, data_dict)


def _refuse_relating(up: Action, context: Context, data_dict: DataDict) -> Any:
    if gate.opening() is None:
        raise gate.Refused(gate.no_relations())
    return up(context, data_dict)


def _without_words(context: Context, data_dict: DataDict) -> DataDict:
    """A view with its plugin's title and no description: both are read by the public, and nobody approves them."""
    if context.get("ignore_auth"):
        return data_dict
    stored = model.ResourceView.get(str(data_dict.get("id") or ""))
    kind = data_dict.get("view_type") or (stored.view_type if stored else "")
    plugin = get_view_plugin(kind)
    info = plugin.info() if plugin else {}
    return {**data_dict, "title": str(info.get("default_title") or info.get("title") or kind), "description": ""}


def _refuse_changing_file(action: str, context: Context, data_dict: DataDict, resource_id: Any) -> None:
    # Views that CKAN and the loader make by themselves say nothing of their own.
    if not context.get("ignore_auth"):
        tk.check_access(action, context, data_dict)
        _refuse_changing(resource_id)


def _refuse_changing(resource_id: Any) -> None:
    resource = model.Resource.get(str(resource_id or ""))
    if resource is not None and resource.package_id:
        gate.refuse_unless_editable(resource.package_id)


def _file_of_view(data_dict: DataDict) -> str | None:
    view = model.ResourceView.get(str(data_dict.get("id") or ""))
    return view.resource_id if view else None


def _refuse_writing_tables(action: str, context: Context, data_dict: DataDict) -> None:
    reference = str(data_dict.get("resource_id") or "")
    resource = None if loader_is_at_work() or gate.opening() else model.Resource.get(reference)
    if resource is None:
        return
    tk.check_access(action, context, data_dict)
    if resource.url_type == "upload":
        raise gate.Refused(tk._("This table is that of an uploaded file. Upload a new file instead."))
    if resource.package_id:
        gate.refuse_unless_editable(resource.package_id)
