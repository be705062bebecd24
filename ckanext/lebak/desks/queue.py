"""What waits, and for whom: by one query of the database each, however many records there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.sql.elements import ColumnElement

from ckanext.lebak.people.capacities import KOORDINATOR, PEMBINA, WALIDATA
from ckanext.lebak.release import rules
from ckanext.lebak.release.model import Workflow
from ckanext.lebak.release.visibility import public_packages
from ckanext.lebak.release.workflow import METADATA_TYPES

WAITING, RETURNED, WITHDRAWN = "waiting", "returned", "withdrawn"
TABS = {WAITING: rules.IN_REVIEW, RETURNED: rules.REJECTED, WITHDRAWN: rules.WITHDRAWN}
"""The parts of the queue, and the status of what stands there."""
STEPS = (rules.WALIDATA, rules.PEMBINA, rules.DATE)
"""Whom or what a record in review waits for."""
AGE, OFFICE = "age", "office"
SORTS = (AGE, OFFICE)
PAGE = 25
"""Records of a page."""

_row, _package, _office = Workflow.__table__.c, model.package_table.c, model.group_table.c
_released = model.package_table.alias("released")
_LISTED = '["%'
"""How the years of the priority list begin where there are any: they are kept as JSON text."""


@dataclass(frozen=True)
class Asked:
    """Which part of the queue.

    Attributes:
        tab: One of `TABS`.
        step: One of `STEPS`; empty for all.
        organization: Name of an office; empty for all.
        priority: Whether only priority data are asked for.
        sort: ``age``: what waits longest first; ``office``: by office, and then by age.
        pembina: In the order of the pembina: priority data, then metadata by type, then by age.
    """

    tab: str = WAITING
    step: str = ""
    organization: str = ""
    priority: bool = False
    sort: str = AGE
    pembina: bool = False


def listed(asked: Asked, *, limit: int = PAGE, offset: int = 0) -> list[dict[str, Any]]:
    """The records of a part of the queue.

    Args:
        asked: Which part.
        limit: At most so many.
        offset: After so many.

    Returns:
        For each ``id``, ``type``, ``title``, ``organization`` (name and title), ``status``, ``step``, ``since``, who
        handed it in, ``content``, ``release_of``, ``release_on``, ``pembina_view`` and ``priority``.
    """
    # What is shown of a record is read for those of the page alone, not for all that are sorted.
    page = _selected(asked, _row.package_id).order_by(*_order(asked)).limit(limit).offset(offset)
    query = _selected(
        asked,
        _row.package_id.label("id"),
        _package.type,
        _package.title,
        _package.name,
        _office.name.label("organization"),
        _office.title.label("organization_title"),
        _row.status,
        _row.step,
        _row.since,
        _row.content,
        _row.release_of,
        _row.release_on,
        _row.submitted_by,
        _row.pembina_view,
        _priority().label("priority"),
    )
    rows = model.Session.execute(query.where(_row.package_id.in_(page)).order_by(*_order(asked))).mappings()
    return [dict(row) for row in rows]


def count(asked: Asked) -> int:
    """How many records a part of the queue has."""
    return model.Session.scalar(_selected(asked, sa.func.count())) or 0


def offices(asked: Asked) -> list[dict[str, Any]]:
    """The offices that have something in a tab, by title: ``name``, ``title`` and ``count``."""
    columns = _office.name, _office.title
    whole = Asked(tab=asked.tab, pembina=asked.pembina)
    query = _selected(whole, *columns, sa.func.count().label("count")).group_by(*columns).order_by(_office.title)
    return [dict(row) for row in model.Session.execute(query).mappings()]


def number_waiting(step: str) -> int:
    """How many records wait for the walidata, or for the pembina: for the header of every page."""
    # What is in review cannot be deleted (``release.gate``), so the records themselves are not asked.
    query = sa.select(sa.func.count()).where(_row.status == rules.IN_REVIEW, _row.step == step)
    return model.Session.scalar(query) or 0


def desks_of(held: Collection[str]) -> list[tuple[str, int | None]]:
    """The desks of somebody who acts as these, each with the number that waits there.

    Args:
        held: Capacities (``people.capacities``).

    Returns:
        ``walidata`` and ``pembina`` with their numbers; ``priority``, the priority list, with None.
    """
    desks: list[tuple[str, int | None]] = [(step, number_waiting(step)) for step in (WALIDATA, PEMBINA) if step in held]
    return [*desks, ("priority", None)] if {WALIDATA, KOORDINATOR} & set(held) else desks


def priority_list(year: str = "") -> list[dict[str, Any]]:
    """What is on the national list of priority data, by office and title.

    Args:
        year: Of the list; empty for all.

    Returns:
        For each ``id``, ``name``, ``title``, ``organization_title``, ``public``, ``status``, ``years`` (as JSON text),
        ``criterion`` and ``indicator``. Changes of released datasets are not listed beside them.
    """
    years = _package.extras["prioritas_tahun"].astext
    query = (
        sa.select(
            _package.id,
            _package.name,
            _package.title,
            public_packages().label("public"),
            _office.title.label("organization_title"),
            sa.func.coalesce(_row.status, rules.DRAFT).label("status"),
            years.label("years"),
            _package.extras["kriteria_prioritas"].astext.label("criterion"),
            _package.extras["indikator_prioritas"].astext.label("indicator"),
        )
        .select_from(model.package_table)
        .outerjoin(Workflow.__table__, _row.package_id == _package.id)
        .outerjoin(model.group_table, _office.id == _package.owner_org)
        .where(years.like(_LISTED), _package.state != model.State.DELETED, _row.release_of.is_(None))
        .order_by(_office.title, _package.title, _package.id)
    )
    if year:
        query = query.where(years.contains(f'"{year}"', autoescape=True))
    return [dict(row) for row in model.Session.execute(query).mappings()]


def days_since(moment: dt.datetime, now: dt.datetime | None = None) -> int:
    """Whole days since a moment."""
    return ((now or dt.datetime.now(dt.timezone.utc)) - moment).days


def _selected(asked: Asked, *columns: Any) -> sa.Select[Any]:
    query = (
        sa.select(*columns)
        .select_from(Workflow.__table__)
        .join(model.package_table, _package.id == _row.package_id)
        .outerjoin(model.group_table, _office.id == _package.owner_org)
        .outerjoin(_released, _released.c.id == _row.release_of)
        .where(_row.status == TABS[asked.tab], _package.state != model.State.DELETED)
    )
    if asked.step:
        query = query.where(_row.step == asked.step)
    if asked.organization:
        query = query.where(_office.name == asked.organization)
    return query.where(_priority()) if asked.priority else query


def _priority() -> ColumnElement[bool]:
    """Whether a record is priority data: it, or the released one that it is a change of."""
    own, released = (extras["prioritas_tahun"].astext for extras in (_package.extras, _released.c.extras))
    return sa.or_(sa.func.coalesce(own, "").like(_LISTED), sa.func.coalesce(released, "").like(_LISTED))


def _order(asked: Asked) -> list[ColumnElement[Any]]:
    age: list[ColumnElement[Any]] = [_row.since.asc(), _row.package_id.asc()]
    if asked.pembina:
        by_type = sa.case({name: place for place, name in enumerate(METADATA_TYPES)}, value=_package.type, else_=-1)
        return [_priority().desc(), by_type, *age]
    return [_office.title.asc(), *age] if asked.sort == OFFICE else age
