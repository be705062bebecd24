"""The records as the database has them, many at once: what an anonymous ``package_show`` gives, and what they refer to.

Past CKAN's actions, validators and search index, because those take as long for one record as the feed has for a
hundred, stop at content that does not fit, and may tell of yesterday. Whether they agree is tested.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.munge import munge_filename
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak.feed import linked
from ckanext.lebak.files.masking import masked
from ckanext.lebak.organizations.images import image_address
from ckanext.lebak.profiles.sdi import current_site
from ckanext.lebak.release.visibility import public_packages

DATASET_TYPES = ("dataset",)
"""The types of records that the feed tells of."""

Record = dict[str, Any]

_PACKAGE = model.package_table
_RESOURCE = model.resource_table
_GROUP = model.group_table
_MEMBER = model.member_table
_TAG = model.tag_table
_PACKAGE_TAG = model.package_tag_table
_ACTIVE = model.State.ACTIVE

# An output validator whose name has this reads JSON; one is ckanext-scheming's for lists of choices.
_READ_AS_JSON = ("scheming_load_json", "scheming_multiple_choice_output")


def fed() -> ColumnElement[bool]:
    """The condition on ``model.Package`` under which a record is in the feed, for ``where()``."""
    return sa.and_(public_packages(), model.Package.type.in_(DATASET_TYPES))


def public_ids(connection: sa.Connection, among: Collection[str] | None = None) -> list[str]:
    """Ids of the records that are public and of a type that the feed tells of, in a fixed order.

    Args:
        connection: A connection to CKAN's database.
        among: Only of these; None for all.
    """
    query = sa.select(_PACKAGE.c.id).where(fed()).order_by(_PACKAGE.c.id)
    return list(connection.scalars(query if among is None else query.where(_PACKAGE.c.id.in_(among))))


def more_than(connection: sa.Connection, number: int) -> bool:
    """Whether more records than so many are in the feed; cheaper than to count them."""
    return connection.scalar(sa.select(_PACKAGE.c.id).where(fed()).offset(number).limit(1)) is not None


def load(connection: sa.Connection, ids: Collection[str]) -> dict[str, Record]:
    """Public records as an anonymous ``package_show`` gives them, in a few queries however many they are.

    With the public activity and indicator that they refer to (``feed.linked``).

    Args:
        connection: A connection to CKAN's database.
        ids: Ids of records; those that are not public, not of a fed type, or not there are left out.

    Returns:
        The records by id. Content that does not fit the schema (say, text where JSON should be) stays as it is.
    """
    wanted = list(ids)
    rows = connection.execute(
        sa.select(*_columns(_PACKAGE, without=("plugin_data",))).where(fed(), _PACKAGE.c.id.in_(wanted))
    ).mappings()
    packages = {row["id"]: dict(row) for row in rows}
    if not packages:
        return {}
    schema = _Schema()
    offices = _offices(connection, {package["owner_org"] for package in packages.values()})
    parts = {
        "resources": _resources(connection, packages, schema),
        "tags": _tags(connection, packages),
        "groups": _groups(connection, packages),
    }
    loaded = {
        id_: masked(
            _record(package, offices.get(package["owner_org"]), {key: of[id_] for key, of in parts.items()}, schema)
        )
        for id_, package in packages.items()
    }
    linked.add(connection, loaded.values())
    return loaded


class _Schema:
    """Which fields of a record and of its files stand at its root, and which of them are JSON."""

    def __init__(self) -> None:
        fields: dict[str, list[Mapping[str, Any]]] = {"dataset_fields": [], "resource_fields": []}
        for schema in tk.h.scheming_dataset_schemas().values():
            if schema["dataset_type"] in DATASET_TYPES:
                for part, found in fields.items():
                    found.extend(schema[part])
        self.names = {field["field_name"] for field in fields["dataset_fields"]}
        self.json = {field["field_name"] for field in fields["dataset_fields"] if _is_json(field)}
        self.resource_json = {field["field_name"] for field in fields["resource_fields"] if _is_json(field)}


def _is_json(field: Mapping[str, Any]) -> bool:
    return "repeating_subfields" in field or any(name in field.get("output_validators", "") for name in _READ_AS_JSON)


def _parsed(value: Any) -> Any:
    """The list or the rows that a JSON text stands for; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _columns(table: sa.Table, without: Collection[str] = ()) -> list[ColumnElement[Any]]:
    """The columns of a table, times as ISO texts, which exist for every time that PostgreSQL can hold."""
    return [
        sa.func.to_char(column, 'YYYY-MM-DD"T"HH24:MI:SS.US').label(column.name)
        if isinstance(column.type, sa.DateTime)
        else column
        for column in table.c
        if column.name not in without
    ]


def _with_times(row: Record, *names: str) -> Record:
    """The row with its times as Python writes them: no fraction where it is zero."""
    for name in names:
        if row[name]:
            row[name] = row[name].removesuffix(".000000")
    return row


