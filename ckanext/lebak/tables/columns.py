"""The header of a file against the columns that its producer described."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import Row
from ckanext.lebak.tables.values import TEXT, Cell, CellError, Converter, Value
from ckanext.lebak.vocabulary import vocabulary

MAX_COLUMNS = 1000
"""PostgreSQL takes 1,600 columns in a table, some of which are the datastore's."""
MAX_NAME = 63
"""PostgreSQL cuts a longer name, in bytes."""

_QUOTED = 60


@dataclass
class Column:
    """A column of a file with what was said of it.

    Attributes:
        name: As in the header.
        kind: Code of ``vocabularies/column_type.csv``.
        definition: What it means (definisi).
        unit: The unit of its values (satuan).
        role: Code of ``vocabularies/column_role.csv``.
    """

    name: str
    kind: str = TEXT
    definition: str = ""
    unit: str = ""
    role: str = ""
    convert: Converter = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.convert = Converter(self.kind)

    @property
    def datastore_type(self) -> str:
        """The type of PostgreSQL that holds it."""
        return vocabulary("column_type")[self.kind].more["postgres"]

    def datastore_field(self) -> dict[str, Any]:
        """The column as ``datastore_create`` takes it: the header stays the label, the meaning goes into the notes."""
        info = {"notes": self.definition, "unit": self.unit, "role": self.role}
        return {"id": self.name, "type": self.datastore_type, "info": {key: text for key, text in info.items() if text}}


def columns_of(header: Sequence[Cell], described: Iterable[Mapping[str, Any]]) -> list[Column]:
    """The columns of a file. One that was not described is text.

    Args:
        header: The first row of the file.
        described: Rows with ``nama``, ``definisi``, ``tipe_data``, ``satuan``, ``peran``, as in the field ``kolom``.

    Raises:
        TableError: A name is missing, double or cannot be stored, or a described column is not in the file.
    """
    names = [str(cell).strip() if cell is not None else "" for cell in header]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise TableError(
            N_("The file has {count} columns; at most {limit} can be shown."), count=len(names), limit=MAX_COLUMNS
        )
    for position, name in enumerate(names, start=1):
        _check_name(name, position)
        if name in names[: position - 1]:
            raise TableError(
                N_('The header names the column "{column}" twice. Give each column its own name.'), column=name
            )
    said = {str(row.get("nama") or "").strip(): row for row in described}
    said.pop("", None)
    for name in said:
        if name not in names:
            raise TableError(
                N_(
                    'The column "{column}" is described, but the header of the file does not have it. '
                    "Correct the description or the file."
                ),
                column=name,
            )
    return [_column(name, said.get(name, {})) for name in names]


def records(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[dict[str, Value]]:
    """The rows of a file as records of the datastore.

    Args:
        columns: From the header.
        rows: Those after the header.

    Raises:
        TableError: A row has more or fewer cells than the header, or a cell is not of the type of its column.
    """
    names = [column.name for column in columns]
    for row in rows:
        yield dict(zip(names, values(columns, row), strict=True))


def values(columns: Sequence[Column], row: Row) -> list[Value]:
    """One row of a file, each cell as a value of its column's type.

    Args:
        columns: From the header.
        row: One after the header.

    Raises:
        TableError: It has more or fewer cells than the header, or a cell is not of the type of its column.
    """
    number, cells = row
    width = len(columns)
    # Spreadsheets write separators for empty columns beside the table; values there belong to nothing.
    if len(cells) < width or any(cell not in (None, "") for cell in cells[width:]):
        raise TableError(
            N_("Row {row} has {count} cells, but the header has {expected}. Look for a separator too many or too few."),
            row=number,
            count=len(cells),
            expected=width,
        )
    return [_value(column, cell, number) for column, cell in zip(columns, cells, strict=False)]


def _value(column: Column, cell: Cell, number: int) -> Value:
    try:
        return column.convert(cell)
    except CellError as error:
        text = str(cell)
        shown = text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
        raise TableError(
            N_('Row {row}, column "{column}": {reason}'),
            row=number,
            column=column.name,
            reason=error.message,
            value=shown,
        ) from error


def _column(name: str, said: Mapping[str, Any]) -> Column:
    kind = str(said.get("tipe_data") or TEXT)
    return Column(
        name,
        kind if kind in vocabulary("column_type") else TEXT,
        str(said.get("definisi") or ""),
        str(said.get("satuan") or ""),
        str(said.get("peran") or ""),
    )


def _check_name(name: str, position: int) -> None:
    if not name:
        raise TableError(
            N_("Column {position} has no name. The first row of the table must hold the name of every column."),
            position=position,
        )
    # The signs are those that CKAN's datastore refuses, and the colon, which it takes for a parameter of its own SQL.
    refused = (
        name.startswith("_")
        or any(sign in name for sign in '":')
        or any(unicodedata.category(sign)[0] == "C" for sign in name)
    )
    if refused or len(name.encode()) > MAX_NAME:
        raise TableError(
            N_(
                'The column "{column}" cannot be stored under this name: it may have at most 63 letters, no colon '
                "and no quotation mark, and may not begin with _."
            ),
            column=name[:_QUOTED],
        )
