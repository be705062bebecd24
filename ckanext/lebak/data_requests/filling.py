"""The cells of a table that is asked for, out of the rows of a released one. Pure.

A row of the one belongs to a row of the other by its label: the same words, or the same kecamatan by name or code.
A cell that finds no row stays empty, and so does one that finds several: nothing is added up or chosen silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any, NamedTuple

from ckanext.lebak.vocabulary import vocabulary

NOTHING, SEVERAL = "nothing", "several"
"""Why a cell is empty: no row answers it; more than one does."""


@dataclass(frozen=True)
class Column:
    """Where the values of a column come from.

    Attributes:
        field: Column of the released table.
        where: Which of its rows: other columns and their values.
    """

    field: str
    where: Mapping[str, str] = default(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What answers a table.

    Attributes:
        resource_id: The file of a released dataset.
        row_field: Its column that says which row of the table asked for.
        columns: By the labels of the columns asked for; those without an answer are left out.
        where: Which of its rows, for all columns: the period, say.
    """

    resource_id: str
    row_field: str
    columns: Mapping[str, Column]
    where: Mapping[str, str] = default(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        columns = {label: {"field": each.field, "where": dict(each.where)} for label, each in self.columns.items()}
        return {
            "resource_id": self.resource_id,
            "row_field": self.row_field,
            "columns": columns,
            "where": dict(self.where),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Choice:
        """As `as_json` gave it."""
        columns = {label: Column(each["field"], each.get("where") or {}) for label, each in kept["columns"].items()}
        return cls(kept["resource_id"], kept["row_field"], columns, kept.get("where") or {})

    def fields(self) -> set[str]:
        """The columns of the released table that it names."""
        named = {self.row_field, *self.where}
        for column in self.columns.values():
            named |= {column.field, *column.where}
        return named


class Cell(NamedTuple):
    """A value, or why there is none: `NOTHING`, `SEVERAL`, or empty for a column that nothing answers."""

    value: Any = None
    problem: str = ""


def fill(
    rows: Sequence[str], columns: Sequence[str], choice: Choice, records: Iterable[Mapping[str, Any]]
) -> list[list[Cell]]:
    """The cells of a table, row by row.

    Args:
        rows: Labels of its rows.
        columns: Labels of its columns.
        choice: What answers it.
        records: The rows of the released table.
    """
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for record in records:
        if not _fits(record, choice.where):
            continue
        row = key(record.get(choice.row_field))
        for label, column in choice.columns.items():
            value = record.get(column.field)
            if value not in (None, "") and _fits(record, column.where):
                found[row, label].append(value)
    return [[_cell(found.get((key(row), label), []), label in choice.columns) for label in columns] for row in rows]


def _cell(values: list[Any], answered: bool) -> Cell:
    if not answered:
        return Cell()
    if not values:
        return Cell(problem=NOTHING)
    return Cell(values[0]) if len(values) == 1 else Cell(problem=SEVERAL)


def _fits(record: Mapping[str, Any], where: Mapping[str, str]) -> bool:
    return all(key(record.get(name)) == key(value) for name, value in where.items())


def key(label: Any) -> str:
    """By what a label is known: the code of a kecamatan for its name or code, else its words."""
    text = " ".join(str("" if label is None else label).split())
    areas = vocabulary("area")
    if text in areas:
        return text
    named = areas.by_label(text, level="kecamatan")
    return named.code if named else text.casefold()
