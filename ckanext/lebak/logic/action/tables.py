"""Actions on the tables of uploaded files."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.lebak.files.access import may_read_file, user_of
from ckanext.lebak.tables.jobs import enqueue_table
from ckanext.lebak.tables.loading import is_table, needs_loading
from ckanext.lebak.tables.status import LOADING, table_status

__all__ = ["lebak_table_load", "lebak_table_show"]

PENDING = "pending"
NONE = "none"


@tk.side_effect_free
def lebak_table_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What became of the table of an uploaded file.

    :param id: id of the resource
    :type id: string

    :returns: ``state`` (``none``: not a table; ``pending``: waits for the background job; ``complete``; ``error``),
        ``rows`` in the datastore, and ``message``: why there is no table, as a sentence
    :rtype: dictionary
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("lebak_table_show", context, data_dict)
    resource = tk.get_action("resource_show")(tk.fresh_context(context), {"id": resource_id})
    # Why a table could not be loaded is said with a value of it.
    if not is_table(resource) or not _may_read(context, resource_id):
        return {"state": NONE, "rows": 0, "message": ""}
    status = table_status(resource_id)
    if status is None or status.state == LOADING or needs_loading(resource):
        return {"state": PENDING, "rows": 0, "message": ""}
    return {"state": status.state, "rows": status.rows, "message": status.sentence}


def _may_read(context: Context, resource_id: str) -> bool:
    resource = model.Resource.get(resource_id)
    return resource is not None and may_read_file(user_of(context), resource.package, resource)


def lebak_table_load(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Ask for the table of an uploaded file to be loaded again, as a background job.

    You must be authorized to edit the resource.

    :param id: id of the resource
    :type id: string

    :returns: the state, as ``lebak_table_show`` gives it
    :rtype: dictionary
    """
    resource_id = tk.get_or_bust(data_dict, "id")
    tk.check_access("lebak_table_load", context, data_dict)
    resource = tk.get_action("resource_show")(tk.fresh_context(context), {"id": resource_id})
    if not is_table(resource):
        raise tk.ValidationError({"id": [tk._("Only an uploaded file in CSV, TSV or XLSX can be shown as a table.")]})
    enqueue_table(resource, force=True)
    return {"state": PENDING, "rows": 0, "message": ""}
