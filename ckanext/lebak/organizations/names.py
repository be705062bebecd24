"""Offices by any of their names: title, address, abbreviation, other and former names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from ckan import model

OTHER_NAMES = ("singkatan", "nama_lain")
"""The fields of ``schemas/organization.yaml`` that hold names; CKAN keeps them as extras."""


def matching(text: str) -> list[str]:
    """The names (slugs) of the active organizations that have ``text`` in one of their names or in their description.

    Args:
        text: What a reader typed; capital and small letters are the same, and ``%`` is only itself.
    """
    group = model.Group
    columns = [
        group.name,
        group.title,
        group.description,
        *(model.group_table.c.extras[key].astext for key in OTHER_NAMES),
    ]
    query = sa.select(group.name).where(
        group.is_organization.is_(True),
        group.state == model.State.ACTIVE,
        sa.or_(*(column.icontains(text, autoescape=True) for column in columns)),
    )
    return list(model.Session.scalars(query))


def former_names(record: Mapping[str, Any], *names: str | None) -> list[str]:
    """The other names of an office with ``names`` added, each once and without those that it bears now.

    Args:
        record: The office as it will be, with ``title``, ``singkatan``, ``nama_lain``.
        *names: Names to add; empty ones are passed over.
    """
    present = {record.get("title"), record.get("singkatan")}
    every = [*as_list(record.get("nama_lain")), *names]
    return [name for name in dict.fromkeys(every) if name and name not in present]


def as_list(value: Any) -> list[str]:
    """A list field as ``organization_show`` gives it, or as it is stored."""
    if isinstance(value, str):
        value = json.loads(value) if value.startswith("[") else [value]
    return [str(item) for item in value] if isinstance(value, list) else []
