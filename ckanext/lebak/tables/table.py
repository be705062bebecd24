"""A file as a table: its described columns, and its rows as values, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import openpyxl

from ckanext.lebak.tables.columns import Column, columns_of, values
from ckanext.lebak.tables.problem import N_, TableError
from ckanext.lebak.tables.reading import READERS, Row
from ckanext.lebak.tables.values import Value

NUMBERS = frozenset({"bilangan_bulat", "desimal"})
"""The types whose values can be counted with; a year cannot."""

DIMENSION, MEASURE = "dimensi", "ukuran"
"""Codes of ``vocabularies/column_role.csv``."""

ValueRow = tuple[int, Sequence[Value]]
"""A row with its number in the file; the header is row 1."""


@dataclass(frozen=True)
class Table:
    """A table that is read once.

    Attributes:
        columns: With what was said of them.
        rows: The rows after the header, a value for every column.
        sheet: The name of the worksheet; empty for CSV.
    """

    columns: Sequence[Column]
    rows: Iterable[ValueRow]
    sheet: str = ""


def rows_of(stream: IO[bytes], file_format: str, described: Iterable[Mapping[str, Any]]) -> Table:
    """The table of a file.

    Args:
        stream: The file from its beginning; it can seek, and stays open until the rows are read.
        file_format: As CKAN writes it, one of ``READERS``.
        described: The field ``kolom``.

    Raises:
        TableError: The file is no table, or not the one that is described. Reading the rows may raise it too.
    """
    columns, rows = header_and_rows(stream, file_format, described)
    sheet = _sheet(stream) if file_format.upper() == "XLSX" else ""
    return Table(columns, ((row[0], values(columns, row)) for row in rows), sheet)


def header_and_rows(
    stream: IO[bytes], file_format: str, described: Iterable[Mapping[str, Any]]
) -> tuple[list[Column], Iterator[Row]]:
    """The columns of a file, and its rows as they stand there.

    Args:
        stream: The file from its beginning; it can seek.
        file_format: As CKAN writes it, one of ``READERS``.
        described: The field ``kolom``.

    Raises:
        TableError: The file is empty, no table, or its header is not the one that is described.
    """
    rows = READERS[file_format.upper()](stream)
    try:
        _, header = next(rows)
    except StopIteration:
        raise TableError(N_("The file is empty. Upload one that holds a table.")) from None
    return columns_of(header, described), rows


def dimensions(columns: Sequence[Column]) -> list[int]:
    """The positions of the columns that tell rows apart.

    Those with the role ``dimensi``; where no column has it, all that have no role and hold no numbers.
    """
    said = [position for position, column in enumerate(columns) if column.role == DIMENSION]
    return said or [n for n, column in enumerate(columns) if not column.role and column.kind not in NUMBERS]


def measures(columns: Sequence[Column]) -> list[int]:
    """The positions of the columns that hold what was measured: numbers with the role ``ukuran`` or without a role."""
    return [n for n, column in enumerate(columns) if column.kind in NUMBERS and column.role in ("", MEASURE)]


def written(value: Value) -> str:
    """A value as text, the same for equal values: 12.50 is written 12.5, and an empty cell as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    return str(value)


def number_text(number: Decimal) -> str:
    """A number without exponent and without zeros at its end."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _sheet(stream: IO[bytes]) -> str:
    # The reader has looked at the workbook already: it is sound, not too large, and has a visible sheet.
    book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    return next(sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible")
