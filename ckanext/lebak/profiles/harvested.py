"""A record for the stock ``ckan`` harvester of a portal that does not have our schema.

Such a portal keeps CKAN's own keys, ``extras`` and what a resource holds, and drops every other key (its schema is
CKAN's ``default_create_package_schema``). So the national keys stand twice: at the root as in ``package_show``, and as
texts in ``extras``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ckanext.lebak.profiles import agents, fields
from ckanext.lebak.profiles.terms import plain, rows
from ckanext.lebak.vocabulary import vocabulary

CORE = (
    "id",
    "name",
    "title",
    "notes",
    "url",
    "version",
    "type",
    "state",
    "private",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "license_id",
    "license_title",
    "license_url",
    "isopen",
    "owner_org",
    "metadata_created",
    "metadata_modified",
)
"""The keys that every CKAN knows at the root of a record, but for the lists below. Nobody's user id is among them."""

NATIONAL = tuple(key for key in (*fields.ALL, "accrualPeriodicity", "accessRights") if key not in CORE)
"""The keys of our schema that CKAN itself does not know."""

_GROUP = ("id", "name", "title", "display_name", "description", "image_display_url")
_ORGANIZATION = ("id", "name", "title", "type", "description", "image_url", "created", "is_organization", "state")


def record_for_harvesters(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as the read-only address for harvesters gives it.

    Args:
        record: The dataset as ``package_show`` gives it.

    Returns:
        A dict of its own with all that a CKAN harvester reads, but for ``metadata_modified``: that is when the feed
        began to say so, which the facade knows and a record does not.
    """
    found = {key: record.get(key) for key in CORE if key != "metadata_modified"}
    found["title"] = plain(found["title"]).strip() or plain(record.get("name")) or plain(record.get("id"))
    found.update(type=record.get("type") or "dataset", state="active", private=False)
    if (licence := vocabulary("license").get(plain(record.get("license_id")))) is not None:
        # CKAN gives it in the language of whoever asks; a record that is stored says it in one.
        found["license_title"] = licence.more["ckan_title"]
    office = record.get("organization")
    tags = sorted({name for tag in rows(record.get("tags")) if (name := plain(tag.get("name")).strip())})
    resources = [_resource(resource) for resource in rows(record.get("resources"))]
    return {
        **found,
        **{key: record[key] for key in NATIONAL if key in record},
        "organization": {key: office.get(key) for key in _ORGANIZATION} if isinstance(office, dict) else None,
        "groups": [{key: group.get(key) for key in _GROUP} for group in rows(record.get("groups"))],
        "tags": [{"name": name, "display_name": name} for name in tags],
        "num_tags": len(tags),
        "resources": resources,
        "num_resources": len(resources),
        "extras": _extras(record),
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }


def _extras(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """The record's own extras and its national keys, never a key twice, and none that CKAN has at the root.

    A national key wins over an extra of the same name: the key went through our schema's checks, the extra is left
    over from before the schema had it. An extra named as a key of CKAN would make the receiver refuse the record
    (``extra_key_not_in_root_schema``).
    """
    told = {key: value for key, value in agents.extras(record).items() if key and key not in _AT_THE_ROOT}
    told.update((key, text) for key in NATIONAL if (text := _text(record.get(key))))
    return [{"key": key, "value": value} for key, value in sorted(told.items())]


_AT_THE_ROOT = {*CORE, "organization", "groups", "tags", "tag_string", "resources", "extras", "save", "return_to"}
_AT_THE_ROOT |= {"relationships_as_subject", "relationships_as_object", "plugin_data", "creator_user_id"}


def _resource(resource: dict[str, Any]) -> dict[str, Any]:
    """A file with all its keys. Rows as JSON text: CKAN refuses a list of dicts that its schema does not have."""
    told = sorted(resource.items())
    return {key: _text(value) if isinstance(value, dict | list) else value for key, value in told}


def _text(value: Any) -> str:
    """A value as one text: lists and dicts as JSON, ``''`` for nothing."""
    if value in (None, "", [], {}):
        return ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else plain(value)
