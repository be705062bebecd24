"""The demonstration catalog into CKAN through the public actions, and out of it without a trace."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from typing import Any, Literal

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.lebak.demo.catalog import Example, Table, read_catalog
from ckanext.lebak.files.content import erase
from ckanext.lebak.organizations.loading import context, create
from ckanext.lebak.release.gate import opened
from ckanext.lebak.tables.jobs import tables_by_caller
from ckanext.lebak.tables.loading import drop_table, load_table

COMMAND = "ckan lebak demo"
QUOTED = "Koleksi contoh: kutipan angka yang sudah terbit, bukan rilis perangkat daerah"
"""Why these records pass the gate: nobody releases them, they are quotations."""

State = Literal["created", "updated", "unchanged"]
Tell = Callable[[str, State], None]


class ForeignDatasetsError(ValueError):
    """The organization of the demonstration holds datasets that are not part of it.

    Attributes:
        names: Their names.
    """

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def load(tell: Tell) -> None:
    """Creates the demonstration catalog or brings it up to date, tables in the datastore included.

    Args:
        tell: Called with the title and the state of each dataset as it is done.
    """
    catalog = read_catalog()
    owner = _organization(catalog.organization)
    with tables_by_caller(), opened(COMMAND, reason=QUOTED, override=True):
        for example in catalog.examples:
            tell(example.fields["title"], _load(example, owner))


def remove(tell: Callable[[str], None]) -> bool:
    """Removes the demonstration catalog: datasets, files, tables, previews, history and the organization.

    Args:
        tell: Called with the title of each dataset as it goes.

    Returns:
        Whether there was anything.

    Raises:
        ForeignDatasetsError: The organization holds other datasets too; nothing was removed.
    """
    catalog = read_catalog()
    organization = model.Group.by_name(catalog.organization["name"])
    if organization is None:
        return False
    organization_id = organization.id
    owned = model.Session.query(model.Package).filter_by(owner_org=organization_id).all()
    names = {example.fields["name"] for example in catalog.examples}
    foreign = sorted(dataset.name for dataset in owned if dataset.name not in names)
    if foreign:
        raise ForeignDatasetsError(foreign)
    with tables_by_caller(), opened(COMMAND, reason=QUOTED, override=True):
        for id_, title in [(dataset.id, dataset.title or dataset.name) for dataset in owned]:
            _purge(id_)
            tell(title)
    tk.get_action("organization_purge")(context(), {"id": organization_id})
    _forget_activities(organization_id)
    return True


def _organization(fields: Mapping[str, Any]) -> str:
    present = model.Group.by_name(fields["name"])
    if present is None:
        return create(dict(fields))
    shown = tk.get_action("organization_show")(context(), {"id": present.id})
    if _differs(shown, {**fields, "state": "active"}):
        tk.get_action("organization_patch")(context(), {"id": present.id, **fields, "state": "active"})
    return present.id


def _load(example: Example, owner: str) -> State:
    wanted = {**example.fields, "owner_org": owner, "private": False, "state": "active"}
    present = model.Package.get(wanted["name"])
    state: State = "unchanged"
    if present is None:
        shown = tk.get_action("package_create")(context(), dict(wanted))
        state = "created"
    else:
        shown = tk.get_action("package_show")(context(), {"id": present.id})
        if _differs(shown, wanted):
            shown = tk.get_action("package_patch")(context(), {"id": present.id, **wanted})
            state = "updated"
    resource_id, changed = _load_file(example.table, shown)
    load_table(resource_id)
    return "updated" if changed and state == "unchanged" else state


def _load_file(table: Table, dataset: Mapping[str, Any]) -> tuple[str, bool]:
    content = table.path.read_bytes()
    present = next((resource for resource in dataset["resources"] if resource["name"] == table.fields["name"]), None)
    if present and present["hash"] == hashlib.sha256(content).hexdigest():
        if _differs(present, table.fields):
            tk.get_action("resource_patch")(context(), {"id": present["id"], **table.fields})
            return present["id"], True
        return present["id"], False
    upload = FileStorage(io.BytesIO(content), table.path.name, "upload", "text/csv")
    if present:
        tk.get_action("resource_patch")(context(), {"id": present["id"], **table.fields, "upload": upload})
        return present["id"], True
    made = tk.get_action("resource_create")(context(), {"package_id": dataset["id"], **table.fields, "upload": upload})
    return made["id"], True


def _purge(dataset_id: str) -> None:
    resources = tk.get_action("package_show")(context(), {"id": dataset_id})["resources"]
    # Purging a dataset leaves the tables and files of its resources behind.
    for resource in resources:
        drop_table(resource)
    tk.get_action("dataset_purge")(context(), {"id": dataset_id})
    for resource in resources:
        erase(resource["hash"])
    _forget_activities(dataset_id)


def _forget_activities(object_id: str) -> None:
    if p.plugin_loaded("activity"):
        from ckanext.activity.model import Activity

        model.Session.query(Activity).filter_by(object_id=object_id).delete()
        model.Session.commit()


def _differs(shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return any(_plain(shown.get(key)) != _plain(value) for key, value in wanted.items())


def _plain(value: Any) -> Any:
    """A value for comparison: without empty parts; of tags the names, whose order does not count."""
    if isinstance(value, list):
        names = [item["name"] for item in value if isinstance(item, Mapping) and "name" in item]
        return sorted(names) or [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if item not in ("", None)}
    return value or None
