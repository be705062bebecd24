"""Repeating rows of a form: ``kolom-3-nama`` keys become the list of rows that the schema describes.

ckanext-scheming 3.1.0 does this too, but sorts the keys as text (row 10 comes before row 2) and leaves the posted
keys alone when the stored list is in the same dict, which is how its paged forms save: edits of rows are lost. So the
keys are collected here, before the action runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

MARK = "rows"
"""``<field>-rows`` is posted by every rows form, so that a form whose last row was removed still says so."""

MAX_ROWS = 1000
"""More rows than any table of an office has columns; a hostile form names a million."""

_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,99})-(\d{1,9}|rows)(?:-([A-Za-z0-9_]{1,100}))?")


class TooManyRowsError(ValueError):
    """A form posted more than ``MAX_ROWS`` rows for one field."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def collect_rows(data: dict[str, Any], fields: Collection[str]) -> None:
    """Replaces the flat row keys of ``fields`` in ``data`` by lists of dicts, in the order of their index.

    Posted rows win over a list that is in ``data`` already (a paged form sends both). Rows without any value are
    dropped. Fields of which nothing was posted stay as they are.

    :param data: what was posted, e.g. ``{"title": "...", "kolom-rows": "", "kolom-0-nama": "tahun"}``; changed in
        place.
    :param fields: names of the fields that repeat.
    :raises TooManyRowsError: a field has more than ``MAX_ROWS`` rows.
    """
    posted: dict[str, dict[int, dict[str, Any]]] = {}
    for key in list(data):
        match = _KEY.fullmatch(key) if isinstance(key, str) else None
        if not match or match[1] not in fields:
            continue
        name, index, subfield = match.groups()
        value = data.pop(key)
        rows = posted.setdefault(name, {})
        if index != MARK and subfield:
            rows.setdefault(int(index), {})[subfield] = value
            if len(rows) > MAX_ROWS:
                raise TooManyRowsError(name)
    for name, rows in posted.items():
        ordered = (rows[index] for index in sorted(rows))
        data[name] = [row for row in ordered if _has_value(row)]


def _has_value(row: Mapping[str, Any]) -> bool:
    return any(value not in (None, "", [], {}) for value in row.values())
