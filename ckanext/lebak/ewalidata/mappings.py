"""What a code maps to: a released table, a filter on its rows, and an aggregation. In the caller's transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context

from ckanext.lebak import audit
from ckanext.lebak.ewalidata import tables
from ckanext.lebak.ewalidata.model import CodeMapping
from ckanext.lebak.ewalidata.values import AGGREGATIONS
from ckanext.lebak.logic.validators.values import clean_text, is_blank
from ckanext.lebak.planning.model import now

MOST_FILTERS = 10
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-/_]{0,99}")
_LONGEST = 500


def listed(organization_id: str | None = None, *, offset: int = 0, limit: int | None = None) -> list[CodeMapping]:
    """The mappings, by code.

    Args:
        organization_id: Only those of datasets of this office; None for all.
        offset: How many are left out.
        limit: How many there are at most; None for all.
    """
    query = sa.select(CodeMapping).where(_of(organization_id)).order_by(CodeMapping.code)
    return list(model.Session.scalars(query.offset(offset).limit(limit)))


def count(organization_id: str | None = None) -> int:
    """How many mappings there are.

    Args:
        organization_id: Only those of datasets of this office; None for all.
    """
    query = sa.select(sa.func.count()).select_from(CodeMapping).where(_of(organization_id))
    return model.Session.scalar(query) or 0


def _of(organization_id: str | None) -> sa.ColumnElement[bool]:
    own = sa.select(model.Package.id).where(model.Package.owner_org == organization_id)
    return sa.true() if organization_id is None else CodeMapping.package_id.in_(own)


def get(mapping_id: str) -> CodeMapping:
    """A mapping by its id.

    Raises:
        ObjectNotFound: There is none.
    """
    found = model.Session.get(CodeMapping, mapping_id)
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no such code."))
    return found


def package_of(resource_id: str) -> model.Package:
    """The released dataset of a file.

    Raises:
        ValidationError: There is none.
    """
    resource = model.Resource.get(resource_id) if resource_id else None
    package = tables.released(resource.package_id or "") if resource and resource.state == model.State.ACTIVE else None
    if package is None:
        raise tk.ValidationError({"resource_id": [tk._("Choose a table of a released dataset.")]})
    return package


def save(context: Context, given: Mapping[str, Any], *, mapping: CodeMapping | None = None) -> CodeMapping:
    """Writes where the value of a code stands.

    Args:
        context: Of who writes it.
        given: By the names of the attributes of `CodeMapping`; ``filters`` also as text, a ``column=value`` a line.
        mapping: The one to change; None for a new one.

    Raises:
        ValidationError: Something of it cannot be, by field.
    """
    package = package_of(str(given.get("resource_id") or ""))
    resource_id = str(given["resource_id"])
    errors: dict[str, list[str]] = {}
    said = {key: _line(given.get(key), key, errors) for key in ("code", "title", "unit", "year_column", "value_column")}
    if said["code"] and not _CODE.fullmatch(said["code"]):
        errors["code"] = [tk._("Write the code as e-Walidata has it: letters, digits and points.")]
    taken = sa.select(CodeMapping).where(CodeMapping.code == said["code"])
    other = model.Session.scalar(taken)
    if other is not None and (mapping is None or other.id != mapping.id):
        errors["code"] = [tk._("This code is mapped already. Change that one.")]
    aggregation = str(given.get("aggregation") or "")
    if aggregation not in AGGREGATIONS:
        errors["aggregation"] = [tk._("Choose how several rows become one value.")]
    filters = _filters(given.get("filters"), errors)
    try:
        known = tables.columns(context, resource_id)
    except (tk.ObjectNotFound, tk.NotAuthorized):
        raise tk.ValidationError({"resource_id": [tk._("The table of this file is not loaded yet.")]}) from None
    sentence = tk._("The table has no column “{column}”. It has: {columns}.")
    for key, columns in (
        ("year_column", [said["year_column"]]),
        ("value_column", [said["value_column"]]),
        ("filters", filters),
    ):
        for column in columns:
            if column and column not in known:
                errors.setdefault(key, []).append(sentence.format(column=column, columns=", ".join(known)))
    if errors:
        raise tk.ValidationError({**errors})
    actor = context.get("user") or ""
    if mapping is None:
        mapping = CodeMapping(code=said["code"])
        model.Session.add(mapping)
    for key, value in said.items():
        setattr(mapping, key, value)
    mapping.package_id, mapping.resource_id, mapping.filters = package.id, resource_id, filters
    mapping.aggregation = aggregation
    mapping.changed_at, mapping.changed_by = now(), actor
    model.Session.flush()
    audit.note(actor, "ewalidata.map", package_id=package.id, details={"code": mapping.code})
    return mapping


def remove(mapping: CodeMapping, actor: str) -> None:
    """Takes a code off the list."""
    audit.note(actor, "ewalidata.remove", package_id=mapping.package_id, details={"code": mapping.code})
    model.Session.delete(mapping)


def _line(value: Any, key: str, errors: dict[str, list[str]]) -> str:
    try:
        text = "" if is_blank(value) else " ".join(clean_text(value).split())
    except tk.Invalid as error:
        errors[key] = [str(error.error)]
        return ""
    if not text:
        errors[key] = [tk._("Fill in this field.")]
    elif len(text) > _LONGEST:
        errors[key] = [tk._("This is too long. Write at most {count} characters.").format(count=_LONGEST)]
    return text


def _filters(given: Any, errors: dict[str, list[str]]) -> dict[str, str]:
    try:
        if isinstance(given, Mapping):
            pairs = [(_part(column), _part(value)) for column, value in given.items()]
        else:
            lines = [line.partition("=") for line in _part(given or "").split("\n") if line.strip()]
            pairs = [(column.strip(), value.strip()) for column, _is, value in lines]
    except tk.Invalid as error:
        errors["filters"] = [str(error.error)]
        return {}
    if len(pairs) > MOST_FILTERS or any(not column or not value or len(value) > _LONGEST for column, value in pairs):
        errors["filters"] = [
            tk._("Write one filter a line, as column=value, at most {count}.").format(count=MOST_FILTERS)
        ]
        return {}
    return dict(pairs)


def _part(value: Any) -> str:
    """A text or a number of a filter, as text."""
    return clean_text(str(value) if isinstance(value, float) else value)
