"""What of a record is its content, and its digest. What is approved is a digest, so this is what was approved.

Read from the database, in the caller's transaction: the same for a form, the API, a command and the last check before
a commit. Not content are CKAN's own times and ids, what the background work notes (whether a table is loaded), and what
others than the producer keep: the status, the pembina's view, the national priority list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.release.model import Workflow

_PACKAGE_COLUMNS = (
    "type",
    "title",
    "notes",
    "url",
    "version",
    "owner_org",
    "license_id",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
)
_RESOURCE_COLUMNS = (
    "url",
    "url_type",
    "name",
    "description",
    "format",
    "hash",
    "mimetype",
    "mimetype_inner",
    "size",
    "last_modified",
    "resource_type",
    "cache_url",
    "cache_last_updated",
)
KEPT_BY_OTHERS = frozenset(
    {"publishing_status", "status_review_pembina", "prioritas_tahun", "kriteria_prioritas", "indikator_prioritas"}
)
"""Fields that the walidata, the pembina or the coordinator keep, not the office."""
_WORK = "datastore_active"
"""Whether the table is loaded, which CKAN keeps among the fields of a file."""


def record(connection: sa.Connection, package_id: str) -> dict[str, Any] | None:
    """A record as it is in the database now, in the caller's transaction: what a release keeps of it.

    Args:
        connection: Of the caller.
        package_id: Id of the record.

    Returns:
        JSON: the fields by their names, ``tags`` as names, ``resources`` with their ``id`` and ``hash``; None if there
        is no such record.
    """
    package, resource = model.package_table, model.resource_table
    row = connection.execute(sa.select(package).where(package.c.id == package_id)).mappings().first()
    if row is None:
        return None
    files = connection.execute(
        sa.select(resource)
        .where(resource.c.package_id == package_id, resource.c.state == model.State.ACTIVE)
        .order_by(resource.c.position)
    ).mappings()
    return {
        **_extras(row["extras"]),
        **_filled(row, _PACKAGE_COLUMNS),
        "name": _address(connection, row),
        "tags": _tags(connection, package_id),
        "groups": _groups(connection, package_id),
        "resources": [
            {**_extras(file["extras"]), **_filled(file, _RESOURCE_COLUMNS), "id": file["id"]} for file in files
        ],
    }


def digest(connection: sa.Connection, package_id: str) -> str | None:
    """SHA-256 of the content of a record as it is in the database now; None if there is no such record.

    A working copy and the released record that becomes equal to it have the same: ids of files do not count.
    """
    told = record(connection, package_id)
    if told is None:
        return None
    told["resources"] = [{key: value for key, value in file.items() if key != "id"} for file in told["resources"]]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _filled(row: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in columns if row[name] not in (None, "")}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _address(connection: sa.Connection, row: Any) -> str:
    """The name under which it is or will be public: a working copy keeps that of the released record."""
    package = model.package_table.c
    released = (
        sa.select(package.name)
        .join(Workflow, Workflow.release_of == package.id)
        .where(Workflow.package_id == row["id"])
    )
    return connection.scalar(released) or row["name"]


def _extras(extras: dict[str, Any] | None) -> dict[str, Any]:
    return {
        key: _parsed(value)
        for key, value in (extras or {}).items()
        if key not in KEPT_BY_OTHERS and value not in (None, "", [], {}) and not _is_work(key, value)
    }


def _is_work(key: str, value: Any) -> bool:
    """Whether it is what CKAN notes of a loaded table; anything else under that name is what somebody posted."""
    return key == _WORK and isinstance(value, bool)


def _parsed(value: Any) -> Any:
    """Lists and rows are kept as JSON text, which may be written in several ways."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _tags(connection: sa.Connection, package_id: str) -> list[str]:
    tag, link = model.tag_table.c, model.package_tag_table.c
    query = (
        sa.select(tag.name)
        .join(model.package_tag_table, link.tag_id == tag.id)
        .where(link.package_id == package_id, link.state == model.State.ACTIVE)
    )
    return sorted(connection.scalars(query))


def _groups(connection: sa.Connection, package_id: str) -> list[str]:
    member, group = model.member_table.c, model.group_table.c
    query = (
        sa.select(group.id)
        .join(model.member_table, member.group_id == group.id)
        .where(
            member.table_name == "package",
            member.table_id == package_id,
            member.state == model.State.ACTIVE,
            group.is_organization.is_(False),
        )
    )
    return sorted(connection.scalars(query))
