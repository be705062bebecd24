"""What follows from where a record stands on its way to the public, whatever is posted. The first wall of the gate."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.lebak.logic.validators.target import target_is_public
from ckanext.lebak.people.capacities import KOORDINATOR, WALIDATA, capacities_of
from ckanext.lebak.release import gate
from ckanext.lebak.release.rules import APPROVED, DRAFT


def lebak_workflow_status(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Sets the field from where the record stands, whatever was given.

    Args:
        key: Of the field `publishing_status`.
        data: The flattened record.
        errors: Not used.
        context: Holds the stored record, if there is one.
    """
    now, stored = gate.opening(), context.get("package")
    if now and now.override:
        data[key] = APPROVED if target_is_public(data, context) else DRAFT
    else:
        data[key] = gate.place_of(stored.id).status if stored else DRAFT


def lebak_workflow_only(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Keeps the stored value of a field that only the workflow sets.

    Args:
        key: Of the field, kept by CKAN as an extra.
        data: The flattened record.
        errors: Not used.
        context: Holds the stored record, if there is one.
    """
    if gate.opening() is None:
        _keep(key, data, context)


def lebak_priority_keepers_only(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """Keeps the stored value of a field of the national priority list, unless who keeps the list gives another.

    The list is set by the minister of planning (Perpres 39/2019, article 30); the walidata and the coordinator of the
    Forum note it here. An office cannot tick it.

    Args:
        key: Of the field, kept by CKAN as an extra.
        data: The flattened record.
        errors: Not used.
        context: Holds the user and the stored record, if there is one.
    """
    if gate.opening():
        return
    user = model.User.get(context.get("user"))
    if not capacities_of(user) & {WALIDATA, KOORDINATOR}:
        _keep(key, data, context)


def _keep(key: FlattenKey, data: FlattenDataDict, context: Context) -> None:
    stored: Any = context.get("package")
    kept = stored.extras.get(key[-1]) if stored else None
    data[key] = tk.missing if kept is None else kept
