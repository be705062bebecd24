"""Tables that take the place of others: those of an approved change become those of the released files.

The datastore is a database of its own, so this cannot be in the transaction of the release: it comes right after it,
takes milliseconds, and can be done again. A table that is not there yet is loaded by the worker like any other.
"""

from __future__ import annotations

from collections.abc import Mapping

import ckan.plugins as p
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from ckanext.datastore.backend.postgres import get_write_engine

from ckanext.lebak.tables.status import forget_status, keep_status, table_status


def exchange(places: Mapping[str, str]) -> None:
    """Moves tables, each in one transaction of the datastore; the table that stood there before is gone.

    Args:
        places: Id of the file that has the table -> id of the file that gets it.
    """
    if not p.plugin_loaded("datastore"):
        return
    for source, target in places.items():
        status = table_status(source)
        if _move(source, target) and status:
            keep_status(target, status)
            forget_status(source)


def _move(source: str, target: str) -> bool:
    with get_write_engine().begin() as connection:
        tables = set(sa.inspect(connection).get_table_names())
        if source not in tables:
            return False  # moved already, or not loaded yet
        change = Operations(MigrationContext.configure(connection))
        if target in tables:
            change.drop_table(target)
        change.rename_table(source, target)
    return True
