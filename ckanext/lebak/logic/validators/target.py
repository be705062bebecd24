"""Where a record is going: what validators ask that let a draft be incomplete."""

from __future__ import annotations

from typing import cast

import ckan.plugins.toolkit as tk
from ckan.types import Context, ContextValidator, FlattenDataDict

from ckanext.lebak.logic.validators.values import is_empty
from ckanext.lebak.release.gate import opening


def target_is_public(data: FlattenDataDict, context: Context) -> bool:
    """Whether everybody will see the record once it is saved.

    Public means state `active` and not private. While the gate is shut, saving changes neither. While it is open, what
    the caller leaves open is as it is stored, or as CKAN sets it in a new record: active, not private.

    Args:
        data: The flattened record.
        context: Holds the stored record, if there is one.
    """
    package = context.get("package")
    if opening() is None:
        return bool(package and package.state == "active" and not package.private)
    private = data.get(("private",), tk.missing)
    if private is None or private is tk.missing:
        private = package.private if package else False
    boolean = cast(ContextValidator, tk.get_validator("boolean_validator"))
    given = data.get(("state",), tk.missing)
    state = given if not is_empty(given) else (package.state if package else None) or "active"
    return state == "active" and not boolean(private, context)
