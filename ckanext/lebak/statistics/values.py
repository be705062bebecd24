"""The values of an indicator as a table has them, arranged for a reader. Pure: columns and rows in, cells out.

Which column says when, which says where and which holds the value is what the producer declared of the columns (role
and type, ``tables.columns``); a table whose columns have no roles has no values for this page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.lebak.tables.columns import Column
from ckanext.lebak.vocabulary import vocabulary

DIMENSION, MEASURE = "dimensi", "ukuran"
"""Codes of vocabularies/column_role.csv."""
TIMES = ("tahun", "tanggal")
"""Codes of vocabularies/column_type.csv for columns that say when."""
TIME_NAMES = ("tahun", "periode", "semester", "triwulan", "bulan")
"""Names of columns that say when though they are text, as ``2024-S1``."""
MOST_PERIODS = 12
"""Beside each other; more make a table that nobody can read."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Arranged:
    """Values for a reader.

    Attributes:
        heads: Of the columns.
        rows: Cells, as many as there are heads. Figures are numbers, all else text; None where there is nothing.
        unit: Of the figures; empty where the columns do not agree or do not say.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    unit: str


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are for.

    Attributes:
        time: Says when; None for a table of one period.
        dimensions: Say what else a figure is about: where, who.
        measures: Hold the figures.
    """

    time: Column | None
    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]


def roles_of(columns: Iterable[Column]) -> Roles | None:
    """What the columns of a table are for; None if none is declared to hold a figure."""
    listed = list(columns)
    dimensions = [column for column in listed if column.role == DIMENSION]
    measures = tuple(column for column in listed if column.role == MEASURE)
    if not measures:
        return None
    times = [column for column in dimensions if column.kind in TIMES]
    named = [column for column in dimensions if column.name.casefold().partition("_")[0] in TIME_NAMES]
    time = next(iter([*times, *named]), None)
    return Roles(time, tuple(column for column in dimensions if column is not time), measures)


def arrange(roles: Roles, rows: Iterable[Row], period: str = "") -> Arranged:
    """Rows of a table as a reader takes them in: a line for each place and a column for each period, where that fits.

    Args:
        roles: Of the columns.
        rows: Records by the names of the columns, the newest first where there is a time.
        period: Of the whole table, where no column says when.
    """
    listed = [_Line.of(roles, row, period) for row in rows]
    periods = sorted({line.time for line in listed if line.time})
    units = {column.unit for column in roles.measures}
    unit = units.pop() if len(units) == 1 else ""
    places = {(line.about, line.time) for line in listed}
    side_by_side = (
        len(roles.measures) == 1
        and len(roles.dimensions) <= 1
        and 0 < len(periods) <= MOST_PERIODS
        and len(places) == len(listed)
        and all(line.time for line in listed)
    )
    if side_by_side:
        return _side_by_side(roles, listed, periods, unit)
    when = ("",) if roles.time is None else (_head(roles.time),)
    heads = (*(when if periods else ()), *map(_head, roles.dimensions), *map(_head, roles.measures))
    cells = tuple((*((line.time,) if periods else ()), *line.about, *line.figures) for line in listed)
    return Arranged(heads, cells, unit)


@dataclass(frozen=True)
class _Line:
    time: str
    about: tuple[str, ...]
    figures: tuple[Any, ...]

    @classmethod
    def of(cls, roles: Roles, row: Row, period: str) -> _Line:
        said = row.get(roles.time.name) if roles.time else period
        return cls(
            _text(said),
            tuple(_place(_text(row.get(column.name))) for column in roles.dimensions),
            tuple(row.get(column.name) for column in roles.measures),
        )


def _side_by_side(roles: Roles, lines: Sequence[_Line], periods: Sequence[str], unit: str) -> Arranged:
    figures: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in lines:
        figures.setdefault(line.about, {})[line.time] = line.figures[0]
    heads = (*map(_head, roles.dimensions), *periods)
    rows = sorted(figures.items())
    return Arranged(heads, tuple((*about, *(by_time.get(each) for each in periods)) for about, by_time in rows), unit)


def _head(column: Column) -> str:
    return column.definition if 0 < len(column.definition) <= len(column.name) * 2 + 20 else column.name


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _place(text: str) -> str:
    """A code of an area with its name; anything else as it is."""
    term = vocabulary("area").get(text)
    return f"{term.id} ({term.code})" if term else text
