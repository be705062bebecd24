"""A resource's file into the datastore, or out of it.

A table is loaded whole or not at all: every row is read and checked before the first is written. What the datastore
holds is always of the file that is there now; when a new file does not fit its description, the old table goes.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from typing import IO, Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.types import Context
from ckanext.datastore.backend import DatastoreBackend

from ckanext.lebak import config
from ckanext.lebak.tables.columns import Column, records
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import READERS
from ckanext.lebak.tables.status import COMPLETE, ERROR, LOADING, TableStatus, forget_status, keep_status, table_status
from ckanext.lebak.tables.storage import opened
from ckanext.lebak.tables.table import header_and_rows

log = logging.getLogger(__name__)

JOB_SECONDS = 3600
"""A table of the largest size takes minutes; what takes longer than this hangs."""

_FORMAT = 1
"""Raised when loading changes, so that tables are loaded again."""
_CHUNK = 5000


_AT_WORK: ContextVar[bool] = ContextVar("tables_loader_at_work", default=False)


def loader_is_at_work() -> bool:
    """Whether it is the loader that writes to the datastore: what it writes is what the file says."""
    return _AT_WORK.get()


def is_table(resource: Mapping[str, Any]) -> bool:
    """Whether a resource is an uploaded file of a format that can be loaded."""
    return resource.get("url_type") == "upload" and str(resource.get("format") or "").upper() in READERS


def signature(resource: Mapping[str, Any]) -> str:
    """A digest of what decides a table: the file's content and the described columns.

    Args:
        resource: As ``resource_show`` gives it.
    """
    digest = resource.get("hash") or f"{resource.get('last_modified')} {resource.get('size')}"
    decides = [_FORMAT, digest, str(resource.get("format") or "").upper(), resource.get("kolom") or []]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def needs_loading(resource: Mapping[str, Any]) -> bool:
    """Whether the last attempt was of another file or of other columns, or left a table that should not be there.

    Args:
        resource: As ``resource_show`` gives it.
    """
    status = table_status(resource["id"])
    if is_table(resource):
        return status is None or not status.is_of(signature(resource), JOB_SECONDS)
    return status is not None


def load_table(resource_id: str, *, force: bool = False) -> TableStatus | None:
    """Brings the datastore in line with the file of a resource.

    Args:
        resource_id: Id of the resource.
        force: Whether to load again what was tried already.

    Returns:
        What came of it; None for a resource that is no table.

    Raises:
        ObjectNotFound: There is no such resource.
    """
    # Two workers, or a worker and a command, must not write the same table.
    with connect_to_redis().lock(f"lebak:table:{tk.config['ckan.site_id']}:{resource_id}", timeout=JOB_SECONDS):
        resource = tk.get_action("resource_show")(_context(), {"id": resource_id})
        if not is_table(resource):
            drop_table(resource)
            return None
        before = table_status(resource_id)
        wanted = signature(resource)
        # Who holds the lock knows that an attempt which is still noted as loading was given up.
        if before and before.state != LOADING and before.signature == wanted and not force:
            return before
        # Writing to the datastore saves the dataset, which asks whether there is a table to load.
        keep_status(resource_id, TableStatus(wanted, LOADING))
        at_work = _AT_WORK.set(True)
        try:
            status = _load(resource, wanted)
        finally:
            _AT_WORK.reset(at_work)
        keep_status(resource_id, status)
        return status


def drop_table(resource: Mapping[str, Any]) -> None:
    """Removes what loading a resource left behind: its table, the previews that need one, and what is noted of it.

    A table that somebody else wrote (``url_type: datastore``, or a resource never loaded here) stays.
    """
    if table_status(resource["id"]) is None:
        return
    # In this order: emptying the datastore saves the dataset, which asks whether something is left to do.
    forget_status(resource["id"])
    at_work = _AT_WORK.set(True)
    try:
        _drop_from_datastore(resource)
    finally:
        _AT_WORK.reset(at_work)


def _load(resource: Mapping[str, Any], wanted: str) -> TableStatus:
    try:
        with opened(resource) as stream:
            columns, count = _checked(resource, stream)
            _drop_from_datastore(resource)
            stream.seek(0)
            _store(resource, columns, stream)
    except TableError as error:
        log.info("Table of resource %s: %s", resource["id"], error)
        _drop_from_datastore(resource)
        return TableStatus(wanted, ERROR, message=error.message, values=error.values)
    except Exception:
        # The person who waits for the table learns of it; the cause is for the log of the job.
        message = N_(
            "The table could not be prepared because of a fault in the catalog. Tell the administrator of the catalog."
        )
        model.Session.rollback()
        keep_status(resource["id"], TableStatus(wanted, ERROR, message=message))
        raise
    return TableStatus(wanted, COMPLETE, rows=count)


def _checked(resource: Mapping[str, Any], stream: IO[bytes]) -> tuple[list[Column], int]:
    """Reads the whole file once; returns its columns and how many rows it has."""
    columns, rows = header_and_rows(stream, resource["format"], resource.get("kolom") or [])
    limit = config.max_table_rows()
    count = sum(1 for _ in itertools.islice(records(columns, rows), limit + 1))
    if count > limit:
        raise TableError(
            N_("The table has more than {limit} rows, so it is not shown here. The file can be downloaded as it is."),
            limit=limit,
        )
    if not count:
        raise TableError(N_("The table has a header but no rows. Add the rows and upload it again."))
    return columns, count


def _store(resource: Mapping[str, Any], columns: list[Column], stream: IO[bytes]) -> None:
    resource_id = resource["id"]
    fields = [column.datastore_field() for column in columns]
    tk.get_action("datastore_create")(_context(), {"resource_id": resource_id, "force": True, "fields": fields})
    _, rows = header_and_rows(stream, resource["format"], resource.get("kolom") or [])
    values = records(columns, rows)
    while chunk := list(itertools.islice(values, _CHUNK)):
        tk.get_action("datastore_upsert")(
            _context(),
            {
                "resource_id": resource_id,
                "force": True,
                "method": "insert",
                "records": chunk,
                "calculate_record_count": False,
            },
        )
    DatastoreBackend.get_active_backend().calculate_record_count(resource_id)
    shown = tk.get_action("resource_show")(_context(), {"id": resource_id})
    tk.get_action("resource_create_default_resource_views")(
        _context(), {"resource": shown, "create_datastore_views": True}
    )


def _drop_from_datastore(resource: Mapping[str, Any]) -> None:
    resource_id = resource["id"]
    if not DatastoreBackend.get_active_backend().resource_exists(resource_id):
        return
    needing = {
        plugin.info()["name"]
        for plugin in p.PluginImplementations(p.IResourceView)
        if plugin.info().get("requires_datastore")
    }
    for view in tk.get_action("resource_view_list")(_context(), {"id": resource_id}):
        if view["view_type"] in needing:
            tk.get_action("resource_view_delete")(_context(), {"id": view["id"]})
    tk.get_action("datastore_delete")(_context(), {"resource_id": resource_id, "force": True})


def _context() -> Context:
    site_user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return Context(user=site_user["name"], ignore_auth=True)