def _record(package: Record, office: Record | None, parts: Mapping[str, list[Record]], schema: _Schema) -> Record:
    extras = package.pop("extras") or {}
    own = {
        key: _parsed(value) if key in schema.json else value
        for key, value in extras.items()
        if key in schema.names and key not in package
    }
    record = {**own, **_with_times(package, "metadata_created", "metadata_modified"), **_licence(package["license_id"])}
    record["title"] = (package["title"] or "").strip() or package["title"]
    record["organization"] = office
    if others := [{"key": key, "value": value} for key, value in sorted(extras.items()) if key not in own]:
        record["extras"] = others
    return {
        **record,
        **parts,
        "num_resources": len(parts["resources"]),
        "num_tags": len(parts["tags"]),
        "relationships_as_object": [],
        "relationships_as_subject": [],
    }


def _licence(code: str | None) -> Record:
    licence = model.Package.get_license_register().get(code) if code else None
    if licence is None:
        return {"isopen": False, "license_title": code}
    title = {"isopen": licence.isopen(), "license_title": licence.title}
    return {**title, "license_url": licence.url} if licence.url else title


def _offices(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Record]:
    rows = connection.execute(sa.select(*_columns(_GROUP, without=("extras",))).where(_GROUP.c.id.in_(list(ids))))
    pages = current_site().pages
    return {
        row["id"]: _with_times({**row, "image_url": image_address(row["image_url"], pages)}, "created")
        for row in rows.mappings()
    }


def _resources(connection: sa.Connection, ids: Iterable[str], schema: _Schema) -> dict[str, list[Record]]:
    # As text: what CKAN's own type cannot read would end the query.
    extras = sa.type_coerce(_RESOURCE.c.extras, sa.UnicodeText).label("extras")
    query = (
        sa.select(*_columns(_RESOURCE, without=("extras",)), extras)
        .where(_RESOURCE.c.package_id.in_(list(ids)), _RESOURCE.c.state == _ACTIVE)
        .order_by(_RESOURCE.c.package_id, _RESOURCE.c.position, _RESOURCE.c.id)
    )
    pages = current_site().pages
    found: dict[str, list[Record]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["package_id"]].append(_resource(dict(row), schema, pages))
    return found


def _resource(row: Record, schema: _Schema, pages: str) -> Record:
    extras = _parsed(row.pop("extras"))
    # As the datastore completes it.
    resource = {"datastore_active": False, **(extras if isinstance(extras, dict) else {}), **row}
    for key in schema.resource_json & resource.keys():
        resource[key] = _parsed(resource[key])
    resource["url"] = _address(resource, pages)
    return _with_times(resource, "created", "last_modified", "metadata_modified", "cache_last_updated")


def _address(resource: Record, pages: str) -> str:
    """Where a file is, as CKAN completes it: an upload or a table at its download, all others with a scheme."""
    url = resource["url"] or ""
    if resource["url_type"] == "datastore":
        return f"{pages}/datastore/dump/{resource['id']}"
    if resource["url_type"] == "upload":
        name = quote(munge_filename(url.rsplit("/")[-1]))
        return f"{pages}/dataset/{resource['package_id']}/resource/{resource['id']}/download/{name}"
    return f"http://{url.lstrip('/')}" if url and not url.partition(":")[1] else url


def _tags(connection: sa.Connection, ids: Iterable[str]) -> dict[str, list[Record]]:
    query = (
        sa.select(_PACKAGE_TAG.c.package_id, _TAG.c.id, _TAG.c.name, _TAG.c.vocabulary_id, _PACKAGE_TAG.c.state)
        .join(_TAG, _TAG.c.id == _PACKAGE_TAG.c.tag_id)
        .where(_PACKAGE_TAG.c.package_id.in_(list(ids)), _PACKAGE_TAG.c.state == _ACTIVE)
        .order_by(_TAG.c.name, _TAG.c.id)
    )
    found: dict[str, list[Record]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        tag = dict(row)
        found[tag.pop("package_id")].append({**tag, "display_name": tag["name"]})
    return found


def _groups(connection: sa.Connection, ids: Iterable[str]) -> dict[str, list[Record]]:
    query = (
        sa.select(_MEMBER.c.table_id, _GROUP.c.id, _GROUP.c.name, _GROUP.c.title, _GROUP.c.description)
        .join(_GROUP, _GROUP.c.id == _MEMBER.c.group_id)
        .where(
            _MEMBER.c.table_id.in_(list(ids)),
            _MEMBER.c.table_name == "package",
            _MEMBER.c.state == _ACTIVE,
            _GROUP.c.is_organization.is_(False),
            _GROUP.c.state == _ACTIVE,
        )
        .order_by(_GROUP.c.name)
    )
    found: dict[str, list[Record]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        group = dict(row)
        found[group.pop("table_id")].append({**group, "display_name": group["title"] or group["name"]})
    return found
