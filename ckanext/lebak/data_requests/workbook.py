"""A request as a spreadsheet: a sheet for each table, as it was asked for, with where its values come from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ckanext.lebak.data_requests.filling import Cell
from ckanext.lebak.worksheets import holdable

_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
_WIDE, _USUAL = 34, 16


@dataclass(frozen=True)
class Sheet:
    """What a sheet says.

    Attributes:
        title: Of the table.
        facts: What stands above it: what it is and its value (office, unit, period, source, remarks).
        stub: What the rows are.
        columns: Labels of the columns.
        rows: Labels of the rows.
        cells: The values; empty for a table without an answer.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    stub: str
    columns: Sequence[str]
    rows: Sequence[str]
    cells: Sequence[Sequence[Cell]]


def write(sheets: Iterable[Sheet]) -> bytes:
    """The spreadsheet, as XLSX."""
    book = Workbook()
    book.remove(book.worksheets[0])
    names: set[str] = set()
    for number, sheet in enumerate(sheets, 1):
        _write(book.create_sheet(_free(f"{number} {holdable(sheet.title)}", names)), sheet)
    if not book.worksheets:
        book.create_sheet("-")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(page: Worksheet, sheet: Sheet) -> None:
    head: list[Sequence[Any]] = [[sheet.title], *sheet.facts, []]
    lines: list[Sequence[Any]] = [*head, [sheet.stub, *sheet.columns]]
    for number, label in enumerate(sheet.rows):
        lines.append([label, *(cell.value for cell in (sheet.cells[number] if sheet.cells else ()))])
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            cell = page.cell(row, column, value if isinstance(value, int | float) else holdable(str(value or "")))
            if isinstance(cell.value, str):
                cell.data_type = "s"  # what begins with "=" is no formula
            if row in (1, len(head) + 1):
                cell.font = Font(bold=True)
    for column in range(1, len(sheet.columns) + 2):
        page.column_dimensions[get_column_letter(column)].width = _USUAL if column > 1 else _WIDE


def _free(name: str, taken: set[str]) -> str:
    """A name for a sheet that no other has: 31 characters, none of those that Excel forbids."""
    base = " ".join(name.translate(_FORBIDDEN).strip("' ").split())[:_LONGEST_NAME].strip("' ") or "-"
    free = base
    for number in range(2, 10_000):
        if free.casefold() not in taken:
            break
        free = f"{base[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    taken.add(free.casefold())
    return free
