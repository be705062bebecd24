"""What datasets refer to, as the public may read it now: the activity that produced them, the indicator they carry."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.lebak.profiles.linked import ACTIVITY, ANSWERS, INDICATOR
from ckanext.lebak.release.visibility import public_packages
from ckanext.lebak.statistics import questions as q
from ckanext.lebak.statistics.exchange import to_bps
from ckanext.lebak.statistics.questions import Form, form

log = logging.getLogger(__name__)

LINKS = {"kegiatan_id": (ACTIVITY, "MS-Keg"), "indikator_id": (INDICATOR, "MS-Ind")}
"""The field of a dataset that refers to another record, the key under which the feed tells of it, and its form. The
database notes a change of the datasets where the other one changes (``migration/lebak``)."""
KEYS = frozenset(key for key, _form in LINKS.values())

_OUTSIDE = "produsen_data_name"
_JSON = (q.TEXTS, q.CODES, q.DAYS, q.ROWS, q.GROUP)
_PACKAGE, _GROUP = model.package_table, model.group_table


def add(connection: sa.Connection, records: Collection[dict[str, Any]]) -> None:
    """Adds to public records what they refer to, where that is public too. One query, however many they are.

    Args:
        connection: A connection to CKAN's database.
        records: As an anonymous ``package_show`` gives them.
    """
    ids = {str(record[field]) for record in records for field in LINKS if record.get(field)}
    if not ids:
        return
    told = {}
    for row in _public(connection, ids):
        for field, (_key, name) in LINKS.items():
            if form(name).dataset_type == row["type"] and (found := _as_told(row, form(name))) is not None:
                told[field, row["id"]] = found
    for record in records:
        for field, (key, _form) in LINKS.items():
            if (found := told.get((field, record.get(field)))) is not None:
                record[key] = found


def _public(connection: sa.Connection, ids: Iterable[str]) -> Sequence[sa.RowMapping]:
    columns = (_PACKAGE.c.id, _PACKAGE.c.name, _PACKAGE.c.title, _PACKAGE.c.type, _PACKAGE.c.notes, _PACKAGE.c.extras)
    office = (_GROUP.c.name.label("office"), _GROUP.c.title.label("office_title"))
    query = (
        sa.select(*columns, *office)
        .join(_GROUP, _GROUP.c.id == _PACKAGE.c.owner_org)
        .where(public_packages(), _PACKAGE.c.id.in_(sorted(ids)))
    )
    return connection.execute(query).mappings().all()


def _as_told(row: sa.RowMapping, of: Form) -> dict[str, Any] | None:
    extras = row["extras"] or {}
    answers = {"title": row["title"], "notes": row["notes"]}
    for question in of.questions:
        if (value := extras.get(question.key)) not in (None, ""):
            answers[question.key] = _parsed(value) if question.kind in _JSON else value
    told = {key: row[key] for key in ("id", "name", "title")}
    told["organization"] = {"name": row["office"], "title": row["office_title"]}
    if extras.get(_OUTSIDE):
        told[_OUTSIDE] = extras[_OUTSIDE]
    try:
        # Without private answers: those are not in the record at all.
        return {**told, ANSWERS: to_bps(of, answers)}
    except (AttributeError, TypeError, ValueError):
        # What got past the validators must not stop the datasets that refer to it.
        log.exception("the feed cannot tell of %s, to which datasets refer", row["name"])
        return None


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
